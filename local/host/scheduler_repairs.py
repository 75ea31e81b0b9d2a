"""What MiniStack's Scheduler leaves out of a schedule's input; see ``repairs.py``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ministack.services import eventbridge

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


def scheduled_time() -> None:
    """A target's input is sent as it stands, where Scheduler puts in the time at which it was to fire."""
    invoke_target = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], *rest: Any) -> None:
        given = target.get("Input")
        if event.get("Source") == "aws.scheduler" and given:
            time = datetime.fromtimestamp(event["Time"], tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            target = {**target, "Input": given.replace(SCHEDULED_TIME, time)}
        invoke_target(target, event, *rest)

    eventbridge._invoke_target = invoke
