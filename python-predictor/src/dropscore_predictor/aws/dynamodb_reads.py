"""Reads of single items of the Jobs table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import keys
from ..patience import Patience
from .patiently import patiently

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def read_item(
    client: "DynamoDBClient", table: str, place: tuple[str, str], names: Sequence[str], patience: Patience
) -> dict[str, Any]:
    """These attributes of an item of a job, read consistently; none where there is no such item.

    Args:
        client: Of DynamoDB.
        table: The Jobs table.
        place: The job's id, and the item's sort key.
        names: Of attributes. They go through placeholders, as DynamoDB reserves hundreds of words.
        patience: How long throttling may be waited for.
    """
    job_id, sort = place
    answer = patiently(
        lambda: client.get_item(
            TableName=table,
            Key={"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}},
            ConsistentRead=True,
            ProjectionExpression=", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},
        ),
        patience,
    )
    return dict(answer.get("Item", {}))
