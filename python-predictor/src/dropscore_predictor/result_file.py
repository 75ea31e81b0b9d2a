"""A chunk's result file: what pandas, Athena and a person open. The same chunk always gives the same bytes.

Its own columns keep their names: row, line, prediction, score, tier, proba_<class>, error_code, error_column and
error_message. A column of the source with such a name, whether or not this model fills it, is written as
`source_<name>`; so is one whose name is such a name behind one or more `source_`. Every other keeps its name. Thus no
two names meet, and a name follows from that of the source alone. The id column and the passthrough columns are each
written once, the id column in its own place.
"""

import csv
import gzip
import re
from collections.abc import Iterable

from .classes import class_text
from .scored_chunk import ScoredChunk

COMPRESSION = 4
"""Levels above cost more time than they save space on digits."""

_OWN_TITLE = re.compile(
    r"(source_)*(row|line|prediction|score|tier|error_code|error_column|error_message|proba_.*)", re.DOTALL
)

Column = list[str | int | float | None]


def result_file(chunk: ScoredChunk) -> bytes:
    """Gzipped CSV, a line a row in the order of the source, errors included.

    Columns that the model cannot fill are left out: probabilities of a regression, tiers where it has none.
    """
    columns: dict[str, Column] = {
        "row": _rows(chunk),
        "line": chunk.lines.tolist(),
        **_ids(chunk),
        **_scores(chunk),
        **_errors(chunk),
        **_passthrough(chunk),
    }
    table = _Lines()
    writer = csv.writer(table, lineterminator=_Lines.TERMINATOR)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return gzip.compress(table.text().encode(), compresslevel=COMPRESSION, mtime=0)


def source_title(name: str) -> str:
    """What a column of the source is called in a result file: no two become one, and none meets one of the file's."""
    return f"source_{name}" if _OWN_TITLE.fullmatch(name) else name


class _Lines:
    """Lines that end in LF, of a writer that quotes both CR and LF.

    Before Python 3.13 a writer quotes only those line breaks that its own terminator is made of.
    """

    TERMINATOR = "\r\n"

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix(self.TERMINATOR))

    def text(self) -> str:
        return "\n".join([*self._lines, ""])


def _rows(chunk: ScoredChunk) -> Column:
    return list(range(chunk.first_row, chunk.first_row + len(chunk)))


def _ids(chunk: ScoredChunk) -> dict[str, Column]:
    return {} if chunk.ids is None else {source_title(chunk.model.manifest["idColumn"]): list(chunk.ids)}


def _passthrough(chunk: ScoredChunk) -> dict[str, Column]:
    id_column = None if chunk.ids is None else chunk.model.manifest["idColumn"]
    return {source_title(name): list(texts) for name, texts in chunk.passthrough.items() if name != id_column}


def _scores(chunk: ScoredChunk) -> dict[str, Column]:
    scores, positions = chunk.scores, chunk.positions()
    shown = (class_text(label) if isinstance(label, bool) else label for label in scores.predictions)
    columns = {"prediction": _spread(shown, positions)}
    if scores.probabilities is not None:
        columns["score"] = _spread(scores.headline.tolist(), positions)
    if scores.tiers is not None:
        columns["tier"] = _spread(scores.tiers, positions)
    if scores.probabilities is not None:
        for name, shares in zip(chunk.model.classes.names, scores.probabilities.T.tolist(), strict=True):
            columns[f"proba_{name}"] = _spread(shares, positions)
    return columns


def _errors(chunk: ScoredChunk) -> dict[str, Column]:
    codes: Column = [None] * len(chunk)
    names, messages = codes.copy(), codes.copy()
    for index in chunk.errors:
        if error := chunk.errors.get(index):
            codes[index], names[index], messages[index] = error["code"], error.get("column"), error["message"]
    return {"error_code": codes, "error_column": names, "error_message": messages}


def _spread(values: Iterable[str | int | float | None], positions: list[int]) -> Column:
    """The values of the scored rows, an empty cell for every other row."""
    cells = [*values, None]
    return [cells[position] for position in positions]
