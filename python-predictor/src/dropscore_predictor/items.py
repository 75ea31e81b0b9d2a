"""A row's item in the Scores table, as DynamoDB's wire format has it.

Built by hand: the same rows through Decimal and the TypeSerializer take five times as long. An item holds nothing that
another delivery of its chunk would write otherwise, and never more than `item_size` has room for: an id that no key can
hold is left out, and stands in the result file only.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from . import keys
from .attributes import Attribute, Item, attribute
from .classes import Label
from .contracts.types import RowError
from .scored_chunk import ScoredChunk
from .scores import Scores


class ScoreItems:
    """The items of one chunk."""

    def __init__(self, chunk: ScoredChunk) -> None:
        self._chunk = chunk
        self._positions = chunk.positions()
        self._lines: list[int] | None = None if chunk.lines is None else chunk.lines.tolist()
        self._scored = _score_attributes(chunk)
        self._vectors = chunk.scores.vectors
        message = chunk.message
        self._job_id = message["jobId"]
        self._model = message["model"]["name"]
        self._version = message["model"]["version"]
        self._shared: Item = {
            "jobId": {"S": self._job_id},
            "model": {"S": self._model},
            "version": {"N": str(self._version)},
            "sourceTime": {"S": message["sourceTime"]},
        }
        if "expiresAt" in message:
            self._shared["expiresAt"] = {"N": str(message["expiresAt"])}

    def __iter__(self) -> Iterator[Item]:
        """Every item, in turns over the partitions: one takes 1,000 writes a second, twenty of them 20,000."""
        block = keys.ROWS_PER_BLOCK
        first, count = self._chunk.first_row, len(self._chunk)
        for offset in range(block):
            for index in range((offset - first) % block, count, block):
                yield self._item(index)

    def _item(self, index: int) -> Item:
        row = self._chunk.first_row + index
        number = {"N": str(row)}
        item: Item = {
            "pk": {"S": keys.score_partition(self._job_id, row)},
            "sk": number,
            **self._shared,
            "row": number,
        }
        if self._lines is not None:
            item["line"] = {"N": str(self._lines[index])}
        if self._chunk.ids is not None:
            self._add_id(item, self._chunk.ids[index], row)
        if self._chunk.passthrough and index not in self._chunk.oversized:
            self._add_passthrough(item, index)
        position = self._positions[index]
        if position >= 0:
            item.update(self._scored[position])
            if self._vectors is not None:
                item["vector"] = _vector(self._vectors[position])
        elif error := self._chunk.errors.get(index):
            item["error"] = {"M": _error(error)}
        return item

    def _add_id(self, item: Item, record_id: str | None, row: int) -> None:
        if not record_id or record_id in self._chunk.too_long:
            return
        item["recordId"] = {"S": record_id}
        if record_id not in self._chunk.repeated:
            order = keys.record_order(self._chunk.message["sourceTime"], self._version, self._job_id, row)
            item["record"] = {"S": keys.record_partition(self._model, record_id)}
            item["recordOrder"] = {"S": order}

    def _add_passthrough(self, item: Item, index: int) -> None:
        texts = {
            name: {"S": texts[index]} for name, texts in self._chunk.passthrough.items() if texts[index] is not None
        }
        if texts:
            item["passthrough"] = {"M": texts}


def _score_attributes(chunk: ScoredChunk) -> list[Item]:
    """The part of its score of each scored row's item; column by column, as that is where the time goes.

    Vectors are left to `_item`: those of a chunk would take as much room again.
    """
    items: list[Item] = [{} for _ in range(len(chunk.scores))]
    for title, column in _score_columns(chunk.scores, chunk.model.classes.names):
        for item, value in zip(items, column, strict=True):
            if value is not None:
                item[title] = value
    return items


def _score_columns(scores: Scores, classes: tuple[str, ...]) -> Iterator[tuple[str, Iterable[Attribute | None]]]:
    if scores.predictions is not None:
        yield "prediction", map(attribute, scores.predictions)
    if scores.score is not None:
        yield "score", map(attribute, scores.score.tolist())
    if scores.tiers is not None:
        yield "tier", ({"S": tier} if tier is not None else None for tier in scores.tiers)
    if scores.probabilities is not None:
        yield "probabilities", (_named(classes, shares) for shares in scores.probabilities.tolist())
    if scores.outputs is not None:
        names = tuple(scores.outputs)
        yield "outputs", (_named(names, values) for values in zip(*scores.outputs.values(), strict=True))


def _named(names: Sequence[str], values: Iterable[Label]) -> Attribute:
    return {"M": {name: attribute(value) for name, value in zip(names, values, strict=True)}}


def _vector(vector: NDArray[np.float32]) -> Attribute:
    """A binary attribute, little-endian float32, in the base 64 of the wire.

    Not a list of numbers: DynamoDB counts 7 bytes or so for each of one, and a write unit for every KB. 384 numbers are
    2 units in binary, and 3 as a list.
    """
    return {"B": base64.b64encode(vector.astype("<f4", copy=False).tobytes()).decode("ascii")}


def _error(error: RowError) -> Item:
    attributes: Item = {"code": {"S": error["code"]}, "message": {"S": error["message"]}}
    if "line" in error:
        attributes["line"] = {"N": str(error["line"])}
    if "column" in error:
        attributes["column"] = {"S": error["column"]}
    return attributes
