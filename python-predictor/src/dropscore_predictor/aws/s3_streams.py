"""Sources in S3, read from start to end."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ..contracts.types import ObjectVersion
from ..errors import Unavailable
from ..patience import Patience
from .patiently import patiently
from .s3_objects import unless_removed

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client


class S3Streams:
    """Opens pinned object versions."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    @contextmanager
    def open(self, source: ObjectVersion, size: int, patience: Patience) -> Iterator["Stream"]:
        """The version's bytes, of which there must be `size`.

        Raises:
            JobFailed: The version is gone.
        """
        bucket, key, version = source["bucket"], source["key"], source["versionId"]
        answer = patiently(
            lambda: unless_removed(lambda: self._client.get_object(Bucket=bucket, Key=key, VersionId=version)), patience
        )
        with closing(answer["Body"]) as body:
            yield Stream(body, size)


class Stream:
    """An object's bytes, forward. An end that comes early is never told as the end: the file would look damaged."""

    def __init__(self, body: "StreamingBody", size: int) -> None:
        self._body = body
        self._size = size
        self._count = 0

    def read(self, size: int, /) -> bytes:
        """So many bytes; fewer only where the object ends.

        Raises:
            Unavailable: The connection broke, or another number of bytes came than the object has.
        """
        parts = []
        while size and (part := self._part(size)):
            parts.append(part)
            size -= len(part)
            self._count += len(part)
        if size and self._count != self._size:
            raise Unavailable(f"The source ended after {self._count} of {self._size} bytes.")
        return b"".join(parts)

    def _part(self, size: int) -> bytes:
        """One read may answer less than was asked for."""
        try:
            return self._body.read(size)
        except Exception as error:  # Of whatever kind: some would pass for a fault of the file.
            raise Unavailable(f"The source broke off: {type(error).__name__}.") from error
