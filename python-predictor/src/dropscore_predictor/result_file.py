"""A chunk's result file: what pandas, Athena and a person open. The same chunk always gives the same bytes."""

import csv
import gzip
import io
from collections.abc import Iterable

from .classes import class_text
from .scored_chunk import ScoredChunk

COMPRESSION = 4
"""Levels above cost more time than they save space on digits."""

Column = list[str | int | float | None]


def result_file(chunk: ScoredChunk) -> bytes:
    """Gzipped CSV, a line a row in the order of the source, errors included.

    Columns that the model cannot fill are left out: probabilities of a regression, tiers where it has none.
    """
    columns = {"row": _rows(chunk), "line": chunk.lines.tolist(), **_ids(chunk), **_scores(chunk), **_errors(chunk)}
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*columns, *chunk.passthrough])
    writer.writerows(zip(*columns.values(), *chunk.passthrough.values(), strict=True))
    return gzip.compress(table.getvalue().encode(), compresslevel=COMPRESSION, mtime=0)


def _rows(chunk: ScoredChunk) -> Column:
    return list(range(chunk.first_row, chunk.first_row + len(chunk)))


def _ids(chunk: ScoredChunk) -> dict[str, Column]:
    return {} if chunk.ids is None else {chunk.model.manifest["idColumn"]: list(chunk.ids)}


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
