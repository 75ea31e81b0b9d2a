"""The two services that a publisher calls: S3 for the registry, Lambda for the check."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from dropscore_predictor.contracts import validate
from dropscore_predictor.contracts.types import CheckAnswer, PinnedModel

from .refused import Refused
from .registry import ObjectStore, Stored
from .runtimes import DeployedRuntime
from .stack import Stack

_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_CHECK_SECONDS = 900
"""As long as a function may run: a cold start, a download and a load."""


class S3Store:
    """A models bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put_new(self, key: str, body: bytes | Path) -> bool:
        """Writes an object where there is none; False where there is one, or one is being written."""
        return self._put(key, body, {"IfNoneMatch": "*"})

    def replace(self, key: str, body: bytes, etag: str) -> bool:
        """Writes over the object that had this tag; False where it has changed."""
        return self._put(key, body, {"IfMatch": etag})

    def _put(self, key: str, body: bytes | Path, condition: dict[str, str]) -> bool:
        kind = "application/json" if key.endswith(".json") else "application/octet-stream"
        try:
            if isinstance(body, Path):
                with body.open("rb") as file:
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=file, ContentType=kind, **condition)
            else:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=kind, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                return False
            raise
        return True

    def read(self, key: str) -> Stored | None:
        """The object; None where there is none."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return Stored(answer["Body"].read(), answer["ETag"])

    def versions(self, name: str) -> list[int]:
        """The numbers below a model's name."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{name}/", Delimiter="/"
        )
        folders = [prefix["Prefix"].split("/")[-2] for page in pages for prefix in page.get("CommonPrefixes", [])]
        return [int(folder) for folder in folders if folder.isdecimal()]


@dataclass(frozen=True)
class Services:
    """What a publish needs of a deployed stack."""

    store: ObjectStore
    runtimes: Mapping[str, DeployedRuntime]
    check: Callable[[PinnedModel], CheckAnswer]
    place: str
    """The models bucket, for people."""


def services_of(stack: Stack) -> Services:
    """The services of a stack."""
    return Services(
        store=S3Store(stack.target.client("s3"), stack.models_bucket),
        runtimes=stack.runtimes,
        check=lambda pinned: check(stack, pinned),
        place=f"s3://{stack.models_bucket}",
    )


def check(stack: Stack, pinned: PinnedModel) -> CheckAnswer:
    """Asks the function that will serve a version to load it and to score its golden rows.

    Raises:
        Refused: The function fails, or does not answer as one of dropscore's does.
    """
    # One attempt: a second one would only wait as long again.
    patient = Config(read_timeout=_CHECK_SECONDS, retries={"total_max_attempts": 1})
    client = stack.target.client("lambda", config=patient)
    function = stack.runtimes[pinned["runtime"]]["function"]
    answer = client.invoke(FunctionName=function, Payload=json.dumps({"check": pinned}).encode())
    body = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        reason = str((body or {}).get("errorMessage", "it tells no reason")).splitlines()[0][:300]
        remedy = f"Try `dropscore model check {pinned['name']}@{pinned['version']}`; the function's log has more."
        raise Refused("check_failed", f"The function of runtime {pinned['runtime']} failed: {reason}", remedy)
    validate("check-answer", body)
    checked: CheckAnswer = body
    return checked
