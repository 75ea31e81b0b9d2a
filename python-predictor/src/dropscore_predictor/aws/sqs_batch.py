"""The messages of an SQS event: those that fail go back to the queue, and only those."""

import json
import logging
from collections.abc import Callable
from typing import Any, Protocol, TypedDict

from ..contracts import ContractViolation, validate
from ..delivery import Delivery
from ..last_error import places

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


class Context(Protocol):
    """The part of Lambda's context that is used."""

    def get_remaining_time_in_millis(self) -> int:
        """What is left of the function's timeout."""


class Failure(TypedDict):
    """A message that belongs back in the queue."""

    itemIdentifier: str


class BatchResponse(TypedDict):
    """Only the failures; everything else is acknowledged."""

    batchItemFailures: list[Failure]


Work = Callable[[Any, Delivery], str]
"""Takes a message that holds to its contract, and its delivery; answers what became of it, in a word."""


def each_message(event: dict[str, Any], name: str, logged: tuple[str, ...], work: Work) -> BatchResponse:
    """Works through the messages of an event. What breaks its contract fails until it is in the dead-letter queue.

    Args:
        event: As Lambda gives it.
        name: What the messages ask for: `chunk` where the contract is `chunk-message`.
        logged: The fields of a message that tell in the log which one it is. No other is ever logged.
        work: What is done with each.
    """
    failed = [record["messageId"] for record in event["Records"] if not _succeeds(record, name, logged, work)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _succeeds(record: dict[str, Any], name: str, logged: tuple[str, ...], work: Work) -> bool:
    ids: dict[str, object] = {"messageId": record["messageId"]}
    try:
        message = _parsed(record["body"], f"{name}-message")
        ids |= {field: message[field] for field in logged}
        outcome = work(message, _delivery(record.get("attributes", {})))
    except Exception as error:  # noqa: BLE001 - one message must not take the rest of the batch down
        # Class and place alone: the messages of errors may quote a row.
        logger.error("%s failed", name, extra={**ids, "error": type(error).__name__, "where": places(error)})
        return False
    logger.info("%s %s", name, outcome, extra=ids)
    return True


def _parsed(body: str, contract: str) -> Any:
    try:
        message = json.loads(body)
    except ValueError:
        raise ContractViolation(f"Not a valid {contract}: it is not JSON") from None
    validate(contract, message)
    return message


def _delivery(attributes: dict[str, str]) -> Delivery:
    receives = attributes.get("ApproximateReceiveCount")
    return Delivery(attributes.get("MessageGroupId"), None if receives is None else int(receives))
