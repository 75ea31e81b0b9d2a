"""The categories that a model's encoders were fitted with, by column.

Pipelines, ColumnTransformers and what wraps them are looked through as far as columns keep their names.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np


class Encoded(NamedTuple):
    """A column that an encoder was fitted with."""

    column: str
    categories: list[Any]
    is_raw: bool
    """Whether nothing comes before the encoder: an imputer or a function would make texts of its own."""

    @property
    def is_text(self) -> bool:
        """Whether the encoder knows texts."""
        return any(isinstance(value, str) for value in self.categories)


def encoded_columns(model: Any, names: Sequence[str]) -> list[Encoded]:
    """Every column of a fitted model that an encoder takes.

    Args:
        model: An estimator of scikit-learn, or anything else, which has none.
        names: The model's columns, in order.
    """
    return list(_walk(model, list(names), is_raw=True))


def _walk(model: Any, names: list[str], *, is_raw: bool) -> Iterator[Encoded]:
    categories = getattr(model, "categories_", None)
    if categories is not None:
        for name, values in zip(names, categories, strict=False):
            yield Encoded(name, list(values), is_raw)
    elif hasattr(model, "steps"):
        yield from _steps([step for _, step in model.steps], names, is_raw=is_raw)
    elif hasattr(model, "transformers_"):
        for _, transformer, columns in model.transformers_:
            yield from _walk(transformer, _chosen(names, columns), is_raw=is_raw)
    else:
        for inner in _inside(model):
            yield from _walk(inner, names, is_raw=is_raw)


def _steps(steps: list[Any], names: list[str], *, is_raw: bool) -> Iterator[Encoded]:
    for step in steps:
        if isinstance(step, str) or step is None:
            continue
        if getattr(step, "n_features_in_", len(names)) != len(names):
            return
        found = list(_walk(step, names, is_raw=is_raw))
        yield from found
        if found:
            return
        is_raw = False


def _chosen(names: list[str], columns: Any) -> list[str]:
    """The names of a ColumnTransformer's columns: by name, position, slice or mask."""
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, list | tuple) and all(isinstance(column, str) for column in columns):
        return list(columns)
    try:
        return [str(name) for name in np.atleast_1d(np.array(names, dtype=object)[columns])]
    except (IndexError, TypeError):
        return [str(column) for column in columns] if isinstance(columns, list | np.ndarray) else []


def _inside(model: Any) -> Iterator[Any]:
    """What searches, calibration, votes and unions hold."""
    for attribute in ("best_estimator_", "regressor_", "estimator_"):
        inner = getattr(model, attribute, None)
        if inner is not None:
            yield inner
            return
    calibrated = getattr(model, "calibrated_classifiers_", None)
    if calibrated:
        yield calibrated[0].estimator
        return
    if hasattr(model, "transformer_list"):
        yield from (each for _, each in model.transformer_list)
    elif type(model).__name__.startswith(("Voting", "Stacking")):
        yield from getattr(model, "estimators_", [])
