"""The Lambda function of a predictor: a chunk message an invocation, or a check of a model version.

Parses, builds what the core needs, calls it.
"""

import json
import logging
import os
import traceback
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypedDict

from . import cold_start
from .aws.dependencies import aws_dependencies
from .check import check_model
from .chunk import ChunkDependencies, score_chunk
from .contracts import ContractViolation, validate
from .contracts.types import CheckAnswer, CheckRequest, ChunkMessage
from .patience import Patience
from .settings import Settings, read_settings

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


def handler(event: dict[str, Any], context: Context) -> BatchResponse | CheckAnswer:
    """Scores the chunks of an SQS event, or answers a check request, which comes without a queue.

    What is no chunk message fails until it is in the dead-letter queue; what is no check request is an error of the
    function.
    """
    patience = Patience(context.get_remaining_time_in_millis)
    if "Records" not in event:
        return check_model(_check_request(event), _settings().runtime, _dependencies().load_model, patience)
    failed = [record["messageId"] for record in event["Records"] if not _succeeds(record, patience)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _succeeds(record: dict[str, Any], patience: Patience) -> bool:
    ids: dict[str, object] = {"messageId": record["messageId"]}
    try:
        message = _parsed(record["body"])
        ids |= {"jobId": message["jobId"], "chunk": message["chunk"], "attempt": message["attempt"]}
        group = record.get("attributes", {}).get("MessageGroupId")
        outcome = score_chunk(message, _dependencies(), patience, group)
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


def _check_request(event: dict[str, Any]) -> CheckRequest:
    validate("check-request", event)
    return {"check": event["check"]}


def _where(error: Exception) -> list[str]:
    """The innermost calls. Messages of errors may quote a row, so they are never logged."""
    calls = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{Path(call.filename).name}:{call.lineno}" for call in calls]


@cache
def _settings() -> Settings:
    return read_settings(os.environ)


@cache
def _dependencies() -> ChunkDependencies:
    dependencies = aws_dependencies(_settings())
    logger.info("predictor started", extra={"pid": os.getpid()})
    cold_start.over()
    return dependencies
