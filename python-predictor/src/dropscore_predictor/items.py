"""A row's item in the Scores table, as DynamoDB's wire format has it.

Built by hand: the same rows through Decimal and the TypeSerializer take five times as long. An item holds nothing that
another delivery of its chunk would write otherwise, and never more than `item_size` has room for: an id that no key can
hold is left out, and stands in the result file only.
"""

from collections.abc import Iterator
from typing import Any

from . import keys
from .classes import Label
from .contracts.types import RowError
from .numbers import decimal_text, is_storable
from .scored_chunk import ScoredChunk

Attribute = dict[str, Any]
Item = dict[str, Attribute]


class ScoreItems:
    """The items of one chunk."""

    def __init__(self, chunk: ScoredChunk) -> None:
        self._chunk = chunk
        self._positions = chunk.positions()
        self._lines: list[int] = chunk.lines.tolist()
        self._scored = _score_attributes(chunk)
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
            "line": {"N": str(self._lines[index])},
        }
        if self._chunk.ids is not None:
            self._add_id(item, self._chunk.ids[index], row)
        if self._chunk.passthrough and index not in self._chunk.oversized:
            self._add_passthrough(item, index)
        position = self._positions[index]
        if position >= 0:
            item.update(self._scored[position])
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
    """The part of its score of each scored row's item; column by column, as that is where the time goes."""
    scores, names = chunk.scores, chunk.model.classes.names
    items: list[Item] = [{"prediction": attribute(value)} for value in scores.predictions]
    if scores.probabilities is not None:
        for item, value in zip(items, scores.headline.tolist(), strict=True):
            item["score"] = attribute(value)
        for item, shares in zip(items, scores.probabilities.tolist(), strict=True):
            item["probabilities"] = {"M": {name: attribute(share) for name, share in zip(names, shares, strict=True)}}
    if scores.tiers is not None:
        for item, tier in zip(items, scores.tiers, strict=True):
            if tier is not None:
                item["tier"] = {"S": tier}
    return items


def attribute(value: Label) -> Attribute:
    """A prediction or a probability; a double that DynamoDB's numbers cannot hold is kept as its decimal text."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N" if is_storable(value) else "S": decimal_text(value)}


def _error(error: RowError) -> Item:
    attributes: Item = {
        "code": {"S": error["code"]},
        "message": {"S": error["message"]},
        "line": {"N": str(error["line"])},
    }
    if "column" in error:
        attributes["column"] = {"S": error["column"]}
    return attributes
