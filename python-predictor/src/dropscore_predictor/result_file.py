"""A chunk's result file: what pandas, Athena and a person open. The same chunk always gives the same bytes.

Its own columns keep their names: row, line, prediction, score, tier, proba_<class>, output_<name>, vector, error_code,
error_column and error_message. A column of the source with such a name, whether or not this model fills it, is written
as `source_<name>`; so is one whose name is such a name behind one or more `source_`. Every other keeps its name. Thus
no two names meet, and a name follows from that of the source alone. The id column and the passthrough columns are each
written once, the id column in its own place.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .classes import Label, class_text
from .scored_chunk import ScoredChunk

COMPRESSION = 4
"""Levels above cost more time than they save space on digits."""

_OWN_TITLE = re.compile(
    r"(source_)*(row|line|prediction|score|tier|vector|error_code|error_column|error_message|proba_.*|output_.*)",
    re.DOTALL,
)

Cell = str | int | float | None
Column = list[Cell]


def result_file(chunk: ScoredChunk) -> bytes:
    """Gzipped CSV, a line a row in the order of the source, errors included.

    Columns that the source or the model cannot fill are left out: lines of a joblib source, probabilities of a
    regression, tiers where a model has none. A vector is one column, a JSON array.
    """
    columns: dict[str, Iterable[Cell]] = {
        "row": _rows(chunk),
        **_lines(chunk),
        **_ids(chunk),
        **_scores(chunk),
        **_errors(chunk),
        **_passthrough(chunk),
    }
    body = io.BytesIO()
    with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=COMPRESSION, mtime=0) as file:
        lines = _Lines(file)
        writer = csv.writer(lines, lineterminator=_Lines.TERMINATOR)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        lines.flush()
    return body.getvalue()


def source_title(name: str) -> str:
    """What a column of the source is called in a result file: no two become one, and none meets one of the file's."""
    return f"source_{name}" if _OWN_TITLE.fullmatch(name) else name


class _Lines:
    """Lines that end in LF, of a writer that quotes both CR and LF.

    Before Python 3.13 a writer quotes only those line breaks that its own terminator is made of. They are handed on
    some at a time: the text of a chunk's vectors takes several times the room that they do.
    """

    TERMINATOR = "\r\n"
    BATCH = 500

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix(self.TERMINATOR))
        if len(self._lines) == self.BATCH:
            self.flush()

    def flush(self) -> None:
        self._file.write("\n".join([*self._lines, ""]).encode())
        self._lines.clear()


def _rows(chunk: ScoredChunk) -> Column:
    return list(range(chunk.first_row, chunk.first_row + len(chunk)))


def _lines(chunk: ScoredChunk) -> dict[str, Column]:
    return {} if chunk.lines is None else {"line": chunk.lines.tolist()}


def _ids(chunk: ScoredChunk) -> dict[str, Column]:
    return {} if chunk.ids is None else {source_title(chunk.model.manifest["idColumn"]): list(chunk.ids)}


def _passthrough(chunk: ScoredChunk) -> dict[str, Column]:
    id_column = None if chunk.ids is None else chunk.model.manifest["idColumn"]
    return {source_title(name): list(texts) for name, texts in chunk.passthrough.items() if name != id_column}


def _scores(chunk: ScoredChunk) -> dict[str, Iterable[Cell]]:
    scores, names, positions = chunk.scores, chunk.model.classes.names, chunk.positions()
    columns: dict[str, Iterable[Cell]] = {}
    if scores.predictions is not None:
        columns["prediction"] = _shown(scores.predictions)
    if scores.score is not None:
        columns["score"] = scores.score.tolist()
    if scores.tiers is not None:
        columns["tier"] = scores.tiers
    if scores.probabilities is not None:
        shares = scores.probabilities.T.tolist()
        columns |= {f"proba_{name}": column for name, column in zip(names, shares, strict=True)}
    if scores.outputs is not None:
        columns |= {f"output_{name}": _shown(column) for name, column in scores.outputs.items()}
    spread: dict[str, Iterable[Cell]] = {title: _spread(values, positions) for title, values in columns.items()}
    if (vectors := scores.vectors) is not None:
        spread["vector"] = (_array_text(vectors[place]) if place >= 0 else None for place in positions)
    return spread


def _shown(values: Iterable[Label]) -> Iterable[Cell]:
    return (class_text(value) if isinstance(value, bool) else value for value in values)


def _array_text(vector: NDArray[np.float32]) -> str:
    """A JSON array; a float32 as text is the shortest decimal that reads back to it."""
    return f"[{','.join(map(str, vector))}]"


def _errors(chunk: ScoredChunk) -> dict[str, Column]:
    codes: Column = [None] * len(chunk)
    names, messages = codes.copy(), codes.copy()
    for index in chunk.errors:
        if error := chunk.errors.get(index):
            codes[index], names[index], messages[index] = error["code"], error.get("column"), error["message"]
    return {"error_code": codes, "error_column": names, "error_message": messages}


def _spread(values: Iterable[Cell], positions: list[int]) -> Column:
    """The values of the scored rows, an empty cell for every other row."""
    cells = [*values, None]
    return [cells[position] for position in positions]
