"""Whether more rows of a job failed than it tolerates, and what to say then.

`core/tolerance.ts` decides the same once all chunks have ended, so that a job ends alike whoever sees it first.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .contracts.types import ErrorCount, Reason
from .errors import bounded, printable

COLUMN_LIMIT = 80
REASON_LIMIT = 600


@dataclass(frozen=True)
class Progress:
    """How far a running job is, as far as it may have to be stopped."""

    rows_failed: int = 0
    rows_total: int | None = None
    """None before the split has ended: a share of what is not known yet is none."""
    share: float | None = None
    """None where any share is tolerated."""
    reopening: bool = False
    """Rows of the attempt before are still being taken off the counters."""

    @property
    def has_too_many_errors(self) -> bool:
        """Whether the job must fail, whatever becomes of its other chunks: counters only grow within an attempt."""
        if self.share is None or not self.rows_total or self.reopening:
            return False
        # A quotient, as a product would miss the border: 0.29 * 100 is less than 29.
        return self.rows_failed / self.rows_total > self.share


def too_many_errors(progress: Progress, counts: Iterable[ErrorCount]) -> Reason:
    """The reason of a job that is stopped, which names the most frequent of its errors so far."""
    message = (
        f"Already {progress.rows_failed} of {progress.rows_total} rows failed, more than the tolerated share of "
        f"{progress.share:.15g}; {_cause(counts)}. The other chunks were not scored; scores that were written stay. "
        "Mend the rows and drop the file again, or score it with a greater --tolerate."
    )
    return {"code": "too_many_errors", "message": bounded(message, REASON_LIMIT)}


def _cause(counts: Iterable[ErrorCount]) -> str:
    rows: Counter[tuple[str, str | None]] = Counter()
    for count in counts:
        rows[count["code"], count.get("column")] += count["rows"]
    if not rows:
        return "their chunks were written off"
    (code, column), most = max(rows.items(), key=lambda kind: (kind[1], kind[0][0]))
    place = "" if column is None else f" in column '{printable(column, COLUMN_LIMIT)}'"
    return f"most often {code}{place} ({most})"
