"""How outputs come about: what the explainer of each family of models answers, and the links that they share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


class Link(NamedTuple):
    """From the sums to what the model predicts."""

    unit: Literal["log-odds", "prediction", "log", "margin"]
    """Of the sums."""
    predicted: Callable[[Doubles], Doubles] | None
    """From sums of shape (n, k) to predictions or probabilities of that shape; None where it is not known."""


@dataclass(frozen=True)
class Contributions:
    """Of n rows, for each of the model's k sums: of two classes one sum, the second's, or one of each."""

    columns: Sequence[str]
    values: NDArray[np.object_]
    """What the model was given, of shape (n, c). None where a column of these was made of several."""
    terms: Doubles
    """Of shape (n, k, c)."""
    base: Doubles
    """Of shape (n, k)."""
    link: Link

    @property
    def sums(self) -> Doubles:
        """Base and terms added up, of shape (n, k)."""
        return np.asarray(self.base + self.terms.sum(axis=2))


Explain = Callable[[Any, Sequence[str] | None], Contributions]
"""From what the model takes, and the names of its columns where they are known."""


def _same(sums: Doubles) -> Doubles:
    return sums


def _exponential(sums: Doubles) -> Doubles:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(sums))


def _logistic(sums: Doubles) -> Doubles:
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-sums)))


def _softmax(sums: Doubles) -> Doubles:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _one_against_the_rest(sums: Doubles) -> Doubles:
    shares = _logistic(sums)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


IDENTITY = Link("prediction", _same)
EXPONENTIAL = Link("log", _exponential)
LOGISTIC = Link("log-odds", _logistic)
SOFTMAX = Link("log-odds", _softmax)
ONE_AGAINST_THE_REST = Link("log-odds", _one_against_the_rest)
UNKNOWN = Link("margin", None)


def column_names(data: Any, names: Sequence[str] | None) -> list[str]:
    """The names that are known, else those of a frame, else x0, x1 and so on."""
    if names is not None and len(names) == data.shape[1]:
        return [str(name) for name in names]
    if isinstance(data, pd.DataFrame):
        return [str(name) for name in data.columns]
    return [f"x{place}" for place in range(data.shape[1])]


def cells(data: Any) -> NDArray[np.object_]:
    """What a frame, an array or a sparse matrix holds."""
    if hasattr(data, "toarray"):
        data = data.toarray()
    return data.to_numpy(dtype=object) if isinstance(data, pd.DataFrame) else np.asarray(data, dtype=object)
