"""Which failures of AWS pass, and how they are waited out."""

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError

from ..errors import Unavailable
from ..patience import Patience

Answer = TypeVar("Answer")

ATTEMPTS = 6
"""For a service that does not answer. Throttling is waited out for as long as there is time."""

THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
        # Reasons of a cancelled transaction: many predictors add to one counter item.
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)

SERVER_ERROR = 500


def patiently(call: Callable[[], Answer], patience: Patience) -> Answer:
    """Calls until there is an answer.

    Raises:
        Throttled: The service throttles until the invocation's time is nearly over.
        Unavailable: It does not answer.
        ClientError: It refuses.
    """
    failures = 0
    for attempt in count(1):
        try:
            return call()
        except ClientError as error:
            if not is_throttle(error) and not _is_server_error(error):
                raise
            failures += not is_throttle(error)
            last: Exception = error
        except (HTTPClientError, IncompleteReadError, FlexibleChecksumError) as error:
            failures += 1
            last = error
        if failures == ATTEMPTS:
            raise Unavailable(f"{type(last).__name__} after {attempt} attempts") from last
        patience.wait(attempt)
    raise AssertionError("counting does not end")


def code_of(error: ClientError) -> str:
    """AWS's code for a failure."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_throttle(error: ClientError) -> bool:
    """Whether the service only wants it slower; a cancelled transaction has its reasons one level down."""
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])} - {"None", None}
    return reasons <= THROTTLES if reasons else code_of(error) in THROTTLES


def _is_server_error(error: ClientError) -> bool:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= SERVER_ERROR
