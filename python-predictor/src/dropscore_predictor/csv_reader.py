"""The one call of the pandas C parser: the header, the records and the texts of a message all go through it."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
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

_FLOAT = "1e0"
"""A float in every dialect, and no integer."""

_LONG_INTEGER = re.compile(r"[ \t-\r]*[+-]?[0-9]{4300,}[ \t-\r]*")
"""What Python's `int` refuses for its length. pandas 2 then takes it for a text, pandas 3 for a float."""


class InOnePiece:
    """A text that pandas reads at once.

    pandas 3.1.1 reads by 262,144 characters, and forgets the blanks at the start of a line that such a border parts
    from the rest of it; where a quote follows, it then opens a field, and the records are others.
    """

    def __init__(self, text: bytes) -> None:
        self._rest = text.decode()

    def read(self, _: int = -1) -> str:
        """All of the text the first time, nothing after, however much is asked for."""
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

    A record of floats is put before the others and taken away again. Where a column holds a cell that is no float,
    pandas tries other types for all of it: Python's integers, which may be written `1_000`, if an integer beyond 64
    bits comes first; truth values, if it holds nothing else. No type but float fits the first cell, so that no cell is
    a number for its neighbours' sake. It also keeps pandas from taking a byte order mark, where that begins a chunk's
    first field, and gives a frame without rows its types.

    Args:
        records: Whole records, without a header.
        width: Fields in each record.
        types: The columns to read, by position. A text is kept exactly as it is written.
        dialect: How the source is written.
        may_be_missing: Columns in which `MISSING` texts become NaN, as they do by default.

    Raises:
        ValueError: A number does not parse, or the bytes of a text are no UTF-8.
    """
    first = dialect["delimiter"].join([_FLOAT] * width) + "\n"
    frame: pd.DataFrame = pd.read_csv(  # type: ignore[call-overload] # the stubs know no positions as names
        cast(Any, InOnePiece(first.encode() + records)),
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
    return frame.iloc[1:].reset_index(drop=True)


@cache
def text_type() -> Any:
    """What the parser makes of texts: another type in each major version of pandas."""
    return read_columns(b"x\n", 1, {0: "str"}, {"delimiter": ",", "decimal": "."})[0].dtype


def are_numbers(cells: NDArray[np.object_], decimal: str) -> NDArray[np.bool_]:
    """Which texts `read_columns` takes for a number or a missing one.

    The parser itself names only one that it refuses. `to_numeric` converts by the same C function, and makes a Python
    integer of each that is one; a test compares the two on every short text.
    """
    missing = np.array([cell in MISSING for cell in cells], dtype=np.bool_)
    texts = cells if decimal == "." else np.array([_with_point(cell) for cell in cells], dtype=object)
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    read = missing | numbers.notna().to_numpy()
    long = np.array([_LONG_INTEGER.fullmatch(cell) is not None for cell in cells], dtype=np.bool_)
    return read | long if long.any() and _reads_long_integers() else read


@cache
def _reads_long_integers() -> bool:
    try:
        read_columns(b"0" * 4300 + b"\n", 1, {0: "float64"}, {"delimiter": ",", "decimal": "."})
    except ValueError:
        return False
    return True


def _with_point(text: str) -> str:
    """A number with a decimal comma as one with a point; a point in it is as foreign there as a comma is here."""
    return text.translate({ord("."): ",", ord(","): "."})
