"""The ledger in the Jobs table. Every write is conditional: a second delivery changes nothing."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .. import keys
from ..contracts.types import ChunkMessage, Reason
from ..patience import Patience
from .dynamodb_attributes import json_attributes
from .patiently import code_of, patiently

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from ..chunk import ChunkReport


class DynamoDBLedger:
    """Reads the state of a chunk or a job, ends a chunk, and fails a job."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def is_wanted(self, message: ChunkMessage, patience: Patience) -> bool:
        """Whether the job is running and the chunk open for this attempt. A consistent read."""
        state = self._read(message["jobId"], keys.STATE, patience)
        if state.get("status") != {"S": "running"}:
            return False
        chunk = self._read(message["jobId"], keys.chunk_sort(message["chunk"]), patience)
        return chunk.get("status") == {"S": "open"} and chunk.get("attempt") == {"N": str(message["attempt"])}

    def awaits_split(self, job_id: str, patience: Patience) -> bool:
        """Whether the job is running and its chunks are still to be made. A consistent read."""
        state = self._read(job_id, keys.STATE, patience)
        return state.get("status") == {"S": "running"} and state.get("splitDone") == {"BOOL": False}

    def end_chunk(self, message: ChunkMessage, report: "ChunkReport", at: str, patience: Patience) -> bool:
        """`open → done` and the job's counters, in one transaction; False where its conditions do not hold.

        A commit whose answer was lost looks like one that another delivery made: the next try fails its condition.
        """
        set_fields = ", ".join(f"#{name} = :{name}" for name in ["status", *report])
        end = self._update(
            message["jobId"],
            keys.chunk_sort(message["chunk"]),
            f"SET {set_fields}",
            "#status = :open AND #attempt = :attempt",
            {**report, "status": "done", "open": "open", "attempt": message["attempt"]},
        )
        count = self._update(
            message["jobId"],
            keys.STATE,
            "SET #progressAt = :at ADD #remaining :one, #rowsScored :scored, #rowsFailed :failed",
            "#status = :running",
            {"at": at, "one": -1, "scored": report["rowsScored"], "failed": report["rowsFailed"], "running": "running"},
        )
        items: Any = [{"Update": end}, {"Update": count}]
        return _holds(lambda: patiently(lambda: self._client.transact_write_items(TransactItems=items), patience))

    def fail_job(self, job_id: str, reason: Reason, at: str, patience: Patience) -> bool:
        """`running → failed`; False where the job has ended. It stays among the open jobs until its event is sent."""
        return self._fail(job_id, {"reason": reason, "at": at}, "#status = :running", patience)

    def refuse_job(self, job_id: str, reason: Reason, at: str, patience: Patience) -> bool:
        """`running → failed`; False where the job has ended, or another delivery has made its chunks."""
        condition = "#status = :running AND #splitDone = :no"
        return self._fail(job_id, {"reason": reason, "at": at, "no": False}, condition, patience)

    def _fail(self, job_id: str, values: dict[str, Any], condition: str, patience: Patience) -> bool:
        update = "SET #status = :failed, #reason = :reason, #endedAt = :at"
        failed = self._update(
            job_id, keys.STATE, update, condition, {**values, "failed": "failed", "running": "running"}
        )
        return _holds(lambda: patiently(lambda: self._client.update_item(**failed), patience))

    def _read(self, job_id: str, sort: str, patience: Patience) -> dict[str, Any]:
        answer = patiently(
            lambda: self._client.get_item(
                TableName=self._table,
                Key={"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}},
                ConsistentRead=True,
                ProjectionExpression="#status, #attempt, #splitDone",
                ExpressionAttributeNames={"#status": "status", "#attempt": "attempt", "#splitDone": "splitDone"},
            ),
            patience,
        )
        return dict(answer.get("Item", {}))

    def _update(self, job_id: str, sort: str, update: str, condition: str, values: dict[str, Any]) -> Any:
        """Names go through placeholders, as DynamoDB reserves hundreds of words; `#name` stands for `name`."""
        return {
            "TableName": self._table,
            "Key": {"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}},
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in re.findall(r"#(\w+)", update + condition)},
            "ExpressionAttributeValues": {f":{name}": value for name, value in json_attributes(values).items()},
        }


def _holds(write: Callable[[], object]) -> bool:
    try:
        write()
    except ClientError as error:
        if _condition_failed(error):
            return False
        raise
    return True


def _condition_failed(error: ClientError) -> bool:
    reasons = error.response.get("CancellationReasons", [])
    return code_of(error) == "ConditionalCheckFailedException" or any(
        reason.get("Code") == "ConditionalCheckFailed" for reason in reasons
    )
