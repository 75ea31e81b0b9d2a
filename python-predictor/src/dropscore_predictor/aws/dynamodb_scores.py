"""Score items in the Scores table: 25 a batch, several batches at once.

botocore walks the shape of every value of a request, which for rows costs more than everything else that is done with
them. Items are already what the wire wants, so the request is encoded here and handed over whole.
"""

import base64
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from ..attributes import Item
from ..patience import Patience
from .patiently import patiently

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH = 25
"""DynamoDB's limit."""

_BODY = b'{"RequestItems":{"%s":[%s]},"ReturnConsumedCapacity":"INDEXES"}'
"""What it took is counted: parsing that is a fifth of a microsecond a row."""

BATCH_BYTES = 12 * 2**20
"""DynamoDB takes 16 MB a request, in which control characters are six times as long as in an item."""


class DynamoDBScores:
    """Writes the items of chunks. Their keys and contents are deterministic, so that writing them twice is harmless."""

    def __init__(self, client: "DynamoDBClient", table: str, threads: int) -> None:
        self._client = client
        self._table = table
        self._threads = threads
        self._encoded = threading.local()
        client.meta.events.register("before-call.dynamodb.BatchWriteItem", self._put_encoded)

    def write(self, items: Iterable[Item], patience: Patience) -> None:
        """Writes every item, in about the order given.

        Raises:
            Throttled: Some are still unprocessed, and the invocation's time is nearly over.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            running: set[Future[None]] = set()
            try:
                for batch in _batches(items):
                    running.add(pool.submit(self._write_batch, batch, patience))
                    if len(running) >= 2 * self._threads:
                        running = _without_done(running)
                while running:
                    running = _without_done(running)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _write_batch(self, puts: list[bytes], patience: Patience) -> None:
        for attempt in count(1):
            puts = self._unprocessed(puts, patience)
            if not puts:
                return
            patience.wait(attempt)

    def _unprocessed(self, puts: list[bytes], patience: Patience) -> list[bytes]:
        self._encoded.body = _BODY % (self._table.encode(), b",".join(puts))
        try:
            # Without its body DynamoDB refuses the request: it must hold an item at least.
            answer = patiently(lambda: self._client.batch_write_item(RequestItems={}), patience)
        finally:
            self._encoded.body = None
        return [_encoded(request) for request in answer.get("UnprocessedItems", {}).get(self._table, [])]

    def _put_encoded(self, params: dict[str, Any], **_: Any) -> None:
        """Called by botocore in the thread of the request, before it signs it."""
        if body := getattr(self._encoded, "body", None):
            params["body"] = body


def _batches(items: Iterable[Item]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for item in items:
        put = _encoded({"PutRequest": {"Item": item}})
        if batch and (len(batch) == BATCH or size + len(put) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(put)
        size += len(put)
    if batch:
        yield batch


def _encoded(request: Any) -> bytes:
    return orjson.dumps(request, default=_base64)


def _base64(binary: bytes) -> str:
    """A binary attribute of an unprocessed item: botocore has decoded what the wire wants encoded."""
    return base64.b64encode(binary).decode("ascii")


def _without_done(running: set[Future[None]]) -> set[Future[None]]:
    done, others = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return others
