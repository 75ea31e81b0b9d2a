"""What all kinds of output have in common."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Output
from ..errors import JobFailed
from ..loaded_model import LoadedModel
from ..loading.checks import AS_MULTI
from ..scores import Doubles, Scores

Raw = dict[str, NDArray[Any]]
"""What an estimator answered, by what was asked for: arrays with an entry a row, so that those of batches join."""

Rows = NDArray[np.int64]


class Kind(NamedTuple):
    """A kind of output."""

    ask: Callable[[LoadedModel, pd.DataFrame], Raw]
    nothing: Callable[[LoadedModel], Raw]
    """The answer for no rows."""
    decode: Callable[[LoadedModel, Rows, Raw], Scores]


def column(answer: Any, batch: pd.DataFrame) -> NDArray[Any]:
    """An answer of one value a row.

    Raises:
        JobFailed: It is not.
    """
    values = np.asarray(answer)
    if values.ndim == 2 and len(values) == len(batch) and values.shape[1] > 1:  # noqa: PLR2004 - rows and columns
        message = f"The manifest says one output a row, and the model gives {values.shape[1]}. {AS_MULTI}"
        raise JobFailed("model_invalid", message)
    if values.shape != (len(batch),):
        raise JobFailed("model_invalid", f"The model predicts the shape {values.shape} for {len(batch)} rows.")
    return values


def table(answer: Any, batch: pd.DataFrame) -> NDArray[Any]:
    """An answer of several values a row.

    Raises:
        JobFailed: It is not.
    """
    values = np.asarray(answer)
    if values.ndim != 2 or len(values) != len(batch):  # noqa: PLR2004 - rows and columns
        message = (
            f"The model predicts the shape {values.shape} for {len(batch)} rows, not some values for each of them."
        )
        raise JobFailed("model_invalid", message)
    return values


def is_numeric(values: NDArray[Any]) -> bool:
    """Whether these are numbers: neither truth values nor texts nor objects."""
    return values.dtype.kind in "iuf"


def doubles(values: NDArray[Any]) -> Doubles:
    """Numbers as doubles; a zero has no sign."""
    return values.astype(np.float64) + 0.0


def exact(values: NDArray[Any]) -> list[Any]:
    """Numbers as plain Python values: integers of 64 bits would not all survive as doubles."""
    numbers: list[Any] = (doubles(values) if values.dtype.kind == "f" else values).tolist()
    return numbers


def tiers(output: Output, headline: Doubles | None) -> list[str | None] | None:
    """The tier of each headline value; None where the manifest has no tiers.

    Raises:
        JobFailed: There are tiers, and no headline to take them from.
    """
    if not output.get("tiers"):
        return None
    if headline is None:
        message = f"The manifest has tiers, and its {output['kind']} model gives no number to take them from."
        raise JobFailed("model_invalid", message)
    ascending = sorted(output["tiers"], key=lambda tier: tier["from"])
    names: list[str | None] = [None, *(tier["name"] for tier in ascending)]
    reached = np.searchsorted([tier["from"] for tier in ascending], headline, side="right")
    return [names[index] for index in reached.tolist()]
