"""The chunk queue, as a predictor that cannot finish now writes to it."""

import json
import random
from typing import TYPE_CHECKING

from ..contracts.types import ChunkMessage

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

SHORTEST_DELAY = 30
LONGEST_DELAY = 90
"""Seconds; spread, so that messages that were throttled together do not come back together."""


class SQSChunks:
    """Sends chunk messages again."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send_again(self, message: ChunkMessage, group: str | None = None) -> None:
        """Sends a copy for later: a new message, so waiting uses up none of its receives."""
        fairness = {"MessageGroupId": group} if group else {}
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(message),
            DelaySeconds=random.randint(SHORTEST_DELAY, LONGEST_DELAY),  # noqa: S311 - no secret
            **fairness,  # type: ignore[arg-type]
        )
