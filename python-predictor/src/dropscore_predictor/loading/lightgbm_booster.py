"""LightGBM: a Booster from its text file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Feature, Output
from .answers import Explained
from .booster_answers import estimator_of
from .booster_contributions import lightgbm_link, told
from .booster_frame import category_naming, check_columns
from .checks import check_objective, invalid
from .contributions import Contributions, Explain, column_names
from .estimator import Estimator


def read(path: Path) -> Any:
    """The Booster of a file."""
    import lightgbm

    return lightgbm.Booster(model_file=path)


def estimator(booster: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """A Booster as an estimator.

    Args:
        booster: A `lightgbm.Booster`.
        output: The manifest's output; its classes name the model's, which are numbers from 0.
        features: What reaches the booster; None where own code makes it.

    Raises:
        JobFailed: The objective does not give such an output, or a feature is not of the booster's type.
    """
    check_objective(_objective(booster) or "one of its own", kinds(booster), output)
    prepare, explain = _preparation(booster, features), explainer(booster)
    return Explained(
        estimator_of(
            lambda frame: np.asarray(booster.predict(prepare(frame))), booster.num_model_per_iteration(), output
        ),
        lambda frame, names: explain(prepare(frame), column_names(frame, names)),
    )


def explainer(booster: Any) -> Explain:
    """The contributions that the Booster itself tells."""

    def contributions(data: Any, names: Sequence[str] | None) -> Contributions:
        link, slope = lightgbm_link(_objective_line(booster))
        answer = booster.predict(data, pred_contrib=True)
        return told(answer * slope, booster.num_model_per_iteration(), data, names, link)

    return contributions


def kinds(booster: Any) -> tuple[str, ...]:
    """The kinds of output that the booster's objective gives, the likeliest first."""
    objective = _objective(booster)
    if objective == "binary":
        return ("binary",)
    if objective in ("multiclass", "multiclassova"):
        return ("binary", "multiclass") if booster.num_model_per_iteration() == 2 else ("multiclass",)  # noqa: PLR2004
    return ("regression",) if booster.num_model_per_iteration() == 1 else ("multi",)


def feature_names(booster: Any) -> list[str] | None:
    """The names as LightGBM keeps them, with underscores for blanks; None for a model trained without names."""
    names: list[str] = booster.feature_name()
    unnamed = all(name == f"Column_{number}" for number, name in enumerate(names))
    return None if unnamed else names


def _objective(booster: Any) -> str | None:
    """Its first word. None for a function that the file cannot hold."""
    return next(iter(_objective_line(booster).split()), None)


def _objective_line(booster: Any) -> str:
    """As in `binary sigmoid:1`."""
    header = booster.model_to_string(num_iteration=1).partition("\nTree=")[0]
    lines = (line for line in header.splitlines() if line.startswith("objective="))
    return next((line.removeprefix("objective=") for line in lines), "")


def _preparation(
    booster: Any, features: Sequence[Feature] | None
) -> Callable[[pd.DataFrame], pd.DataFrame | NDArray[Any]]:
    known: list[list[Any]] = booster.pandas_categorical or []
    if features is None:
        return _as_it_is
    if known:
        return _with_categories(known, features)
    check_columns(features, {})
    return _matrix


def _as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _matrix(frame: pd.DataFrame) -> NDArray[np.float64]:
    return frame.to_numpy(dtype=np.float64)


def _with_categories(known: list[list[Any]], features: Sequence[Feature]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """LightGBM keeps the categories of each pandas categorical in the order of the columns, and not which they were."""
    names = [feature["name"] for feature in features if feature["type"] == "category"]
    if len(names) != len(known):
        message = f"The model was trained with {len(known)} categorical features; the manifest has {len(names)}."
        raise invalid(f"{message} Publish it with the same.")
    categories = dict(zip(names, known, strict=True))
    check_columns(features, categories)
    return category_naming(features, categories)
