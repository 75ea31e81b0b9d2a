"""A chunk's result file: what pandas, Athena and a person open. The same chunk always gives the same bytes.

Its own columns keep their names: row, line, prediction, score, tier, proba_<class>, output_<name>, vector, error_code,
error_column and error_message. A column of the source with such a name, whether or not this model fills it, is written
as `source_<name>`; so is one whose name is such a name behind one or more `source_`. Every other keeps its name. Thus
no two names meet, and a name follows from that of the source alone. The id column and the passthrough columns are each
written once, the id column in its own place.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
import orjson
from numpy.typing import NDArray

from .classes import Label, class_text
from .scored_chunk import ScoredChunk

COMPRESSION = 1
"""Higher levels take two to seven times as long for 6 to 9 % less: digits hold little to find again."""

_GZIP = 16 + zlib.MAX_WBITS
_BATCH = 500
"""Records that are compressed at once: the text of a chunk's vectors takes several times the room that they do."""

_SPECIAL = frozenset('",\r\n')

_OWN_TITLE = re.compile(
    r"(source_)*(row|line|prediction|score|tier|vector|error_code|error_column|error_message|proba_.*|output_.*)",
    re.DOTALL,
)

Texts = Iterable[str]
"""The cells of a column as the file has them, quoted where that is needed."""


def result_file(chunk: ScoredChunk) -> bytes:
    """Gzipped CSV, a line a row in the order of the source, errors included.

    Columns that the source or the model cannot fill are left out: lines of a joblib source, probabilities of a
    regression, tiers where a model has none. A vector is one column, a JSON array.
    """
    columns: dict[str, Texts] = {
        "row": _decimals(list(range(chunk.first_row, chunk.first_row + len(chunk)))),
        **_lines(chunk),
        **_ids(chunk),
        **_scores(chunk),
        **_errors(chunk),
        **_passthrough(chunk),
    }
    compressor = zlib.compressobj(COMPRESSION, zlib.DEFLATED, _GZIP)
    parts = [compressor.compress(f"{','.join(_quoted(list(columns)))}\n".encode())]
    records = map(",".join, zip(*columns.values(), strict=True))
    while batch := "\n".join(islice(records, _BATCH)):
        parts.append(compressor.compress(f"{batch}\n".encode()))
    return b"".join([*parts, compressor.flush()])


def source_title(name: str) -> str:
    """What a column of the source is called in a result file: no two become one, and none meets one of the file's."""
    return f"source_{name}" if _OWN_TITLE.fullmatch(name) else name


def _lines(chunk: ScoredChunk) -> dict[str, Texts]:
    return {} if chunk.lines is None else {"line": _decimals(chunk.lines.tolist())}


def _ids(chunk: ScoredChunk) -> dict[str, Texts]:
    return {} if chunk.ids is None else {source_title(chunk.model.manifest["idColumn"]): _quoted(chunk.ids)}


def _passthrough(chunk: ScoredChunk) -> dict[str, Texts]:
    id_column = None if chunk.ids is None else chunk.model.manifest["idColumn"]
    return {source_title(name): _quoted(texts) for name, texts in chunk.passthrough.items() if name != id_column}


def _scores(chunk: ScoredChunk) -> dict[str, Texts]:
    scores, names, positions = chunk.scores, chunk.model.classes.names, chunk.positions()
    columns: dict[str, Sequence[str]] = {}
    if scores.predictions is not None:
        columns["prediction"] = _shown(scores.predictions)
    if scores.score is not None:
        columns["score"] = _decimals(scores.score.tolist())
    if scores.tiers is not None:
        columns["tier"] = _quoted(scores.tiers)
    if scores.probabilities is not None:
        shares = scores.probabilities.T.tolist()
        columns |= {f"proba_{name}": _decimals(column) for name, column in zip(names, shares, strict=True)}
    if scores.outputs is not None:
        columns |= {f"output_{name}": _shown(column) for name, column in scores.outputs.items()}
    spread: dict[str, Texts] = {title: _spread(texts, positions) for title, texts in columns.items()}
    if (vectors := scores.vectors) is not None:
        spread["vector"] = (f'"{_array_text(vectors[place])}"' if place >= 0 else "" for place in positions)
    return spread


def _array_text(vector: NDArray[np.float32]) -> str:
    """A JSON array; a float32 as text is the shortest decimal that reads back to it."""
    return f"[{','.join(map(str, vector))}]"


def _errors(chunk: ScoredChunk) -> dict[str, Texts]:
    codes = [""] * len(chunk)
    if len(chunk.errors) == 0:
        return dict.fromkeys(("error_code", "error_column", "error_message"), codes)
    names, messages = codes.copy(), codes.copy()
    for index in chunk.errors:
        if error := chunk.errors.get(index):
            codes[index], names[index], messages[index] = error["code"], error.get("column", ""), error["message"]
    return {"error_code": codes, "error_column": _quoted(names), "error_message": _quoted(messages)}


def _shown(values: list[Label]) -> list[str]:
    if set(map(type, values)) == {float}:
        return _decimals(values)
    return _quoted([class_text(value) if isinstance(value, bool) else str(value) for value in values])


def _decimals(numbers: Sequence[Label]) -> list[str]:
    """The shortest decimals that read back to these finite numbers; orjson takes a twentieth of the time of `repr`."""
    return orjson.dumps(numbers)[1:-1].decode().split(",") if numbers else []


def _quoted(texts: Sequence[str | None]) -> list[str]:
    """Texts as cells, in quotes where they hold what ends a cell or a record; None as nothing."""
    cells = [text or "" for text in texts]
    written = "".join(cells)
    if not any(mark in written for mark in _SPECIAL):
        return cells
    return [cell if _SPECIAL.isdisjoint(cell) else '"' + cell.replace('"', '""') + '"' for cell in cells]


def _spread(texts: Sequence[str], positions: list[int]) -> Sequence[str]:
    """The texts of the scored rows, an empty cell for every other row."""
    if len(texts) == len(positions):
        return texts
    cells = [*texts, ""]
    return [cells[position] for position in positions]
