"""The Lambda function of a predictor: a chunk message an invocation, or a check of a model version.

Parses, builds what the core needs, calls it.
"""

import logging
import os
from functools import cache
from typing import Any

from . import cold_start
from .aws.dependencies import aws_dependencies
from .aws.sqs_batch import BatchResponse, Context, each_message
from .check import check_model
from .chunk import ChunkDependencies, score_chunk
from .contracts import validate
from .contracts.types import CheckAnswer, CheckRequest
from .last_error import without_message
from .patience import Patience
from .settings import Settings, read_settings

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: Context) -> BatchResponse | CheckAnswer:
    """Scores the chunks of an SQS event, or answers a check request, which comes without a queue.

    What is no chunk message fails until it is in the dead-letter queue; what is no check request is an error of the
    function.
    """
    patience = Patience(context.get_remaining_time_in_millis)
    if "Records" not in event:
        return _check(event, patience)
    return each_message(
        event,
        "chunk",
        ("jobId", "chunk", "attempt"),
        lambda message, delivery: score_chunk(message, _dependencies(), patience, delivery),
    )


def _check(event: dict[str, Any], patience: Patience) -> CheckAnswer:
    request = _check_request(event)
    try:
        return check_model(request, _settings().runtime, _dependencies().load_model, patience)
    except Exception as error:  # noqa: BLE001 - Lambda logs what a handler raises, and its message may quote a row
        raise without_message(error) from None


def _check_request(event: dict[str, Any]) -> CheckRequest:
    validate("check-request", event)
    return {"check": event["check"]}


@cache
def _settings() -> Settings:
    return read_settings(os.environ)


@cache
def _dependencies() -> ChunkDependencies:
    dependencies = aws_dependencies(_settings())
    logger.info("predictor started", extra={"pid": os.getpid()})
    cold_start.over()
    return dependencies
