"""From a frame to the inputs of an ONNX graph."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Feature
from .checks import check_features, invalid, named, names_of

Feed = dict[str, NDArray[Any]]
Feeding = Callable[[pd.DataFrame], Feed]

_TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.str_,
}


def feeding(inputs: Sequence[Any], features: Sequence[Feature] | None) -> Feeding:
    """A function that makes the graph's inputs of a frame.

    Args:
        inputs: The session's inputs.
        features: The manifest's features; None where own code makes the frame.

    Raises:
        JobFailed: The inputs are not the features; by the function, a frame that own code made does not fit.
    """
    for entry in inputs:
        if entry.type not in _TYPES:
            raise invalid(f"The graph's input {named(entry.name)} is a {entry.type}, which no column of a file can be.")
    if features is not None:
        _check(inputs, features)
    if len(inputs) == 1:
        return _matrix(inputs[0])
    return lambda frame: {entry.name: _column(entry, frame[entry.name]) for entry in inputs}


def _check(inputs: Sequence[Any], features: Sequence[Feature]) -> None:
    names = names_of(features)
    if len(inputs) == 1:
        shape = inputs[0].shape
        width = (shape[1] if isinstance(shape[1], int) else None) if len(shape) > 1 else 1
        check_features(None, width, names)
        takes_texts = inputs[0].type == "tensor(string)"
        for feature in features:
            if (feature["type"] in ("string", "category")) != takes_texts:
                sort = "texts" if takes_texts else "numbers"
                name = named(feature["name"])
                raise invalid(
                    f"The graph takes {sort} only; {name} is a {feature['type']} in the manifest. Publish it so."
                )
        return
    own = {entry.name for entry in inputs}
    for missing in sorted(own - set(names)):
        raise invalid(f"The graph has an input {named(missing)}, which is no feature of the manifest. List it as one.")
    for extra in sorted(set(names) - own):
        raise invalid(f"The manifest lists {named(extra)}, which is no input of the graph. Leave it out.")


def _matrix(entry: Any) -> Feeding:
    flat = len(entry.shape) == 1

    def feed(frame: pd.DataFrame) -> Feed:
        columns = [_values(entry, frame.iloc[:, position]) for position in range(frame.shape[1])]
        return {entry.name: columns[0] if flat else np.column_stack(columns)}

    return feed


def _column(entry: Any, column: "pd.Series[Any]") -> NDArray[Any]:
    values = _values(entry, column)
    return values if len(entry.shape) == 1 else values.reshape(-1, 1)


def _values(entry: Any, column: "pd.Series[Any]") -> NDArray[Any]:
    """The column as the input's type. A value that the type has not is an error, never another value."""
    kind = _TYPES[entry.type]
    if kind is np.str_:
        if column.isna().any():
            raise ValueError(f"the text {named(column.name)} is missing, and the model takes no missing one")
        return column.to_numpy(dtype=object)
    numbers = column.to_numpy(dtype=np.float64)
    if issubclass(kind, np.floating):
        with np.errstate(over="ignore"):
            return numbers.astype(kind)
    allowed = (
        np.isin(numbers, (0.0, 1.0)) if kind is np.bool_ else np.isfinite(numbers) & (np.floor(numbers) == numbers)
    )
    if not allowed.all():
        what = "true or false" if kind is np.bool_ else "whole numbers"
        raise ValueError(f"the model takes {what} for {named(column.name)}, and no NaN")
    return numbers.astype(kind)
