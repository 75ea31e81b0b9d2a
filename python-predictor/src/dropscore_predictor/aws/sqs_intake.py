"""The intake queue, as the unpack function writes to it."""

import json
from typing import TYPE_CHECKING

from ..contracts.types import StagedMessage
from ..patience import Patience
from .patiently import patiently

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class SQSIntake:
    """Sends intake messages."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, message: StagedMessage, patience: Patience) -> None:
        """Sends a message; one whose answer was lost is sent twice."""
        body = json.dumps(message)
        patiently(lambda: self._client.send_message(QueueUrl=self._queue_url, MessageBody=body), patience)
