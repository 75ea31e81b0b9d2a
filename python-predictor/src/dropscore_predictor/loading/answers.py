"""Estimators made of functions: what a format's file gives where its library has no estimator of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .contributions import Contributions, Explain, column_names

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
        """The classes, of shape (n,). They may be of different types, so it is an array of objects."""
        classes = np.empty(len(self.classes_), dtype=object)
        classes[:] = self.classes_
        predicted: NDArray[Any] = classes[np.argmax(self.predict_proba(frame), axis=1)]
        return predicted


class Explained:
    """An estimator that tells how its outputs come about as well; it has the methods that the estimator has."""

    def __init__(self, estimator: Any, contributions: Explain) -> None:
        self.inner = estimator
        self.contributions = contributions

    def predict(self, frame: pd.DataFrame) -> Any:
        """What the estimator predicts."""
        return self.inner.predict(frame)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)


class Prepared:
    """An estimator that gets a frame only after a function was at it; it has the methods that the estimator has.

    Args:
        estimator: What predicts.
        prepare: From the manifest's features to what the estimator takes, row by row.
        within: Every call of both is made inside this context.
        classes: Of an estimator that does not tell them itself.
        keeps_columns: Whether what `prepare` makes has the frame's columns, also where it has no names for them.
    """

    def __init__(
        self,
        estimator: Any,
        prepare: Function,
        within: Callable[[], AbstractContextManager[Any]] = nullcontext,
        classes: Sequence[Any] | None = None,
        keeps_columns: bool = False,
    ) -> None:
        self.inner = estimator
        self._prepare = prepare
        self._within = within
        self._keeps_columns = keeps_columns
        if classes is not None:
            self.classes_ = list(classes)

    def predict(self, frame: pd.DataFrame) -> Any:
        """What the estimator predicts."""
        return self._prepared(self.inner.predict)(frame)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "inner":
            raise AttributeError(name)
        if name == "contributions":
            return self._contributions(explain_of(self.inner))
        attribute = getattr(self.inner, name)
        return self._prepared(attribute) if name.startswith("predict") else attribute

    def _contributions(self, explain: Explain | None) -> Explain:
        if explain is None:
            raise AttributeError("contributions")

        def contributions(frame: Any, names: Sequence[str] | None) -> Contributions:
            with self._within():
                return explain(self._prepare(frame), column_names(frame, names) if self._keeps_columns else None)

        return contributions

    def _prepared(self, method: Function) -> Function:
        def prepared(frame: pd.DataFrame) -> Any:
            with self._within():
                return method(self._prepare(frame))

        return prepared


def explain_of(estimator: Any) -> Explain | None:
    """How an estimator tells its contributions; None where it does not. What own code calls so is none of these."""
    explain: Explain | None = (
        getattr(estimator, "contributions", None) if isinstance(estimator, Explained | Prepared) else None
    )
    return explain


def innermost(estimator: Any) -> Any:
    """What predicts in the end: the model itself, of a Pipeline its last step."""
    while isinstance(estimator, Explained | Prepared) or getattr(estimator, "steps", None):
        estimator = estimator.inner if isinstance(estimator, Explained | Prepared) else estimator.steps[-1][1]
    return estimator


def copied(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for code that nobody vouched for: it may write into it, and the same rows are asked for again."""
    return frame.copy(deep=True)


def two_classes(positive: NDArray[Any]) -> NDArray[Any]:
    """From the second class's probability, of shape (n,) or (n, 1), to both, of shape (n, 2)."""
    positive = np.asarray(positive).reshape(-1)
    return np.column_stack([1.0 - positive, positive])
