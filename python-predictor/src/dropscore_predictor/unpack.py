"""Unpacks one joblib source.

Consumes an unpack message: a pinned source version, and the size of its chunks.
Produces a staged object a chunk, an index of them, and a `staged` message on the intake queue, in this order; or, where
the file is refused, the end of the job.
A second delivery finds the job split, or ended: it changes nothing. One that comes at the same time, or after a crash,
stages the same bytes under the same keys, and its index tells of its own versions of them.
"""

import gc
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from . import keys
from .contracts.types import ObjectVersion, Reason, StagedChunk, StagedIndex, StagedMessage, UnpackMessage
from .delivery import UNTOLD, Delivery
from .errors import JobFailed, Throttled
from .inert.reader import Source
from .patience import Patience
from .row_spans import MOST_ROW_BYTES, row_spans
from .staged import write_rows
from .table import Table
from .unpickled import Bounds, Refused, decode

Outcome = Literal["staged", "not_wanted", "job_failed", "sent_again"]
Spans = list[tuple[int, int]]

_BESIDE_MIB = 256
_COPIES_OF_CHUNK = 15
_PUTS_AT_ONCE = 4
_LEAST_SHARE = 4
_SHARE_OF_TIME = 0.4
_LONGEST_SECONDS = 300.0


class Ledger(Protocol):
    """The job's state in the Jobs table."""

    def awaits_split(self, job_id: str, patience: Patience) -> bool:
        """Whether the job is running and its chunks are still to be made. A consistent read."""

    def refuse_job(self, job_id: str, reason: Reason, at: str, patience: Patience) -> bool:
        """`running → failed`; False where the job has ended, or another delivery has made its chunks."""


@dataclass(frozen=True)
class UnpackDependencies:
    """What unpacking a source needs of the world."""

    ledger: Ledger
    open_source: Callable[[ObjectVersion, int, Patience], AbstractContextManager[Source]]
    """The bytes of a version, which has so many. What it raises is no fault of the file."""
    stage: Callable[[str, bytes, Patience], ObjectVersion]
    announce: Callable[[StagedMessage, Patience], None]
    send_again: Callable[[UnpackMessage, str | None], None]
    now: Callable[[], str]


def bounds_of(memory_mib: int, chunk_bytes: int, remaining_ms: float) -> Bounds:
    """What decoding may cost in a function of so much memory, with so much left of its time.

    Memory: all but 256 MiB, which are for the interpreter with its libraries (about 90), for what decoding takes beside
    its bound (40) and for safety, and but fifteen times the largest chunk: packing one of truths or nulls takes up to
    eleven times its size, and four are on their way; a quarter of it at least. Bytes of the file: as many, where
    that is more than usual. Time: two fifths of what is left, as staging takes its part; 300 seconds at most.
    """
    largest_chunk = max(chunk_bytes, MOST_ROW_BYTES)
    whole = memory_mib << 20
    memory = max(whole // _LEAST_SHARE, whole - (_BESIDE_MIB << 20) - _COPIES_OF_CHUNK * largest_chunk)
    size = max(memory, Bounds.read)
    seconds = min(_LONGEST_SECONDS, _SHARE_OF_TIME * remaining_ms / 1000)
    return Bounds(read=size, inflated=size, memory=memory, seconds=seconds)


def unpack(
    message: UnpackMessage,
    dependencies: UnpackDependencies,
    bounds: Bounds,
    patience: Patience,
    delivery: Delivery = UNTOLD,
) -> Outcome:
    """Stages the rows of a source, or fails its job.

    Args:
        message: Holds to its contract.
        dependencies: What it needs of the world.
        bounds: What decoding may cost.
        patience: How long throttling may be waited for.
        delivery: Where the message came from.

    Raises:
        Exception: A retry may help: the message belongs back in the queue.
    """
    try:
        return _unpack(message, dependencies, bounds, patience)
    except Throttled:
        dependencies.send_again(message, delivery.group)
        return "sent_again"


def _unpack(message: UnpackMessage, dependencies: UnpackDependencies, bounds: Bounds, patience: Patience) -> Outcome:
    job_id, ledger = message["jobId"], dependencies.ledger
    if not ledger.awaits_split(job_id, patience):
        return "not_wanted"
    try:
        table, spans = _decoded(message, dependencies, bounds, patience)
    except JobFailed as failure:
        ledger.refuse_job(job_id, failure.reason, dependencies.now(), patience)
        return "job_failed"
    index = _stage(job_id, table, spans, dependencies, patience)
    dependencies.announce({"type": "staged", "jobId": job_id, "index": index}, patience)
    return "staged"


def _decoded(
    message: UnpackMessage, dependencies: UnpackDependencies, bounds: Bounds, patience: Patience
) -> tuple[Table, Spans]:
    """The table, and the rows of each chunk."""
    # A decoded file leaves cycles behind: those of an earlier message would come on top of this one's memory.
    gc.collect()
    try:
        with dependencies.open_source(message["source"], message["sourceBytes"], patience) as source:
            table = decode(source, bounds, _wanted(message))
        return table, list(row_spans(table, message["chunkRows"], message["chunkBytes"]))
    except Refused as refusal:
        raise JobFailed("joblib_refused", str(refusal)) from refusal


def _wanted(message: UnpackMessage) -> frozenset[str] | None:
    return frozenset(message["columns"]) if "columns" in message else None


def _stage(
    job_id: str, table: Table, spans: Spans, dependencies: UnpackDependencies, patience: Patience
) -> ObjectVersion:
    """Writes the chunks, a few at a time, and then the index that tells of them."""

    def put(chunk: int, body: bytes, rows: int) -> StagedChunk:
        version = dependencies.stage(keys.staged_rows_key(job_id, chunk), body, patience)
        return {"versionId": version["versionId"], "bytes": len(body), "rowCount": rows}

    puts: list[Future[StagedChunk]] = []
    with ThreadPoolExecutor(_PUTS_AT_ONCE) as pool:
        for chunk, (start, stop) in enumerate(spans):
            if chunk >= _PUTS_AT_ONCE:
                # Bodies are memory: no more of them than are being sent. What failed ends the staging here.
                puts[chunk - _PUTS_AT_ONCE].result()
            puts.append(pool.submit(put, chunk, write_rows(table, start, stop), stop - start))
    chunks = [done.result() for done in puts]
    index: StagedIndex = {
        "rows": table.rows,
        "columns": [column.name for column in table.columns] + list(table.ignored),
        "chunks": chunks,
    }
    if table.index is not None:
        index["index"] = {"name": table.index.name}
    return dependencies.stage(keys.staged_index_key(job_id), json.dumps(index).encode(), patience)
