"""What every format is brought to: one small set of methods, by the kind of output."""

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd
from numpy.typing import NDArray


class Estimator(Protocol):
    """A model that predicts for frames named and ordered as its manifest's features.

    | kind | methods |
    |---|---|
    | regression | predict: (n,) numbers |
    | binary, multiclass | predict: (n,) classes; predict_proba: (n, c); classes_; some: predict_with_probabilities |
    | cluster | predict: (n,) labels; some: predict_with_strength |
    | embedding | predict: (n, d) numbers |
    | multi | predict: (n, k) numbers or labels, in the order of the manifest's names |

    Some have `contributions` as well, which tells how a prediction comes about (`contributions.py`).
    `predict_with_probabilities` is there where one call makes both, `predict_with_strength` where a strength is known.
    A row that the model has no answer for makes the whole call raise.
    """

    def predict(self, frame: pd.DataFrame) -> Any:
        """One output a row."""


class Classifier(Estimator, Protocol):
    """A binary or multiclass model."""

    classes_: Sequence[Any]

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        """A probability a row and class, of shape (n, c)."""


class Clusters(Estimator, Protocol):
    """A cluster model that also tells how firmly a row belongs."""

    def predict_with_strength(self, frame: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
        """Labels and strengths between 0 and 1, both of shape (n,)."""


def classes_of(estimator: Estimator) -> list[Any]:
    """The classes as plain Python values."""
    classes: Any = estimator.classes_  # type: ignore[attr-defined]
    return [value.item() if hasattr(value, "item") else value for value in classes]
