"""The scores of an earlier job for the rows of a chunk, as far as they can be read.

They lie in the earlier job's result files, whose chunks may have other borders, or, where it writes rows alone, in the
Scores table. No more is read than what overlaps the chunk. What cannot be read keeps no chunk from being scored: its
rows are told as unavailable, and why.
"""

import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import keys
from .attributes import Attribute, Item
from .classes import class_text
from .contracts.types import ChunkMessage
from .earlier_jobs import EarlierChunk, EarlierJob, EarlierJobs, Unreadable
from .patience import Patience

Code = Literal["no_such_job", "not_ended", "other_source", "scores_gone", "scores_unreadable"]

_UNREADABLE = (Unreadable, OSError, EOFError, ValueError, KeyError, zlib.error)
"""With what a file raises that is not, or no longer, as it was written."""


@dataclass(frozen=True)
class EarlierRows:
    """Aligned columns, an entry a row of the chunk."""

    scored: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    """Rows whose earlier score cannot be read."""
    headline: NDArray[np.float64]
    """NaN where there is no number."""
    tiers: list[str | None]
    predictions: list[str | None]
    """As text."""
    unavailable: Counter[Code] = field(default_factory=Counter)
    """Missing rows by the reason."""


def earlier_rows(message: ChunkMessage, headline: str | None, jobs: EarlierJobs, patience: Patience) -> EarlierRows:
    """Reads the earlier scores for the rows of a chunk.

    Args:
        message: Of a job that renews another.
        headline: The column of result files that is the headline value; None where the model has none.
        jobs: Where earlier jobs are read.
        patience: How long throttling may be waited for.
    """
    job_id, reference = message["renews"]["jobId"], message["reference"]
    rows = _no_rows(reference["rowCount"])
    job = jobs.job(job_id, patience)
    if job is None or not job.has_ended or job.source != message["source"]:
        rows.missing[:] = True
        rows.unavailable[_refusal(job)] = reference["rowCount"]
        return rows
    reader = _Reader(rows, reference["firstRow"], headline, job_id, job, jobs, patience)
    for chunk in _overlapping(message, job.chunks, lambda number: jobs.chunk(job_id, number, patience)):
        if chunk.is_done:
            reader.read(chunk)
    return rows


def _no_rows(count: int) -> EarlierRows:
    no = np.zeros(count, np.bool_)
    return EarlierRows(no, no.copy(), np.full(count, np.nan), [None] * count, [None] * count)


def _refusal(job: EarlierJob | None) -> Code:
    if job is None:
        return "no_such_job"
    return "other_source" if job.has_ended else "not_ended"


def _overlapping(
    message: ChunkMessage, chunks: int, read: Callable[[int], EarlierChunk | None]
) -> Iterator[EarlierChunk]:
    """The earlier chunks that hold rows of this one. Where the borders are the same, that is the one of its number."""
    first = message["reference"]["firstRow"]
    end = first + message["reference"]["rowCount"]
    low, high, middle = 0, chunks, min(message["chunk"], chunks - 1)
    found = None
    while low < high and found is None:
        chunk = read(middle)
        if chunk is None or chunk.first_row > first:
            high = middle
        elif chunk.end_row <= first:
            low = middle + 1
        else:
            found = chunk
        middle = (low + high) // 2
    while found is not None and found.first_row < end:
        yield found
        found = read(found.chunk + 1) if found.end_row < end and found.chunk + 1 < chunks else None


@dataclass(frozen=True)
class _Reader:
    """Fills the rows of a chunk with those of earlier chunks."""

    rows: EarlierRows
    first_row: int
    headline: str | None
    job_id: str
    job: EarlierJob
    jobs: EarlierJobs
    patience: Patience

    def read(self, chunk: EarlierChunk) -> None:
        """The rows that a chunk which is done shares with this one: each has a score or an error, or is gone."""
        start = max(chunk.first_row, self.first_row)
        end = min(chunk.end_row, self.first_row + len(self.rows.scored))
        seen = np.zeros(end - start, np.bool_)
        code: Code = "scores_gone"
        if self.job.output != "rows" and not self._is_read(lambda: self._read_file(chunk, start, end, seen)):
            code = "scores_unreadable"
        if self.job.output != "files" and not seen.all():
            code = "scores_gone" if self._is_read(lambda: self._read_items(start, end, seen)) else "scores_unreadable"
        if missing := int((~seen).sum()):
            self.rows.missing[start - self.first_row : end - self.first_row] = ~seen
            self.rows.unavailable[code] += missing

    @staticmethod
    def _is_read(read: Callable[[], None]) -> bool:
        try:
            read()
        except _UNREADABLE:
            return False
        return True

    def _read_file(self, chunk: EarlierChunk, start: int, end: int, seen: NDArray[np.bool_]) -> None:
        key = keys.result_part_key(self.job.model, self.job_id, chunk.chunk, self.job.is_shadow)
        body = self.jobs.result_file(key, self.patience)
        if body is None:
            return
        wanted = {"row", "error_code", "prediction", "tier", self.headline}
        table = pd.read_csv(
            io.BytesIO(body), compression="gzip", usecols=lambda name: name in wanted, dtype=str, na_filter=False
        )
        table.index = table["row"].astype(np.int64)
        table = table[(table.index >= start) & (table.index < end)]
        offsets = table.index.to_numpy() - self.first_row
        is_scored = (table["error_code"] == "").to_numpy()
        self.rows.scored[offsets] = is_scored
        if self.headline in table:
            self.rows.headline[offsets] = [_number(text) for text in table[self.headline]]
        for title, column in (("tier", self.rows.tiers), ("prediction", self.rows.predictions)):
            if title in table:
                for offset, text in zip(offsets.tolist(), table[title], strict=True):
                    column[offset] = text or None
        seen[offsets - (start - self.first_row)] = True

    def _read_items(self, start: int, end: int, seen: NDArray[np.bool_]) -> None:
        for item in self.jobs.items(self.job_id, start, end, self.patience):
            row = int(item["sk"]["N"])
            seen[row - start] = True
            offset = row - self.first_row
            self.rows.scored[offset] = "error" not in item
            self.rows.headline[offset] = _number(_text(_headline_of(item, self.headline)) or "")
            self.rows.tiers[offset] = _text(item.get("tier"))
            self.rows.predictions[offset] = _text(item.get("prediction"))


_OUTPUT = "output_"


def _headline_of(item: Item, headline: str | None) -> Attribute | None:
    """The attribute that the column of a result file is made of."""
    if headline is None or not headline.startswith(_OUTPUT):
        return item.get(headline or "")
    outputs: Item = item.get("outputs", {}).get("M", {})
    return outputs.get(headline.removeprefix(_OUTPUT))


def _text(attribute: Attribute | None) -> str | None:
    if attribute is None:
        return None
    return class_text(attribute["BOOL"]) if "BOOL" in attribute else str(attribute.get("N", attribute.get("S")))


def _number(text: str) -> float:
    """NaN for what is no number."""
    try:
        return float(text)
    except ValueError:
        return np.nan
