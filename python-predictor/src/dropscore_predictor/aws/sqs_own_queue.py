"""The queue that a function is fed from, as one that cannot finish now writes to it."""

import json
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

SENDS = Config(retries={"mode": "standard", "total_max_attempts": 4})
"""Of its client: there is no more patience then, and the rest of the invocation is enough for these."""

SHORTEST_DELAY = 30
LONGEST_DELAY = 90
"""Seconds; spread, so that messages that were throttled together do not come back together."""


class SQSOwnQueue:
    """Sends messages again."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send_again(self, message: Mapping[str, Any], group: str | None = None) -> None:
        """Sends a copy for later: a new message, so waiting uses up none of its receives."""
        fairness = {"MessageGroupId": group} if group else {}
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(message),
            DelaySeconds=random.randint(SHORTEST_DELAY, LONGEST_DELAY),  # noqa: S311 - no secret
            **fairness,  # type: ignore[arg-type]
        )
