"""Tables like the Scores table, to write its items to once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def table_like(client: Any, scores_table: str, *, with_index: bool = True) -> Iterator[str]:
    """An empty table with the keys of the Scores table, and its index if wanted; gone with the block."""
    known = client.describe_table(TableName=scores_table)["Table"]
    indexes = known["GlobalSecondaryIndexes"] if with_index else []
    schemas = [known["KeySchema"], *(index["KeySchema"] for index in indexes)]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    settings: dict[str, Any] = {
        "TableName": "Reference",
        "KeySchema": known["KeySchema"],
        "AttributeDefinitions": [d for d in known["AttributeDefinitions"] if d["AttributeName"] in keys],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        told = ("IndexName", "KeySchema", "Projection")
        settings["GlobalSecondaryIndexes"] = [{name: index[name] for name in told} for index in indexes]
    client.create_table(**settings)
    try:
        yield settings["TableName"]
    finally:
        client.delete_table(TableName=settings["TableName"])
