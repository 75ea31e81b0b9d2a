"""The tokenizer's rules byte by byte: for data whose quotes stand in odd places."""

import re
from functools import cache
from typing import NamedTuple


class UnterminatedQuote(Exception):
    """The data end inside a quoted field."""


class Tokens(NamedTuple):
    """The expressions of one delimiter."""

    blank: re.Pattern[bytes]
    """A blank line; group 1 is its end."""
    field: re.Pattern[bytes]
    """A field; group 1 is its end."""


def scan(data: bytes, delimiter: str) -> tuple[list[int], list[int], list[int]]:
    """Start, end and number of fields of each record; exact whatever the quotes, about 0.5 µs a field.

    Raises:
        UnterminatedQuote: The data end inside quotes.
    """
    blank, field = _tokens(delimiter)
    mark = delimiter.encode()
    starts: list[int] = []
    ends: list[int] = []
    counts: list[int] = []
    position = 0
    while position < len(data):
        if line := blank.match(data, position):
            # After a blank line that ends in CR alone, pandas takes a delimiter for a part of that line end.
            swallows = line[1] == b"\r" and data.startswith(mark, line.end())
            position = line.end() + swallows
            continue
        starts.append(position)
        position, fields = _record_end(data, position, field, mark)
        ends.append(position)
        counts.append(fields)
    return starts, ends, counts


def _record_end(data: bytes, position: int, field: re.Pattern[bytes], mark: bytes) -> tuple[int, int]:
    fields = 0
    while True:
        found = field.match(data, position)
        if found is None:
            raise UnterminatedQuote
        fields += 1
        position = found.end()
        if found[1] != mark:
            return position, fields


@cache
def _tokens(delimiter: str) -> Tokens:
    mark = re.escape(delimiter.encode())
    whitespace = b"[ \t]".replace(delimiter.encode(), b"")
    quoted = rb'"(?:[^"]++|"")*+"[^' + mark + rb"\r\n]*+"
    plain = rb'(?!")[^' + mark + rb"\r\n]*+"
    end = rb"(" + mark + rb"|\r\n?|\n|\Z)"
    return Tokens(
        blank=re.compile(whitespace + rb"*+(\r\n?|\n|\Z)"),
        field=re.compile(rb"(?:" + quoted + rb"|" + plain + rb")" + end),
    )
