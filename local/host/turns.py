"""Callers take turns: what a laptop needs and AWS does not."""

from __future__ import annotations

import os
import threading
from typing import Any

from ministack.services import lambda_svc


def apply() -> None:
    """Has a call of a function wait for one of its workers where there are enough.

    On AWS each of a hundred callers at once gets an instance of its own; here they share a few processors, and one memory.
    Reserved concurrency would refuse instead of wait, chunk messages too, which then stay hidden for minutes: those do not come
    this way, and are bounded by their event source. A function that calls itself and waits would wait for ever; none does.
    """
    execute = lambda_svc._execute_function_with_config_scope
    turns: dict[str, threading.BoundedSemaphore] = {}

    def execute_in_turn(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        config = function.get("config") or function
        with turns.setdefault(config["FunctionName"], threading.BoundedSemaphore(workers_of(config))):
            result: dict[str, Any] = execute(function, event)
        return result

    lambda_svc._execute_function_with_config_scope = execute_in_turn


def workers_of(config: dict[str, Any]) -> int:
    """Predictors use a processor each, and some 300 MB; functions in Node take 90 MB, and mostly wait for others."""
    processors = os.cpu_count() or 1
    return 4 * processors if config.get("Runtime", "").startswith("nodejs") else processors
