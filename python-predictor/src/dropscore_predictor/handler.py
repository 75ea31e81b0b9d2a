"""The Lambda function of a predictor: a chunk message an invocation, or a question that comes without a queue.

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
from .contracts import ContractViolation, validate
from .contracts.types import CheckAnswer, PredictAnswer
from .explain import explain
from .last_error import without_message
from .patience import Patience
from .predict import predict
from .settings import Settings, read_settings

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def handler(event: Any, context: Context) -> BatchResponse | CheckAnswer | PredictAnswer:
    """Scores the chunks of an SQS event, or answers a check, predict or explain request.

    What is no chunk message fails until it is in the dead-letter queue; what is no request is an error of the function.
    """
    patience = Patience(context.get_remaining_time_in_millis)
    if "Records" not in event:
        return _answer(event, patience)
    return each_message(
        event,
        "chunk",
        ("jobId", "chunk", "attempt"),
        lambda message, delivery: score_chunk(message, _dependencies(), patience, delivery),
    )


def _answer(request: Any, patience: Patience) -> CheckAnswer | PredictAnswer:
    try:
        return _answered(request, patience)
    except ContractViolation:
        raise
    except Exception as error:  # noqa: BLE001 - Lambda logs what a handler raises, and its message may quote a row
        raise without_message(error) from None


def _answered(request: Any, patience: Patience) -> CheckAnswer | PredictAnswer:
    if "predict" in request:
        validate("predict-request", request)
        return predict(request, _settings().runtime, _dependencies().load_model, patience)
    if "explain" in request:
        validate("explain-request", request)
        world = _dependencies()
        return explain(request, _settings().runtime, world.load_model, world.read_source, patience)
    validate("check-request", request)
    return check_model(request, _settings().runtime, _dependencies().load_model, patience)


@cache
def _settings() -> Settings:
    return read_settings(os.environ)


@cache
def _dependencies() -> ChunkDependencies:
    dependencies = aws_dependencies(_settings())
    logger.info("predictor started", extra={"pid": os.getpid()})
    cold_start.over()
    return dependencies
