"""The Lambda function that unpacks joblib sources: a message an invocation.

Parses, builds what the core needs, calls it. Its layer has numpy and fastjsonschema: nothing imported here needs more.
"""

import logging
import os
from functools import cache
from typing import Any

from .aws.sqs_batch import BatchResponse, Context, each_message
from .aws.unpack_dependencies import unpack_dependencies
from .contracts.types import UnpackMessage
from .delivery import Delivery
from .patience import Patience
from .settings import UnpackSettings, read_unpack_settings
from .unpack import Outcome, UnpackDependencies, bounds_of, unpack

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: Context) -> BatchResponse:
    """Unpacks the sources of an SQS event. What is no unpack message fails until it is in the dead-letter queue."""

    def work(message: UnpackMessage, delivery: Delivery) -> Outcome:
        bounds = bounds_of(_settings().memory_mib, message["chunkBytes"], context.get_remaining_time_in_millis())
        patience = Patience(context.get_remaining_time_in_millis)
        return unpack(message, _dependencies(), bounds, patience, delivery)

    return each_message(event, "unpack", ("jobId",), work)


@cache
def _settings() -> UnpackSettings:
    return read_unpack_settings(os.environ)


@cache
def _dependencies() -> UnpackDependencies:
    dependencies = unpack_dependencies(_settings())
    logger.info("unpack started", extra={"pid": os.getpid()})
    return dependencies
