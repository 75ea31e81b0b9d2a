"""What a renewal asks of the job that it renews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from .attributes import Item
from .contracts.types import ObjectVersion
from .patience import Patience


class Unreadable(Exception):
    """The scores are there, and no retry helps to read them."""


@dataclass(frozen=True)
class EarlierJob:
    """What is to be known of an earlier job to read its scores."""

    source: ObjectVersion
    model: str
    output: str
    is_shadow: bool
    has_ended: bool
    chunks: int


@dataclass(frozen=True)
class EarlierChunk:
    """Where a chunk of it lies, and whether its rows were scored."""

    chunk: int
    first_row: int
    end_row: int
    is_done: bool


class EarlierJobs(Protocol):
    """Where earlier jobs are read."""

    def job(self, job_id: str, patience: Patience) -> EarlierJob | None:
        """None where there is no such job."""

    def chunk(self, job_id: str, chunk: int, patience: Patience) -> EarlierChunk | None:
        """None where there is no such chunk."""

    def result_file(self, key: str, patience: Patience) -> bytes | None:
        """None where it is gone. Raises `Unreadable`."""

    def items(self, job_id: str, first_row: int, end_row: int, patience: Patience) -> Iterable[Item]:
        """The score items of some rows, as far as there are any. Raises `Unreadable`."""
