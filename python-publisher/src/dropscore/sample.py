"""Rows as they will be dropped. What is scored of them are the bytes of a CSV file, exactly as a drop would be."""

import csv
import gzip
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dropscore_predictor.columns import header_names
from dropscore_predictor.contracts.types import Dialect
from dropscore_predictor.csv_reader import MISSING, are_numbers, read_columns
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.records import Records, UnterminatedQuote, locate

from .refused import Refused, listed

ROWS_READ = 20_000
"""As many as a chunk has; a larger sample is cut."""
_BYTES_READ = 64 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = (",", "\t", ";", "|")
_TRUTH_VALUES = {"true", "false"}
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+")


@dataclass(frozen=True)
class Sample:
    """A header, and whole records under it."""

    header: bytes
    data: bytes
    dialect: Dialect
    columns: tuple[str, ...]
    rows: int
    first_line: int = 2
    was_cut: bool = False
    frame_types: dict[str, Any] = field(default_factory=dict)
    """The dtypes of a DataFrame: it knows what a text in a CSV file only looks like."""

    def column_type(self, name: str) -> str:
        """`float`, `boolean` or `string`: what the cells of a column are, a column without any taken for numbers."""
        if name in self.frame_types:
            return _type_of_values(self.frame_types[name])
        cells = [cell for cell in self.cells(name) if cell not in MISSING]
        if cells and {cell.lower() for cell in cells} <= _TRUTH_VALUES:
            return "boolean"
        are_all = are_numbers(np.array(cells, dtype=object), self.dialect["decimal"]).all() if cells else True
        return "float" if are_all else "string"

    def is_categorical(self, name: str) -> bool:
        """Whether a column may be one of categories: so typed in a DataFrame, of texts in a file."""
        if name in self.frame_types:
            return isinstance(self.frame_types[name], pd.CategoricalDtype)
        return self.column_type(name) == "string"

    def cells(self, name: str) -> list[str]:
        """The texts of a column, as they are written."""
        return self._texts[name]

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        """All columns, read once: a wide sample would be read a thousand times."""
        width = len(self.columns)
        frame = read_columns(self.data, width, dict.fromkeys(range(width), "str"), self.dialect)
        return {name: frame[position].tolist() for position, name in enumerate(self.columns)}


