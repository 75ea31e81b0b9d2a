"""The forgotten records of a model, in the Jobs table."""

from typing import TYPE_CHECKING

from .. import keys
from ..forgotten import Forgotten
from ..patience import Patience
from .patiently import patiently

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef, QueryOutputTypeDef


class DynamoDBForgotten:
    """Reads them; the command line writes them."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of(self, model: str, patience: Patience) -> Forgotten:
        """All of them, a read unit for some thirty. Consistent: what was forgotten before is not written again."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "#pk = :pk",
            "ProjectionExpression": "#sk",
            "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": {"S": keys.forgotten_partition(model)}},
        }
        found: set[str] = set()
        while True:
            page = self._page(query, patience)
            found.update(item["sk"]["S"] for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return frozenset(found)
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _page(self, query: "QueryInputTypeDef", patience: Patience) -> "QueryOutputTypeDef":
        return patiently(lambda: self._client.query(**query), patience)
