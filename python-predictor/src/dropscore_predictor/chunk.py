"""Scores one chunk.

Consumes a chunk message: a reference to rows of a pinned source version, and a pinned model version.
Produces an item a row, a result file, and the chunk's end in the ledger, in this order.
A second delivery finds the chunk ended, or the job: it changes nothing. One that comes at the same time, or after a
crash, writes the same items and file again, and only the first of them is counted.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NotRequired, Protocol, TypedDict

from . import keys
from .attributes import Item
from .chunk_rows import chunk_rows
from .contracts.types import ChunkMessage, ErrorCount, LocatedRowError, ObjectVersion, PinnedModel, Reason, Statistics
from .errors import JobFailed, Throttled, Unavailable
from .items import ScoreItems
from .loaded_model import LoadedModel
from .patience import Patience
from .result_file import result_file
from .scored_chunk import ScoredChunk, scored_chunk
from .statistics import statistics

Outcome = Literal["done", "not_wanted", "job_failed", "sent_again"]


class ChunkReport(TypedDict):
    """What the ledger notes of a chunk that is done."""

    rowsScored: int
    rowsFailed: int
    rowsNotIndexed: int
    errorCounts: list[ErrorCount]
    firstErrors: list[LocatedRowError]
    statistics: Statistics
    ms: NotRequired[int]


class Ledger(Protocol):
    """The job's items in the Jobs table."""

    def is_wanted(self, message: ChunkMessage, patience: Patience) -> bool:
        """Whether the job is running and the chunk open for this attempt. A consistent read."""

    def end_chunk(self, message: ChunkMessage, report: ChunkReport, at: str, patience: Patience) -> bool:
        """`open → done` and the job's counters, in one transaction; False where its conditions do not hold."""

    def fail_job(self, job_id: str, reason: Reason, at: str, patience: Patience) -> bool:
        """`running → failed`; False where the job has ended."""


@dataclass(frozen=True)
class ChunkDependencies:
    """What scoring a chunk needs of the world."""

    ledger: Ledger
    read_source: Callable[[ObjectVersion, int, int, Patience], bytes]
    load_model: Callable[[PinnedModel, Patience], LoadedModel]
    write_scores: Callable[[Iterable[Item], Patience], None]
    put_result: Callable[[str, bytes, Patience], None]
    send_again: Callable[[ChunkMessage, str | None], None]
    now: Callable[[], str]


def score_chunk(
    message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience, group: str | None = None
) -> Outcome:
    """Scores a chunk, once, however often it is asked for.

    Args:
        message: Holds to its contract.
        dependencies: What it needs of the world.
        patience: How long throttling may be waited for.
        group: The message group that the message came in, for a copy of it to go back to.

    Raises:
        Exception: A retry may help: the message belongs back in the queue.
    """
    try:
        return _score_or_fail_job(message, dependencies, patience)
    except Throttled:
        dependencies.send_again(message, group)
        return "sent_again"


def _score_or_fail_job(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> Outcome:
    try:
        return _score(message, dependencies, patience)
    except JobFailed as failure:
        dependencies.ledger.fail_job(message["jobId"], failure.reason, dependencies.now(), patience)
        return "job_failed"


def _score(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> Outcome:
    started = time.monotonic()
    ledger = dependencies.ledger
    if not ledger.is_wanted(message, patience):
        return "not_wanted"
    chunk = _read_and_score(message, dependencies, patience)
    if message["output"] != "files":
        dependencies.write_scores(ScoreItems(chunk), patience)
    if message["output"] != "rows":
        key = keys.result_part_key(message["model"]["name"], message["jobId"], message["chunk"])
        dependencies.put_result(key, result_file(chunk), patience)
    report = chunk_report(chunk)
    report["ms"] = int((time.monotonic() - started) * 1000)
    if ledger.end_chunk(message, report, dependencies.now(), patience):
        return "done"
    if ledger.is_wanted(message, patience):
        raise Unavailable("The ledger refused the end of a chunk that it holds open.")
    return "not_wanted"


def _read_and_score(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> ScoredChunk:
    model = dependencies.load_model(message["model"], patience)

    def read(source: ObjectVersion, start: int, end: int) -> bytes:
        return dependencies.read_source(source, start, end, patience)

    return scored_chunk(message, chunk_rows(message, read, model.manifest), model)


def chunk_report(chunk: ScoredChunk) -> ChunkReport:
    """The ledger's part of a scored chunk."""
    return {
        "rowsScored": len(chunk.scores.rows),
        "rowsFailed": len(chunk.errors),
        "rowsNotIndexed": chunk.rows_not_indexed,
        "errorCounts": chunk.errors.counts(),
        "firstErrors": chunk.errors.first(chunk.first_row),
        "statistics": statistics(chunk.scores, chunk.model.manifest["output"], chunk.first_row),
    }
