"""Clients whose requests are counted.

Units are what DynamoDB says that a request took, so that a row that was written before, or an index that it is not in,
costs what it costs.
"""

from typing import Any

from botocore.client import BaseClient

from ..meter import Counted, Meter

_READS = ("GetItem", "BatchGetItem", "Query")
_S3_REQUESTS: dict[str, Counted] = {"PutObject": "s3Puts", "GetObject": "s3Gets", "HeadObject": "s3Gets"}


def metered_s3(client: BaseClient, meter: Meter) -> None:
    """Counts requests, also those that fail: S3 charges for most of them."""

    def count(model: Any, **_: Any) -> None:
        if counted := _S3_REQUESTS.get(model.name):
            meter.add(counted, 1)

    client.meta.events.register("after-call.s3", count)


def metered_dynamodb(client: BaseClient, meter: Meter) -> None:
    """Asks reads for what they took, and counts that; a batch write has to ask for its `INDEXES` itself."""

    def ask(params: dict[str, Any], **_: Any) -> None:
        params.setdefault("ReturnConsumedCapacity", "TOTAL")

    def count_read(parsed: dict[str, Any], **_: Any) -> None:
        for capacity in _listed(parsed.get("ConsumedCapacity", [])):
            meter.add("readUnits", capacity["CapacityUnits"])

    def count_write(parsed: dict[str, Any], **_: Any) -> None:
        for capacity in _listed(parsed.get("ConsumedCapacity", [])):
            meter.add("rowWriteUnits", capacity["Table"]["CapacityUnits"])
            for index in capacity.get("GlobalSecondaryIndexes", {}).values():
                meter.add("indexWriteUnits", index["CapacityUnits"])

    events = client.meta.events
    for name in _READS:
        events.register(f"before-parameter-build.dynamodb.{name}", ask)
        events.register(f"after-call.dynamodb.{name}", count_read)
    events.register("after-call.dynamodb.BatchWriteItem", count_write)


def _listed(told: Any) -> list[Any]:
    """Of one table it is an object, of several a list."""
    return told if isinstance(told, list) else [told]
