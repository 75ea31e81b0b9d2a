"""Scores one chunk.

Consumes a chunk message: a reference to rows of a pinned source version, and a pinned model version.
Produces an item a row, a result file, and the chunk's end in the ledger, in this order; of a job that renews another,
what changed goes with the end.
A second delivery finds the chunk ended, or the job: it changes nothing. One that comes at the same time, or after a
crash, writes the same items and file again, and only the first of them is counted.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NotRequired, Protocol, TypedDict

from . import keys
from .attributes import Item
from .chunk_rows import chunk_rows
from .comparison import compare
from .contracts.types import (
    ChunkMessage,
    ChunkUsage,
    Comparison,
    ErrorCount,
    LastError,
    LocatedRowError,
    ObjectVersion,
    PinnedModel,
    Reason,
    Statistics,
)
from .delivery import UNTOLD, Delivery
from .earlier_jobs import EarlierJobs
from .errors import JobFailed, Throttled, Unavailable
from .forgotten import Forgotten
from .items import ScoreItems
from .last_error import last_error
from .loaded_model import LoadedModel
from .meter import Meter
from .patience import Patience
from .result_file import result_file
from .scored_chunk import ScoredChunk, scored_chunk
from .statistics import statistics
from .tolerance import Progress, too_many_errors

Outcome = Literal["done", "not_wanted", "job_failed", "sent_again"]


class ChunkReport(TypedDict):
    """What the ledger notes of a chunk that is done."""

    rowsScored: int
    rowsFailed: int
    rowsNotIndexed: int
    errorCounts: list[ErrorCount]
    firstErrors: list[LocatedRowError]
    statistics: Statistics
    comparison: NotRequired[Comparison]
    ms: NotRequired[int]
    usage: NotRequired[ChunkUsage]


class Ledger(Protocol):
    """The job's items in the Jobs table."""

    def wanted(self, message: ChunkMessage, patience: Patience) -> Progress | None:
        """How far the job is; None where it has ended or the chunk is not open for this attempt. A consistent read."""

    def end_chunk(self, message: ChunkMessage, report: ChunkReport, at: str, patience: Patience) -> bool:
        """`open → done` and the job's counters, in one transaction; False where its conditions do not hold."""

    def fail_job(self, job_id: str, reason: Reason, at: str, patience: Patience) -> bool:
        """`running → failed`; False where the job has ended."""

    def error_counts(self, job_id: str, patience: Patience) -> list[ErrorCount]:
        """Of the job's first chunks, as many as one read brings."""

    def stop_job(self, job_id: str, reason: Reason, rows_failed: int, at: str, patience: Patience) -> bool:
        """`running → failed` while so many rows have failed; False where the job has ended or been opened again."""

    def note_error(self, message: ChunkMessage, error: LastError) -> bool:
        """Notes on an open chunk why its message goes back; False where this attempt of it has ended. Tried once."""


@dataclass(frozen=True)
class ChunkDependencies:
    """What scoring a chunk needs of the world."""

    ledger: Ledger
    read_source: Callable[[ObjectVersion, int, int, Patience], bytes]
    load_model: Callable[[PinnedModel, Patience], LoadedModel]
    forgotten: Callable[[str, Patience], Forgotten]
    """The forgotten records of a model; a consistent read."""
    write_scores: Callable[[Iterable[Item], Patience], None]
    put_result: Callable[[str, bytes, Patience], None]
    earlier_jobs: EarlierJobs
    send_again: Callable[[ChunkMessage, str | None], None]
    meter: Meter
    now: Callable[[], str]


def score_chunk(
    message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience, delivery: Delivery = UNTOLD
) -> Outcome:
    """Scores a chunk, once, however often it is asked for.

    Args:
        message: Holds to its contract.
        dependencies: What it needs of the world.
        patience: How long throttling may be waited for.
        delivery: Where the message came from, and how often.

    Raises:
        Exception: A retry may help: the message belongs back in the queue. The ledger has a note of it.
    """
    try:
        return _score_or_send_again(message, dependencies, patience, delivery)
    except Exception as error:
        # Whatever keeps the note from being made must not hide what it is about.
        with suppress(Exception):
            dependencies.ledger.note_error(message, last_error(error, dependencies.now(), delivery.receives))
        raise


def _score_or_send_again(
    message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience, delivery: Delivery
) -> Outcome:
    try:
        return _score_or_fail_job(message, dependencies, patience)
    except Throttled:
        dependencies.send_again(message, delivery.group)
        return "sent_again"


def _score_or_fail_job(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> Outcome:
    try:
        return _score(message, dependencies, patience)
    except JobFailed as failure:
        dependencies.ledger.fail_job(message["jobId"], failure.reason, dependencies.now(), patience)
        return "job_failed"


def _score(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> Outcome:
    started = time.monotonic()
    ledger, meter = dependencies.ledger, dependencies.meter
    meter.begin()
    progress = ledger.wanted(message, patience)
    if progress is None:
        return "not_wanted"
    if progress.has_too_many_errors:
        return _stop(message, progress, dependencies, patience)
    report = _score_and_write(message, dependencies, patience)
    report["ms"] = int((time.monotonic() - started) * 1000)
    report["usage"] = meter.used()
    if ledger.end_chunk(message, report, dependencies.now(), patience):
        return "done"
    return _not_wanted(message, ledger, patience)


def _stop(message: ChunkMessage, progress: Progress, dependencies: ChunkDependencies, patience: Patience) -> Outcome:
    ledger, job_id = dependencies.ledger, message["jobId"]
    reason = too_many_errors(progress, ledger.error_counts(job_id, patience))
    if ledger.stop_job(job_id, reason, progress.rows_failed, dependencies.now(), patience):
        return "job_failed"
    return _not_wanted(message, ledger, patience)


def _not_wanted(message: ChunkMessage, ledger: Ledger, patience: Patience) -> Outcome:
    """What a write that the ledger refused comes to: another delivery was first, or the job has ended."""
    if ledger.wanted(message, patience) is not None:
        raise Unavailable("The ledger refused a write for a chunk that it holds open.")
    return "not_wanted"


def _score_and_write(message: ChunkMessage, dependencies: ChunkDependencies, patience: Patience) -> ChunkReport:
    """Once more where a record is forgotten meanwhile: whoever forgets it may have looked before all this was there."""
    name = message["model"]["name"]
    known: Forgotten | None = None
    while (forgotten := dependencies.forgotten(name, patience)) != known:
        known = forgotten
        chunk = _read_and_score(message, forgotten, dependencies, patience)
        report = chunk_report(chunk)
        if "renews" in message:
            # Before anything is written: a throttled read sends the message again.
            report["comparison"] = compare(chunk, dependencies.earlier_jobs, patience)
        if message["output"] != "files":
            dependencies.write_scores(ScoreItems(chunk), patience)
        if message["output"] != "rows":
            key = keys.result_part_key(name, message["jobId"], message["chunk"], "shadowOf" in message)
            dependencies.put_result(key, result_file(chunk), patience)
    return report


def _read_and_score(
    message: ChunkMessage, forgotten: Forgotten, dependencies: ChunkDependencies, patience: Patience
) -> ScoredChunk:
    model = dependencies.load_model(message["model"], patience)

    def read(source: ObjectVersion, start: int, end: int) -> bytes:
        return dependencies.read_source(source, start, end, patience)

    return scored_chunk(message, chunk_rows(message, read, model.manifest), model, forgotten)


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
