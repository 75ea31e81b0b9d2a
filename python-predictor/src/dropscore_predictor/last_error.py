"""What the ledger notes of the error that sent a chunk's message back: if it is written off, this tells why."""

import traceback
from pathlib import Path

from .contracts.types import LastError
from .errors import printable

NAME_LIMIT = 64
PLACE_LIMIT = 80
PLACES = 4


def last_error(error: BaseException, at: str, receives: int | None) -> LastError:
    """Class and place of an error.

    Args:
        error: As it was raised. Its message may quote a row, and is left out.
        at: When it was seen.
        receives: Which delivery of the message it was, where the queue tells.
    """
    noted: LastError = {
        "error": printable(type(error).__name__, NAME_LIMIT),
        "where": [printable(place, PLACE_LIMIT) for place in places(error)],
        "at": at,
    }
    if receives is not None:
        noted["receives"] = receives
    return noted


def places(error: BaseException) -> list[str]:
    """The innermost calls as `file:line`, the innermost last."""
    calls = traceback.extract_tb(error.__traceback__)[-PLACES:]
    return [f"{Path(call.filename).name}:{call.lineno}" for call in calls]


def without_message(error: Exception) -> RuntimeError:
    """An error for Lambda to log in the place of another: class and places of that one, and nothing that it says."""
    return RuntimeError(" ".join([type(error).__name__, *places(error)]))
