"""Estimators made of functions: what a format's file gives where its library has no estimator of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Function = Callable[[pd.DataFrame], Any]


class Values:
    """An estimator whose predictions are what a function gives for a frame."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def predict(self, frame: pd.DataFrame) -> Any:
        """What the function gives."""
        return self._function(frame)


class Probabilities:
    """A classifier made of its probabilities, of shape (n, c): it predicts the likeliest class, of equals the first."""

    def __init__(self, predict_proba: Function, classes: Sequence[Any]) -> None:
        self.predict_proba = predict_proba
        self.classes_ = list(classes)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """The classes, of shape (n,)."""
        return self.predict_with_probabilities(frame)[0]

    def predict_with_probabilities(self, frame: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
        """Both for the price of one. The classes may be of different types, so theirs is an array of objects."""
        probabilities = np.asarray(self.predict_proba(frame))
        classes = np.empty(len(self.classes_), dtype=object)
        classes[:] = self.classes_
        return classes[np.argmax(probabilities, axis=1)], probabilities


class Prepared:
    """An estimator that gets a frame only after a function was at it; it has the methods that the estimator has.

    Args:
        estimator: What predicts.
        prepare: From the manifest's features to what the estimator takes, row by row.
        within: Every call of both is made inside this context.
        classes: Of an estimator that does not tell them itself.
    """

    def __init__(
        self,
        estimator: Any,
        prepare: Function,
        within: Callable[[], AbstractContextManager[Any]] = nullcontext,
        classes: Sequence[Any] | None = None,
    ) -> None:
        self._estimator = estimator
        self._prepare = prepare
        self._within = within
        if classes is not None:
            self.classes_ = list(classes)

    def predict(self, frame: pd.DataFrame) -> Any:
        """What the estimator predicts."""
        return self._prepared(self._estimator.predict)(frame)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        attribute = getattr(self._estimator, name)
        return self._prepared(attribute) if name.startswith("predict") else attribute

    def _prepared(self, method: Function) -> Function:
        def prepared(frame: pd.DataFrame) -> Any:
            with self._within():
                return method(self._prepare(frame))

        return prepared


def copied(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for code that nobody vouched for: it may write into it, and the same rows are asked for again."""
    return frame.copy(deep=True)


def two_classes(positive: NDArray[Any]) -> NDArray[Any]:
    """From the second class's probability, of shape (n,) or (n, 1), to both, of shape (n, 2)."""
    positive = np.asarray(positive).reshape(-1)
    return np.column_stack([1.0 - positive, positive])
