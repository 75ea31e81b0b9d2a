"""How a chunk can end badly. One question sorts the cases: will a retry help?

    DropscoreError
    ├─ JobFailed    no retry helps any chunk of this job: the job fails with this reason
    ├─ Throttled    a retry helps, later: the message is sent again, with a delay
    └─ Unavailable  a retry helps: the message goes back to the queue

Anything else that is raised goes back to the queue as well, and to the dead-letter queue in the end.
"""

from collections.abc import Iterable
from itertools import accumulate, takewhile
from typing import Literal

from .contracts.types import Reason

ReasonCode = Literal[
    "artifact_corrupt",
    "column_count_mismatch",
    "columns_missing",
    "golden_rows_differ",
    "joblib_refused",
    "model_changed",
    "model_invalid",
    "model_missing",
    "model_refused_to_load",
    "no_room_for_model",
    "not_explainable",
    "record_count_mismatch",
    "source_missing",
    "unknown_runtime",
    "untrusted_global",
    "versions_differ",
    "wrong_encoding",
]

REASON_LIMIT = 600


class DropscoreError(Exception):
    """The root of the errors that this package raises on purpose."""


class JobFailed(DropscoreError):
    """A deterministic fact about the source or the model: the same for every delivery of every chunk."""

    def __init__(self, code: ReasonCode, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def reason(self) -> Reason:
        """The reason as the job's item holds it: a code for programs, a sentence for people."""
        return {"code": self.code, "message": bounded(str(self), REASON_LIMIT)}


class Throttled(DropscoreError):
    """A service throttles, and the time to wait for it here is used up."""


class Unavailable(DropscoreError):
    """A service does not answer, or not as it should."""


def bounded(text: str, limit: int) -> str:
    """Shortens a text to `limit` characters, with an ellipsis for what is left out."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def printable(text: str, limit: int) -> str:
    """A text that stems from data, fit for a message: control characters escaped, and bounded."""
    start = text[: limit + 1]
    return bounded("".join(char if char.isprintable() else ascii(char)[1:-1] for char in start), limit)


def within_bytes(names: Iterable[str], limit: int) -> int:
    """How many of the first names take no more than `limit` bytes together: an item of the ledger has 400 KB."""
    sizes = accumulate(len(name.encode(errors="replace")) for name in names)
    return sum(1 for _ in takewhile(lambda size: size <= limit, sizes))
