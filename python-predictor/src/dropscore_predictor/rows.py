"""What every format of a chunk is read to: features, texts, and an error for each row that could not be read."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .columns import Columns
from .row_errors import RowErrors

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class ParsedRows:
    """The parsed rows of a chunk. Rows are told by their index in the chunk."""

    features: pd.DataFrame
    """Named and ordered as in the manifest."""
    rows: Rows
    """The row of the chunk that each row of `features` is."""
    texts: dict[int, list[str | None]]
    """By position of a text column: the text of every row of the chunk, None where it cannot be told."""


@dataclass(frozen=True)
class ChunkRows:
    """The rows of a chunk, as many as were counted before it was sent."""

    columns: Columns
    parsed: ParsedRows
    errors: RowErrors
    lines: NDArray[np.int64] | None
    """Line of the source on which each row begins; None where the source has no lines."""
