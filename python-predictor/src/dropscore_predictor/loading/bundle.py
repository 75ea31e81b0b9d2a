"""A dict of fitted parts as one model: label encoders, then a scaler, then models that are averaged or stacked."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Feature, Output, Parts
from . import fitted
from .answers import Prepared, Probabilities, Values
from .bundle_features import encoding, scaling
from .checks import check_features, check_kind, invalid, named
from .estimator import Classifier, Estimator, classes_of
from .facts import feature_count, feature_names

_NUMBERS = ("regression", "multi")


def estimator(parts_of: Any, parts: Parts, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """The bundle as one estimator.

    Args:
        parts_of: The dict that the artifact holds.
        parts: Which of its keys is what.
        output: The manifest's output.
        features: The manifest's features; None where own code makes the frame.

    Raises:
        JobFailed: A part is missing, or the parts do not fit together or to the manifest.
    """
    prepare, features = _preparation(parts_of, parts, features)
    models = [_fed(model, output, features) for model in _models(parts_of, parts)]
    weights = parts.get("weights")
    if weights is not None and (len(weights) != len(models) or sum(weights) <= 0):
        raise invalid(f"The manifest has {len(weights)} weights for {len(models)} models. Give each model one above 0.")
    if "stacker" in parts:
        joined = _stacked(models, _part(parts_of, parts["stacker"]), output)
    else:
        joined = models[0] if len(models) == 1 else _averaged(models, weights, output)
    return Prepared(joined, prepare)


def _part(parts_of: Any, key: str) -> Any:
    if not isinstance(parts_of, dict):
        what = type(parts_of).__name__
        raise invalid(
            f"The manifest names the part {named(key)}, and the artifact is no dict but a {what}. Publish it anew."
        )
    if key not in parts_of:
        keys = ", ".join(sorted(str(own) for own in parts_of)[:8])
        raise invalid(
            f"The manifest names the part {named(key)}; the artifact holds {keys}. Publish it with one of these."
        )
    return parts_of[key]


def _models(parts_of: Any, parts: Parts) -> list[Any]:
    models: list[Any] = []
    for key in parts["models"]:
        part = _part(parts_of, key)
        models.extend(part if isinstance(part, list | tuple) else [part])
    if not models:
        raise invalid(f"The part {named(parts['models'][0])} is an empty list. Publish the bundle with its models.")
    return models


def _preparation(
    parts_of: Any, parts: Parts, features: Sequence[Feature] | None
) -> tuple[Callable[[pd.DataFrame], pd.DataFrame], Sequence[Feature] | None]:
    """What is done before the models, and the features that reach them."""
    steps: list[Callable[[pd.DataFrame], pd.DataFrame]] = []
    if "encoders" in parts:
        encoders = _part(parts_of, parts["encoders"])
        if not isinstance(encoders, dict):
            raise invalid(f"The part {named(parts['encoders'])} is no dict from a feature to its encoder.")
        steps.append(encoding(encoders, features))
        if features is not None:
            features = [_number(entry["name"]) if entry["name"] in encoders else entry for entry in features]
    if "scaler" in parts:
        steps.append(scaling(_part(parts_of, parts["scaler"]), parts.get("scaled"), features))

    def prepare(frame: pd.DataFrame) -> pd.DataFrame:
        for step in steps:
            frame = step(frame)
        return frame

    return prepare, features


def _number(name: str) -> Feature:
    return {"name": name, "type": "float"}


def _fed(model: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """A model that gets the frame where it knows names, else a plain matrix of doubles, as it was fitted with."""
    own = fitted.estimator(model, output, features)
    check_kind(own, {"kind": output["kind"]})
    return own if feature_names(model) is not None else Prepared(own, _matrix, keeps_columns=True)


def _matrix(frame: pd.DataFrame) -> pd.DataFrame | NDArray[np.float64]:
    numeric = all(dtype.kind in "biuf" for dtype in frame.dtypes)
    return frame.to_numpy(dtype=np.float64) if numeric else frame


def _averaged(models: list[Estimator], weights: list[float] | None, output: Output) -> Estimator:
    if output["kind"] in _NUMBERS:
        return Values(lambda frame: np.average([model.predict(frame) for model in models], axis=0, weights=weights))
    if output["kind"] not in ("binary", "multiclass"):
        raise invalid(
            f"The bundle has {len(models)} models, and no average of {output['kind']} outputs is one. Name one."
        )
    classifiers = cast(list[Classifier], models)
    return Probabilities(
        lambda frame: np.average([model.predict_proba(frame) for model in classifiers], axis=0, weights=weights),
        _common_classes(models),
    )


def _common_classes(models: list[Estimator]) -> list[Any]:
    classes = classes_of(models[0])
    for number, model in enumerate(models[1:], start=2):
        if classes_of(model) != classes:
            raise invalid(
                f"The classes of model {number} of the bundle are not those of the first: train all on the same."
            )
    return classes


def _stacked(models: list[Estimator], stacker: Any, output: Output) -> Estimator:
    classified = output["kind"] in ("binary", "multiclass")
    width = len(_common_classes(models)) if classified else 1
    columns = len(models) * (1 if output["kind"] == "binary" else width)
    if output["kind"] in _NUMBERS or classified:
        check_features(None, feature_count(stacker), [str(number) for number in range(columns)])
    names = feature_names(stacker)
    features: list[Feature] = [_number(name) for name in names or map(str, range(columns))]
    own = fitted.estimator(stacker, output, features)

    def outputs(frame: pd.DataFrame) -> pd.DataFrame | NDArray[np.float64]:
        made = np.column_stack([_stackable(model, output, frame) for model in models]).astype(np.float64)
        return made if names is None else pd.DataFrame(made, columns=names)

    return Prepared(own, outputs)


def _stackable(model: Estimator, output: Output, frame: pd.DataFrame) -> NDArray[Any]:
    """A model's output as the stacker's features: of two classes the second's probability, as scikit-learn stacks."""
    if output["kind"] not in ("binary", "multiclass"):
        return np.asarray(model.predict(frame))
    shares = np.asarray(cast(Classifier, model).predict_proba(frame))
    return shares[:, 1] if output["kind"] == "binary" else shares
