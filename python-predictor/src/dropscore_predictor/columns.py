"""Where the columns that a model needs stand in a source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .contracts.types import Dialect, Feature, ModelManifest
from .csv_reader import ColumnType, read_columns
from .errors import JobFailed, printable
from .records import locate

_HEADERS_KEPT = 8


@dataclass(frozen=True)
class Columns:
    """The fields of a record that matter, by position."""

    width: int
    """Fields in the header, and so in every whole record; columns of a table."""
    features: tuple[tuple[Feature, int], ...]
    """In the order of the manifest, whatever the order of the source."""
    record_id: int | None
    passthrough: tuple[tuple[str, int], ...]
    id_name: str | None = None

    @property
    def texts(self) -> tuple[int, ...]:
        """Positions that are kept as written."""
        own = () if self.record_id is None else (self.record_id,)
        return tuple(dict.fromkeys(own + tuple(position for _, position in self.passthrough)))

    @property
    def names(self) -> dict[int, str]:
        """Positions of all of them, and what each is called."""
        named = [(feature["name"], position) for feature, position in self.features] + list(self.passthrough)
        if self.record_id is not None and self.id_name is not None:
            named.append((self.id_name, self.record_id))
        return {position: name for name, position in named}

    @property
    def numbers(self) -> dict[int, str]:
        """Positions and names of the numeric features."""
        return {
            position: feature["name"] for feature, position in self.features if feature["type"] in ("float", "integer")
        }


def header_names(header: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The names in a header record, read by the parser that reads the records.

    Raises:
        JobFailed: The header is no UTF-8 text.
    """
    return _header_names(header, dialect["delimiter"], dialect["decimal"])


@lru_cache(_HEADERS_KEPT)
def _header_names(
    header: bytes, delimiter: Literal[",", "\t", ";", "|"], decimal: Literal[".", ","]
) -> tuple[str, ...]:
    """Kept, since all chunks of a source have the same."""
    width = int(locate(header, delimiter).fields[0])
    types: dict[int, ColumnType] = dict.fromkeys(range(width), "str")
    try:
        frame = read_columns(header, width, types, {"delimiter": delimiter, "decimal": decimal})
    except UnicodeDecodeError:
        raise JobFailed("wrong_encoding", "The header is not UTF-8.") from None
    return tuple(str(name) for name in frame.iloc[0])


def find_columns(names: Sequence[str], manifest: ModelManifest) -> Columns:
    """Finds the model's columns in the header. Fan-out has refused missing and doubled ones before it sent a chunk.

    Raises:
        JobFailed: A column is missing after all.
    """
    positions = positions_of(names)
    id_name = manifest.get("idColumn")
    passthrough = manifest.get("passthrough", [])
    needed = [feature["name"] for feature in manifest["features"]] + passthrough + ([id_name] if id_name else [])
    refuse_missing(needed, positions, "The header")
    return Columns(
        width=len(names),
        features=tuple((feature, positions[feature["name"]]) for feature in manifest["features"]),
        record_id=positions[id_name] if id_name else None,
        passthrough=tuple((name, positions[name]) for name in passthrough),
        id_name=id_name,
    )


def positions_of(names: Sequence[str | None]) -> dict[str, int]:
    """Where each name stands; the first place of one that is there twice."""
    return {name: position for position, name in reversed(list(enumerate(names))) if name is not None}


def refuse_missing(needed: Iterable[str], positions: Mapping[str, int], place: str) -> None:
    """Lets pass where every needed column has a position.

    Raises:
        JobFailed: A column is missing; `place` is what lacks it.
    """
    if missing := [name for name in needed if name not in positions]:
        listed = ", ".join(f"'{printable(name, 80)}'" for name in missing[:5])
        raise JobFailed("columns_missing", f"{place} lacks columns that the model needs: {listed}.")