def read_sample(given: object, expected: Collection[str], id_column: str | None) -> Sample:
    """Reads the sample that a publisher gave.

    Args:
        given: A DataFrame, or the path of a CSV file, gzipped or not.
        expected: Names that the header will hold, as far as they are known: they tell the delimiter.
        id_column: May be the name of a DataFrame's index.

    Raises:
        Refused: There are no rows, or they cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        return _from_frame(given, id_column)
    if not isinstance(given, str | Path):
        message = f"The sample is {'None' if given is None else f'of type {type(given).__name__}'}."
        raise Refused("sample_unusable", message, "Give a DataFrame, or the path of a CSV file.")
    path = Path(given)
    if not path.is_file():
        raise Refused("sample_missing", f"There is no file {path}.", "Give the path of a CSV file with a header line.")
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            body = file.read(_BYTES_READ + 1).removeprefix(_BOM)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Refused("sample_unusable", f"{path.name} is no whole gzip file.", "Compress the sample again.") from None
    delimiter = _delimiter(body, expected, path)
    return _from_bytes(body[:_BYTES_READ], delimiter, len(body) > _BYTES_READ)


def _from_frame(frame: pd.DataFrame, id_column: str | None) -> Sample:
    if id_column is not None and frame.index.name == id_column and id_column not in frame.columns:
        frame = frame.reset_index()
    if not all(isinstance(name, str) for name in frame.columns):
        message = "The sample's columns are not named by texts."
        raise Refused("sample_unusable", message, "A file that is dropped has a header line: name the columns.")
    body = BytesIO()
    frame.head(ROWS_READ).to_csv(body, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    sample = _from_bytes(body.getvalue(), ",", False)
    types = {str(name): _known_type(frame[name]) for name in frame.columns}
    return replace(sample, frame_types=types, was_cut=len(frame) > ROWS_READ)


def _known_type(column: "pd.Series[Any]") -> Any:
    """A dtype; for a column of objects, that of its values, and of numbers where there are none."""
    if column.dtype != object:
        return column.dtype
    values = column.dropna()
    return values.infer_objects().dtype if len(values) else np.dtype(np.float64)


def _type_of_values(dtype: Any) -> str:
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    return "float" if pd.api.types.is_numeric_dtype(dtype) else "string"


def _from_bytes(body: bytes, delimiter: str, was_cut: bool) -> Sample:
    try:
        records = locate(body, delimiter)
        if len(records) > 0:
            header = body[records.starts[0] : records.ends[0]]
            columns = header_names(header, {"delimiter": delimiter, "decimal": "."})  # type: ignore[typeddict-item]
    except UnterminatedQuote:
        raise Refused("sample_unusable", "The sample ends inside a quote.", "Close it, or mend the file.") from None
    except (JobFailed, UnicodeDecodeError):
        raise Refused("sample_unusable", "The sample is not UTF-8.", "Save it as UTF-8.") from None
    last = min(len(records) - (2 if was_cut else 1), ROWS_READ)
    if last < 1:
        message = "The sample holds no row below a header line."
        raise Refused("sample_unusable", message, "A publish scores some rows: give at least one.")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise Refused("sample_unusable", f"The sample names {listed(twice)} more than once.", "Rename or remove one.")
    data = body[records.starts[1] : records.ends[last]]
    _refuse_foreign(data)
    return Sample(
        header=header,
        data=data,
        dialect={"delimiter": delimiter, "decimal": _decimal(data, delimiter, len(columns))},  # type: ignore[typeddict-item]
        columns=columns,
        rows=last,
        first_line=int(records.lines[1]),
        was_cut=was_cut or len(records) - 1 > last,
    )


def _refuse_foreign(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 2
        raise Refused("sample_unusable", f"The sample is not UTF-8, about line {line}.", "Save it as UTF-8.") from None
    if b"\0" in data:
        raise Refused("sample_unusable", "The sample holds NUL characters.", "Is it a CSV file? Save it as one.")


def _delimiter(body: bytes, expected: Collection[str], path: Path) -> str:
    """As fan-out detects it: by the names that the header must hold, then the file's name, then records alike."""
    found = {delimiter: _evidence(body, delimiter, expected) for delimiter in _DELIMITERS}
    if max(known for known, _ in found.values()) > 0:
        return max(_DELIMITERS, key=lambda delimiter: found[delimiter][0])
    if path.name.removesuffix(".gz").endswith((".tsv", ".tab")):
        return "\t"
    return max(_DELIMITERS, key=lambda delimiter: found[delimiter][1])


def _evidence(body: bytes, delimiter: str, expected: Collection[str]) -> tuple[int, float]:
    try:
        head = body[: 1024 * 1024]
        records: Records = locate(head[: head.rfind(b"\n") + 1] or head, delimiter)
        header = body[records.starts[0] : records.ends[0]]
        names = header_names(header, {"delimiter": delimiter, "decimal": "."})  # type: ignore[typeddict-item]
    except (UnterminatedQuote, JobFailed, UnicodeDecodeError, IndexError, ValueError):
        return 0, 0.0
    known = len(set(expected) & set(names))
    return known, 0.0 if len(names) == 1 else float(np.mean(records.fields == len(names)))


def _decimal(data: bytes, delimiter: str, width: int) -> str:
    """A decimal comma, only where more cells are written with one than with a point."""
    if delimiter != ";":
        return "."
    head = data[: 256 * 1024].decode(errors="replace").splitlines()[:100]
    cells = [cell for line in head for cell in line.split(";", width)]
    commas = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in cells)
    return "," if commas > sum(_POINT_NUMBER.fullmatch(cell) is not None for cell in cells) else "."
