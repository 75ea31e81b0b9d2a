"""Where each record of a chunk stands, and how many fields it has, by the rules of the pandas C tokenizer.

pandas itself does not tell: it pads a short row, and drops the surplus of a long one where `usecols` is given. The
rules: CR, LF and CRLF end a record; a quote opens only at the start of a field; `""` inside quotes is a quote; text
after a closing quote is unquoted; blank and whitespace-only lines are no records; a line of only `""` is one.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .tokens import UnterminatedQuote, scan

Positions = NDArray[np.int64]

_LF, _CR, _QUOTE = b'\n\r"'


@dataclass(frozen=True)
class Records:
    """Aligned arrays, one entry a record, in the order of the data."""

    starts: Positions
    """First byte of each record."""
    ends: Positions
    """The byte after each record, its terminator included."""
    lines: Positions
    """Line of the source on which each record begins."""
    fields: Positions
    """Number of fields in each record."""

    def __len__(self) -> int:
        return len(self.starts)


def locate(data: bytes, delimiter: str, first_line: int = 1) -> Records:
    """Finds the records of a run of whole records.

    Args:
        data: The bytes of the chunk.
        delimiter: One ASCII character.
        first_line: Line of the source on which the first byte stands.

    Raises:
        UnterminatedQuote: The data end inside quotes.
    """
    buffer = np.frombuffer(data, dtype=np.uint8)
    line_ends = _line_ends(data, buffer)
    quotes = np.flatnonzero(buffer == _QUOTE) if b'"' in data else np.empty(0, np.int64)
    if _needs_scan(data, buffer, line_ends, quotes, delimiter):
        starts, ends, fields = (np.array(column, dtype=np.int64) for column in scan(data, delimiter))
    else:
        starts, ends = _between_outer_breaks(data, line_ends, quotes)
        written = ~_are_blank(data, buffer, starts, ends, delimiter)
        starts, ends = starts[written], ends[written]
        fields = _count_fields(buffer, starts, ends, quotes, delimiter)
    return Records(starts, ends, first_line + np.searchsorted(line_ends, starts, side="right"), fields)


def _line_ends(data: bytes, buffer: NDArray[np.uint8]) -> Positions:
    """The byte after each line break, quoted or not."""
    feeds = np.flatnonzero(buffer == _LF)
    if b"\r" not in data:
        return feeds + 1
    returns = np.flatnonzero(buffer == _CR)
    alone = returns[buffer[np.minimum(returns + 1, len(buffer) - 1)] != _LF]
    return np.sort(np.concatenate([feeds, alone])) + 1 if len(alone) else feeds + 1


def _needs_scan(
    data: bytes, buffer: NDArray[np.uint8], line_ends: Positions, quotes: Positions, delimiter: str
) -> bool:
    """Whether parity of quotes does not tell what is quoted, or a blank line swallows what follows it."""
    return not _well_placed(buffer, quotes, delimiter) or _has_swallowing_line(data, buffer, line_ends, delimiter)


def _well_placed(buffer: NDArray[np.uint8], quotes: Positions, delimiter: str) -> bool:
    """True where every quote opens at the start of a field, closes at the end of one, or is doubled inside quotes.

    By induction over the quotes, each byte is then quoted exactly if an odd number of quotes stands before it: a
    doubled quote closes and opens again, and counts as a border for that.
    """
    if len(quotes) == 0:
        return True
    if len(quotes) % 2:
        return False
    borders = np.zeros(256, dtype=np.bool_)
    borders[[_LF, _CR, _QUOTE, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = borders[buffer[np.maximum(opening - 1, 0)]] | (opening == 0)
    after = borders[buffer[np.minimum(closing + 1, len(buffer) - 1)]] | (closing == len(buffer) - 1)
    return bool(np.all(before & after))


def _has_swallowing_line(data: bytes, buffer: NDArray[np.uint8], line_ends: Positions, delimiter: str) -> bool:
    """A blank line that ends in CR alone makes pandas skip a delimiter after it."""
    inner = line_ends[line_ends < len(buffer)]
    suspect = (buffer[inner - 1] == _CR) & (buffer[inner] == ord(delimiter))
    swallowing = rb"(?:\A|[\r\n])[ \t]*\r" + re.escape(delimiter.encode())
    return bool(suspect.any()) and re.search(swallowing, data) is not None


def _between_outer_breaks(data: bytes, line_ends: Positions, quotes: Positions) -> tuple[Positions, Positions]:
    """Starts and ends of what lies between line breaks outside quotes, blank lines included."""
    outer = line_ends[np.searchsorted(quotes, line_ends - 1) % 2 == 0] if len(quotes) else line_ends
    starts = np.append(0, outer)
    ends = np.append(outer, len(data))
    return (starts[:-1], ends[:-1]) if starts[-1] == len(data) else (starts, ends)


def _are_blank(
    data: bytes, buffer: NDArray[np.uint8], starts: Positions, ends: Positions, delimiter: str
) -> NDArray[np.bool_]:
    first = buffer[starts]
    blank: NDArray[np.bool_] = (first == _LF) | (first == _CR)
    whitespace = b" \t".replace(delimiter.encode(), b"")
    for index in np.flatnonzero(np.isin(first, list(whitespace))):
        blank[index] = not data[starts[index] : ends[index]].strip(whitespace + b"\r\n")
    return blank


def _count_fields(
    buffer: NDArray[np.uint8], starts: Positions, ends: Positions, quotes: Positions, delimiter: str
) -> Positions:
    delimiters = np.flatnonzero(buffer == ord(delimiter))
    if len(quotes):
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    if len(starts) and len(delimiters) and len(delimiters) % len(starts) == 0:
        # As a rule all records have the same number of fields, which is seen from the first and the last of each.
        of_each = delimiters.reshape(len(starts), -1)
        if np.all(of_each[:, 0] >= starts) and np.all(of_each[:, -1] < ends):
            return np.full(len(starts), of_each.shape[1] + 1)
    return np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1


__all__ = ["Records", "UnterminatedQuote", "locate"]
