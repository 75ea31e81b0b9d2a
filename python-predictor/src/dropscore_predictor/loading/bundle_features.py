"""The encoders and the scaler of a bundle."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Feature
from .checks import check_features, invalid, named, names_of
from .facts import feature_count, feature_names

Step = Callable[[pd.DataFrame], pd.DataFrame]


def encoding(encoders: Mapping[str, Any], features: Sequence[Feature] | None) -> Step:
    """Replaces each encoded feature by its code, a double.

    Raises:
        JobFailed: An encoder's feature is none of the manifest's, or an encoder is none of the two known ones.
        ValueError: By the step, where an encoder does not know a value.
    """
    for name in encoders:
        if features is not None and name not in names_of(features):
            raise invalid(f"The bundle has an encoder for {named(name)}, which is no feature of the manifest. List it.")
    codes = {name: _codes(name, encoder) for name, encoder in encoders.items()}

    def encode(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{name: code(frame[name]) for name, code in codes.items()})

    return encode


def _codes(name: str, encoder: Any) -> Callable[[pd.Series], NDArray[np.float64]]:
    if type(encoder).__name__ == "LabelEncoder":
        return lambda column: _positions(name, encoder.classes_, column)
    if type(encoder).__name__ == "OrdinalEncoder":
        return lambda column: _ordinals(encoder, column)
    raise invalid(
        f"The encoder of {named(name)} is a {type(encoder).__name__}. Use a LabelEncoder or an OrdinalEncoder."
    )


def _positions(name: str, classes: NDArray[Any], column: "pd.Series[Any]") -> NDArray[np.float64]:
    """The position of each value among the classes.

    Not by the encoder itself: it would cut a text to the length of its longest class, and so take "lowest" for "low".
    """
    positions = {value: position for position, value in enumerate(classes.tolist()) if value == value}  # noqa: PLR0124
    missing = next((position for position, value in enumerate(classes.tolist()) if pd.isna(value)), None)
    values = column.astype(object)
    codes = values.map(lambda value: missing if pd.isna(value) else positions.get(value)).astype("float64")
    if codes.isna().any():
        raise ValueError(f"the encoder of {named(name)} does not know this value")
    return np.asarray(codes, dtype=np.float64)


def _ordinals(encoder: Any, column: "pd.Series[Any]") -> NDArray[np.float64]:
    values = column.astype(object)
    data = values.to_frame() if hasattr(encoder, "feature_names_in_") else values.to_numpy().reshape(-1, 1)
    codes: NDArray[np.float64] = np.asarray(encoder.transform(data), dtype=np.float64).reshape(-1)
    return codes


def scaling(scaler: Any, scaled: Sequence[str] | None, features: Sequence[Feature] | None) -> Step:
    """Replaces the scaled features, or all, by what the scaler makes of them.

    Raises:
        JobFailed: The scaler was fitted with other features; by the step, it answers another number of columns.
    """
    if features is not None:
        listed = names_of(features)
        for name in scaled or []:
            if name not in listed:
                raise invalid(f"The manifest scales {named(name)}, which is none of its features. List it as one.")
        check_features(feature_names(scaler), feature_count(scaler), scaled or listed)

    def scale(frame: pd.DataFrame) -> pd.DataFrame:
        names = list(scaled or frame.columns)
        values = frame[names] if feature_names(scaler) is not None else frame[names].to_numpy(dtype=np.float64)
        made = np.asarray(scaler.transform(values))
        if made.shape != (len(frame), len(names)):
            raise invalid(
                f"The scaler makes {made.shape[1]} columns of {len(names)} features; a scaler keeps their number."
            )
        return frame.assign(**{name: made[:, position] for position, name in enumerate(names)})

    return scale
