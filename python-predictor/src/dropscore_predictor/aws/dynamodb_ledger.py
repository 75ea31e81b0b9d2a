"""The ledger in the Jobs table. Every write is conditional: a second delivery changes nothing."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .. import keys
from ..contracts.types import ChunkMessage, ErrorCount, LastError, Reason
from ..patience import Patience
from ..tolerance import Progress
from .dynamodb_attributes import json_attributes
from .dynamodb_reads import read_item
from .patiently import code_of, patiently

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from ..chunk import ChunkReport


_READ = ("status", "attempt", "splitDone", "rowsFailed", "rowsTotal", "toleratedErrors", "reopening")
"""Of a state or of a chunk: what decides whether work is wanted."""


class DynamoDBLedger:
    """Reads the state of a chunk or a job, ends a chunk, and fails a job."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def wanted(self, message: ChunkMessage, patience: Patience) -> Progress | None:
        """How far the job is; None where it has ended or the chunk is not open for this attempt. A consistent read."""
        state = self._read(message["jobId"], keys.STATE, patience)
        if state.get("status") != {"S": "running"}:
            return None
        chunk = self._read(message["jobId"], keys.chunk_sort(message["chunk"]), patience)
        if chunk.get("status") != {"S": "open"} or chunk.get("attempt") != {"N": str(message["attempt"])}:
            return None
        return _progress(state)

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

    def error_counts(self, job_id: str, patience: Patience) -> list[ErrorCount]:
        """Of the job's first chunks, as many as one read brings."""
        answer = patiently(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk AND begins_with(#sk, :chunks)",
                ProjectionExpression="#errorCounts",
                ExpressionAttributeNames={"#pk": "pk", "#sk": "sk", "#errorCounts": "errorCounts"},
                ExpressionAttributeValues={
                    ":pk": {"S": keys.job_partition(job_id)},
                    ":chunks": {"S": keys.CHUNK_PREFIX},
                },
            ),
            patience,
        )
        lists: Any = [item["errorCounts"]["L"] for item in answer["Items"] if "errorCounts" in item]
        return [_error_count(count["M"]) for counts in lists for count in counts]

    def stop_job(self, job_id: str, reason: Reason, rows_failed: int, at: str, patience: Patience) -> bool:
        """`running → failed` while so many rows have failed; False where the job has ended or been opened again."""
        condition = "#status = :running AND #rowsFailed >= :rowsFailed AND attribute_not_exists(#reopening)"
        return self._fail(job_id, {"reason": reason, "at": at, "rowsFailed": rows_failed}, condition, patience)

    def note_error(self, message: ChunkMessage, error: LastError) -> bool:
        """Notes on an open chunk why its message goes back; False where this attempt of it has ended.

        Tried once: there may be little time left, and the message goes back in any case.
        """
        note = self._update(
            message["jobId"],
            keys.chunk_sort(message["chunk"]),
            "SET #lastError = :lastError",
            "#status = :open AND #attempt = :attempt",
            {"lastError": error, "open": "open", "attempt": message["attempt"]},
        )
        return _holds(lambda: self._client.update_item(**note))

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
        return read_item(self._client, self._table, (job_id, sort), _READ, patience)

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


def _progress(state: dict[str, Any]) -> Progress:
    total, share = state.get("rowsTotal"), state.get("toleratedErrors")
    return Progress(
        rows_failed=int(state["rowsFailed"]["N"]),
        rows_total=None if total is None else int(total["N"]),
        share=None if share is None else float(share["N"]),
        reopening="reopening" in state,
    )


def _error_count(fields: dict[str, Any]) -> ErrorCount:
    count: ErrorCount = {"code": fields["code"]["S"], "rows": int(fields["rows"]["N"])}
    if "column" in fields:
        count["column"] = fields["column"]["S"]
    return count


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
