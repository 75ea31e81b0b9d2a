"""The one call of the pandas C parser: the header, the records and the texts of a message all go through it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .contracts.types import Dialect

ColumnType = Literal["float64", "str", "inferred"]

MISSING = frozenset(
    [
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
"""What `pandas.read_csv` takes for a missing value unless told otherwise, the empty text first."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _InOnePiece:
    """A text that pandas reads at once.

    pandas 3.1.1 reads by 262,144 characters, and forgets the blanks at the start of a line that such a border parts
    from the rest of it; where a quote follows, it then opens a field, and the records are others.
    """

    def __init__(self, text: bytes) -> None:
        self._rest = text.decode()

    def read(self, _: int = -1) -> str:
        text, self._rest = self._rest, ""
        return text

    def __iter__(self) -> Iterator[str]:
        """What pandas takes for a file has this; it is not called."""
        return iter(())


def read_columns(
    records: bytes,
    width: int,
    types: Mapping[int, ColumnType],
    dialect: Dialect,
    may_be_missing: Collection[int] = (),
) -> pd.DataFrame:
    """Parses some columns of records that all have `width` fields; columns are named by their position.

    Everything that decides a value is said here, so that no default of another pandas version can. Numbers go through
    the default conversion: a score must equal that of a plain `read_csv`.

    Args:
        records: Whole records, without a header.
        width: Fields in each record.
        types: The columns to read, by position. A text is kept exactly as it is written.
        dialect: How the source is written.
        may_be_missing: Columns in which `MISSING` texts become NaN, as they do by default.

    Raises:
        ValueError: A number does not parse, or the bytes of a text are no UTF-8.
    """
    # pandas would take a byte order mark for its own, where it is the beginning of a chunk's first field.
    guard = b"\n" if records.startswith(_BYTE_ORDER_MARK) else b""
    frame: pd.DataFrame = pd.read_csv(  # type: ignore[call-overload] # the stubs know no positions as names
        cast(Any, _InOnePiece(guard + records)),
        engine="c",
        sep=dialect["delimiter"],
        decimal=dialect["decimal"],
        quotechar='"',
        doublequote=True,
        header=None,
        names=range(width),
        usecols=sorted(types),
        index_col=False,
        dtype={position: kind for position, kind in types.items() if kind != "inferred"},
        na_values={position: sorted(MISSING) for position in may_be_missing},
        keep_default_na=False,
        skip_blank_lines=True,
        on_bad_lines="error",
        low_memory=False,
        float_precision=None,
        encoding="utf-8",
        encoding_errors="strict",
    )
    return frame


def are_numbers(cells: NDArray[np.object_], decimal: str) -> NDArray[np.bool_]:
    """Which texts `read_columns` takes for a number or a missing one.

    The parser itself names only one that it refuses. `to_numeric` converts by the same C function; a test compares the
    two on every short text.
    """
    missing = np.array([cell in MISSING for cell in cells], dtype=np.bool_)
    texts = cells if decimal == "." else np.array([_with_point(cell) for cell in cells], dtype=object)
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    return missing | numbers.notna().to_numpy()


def _with_point(text: str) -> str:
    """A number with a decimal comma as one with a point; a point in it is as foreign there as a comma is here."""
    return text.translate({ord("."): ",", ord(","): "."})
