"""Where a model is published to: a stack on AWS by ordinary AWS configuration, or the local stack of the checkout."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from .refused import Refused
from .runtimes import DeployedRuntime, parse_runtimes

_LOCAL_REGION = "us-east-1"
_LOCAL_KEY = "test"
"""Of the embedded host; not secret."""


@dataclass(frozen=True)
class Target:
    """A stack's name, and where its services answer."""

    stack: str
    words: str
    session: Any
    endpoint: str | None = None

    def client(self, service: str, **options: Any) -> Any:
        """A client of one of its services."""
        return self.session.client(service, endpoint_url=self.endpoint, **options)


@dataclass(frozen=True)
class Stack:
    """What a publisher needs to know of a deployed stack."""

    target: Target
    models_bucket: str
    runtimes: dict[str, DeployedRuntime]


def find_target(stack: str | None, environment: Mapping[str, str] = os.environ, root: Path | None = None) -> Target:
    """A stack that is named wins over a local one that happens to run; the rule of the command line.

    Args:
        stack: As the publisher names it.
        environment: May name it with DROPSCORE_STACK.
        root: The checkout; the one that this package lies in where absent.

    Raises:
        Refused: None is named, and no local one runs.
    """
    named = stack or environment.get("DROPSCORE_STACK")
    if named:
        endpoint = environment.get("AWS_ENDPOINT_URL")
        # boto3 alone of all SDKs reads AWS_DEFAULT_REGION only.
        session = boto3.Session(region_name=environment.get("AWS_REGION"))
        return Target(named, f"stack {named}" + (f" ({endpoint})" if endpoint else ""), session)
    local = _local_record(root or Path(__file__).resolve().parents[3])
    if local is None:
        message = "No stack is named, and no local one is running."
        remedy = "Start one with `dropscore local up`, or name one on AWS with stack= or DROPSCORE_STACK."
        raise Refused("no_target", message, remedy)
    session = boto3.Session(_LOCAL_KEY, _LOCAL_KEY, region_name=_LOCAL_REGION)
    return Target(local["stack"], f"local stack ({local['endpoint']})", session, local["endpoint"])


def _local_record(root: Path) -> dict[str, Any] | None:
    try:
        record: dict[str, Any] = json.loads((root / ".dropscore" / "local.json").read_text(encoding="utf-8"))
        os.kill(record["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return record


def describe_stack(target: Target) -> Stack:
    """Reads the stack's outputs.

    Raises:
        Refused: There is no such stack, or it is no dropscore stack.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise explained(error, target) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    if "ModelsBucket" not in outputs:
        message = f"Stack {target.stack} is {found['StackStatus']} and has no output ModelsBucket."
        raise Refused("no_such_stack", message, "Is it a dropscore stack, fully deployed?")
    return Stack(target, outputs["ModelsBucket"], parse_runtimes(outputs.get("Runtimes")))


def explained(error: Exception, target: Target) -> Refused:
    """What AWS refused, in its own first line, and what to do about it."""
    text = str(error).splitlines()[0]
    code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
    if "does not exist" in text:
        remedy = "Check --stack or DROPSCORE_STACK, and AWS_PROFILE and AWS_REGION."
        return Refused("no_such_stack", f"There is no stack {target.stack} in this account and region.", remedy)
    if code in ("AccessDenied", "AccessDeniedException"):
        remedy = "A publisher needs the managed policy that the stack's output PublisherPolicy names."
        return Refused("access_denied", f"AWS refuses: {text}", remedy)
    if code in ("NoCredentialsError", "NoRegionError", "PartialCredentialsError", "ProfileNotFound"):
        return Refused("no_credentials", text, "Log in (`aws sso login`), or set AWS_PROFILE and AWS_REGION.")
    if code in ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError"):
        remedy = "On a local stack: `dropscore local status`, then `dropscore local up`. On AWS: check the network."
        return Refused("unreachable", f"The service cannot be reached: {text}", remedy)
    return Refused("aws_error", f"AWS refuses: {text}", "See the message; publishing again is safe.")
