"""Which rows would not fit an item of the Scores table, by DynamoDB's way to count: UTF-8 bytes, names included.

An item is made of parts that are each bounded:

| part | most |
|---|---|
| keys, times, numbers | 1 KB |
| the id, twice | 4 KB: a longer one is not stored |
| an error: code, message of 400 characters, column of 1,024 | 6 KB |
| prediction, tier, probabilities, outputs, vector | follows from the model |
| passthrough texts and their names | what is left of the 400 KB |
"""

from collections.abc import Collection

import numpy as np

from .errors import JobFailed
from .loaded_model import LoadedModel
from .row_errors import in_column
from .rows import ChunkRows
from .score import OUTPUT_TEXT_BYTES

ITEM_BYTES = 400 * 1024
RESERVED_BYTES = 16 * 1024
"""Room for the parts that are the same for every model."""

_ELEMENT_BYTES = 1
"""Of each entry of a map, beside its name and value."""
_NUMBER_BYTES = 24
"""The longest text of a double; as a number it takes 21 at most."""
_FLOAT32_BYTES = 4
_CHARACTER_BYTES = 4
"""The most that one takes in UTF-8."""


def set_oversized_aside(rows: ChunkRows, model: LoadedModel) -> frozenset[int]:
    """Adds rows whose passthrough texts and score would fill more than an item to the errors.

    Returns:
        Those rows, also where they have another error: their items leave the texts out.

    Raises:
        JobFailed: Not even a row without texts would fit.
    """
    room = ITEM_BYTES - RESERVED_BYTES - _score_bytes(model)
    if room < 0:
        message = f"A row of this model's scores may take {ITEM_BYTES - room:,} bytes, and DynamoDB's items 409,600."
        raise JobFailed("model_invalid", f"{message} Have its scores written to files alone (output: files).")
    texts = {name: rows.parsed.texts[place] for name, place in rows.columns.passthrough}
    names = sum(_entry_bytes(name, "") for name in texts)
    oversized = set()
    for index in _longer(texts.values(), (room - names) // _CHARACTER_BYTES):
        sizes = {name: _entry_bytes(name, column[index] or "") for name, column in texts.items()}
        if sum(sizes.values()) > room:
            widest = max(sizes, key=lambda name: sizes[name])
            message = in_column(widest, "with its text, the row's item would exceed DynamoDB's 400 KB")
            rows.errors.add(index, "item_too_large", message, widest)
            oversized.add(index)
    return frozenset(oversized)


def _longer(columns: Collection[list[str | None]], most: int) -> list[int]:
    """Rows whose texts are longer in all than `most` characters."""
    lengths = [np.fromiter((len(text or "") for text in column), np.int64, len(column)) for column in columns]
    longer: list[int] = np.flatnonzero(sum(lengths) > most).tolist()
    return longer


def _score_bytes(model: LoadedModel) -> int:
    """The most that the score of a row can take."""
    names, output = model.classes.names, model.manifest["output"]
    tiers = [tier["name"] for tier in output.get("tiers", [])]
    headlines = _NUMBER_BYTES * 2 + sum(
        max((len(text.encode()) for text in texts), default=0) for texts in (names, tiers)
    )
    probabilities = sum(_entry_bytes(name, "") + _NUMBER_BYTES for name in names)
    outputs = sum(_entry_bytes(name, "") + OUTPUT_TEXT_BYTES for name in output.get("names", []))
    return headlines + probabilities + outputs + _FLOAT32_BYTES * output.get("dimension", 0)


def _entry_bytes(name: str, text: str) -> int:
    return _ELEMENT_BYTES + len(name.encode()) + len(text.encode())
