"""XGBoost: a Booster from a `.json` or `.ubj` file, saved by itself or by a scikit-learn wrapper."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Feature, Output
from .answers import Explained
from .booster_answers import estimator_of
from .booster_contributions import told, xgboost_link
from .booster_frame import category_naming, check_columns
from .checks import check_objective, invalid, named
from .contributions import Contributions, Explain, column_names
from .estimator import Estimator

_OWN_LINK = {"binary:logistic", "reg:logistic"}
"""Objectives whose prediction is the probability itself."""

_CATEGORIES = '"cats":{'


class _Objective(NamedTuple):
    name: str
    classes: int
    """0 where the objective has none."""
    targets: int
    linear: bool


def read(path: Path) -> Any:
    """The Booster of a file."""
    import xgboost

    return xgboost.Booster(model_file=path)


def estimator(booster: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """A Booster as an estimator.

    Args:
        booster: An `xgboost.Booster`.
        output: The manifest's output; its classes name the model's, which are numbers from 0.
        features: What reaches the booster; None where own code makes it.

    Raises:
        JobFailed: The objective does not give such an output, or a feature is not of the booster's type.
    """
    objective = _objective(booster)
    check_objective(objective.name, kinds(booster), output)
    prepare = _prepare(booster, features)
    explain = explainer(booster)
    return Explained(
        estimator_of(_values(booster, objective, prepare), objective.classes or 1, output),
        lambda frame, names: explain(prepare(frame), column_names(frame, names)),
    )


def explainer(booster: Any, is_wrapper: bool = False) -> Explain:
    """The contributions that the Booster itself tells.

    Args:
        booster: An `xgboost.Booster`.
        is_wrapper: Whether a scikit-learn wrapper holds it.
    """

    def contributions(data: Any, names: Sequence[str] | None) -> Contributions:
        import xgboost

        objective = _objective(booster)
        trees = _trees(booster, objective, is_wrapper)
        matrix = xgboost.DMatrix(data, enable_categorical=True)
        answer = booster.predict(matrix, pred_contribs=True, iteration_range=trees, validate_features=False)
        return told(answer, objective.classes or objective.targets, data, names, xgboost_link(objective.name))

    return contributions


def kinds(booster: Any) -> tuple[str, ...]:
    """The kinds of output that the booster's objective gives, the likeliest first."""
    objective = _objective(booster)
    if objective.classes:
        return ("binary", "multiclass") if objective.classes == 2 else ("multiclass",)  # noqa: PLR2004
    if objective.name == "binary:hinge":
        return ()
    if objective.targets > 1:
        return ("multi",)
    if objective.name.startswith("binary:"):
        return ("binary",)
    return ("regression", "binary") if objective.name in _OWN_LINK else ("regression",)


def categories(booster: Any) -> dict[str, list[Any]]:
    """The categories of each categorical feature; empty lists for a model older than XGBoost 3.1."""
    types = booster.feature_types or []
    if "c" not in types:
        return {}
    names = booster.feature_names or [str(number) for number in range(len(types))]
    raw = booster.save_raw("json").decode()
    # No text of a model holds an unescaped quote, so this is the key itself; parsing all trees would take seconds.
    start = raw.find(_CATEGORIES)
    found = json.JSONDecoder().raw_decode(raw, start + len(_CATEGORIES) - 1)[0]["enc"] if start >= 0 else []
    encoded = found or [{}] * len(types)
    return {name: _decoded(name, entry) for name, kind, entry in zip(names, types, encoded, strict=True) if kind == "c"}


def _decoded(name: str, entry: dict[str, Any]) -> list[Any]:
    """Texts are stored as bytes beside the offsets where each begins.

    XGBoost counts the characters of a text and not its bytes, so past the first that is not ASCII all are cut wrongly,
    and it takes one category for another (3.1 and 3.2).

    Raises:
        JobFailed: A text is not ASCII.
    """
    values: list[Any] = entry.get("values", [])
    if "offsets" not in entry:
        return values
    if any(not 0 <= value < 0x80 for value in values):  # noqa: PLR2004 - signed bytes
        message = f"The categories of {named(name)} are not all ASCII, and XGBoost takes such for one another."
        raise invalid(f"{message} Train it with ASCII names, or with whole numbers for categories.")
    text, offsets = bytes(values), entry["offsets"]
    return [text[start:end].decode() for start, end in pairwise(offsets)]


def _objective(booster: Any) -> _Objective:
    learner = json.loads(booster.save_config())["learner"]
    model = learner["learner_model_param"]
    return _Objective(
        learner["objective"]["name"],
        int(model["num_class"]),
        int(model.get("num_target", 1)),
        learner["gradient_booster"]["name"] == "gblinear",
    )


def _prepare(booster: Any, features: Sequence[Feature] | None) -> Callable[[pd.DataFrame], pd.DataFrame]:
    if features is None:
        return lambda frame: frame
    known = categories(booster)
    if known and booster.feature_names is None:
        known = {features[int(number)]["name"]: values for number, values in known.items()}
    check_columns(features, known)
    return category_naming(features, known)


def _values(
    booster: Any, objective: _Objective, prepare: Callable[[pd.DataFrame], pd.DataFrame]
) -> Callable[[pd.DataFrame], NDArray[Any]]:
    margin = objective.name in ("binary:logitraw", "multi:softmax")
    trees = _trees(booster, objective)

    def values(frame: pd.DataFrame) -> NDArray[Any]:
        data = prepare(frame)
        if objective.linear:
            import xgboost

            predicted = booster.predict(xgboost.DMatrix(data), output_margin=margin, validate_features=False)
        else:
            kind = "margin" if margin else "value"
            predicted = booster.inplace_predict(data, iteration_range=trees, predict_type=kind, validate_features=False)
        if objective.name == "binary:logitraw":
            return _logistic(predicted)
        return _softmax(predicted) if objective.name == "multi:softmax" else np.asarray(predicted)

    return values


def _trees(booster: Any, objective: _Objective, is_wrapper: bool = False) -> tuple[int, int]:
    """Up to the best iteration where training stopped early, in a file of the scikit-learn wrapper; (0, 0) means all.

    A Booster by itself predicts with all its trees, whatever it knows of the best.
    """
    is_wrapped = is_wrapper or booster.attr("scikit_learn") is not None
    best = booster.attr("best_iteration") if is_wrapped and not objective.linear else None
    return (0, 0) if best is None else (0, int(best) + 1)


def _logistic(margins: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-margins)))


def _softmax(margins: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
