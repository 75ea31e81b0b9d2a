"""From the CSV records of a chunk to a frame of features: every row that can be parsed, and an error for every other.

A row that parses gets the same bits whether or not a neighbour is bad: both go through the same parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .columns import Columns
from .contracts.types import Dialect
from .csv_reader import ColumnType, are_numbers, read_columns
from .features import csv_cells, csv_type, typed_features
from .records import Records
from .row_errors import RowErrorCode, RowErrors, in_column, quoted
from .rows import ParsedRows, Rows

_BLANK_AFTER_CR = re.compile(rb"\r[ \t]")
"""After a line that a lone CR ends, pandas 2 reads one that begins with a blank over and over, until memory is full."""


@dataclass(frozen=True)
class _Source:
    data: bytes
    records: Records
    columns: Columns
    dialect: Dialect

    def read(self, rows: Rows, types: dict[int, ColumnType], may_be_missing: tuple[int, ...] = ()) -> pd.DataFrame:
        return read_columns(self._bytes_of(rows), self.columns.width, types, self.dialect, may_be_missing)

    def _bytes_of(self, rows: Rows) -> bytes:
        """The records of these rows and no others: runs of neighbours are cut out as one."""
        if b"\r" in self.data and _BLANK_AFTER_CR.search(self.data):
            return b"".join(record.rstrip(b"\r\n") + b"\n" for record in self._each(rows))
        if len(rows) == len(self.records):
            return self.data
        if len(rows) == 0:
            return b""
        breaks = np.flatnonzero(np.diff(rows) != 1)
        firsts = self.records.starts[rows[np.append(0, breaks + 1)]]
        lasts = self.records.ends[rows[np.append(breaks, len(rows) - 1)]]
        return b"".join(self.data[start:end] for start, end in zip(firsts.tolist(), lasts.tolist(), strict=True))

    def _each(self, rows: Rows) -> Iterator[bytes]:
        starts, ends = self.records.starts[rows].tolist(), self.records.ends[rows].tolist()
        return (self.data[start:end] for start, end in zip(starts, ends, strict=True))


def parse_rows(data: bytes, records: Records, columns: Columns, dialect: Dialect, errors: RowErrors) -> ParsedRows:
    """Parses a chunk; rows that cannot be parsed are added to `errors`."""
    _set_ragged_aside(records, columns.width, errors)
    _set_unreadable_aside(data, records, errors)
    source = _Source(data, records, columns, dialect)
    whole = np.arange(len(records))
    whole = whole[errors.without(whole)]
    try:
        rows, values = whole, _read_values(source, whole)
        texts = _read_texts(source, whole, values)
    except ValueError:
        texts = _read_texts(source, whole)
        _set_unparsable_aside(source, whole, errors)
        rows = whole[errors.without(whole)]
        values = _read_values(source, rows)
    cells = [(feature, csv_cells(feature, values[position])) for feature, position in columns.features]
    features, rows = typed_features(cells, rows, errors)
    return ParsedRows(features, rows, {p: _spread(text, whole, len(records)) for p, text in texts.items()})


def _set_ragged_aside(records: Records, width: int, errors: RowErrors) -> None:
    for index in np.flatnonzero(records.fields != width).tolist():
        found = int(records.fields[index])
        code: RowErrorCode = "too_few_fields" if found < width else "too_many_fields"
        errors.add(index, code, f"expected {width} fields as in the header, found {found}")


def _set_unreadable_aside(data: bytes, records: Records, errors: RowErrors) -> None:
    """Pandas would end a text at a NUL, and refuse the chunk for one byte that is no UTF-8."""
    if not data.isascii() and not _is_utf8(data):
        for index, record in enumerate(_each_record(data, records)):
            if not _is_utf8(record):
                errors.add(index, "invalid_utf8", "the row is not UTF-8 text")
    if b"\0" in data:
        for index, record in enumerate(_each_record(data, records)):
            if b"\0" in record:
                errors.add(index, "nul_character", "the row holds a NUL character, which would cut its cell short")


def _each_record(data: bytes, records: Records) -> Iterator[bytes]:
    return (data[start:end] for start, end in zip(records.starts.tolist(), records.ends.tolist(), strict=True))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_values(source: _Source, rows: Rows) -> pd.DataFrame:
    """Features with their types, and the texts that are no features too.

    Raises:
        ValueError: Some number does not parse.
    """
    columns = source.columns
    types: dict[int, ColumnType] = dict.fromkeys(columns.texts, "str")
    types |= {position: csv_type(feature) for feature, position in columns.features}
    return source.read(rows, types, tuple(position for _, position in columns.features))


def _read_texts(source: _Source, rows: Rows, values: pd.DataFrame | None = None) -> dict[int, list[str]]:
    features = {position for _, position in source.columns.features}
    wanted = [position for position in source.columns.texts if values is None or position in features]
    read = source.read(rows, dict.fromkeys(wanted, "str")) if wanted else pd.DataFrame()
    return {
        position: (read if values is None or position in features else values)[position].tolist()
        for position in source.columns.texts
    }


def _set_unparsable_aside(source: _Source, rows: Rows, errors: RowErrors) -> None:
    numbers = source.columns.numbers
    suspects = _columns_with_foreign_cells(source, rows)
    written = source.read(rows, dict.fromkeys(suspects, "str"))
    for position in suspects:
        name, cells = numbers[position], written[position].to_numpy(dtype=object)
        for index in np.flatnonzero(~are_numbers(cells, source.dialect["decimal"])).tolist():
            message = in_column(name, f"{quoted(cells[index])} is not a number")
            errors.add(int(rows[index]), "not_a_number", message, name)


def _columns_with_foreign_cells(source: _Source, rows: Rows) -> list[int]:
    """Numeric columns, in the manifest's order, that the parser left to itself would not read as numbers."""
    numbers = source.columns.numbers
    inferred = source.read(rows, dict.fromkeys(numbers, "inferred"), tuple(numbers))
    return [position for position in numbers if inferred[position].dtype.kind not in "iuf"]


def _spread(texts: list[str], rows: Rows, total: int) -> list[str | None]:
    if len(rows) == total:
        return list(texts)
    spread: list[str | None] = [None] * total
    for row, text in zip(rows.tolist(), texts, strict=True):
        spread[row] = text
    return spread
