"""The Lambda function of a predictor: one chunk message an invocation. Parses, builds what the core needs, calls it."""

import gc
import json
import logging
import os
import traceback
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypedDict

from .aws.dependencies import aws_dependencies
from .chunk import ChunkDependencies, score_chunk
from .contracts import ContractViolation, validate
from .contracts.types import ChunkMessage
from .patience import Patience
from .settings import read_settings

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


def handler(event: dict[str, Any], context: Context) -> BatchResponse:
    """Scores the chunks of an SQS event. What is no chunk message fails until it is in the dead-letter queue."""
    failed = [record["messageId"] for record in event["Records"] if not _succeeds(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _succeeds(record: dict[str, Any], context: Context) -> bool:
    ids: dict[str, object] = {"messageId": record["messageId"]}
    try:
        message = _parsed(record["body"])
        ids |= {"jobId": message["jobId"], "chunk": message["chunk"], "attempt": message["attempt"]}
        group = record.get("attributes", {}).get("MessageGroupId")
        outcome = score_chunk(message, _dependencies(), Patience(context.get_remaining_time_in_millis), group)
    except Exception as error:  # noqa: BLE001 - one message must not take the rest of the batch down
        logger.error("chunk failed", extra={**ids, "error": type(error).__name__, "where": _where(error)})
        return False
    logger.info("chunk %s", outcome, extra=ids)
    return True


def _parsed(body: str) -> ChunkMessage:
    try:
        message: ChunkMessage = json.loads(body)
    except ValueError:
        raise ContractViolation("Not a valid chunk-message: it is not JSON") from None
    validate("chunk-message", message)
    return message


def _where(error: Exception) -> list[str]:
    """The innermost calls. Messages of errors may quote a row, so they are never logged."""
    calls = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{Path(call.filename).name}:{call.lineno}" for call in calls]


@cache
def _dependencies() -> ChunkDependencies:
    dependencies = aws_dependencies(read_settings(os.environ))
    logger.info("predictor started", extra={"pid": os.getpid()})
    # What was built until now stays: the collector need not walk it again for every twenty thousand items.
    gc.collect()
    gc.freeze()
    return dependencies
