"""What a model gives a row, as its manifest says it."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from dropscore_predictor.classes import class_text
from dropscore_predictor.contracts.types import Output
from dropscore_predictor.errors import printable
from dropscore_predictor.isolate import isolate
from dropscore_predictor.loading import classes_of

from .refused import Refused, listed
from .request import Kind, Request, Scalar

_PROBED = 50
_TABLE = 2
_MOST_OUTPUTS = 200
_LONGEST_SHOWN = 60


def output_of(told: Output, estimator: Any, features: pd.DataFrame, request: Request, labels: dict[str, str]) -> Output:
    """An output of a kind, filled with what the loaded model tells and the publisher asks for.

    A regression that gives several numbers a row becomes `multi`, unless the publisher named the kind.

    Raises:
        Refused: What is asked for does not fit the model.
    """
    kind, output = told["kind"], told
    if kind in ("binary", "multiclass"):
        output = _classification(kind, classes_of(estimator), request, labels)
    elif request.positive is not None or request.threshold is not None or request.labels:
        message = f"A {kind} model has no classes."
        raise Refused("usage", message, "Leave out --positive, --threshold and --labels.")
    elif kind in ("regression", "multi", "embedding"):
        output = _numbers(told, _width(estimator, features), request)
    if request.tiers:
        output["tiers"] = list(request.tiers)
    return output


def _classification(kind: Kind, classes: list[Any], request: Request, labels: dict[str, str]) -> Output:
    output: Output = {"kind": kind, "classes": classes}
    given = dict(request.labels or labels)
    if unknown := sorted(set(given) - {class_text(value) for value in classes}):
        message = f"The labels name the classes {listed(unknown)}; the model has {listed(_texts(classes))}."
        raise Refused("usage", message, "Write --labels CLASS:NAME, the class as the model has it.")
    if given:
        output["labels"] = given
    if kind == "binary":
        chosen = classes[-1] if request.positive is None else _class_called(request.positive, classes, given)
        output["positiveClass"] = chosen
        if request.threshold is not None:
            output["threshold"] = request.threshold
    elif request.positive is not None or request.threshold is not None:
        message = f"The model has {len(classes)} classes; a positive class and a threshold are for two."
        raise Refused("usage", message, "Leave out --positive and --threshold.")
    return output


def _class_called(name: Scalar, classes: list[Any], labels: dict[str, str]) -> Any:
    for value in classes:
        text = class_text(value)
        if str(name) in (text, labels.get(text)) or class_text(name) == text:
            return value
        if isinstance(value, bool) and str(name).lower() == text.lower():
            return value
    message = f"The model has no class '{name}': its classes are {listed(_texts(classes))}."
    raise Refused("usage", message, "Name one of them with --positive.")


def _texts(classes: list[Any]) -> list[str]:
    return [printable(class_text(value), _LONGEST_SHOWN) for value in classes]


def _numbers(told: Output, width: int | None, request: Request) -> Output:
    """A regression, several outputs or a vector, by how many numbers the model gives a row."""
    kind = told["kind"]
    if kind == "embedding":
        return {"kind": "embedding", "dimension": width or 1}
    if kind == "regression" and (width is None or request.kind == "regression"):
        return {"kind": "regression"}
    count = width or 1
    if count > _MOST_OUTPUTS:
        message = f"The model gives {count} numbers a row."
        raise Refused("kind_unclear", message, "If that is a vector, publish it with --kind embedding.")
    names = list(request.outputs) or told.get("names") or [f"output_{number}" for number in range(1, count + 1)]
    if len(names) != count or len(set(names)) < count:
        message = f"There are {len(names)} names for the {count} outputs of the model: {listed(names)}."
        raise Refused("usage", message, "Give each output a name of its own with --outputs a,b,c.")
    return {"kind": "multi", "names": names}


def _width(estimator: Any, features: pd.DataFrame) -> int | None:
    """Numbers a row; None where it is one that stands alone. Rows that the model refuses tell nothing."""
    with warnings.catch_warnings(action="ignore"):
        answers = isolate(features.head(_PROBED), lambda batch: np.asarray(estimator.predict(batch))).groups
    if not answers or answers[0][1].ndim == 1:
        return None
    if answers[0][1].ndim != _TABLE:
        message = f"The model's predict answers an array of {answers[0][1].ndim} dimensions for many rows."
        raise Refused("model_invalid", message, "Let it answer one value, or one row of values, for each row.")
    return int(answers[0][1].shape[1])
