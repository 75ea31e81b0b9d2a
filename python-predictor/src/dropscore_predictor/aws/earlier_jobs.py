"""The jobs that others renew: what the ledger tells of them, and their scores."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from .. import keys
from ..attributes import Item
from ..contracts.types import ObjectVersion
from ..earlier_jobs import EarlierChunk, EarlierJob, Unreadable
from ..patience import Patience
from .dynamodb_reads import read_item
from .patiently import patiently
from .s3_objects import S3Results

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_JOB = ("source", "modelName", "settings", "shadowOf")
_STATE = ("status", "chunksTotal", "checkpoint")
_CHUNK = ("status", "reference")
_SCORE = ("sk", "error", "score", "prediction", "tier", "outputs")

Answer = TypeVar("Answer")


class AWSEarlierJobs:
    """Reads ledger and scores of earlier jobs. Every read is consistent."""

    def __init__(self, client: "DynamoDBClient", jobs_table: str, scores_table: str, results: S3Results) -> None:
        self._client = client
        self._jobs_table = jobs_table
        self._scores_table = scores_table
        self._results = results

    def job(self, job_id: str, patience: Patience) -> EarlierJob | None:
        """What the job pinned, and whether it has ended."""
        job, state = self._read(job_id, keys.INFO, _JOB, patience), self._read(job_id, keys.STATE, _STATE, patience)
        if not job or not state:
            return None
        source = job["source"]["M"]
        return EarlierJob(
            source=ObjectVersion(
                bucket=source["bucket"]["S"], key=source["key"]["S"], versionId=source["versionId"]["S"]
            ),
            model=job["modelName"]["S"],
            output=job["settings"]["M"]["output"]["S"],
            is_shadow="shadowOf" in job,
            has_ended=state["status"] != {"S": "running"},
            chunks=int(state.get("chunksTotal", state["checkpoint"]["M"]["chunk"])["N"]),
        )

    def chunk(self, job_id: str, chunk: int, patience: Patience) -> EarlierChunk | None:
        """Where the chunk lies."""
        item = self._read(job_id, keys.chunk_sort(chunk), _CHUNK, patience)
        if not item:
            return None
        reference = item["reference"]["M"]
        first_row = int(reference["firstRow"]["N"])
        return EarlierChunk(
            chunk, first_row, first_row + int(reference["rowCount"]["N"]), item["status"] == {"S": "done"}
        )

    def result_file(self, key: str, patience: Patience) -> bytes | None:
        """A result file; None where it is gone."""
        return _unless_refused(lambda: self._results.get(key, patience))

    def items(self, job_id: str, first_row: int, end_row: int, patience: Patience) -> Iterator[Item]:
        """The score items of some rows, a partition after the other."""
        while first_row < end_row:
            next_block = (first_row // keys.ROWS_PER_BLOCK + 1) * keys.ROWS_PER_BLOCK
            yield from self._block(job_id, first_row, min(next_block, end_row), patience)
            first_row = next_block

    def _block(self, job_id: str, first_row: int, end_row: int, patience: Patience) -> Iterator[Item]:
        query: dict[str, Any] = {
            "TableName": self._scores_table,
            "ConsistentRead": True,
            "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :first AND :last",
            "ProjectionExpression": ", ".join(f"#{name}" for name in _SCORE),
            "ExpressionAttributeNames": {f"#{name}": name for name in ("pk", *_SCORE)},
            "ExpressionAttributeValues": {
                ":pk": {"S": keys.score_partition(job_id, first_row)},
                ":first": {"N": str(first_row)},
                ":last": {"N": str(end_row - 1)},
            },
        }
        while True:
            answer: Any = _unless_refused(lambda: patiently(lambda: self._client.query(**query), patience))
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _read(self, job_id: str, sort: str, names: tuple[str, ...], patience: Patience) -> dict[str, Any]:
        return read_item(self._client, self._jobs_table, (job_id, sort), names, patience)


def _unless_refused(read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    except ClientError as error:
        raise Unreadable from error
