"""Sources, models, staged chunks and results in S3."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError, HTTPClientError

from ..contracts.types import ObjectVersion
from ..errors import JobFailed
from ..patience import Patience
from .patiently import code_of, patiently

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

Answer = TypeVar("Answer")

# The role may list the bucket, so what is gone is told from what is forbidden. The last is a delete marker's answer.
_GONE = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"}
_REMOVED = (
    "What the job reads was removed for good: the source's version, or its rows that were staged longer ago than "
    "workRetentionDays. Drop the file again."
)
_PARTIAL_CONTENT = 206
_HEADERS_KEPT = 32
_HEADER_BYTES = 64 * 1024
_COPIED_BYTES = 1024 * 1024


class S3Sources:
    """Reads ranges of pinned object versions."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client
        self._cached = lru_cache(maxsize=_HEADERS_KEPT)(self._read)

    def read(self, source: ObjectVersion, start: int, end: int, patience: Patience) -> bytes:
        """The bytes from `start` up to `end`. Short ranges are kept: every chunk of a job asks for its header.

        Raises:
            JobFailed: The version is gone, or does not reach that far.
        """
        read = self._cached if end - start <= _HEADER_BYTES else self._read
        return patiently(lambda: read(source["bucket"], source["key"], source["versionId"], start, end), patience)

    def _read(self, bucket: str, key: str, version: str, start: int, end: int) -> bytes:
        span = f"bytes={start}-{end - 1}"
        try:
            answer = unless_removed(
                lambda: self._client.get_object(Bucket=bucket, Key=key, VersionId=version, Range=span)
            )
        except ClientError as error:
            if code_of(error) == "InvalidRange":
                raise _too_short() from error
            raise
        data = _range_of(answer, start, end)
        if len(data) != end - start:
            raise _too_short()
        return data


def unless_removed(get: Callable[[], Answer]) -> Answer:
    """The answer to a request for a version of a source, or of its staged rows.

    Raises:
        JobFailed: The version is gone.
    """
    try:
        return get()
    except ClientError as error:
        if code_of(error) in _GONE:
            raise JobFailed("source_missing", _REMOVED) from error
        raise


def _range_of(answer: "GetObjectOutputTypeDef", start: int, end: int) -> bytes:
    """What was asked for. A server may ignore a range and send the whole with 200 (RFC 9110, section 14.2)."""
    status, body = answer["ResponseMetadata"]["HTTPStatusCode"], answer["Body"]
    if status == _PARTIAL_CONTENT:
        return body.read()
    if status != 200:  # noqa: PLR2004
        raise HTTPClientError(error=f"unexpected status {status}")
    return body.read()[start:end]


def _too_short() -> JobFailed:
    return JobFailed("record_count_mismatch", "The source ends before the range of the chunk does.")


class S3Models:
    """The models bucket, as the registry reads it."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str, most_bytes: int, patience: Patience) -> bytes | None:
        """The object's bytes, of a larger one the first `most_bytes` and one more; None where there is none."""

        def attempt() -> bytes | None:
            body = self._open(key)
            return None if body is None else _first(body, most_bytes + 1)

        return patiently(attempt, patience)

    def download(self, key: str, target: Path, most_bytes: int, patience: Patience) -> bool:
        """Writes as many to a file; False where there is none."""

        def attempt() -> bool:
            body = self._open(key)
            if body is None:
                return False
            with target.open("wb") as file:
                left = most_bytes + 1
                while left and (part := body.read(min(left, _COPIED_BYTES))):
                    left -= file.write(part)
            return True

        return patiently(attempt, patience)

    def _open(self, key: str) -> "StreamingBody | None":
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except ClientError as error:
            if code_of(error) in _GONE:
                return None
            raise


def _first(body: "StreamingBody", most_bytes: int) -> bytes:
    """One read may answer less than was asked for."""
    parts = []
    while most_bytes and (part := body.read(min(most_bytes, _COPIED_BYTES))):
        parts.append(part)
        most_bytes -= len(part)
    return b"".join(parts)


class S3Results:
    """The results bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, patience: Patience) -> None:
        """Writes a result file, over the same one of an earlier delivery."""
        patiently(
            lambda: self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/gzip"),
            patience,
        )

    def get(self, key: str, patience: Patience) -> bytes | None:
        """A result file; None where it is gone."""

        def attempt() -> bytes | None:
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in _GONE:
                    return None
                raise

        return patiently(attempt, patience)


class S3Staging:
    """The work bucket, which has versions."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, patience: Patience) -> ObjectVersion:
        """Writes a staged object, over the same one of an earlier delivery: that keeps its own version."""
        answer = patiently(lambda: self._client.put_object(Bucket=self._bucket, Key=key, Body=body), patience)
        return {"bucket": self._bucket, "key": key, "versionId": answer["VersionId"]}
