"""What the encoders of a dict of parts know."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .refused import Refused


def encoder_categories(encoders: Any) -> dict[str, list[str]]:
    """Of LabelEncoders and OrdinalEncoders, by feature.

    Raises:
        Refused: There is another encoder, or they are not by feature.
    """
    if not isinstance(encoders, Mapping):
        message = f"The encoders of the dict are a {type(encoders).__name__}."
        raise Refused("parts_unclear", message, "Make them a dict from a feature to its encoder, or a Pipeline of all.")
    found = {}
    for feature, encoder in encoders.items():
        values = _known(encoder)
        if values is None:
            message = f"The encoder of {feature} is a {type(encoder).__name__}, or not fitted."
            raise Refused("parts_unclear", message, "Use a LabelEncoder or an OrdinalEncoder, fitted.")
        # A missing value is one in a file as well; it has no text.
        found[str(feature)] = [str(value) for value in values if not pd.isna(value)]
    return found


def _known(encoder: Any) -> list[Any] | None:
    if hasattr(encoder, "classes_"):
        return list(encoder.classes_)
    categories = getattr(encoder, "categories_", None)
    return None if categories is None else list(categories[0])


def target_labels(encoder: Any) -> dict[str, str]:
    """Readable names of classes, by the number that the model has for each."""
    return {str(index): str(value) for index, value in enumerate(getattr(encoder, "classes_", []))}
