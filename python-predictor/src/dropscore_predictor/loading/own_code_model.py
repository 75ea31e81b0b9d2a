"""Models that are own code, and own code that makes the features of another model.

The package has one of two faces, as the manifest's `entry` says:

- `model`: `load(folder)` answers an object with `predict(frame)`; or it answers None, or is absent, and the package's
  own `predict(frame)` is the model. A binary or multiclass model has `predict_proba(frame)` as well, and `classes_`
  unless the manifest lists the classes; a cluster model may have `predict_with_strength(frame)`.
- `transform`: `transform(frame)` answers the frame that the model was trained on, a row for each row.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from ..contracts.types import Output
from .answers import Prepared, copied
from .checks import check_features, invalid, named
from .estimator import Estimator
from .facts import feature_names, same_names
from .own_code import OwnCode


def read(package: ModuleType, folder: Path) -> Any:
    """The model: what `load` answers; the package where it answers None, or where there is no `load`.

    `load` gets the folder of the version's artifacts, and must not write there.

    Raises:
        JobFailed: Neither predicts.
    """
    load = getattr(package, "load", None)
    loaded = load(folder) if load is not None else None
    model = package if loaded is None else loaded
    if not callable(getattr(model, "predict", None)):
        what = (
            f"load() of {package.__name__} answers {type(model).__name__}" if loaded is not None else package.__name__
        )
        raise invalid(
            f"{what}, which has no predict(frame). Let load() answer the model, or define predict in the package."
        )
    return model


def estimator(model: Any, code: OwnCode, output: Output) -> Estimator:
    """The model as an estimator: its calls run as its own code, and the manifest tells the classes that it does not."""
    own = hasattr(model, "classes_")
    return Prepared(model, copied, code.active, None if own else output.get("classes", []))


def transform(code: OwnCode, model: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The package's `transform`, held to the model's own features; call it while the code is active.

    Raises:
        JobFailed: The package has no such function; later, its frame has other rows or features than the model takes.
    """
    own: Any = getattr(code.module(), "transform", None)
    if not callable(own):
        raise invalid(
            f"The package {code.package} has no transform(frame), and the manifest says that it makes features."
        )
    fitted = feature_names(model)

    def transformed(frame: pd.DataFrame) -> pd.DataFrame:
        made: pd.DataFrame = own(copied(frame))
        _check_rows(made, frame, code.package)
        if fitted is not None and isinstance(made, pd.DataFrame):
            names = [str(name) for name in made.columns]
            _check_columns(same_names(model, fitted, names) or [], names, code.package)
        return made

    return transformed


def _check_rows(made: Any, frame: pd.DataFrame, package: str) -> None:
    """Scores are told apart by their place alone, so a row must keep its own."""
    if not hasattr(made, "shape"):
        what = "None" if made is None else f"a {type(made).__name__}"
        raise invalid(f"transform() of {package} answers {what}; it must answer a DataFrame with a row for each row.")
    if made.shape[0] != len(frame):
        raise invalid(f"transform() of {package} made {made.shape[0]} rows of {len(frame)}; each row makes one.")
    if isinstance(made, pd.DataFrame) and not (
        made.index.equals(frame.index) or made.index.equals(pd.RangeIndex(len(frame)))
    ):
        message = f"transform() of {package} answers rows with another index than it was given."
        raise invalid(f"{message} Keep the order of rows and their index, or reset the index without another order.")


def _check_columns(fitted: Sequence[str], made: Sequence[str], package: str) -> None:
    extra = next((name for name in made if name not in fitted), None)
    missing = next((name for name in fitted if name not in made), None)
    if extra is not None or missing is not None:
        sides = [f"makes the column {named(extra)}, which the model does not take"] if extra is not None else []
        sides += [f"makes no column {named(missing)}, which the model takes"] if missing is not None else []
        raise invalid(f"transform() of {package} {', and '.join(sides)}. It must make what the model was trained on.")
    check_features(fitted, None, made)
