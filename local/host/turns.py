"""Callers and chunks take turns: what a laptop needs and AWS does not."""

from __future__ import annotations

import os
import threading
from typing import Any

from ministack.services import lambda_svc

LEAST_WORKERS = 2
"""What goes wrong between two that are at work together shows on any machine."""


def apply() -> None:
    """On AWS each of a hundred callers at once gets an instance of its own; here they share a few processors, and one memory."""
    _calls_in_turn()
    _messages_in_turn()


def _calls_in_turn() -> None:
    """Has a call of a function wait for one of its workers where there are enough.

    Reserved concurrency would refuse instead of wait, chunk messages too, which then stay hidden for minutes: those do not come
    this way. A function that calls itself and waits would wait for ever; none does.
    """
    execute = lambda_svc._execute_function_with_config_scope
    turns: dict[str, threading.BoundedSemaphore] = {}

    def execute_in_turn(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        config = function.get("config") or function
        with turns.setdefault(config["FunctionName"], threading.BoundedSemaphore(workers_of(config))):
            result: dict[str, Any] = execute(function, event)
        return result

    lambda_svc._execute_function_with_config_scope = execute_in_turn


def _messages_in_turn() -> None:
    """Has a message wait in its queue where its function has workers enough, whatever more its event source allows.

    Fifty predictors on four processors spend their time on importing their libraries.
    """
    bound = lambda_svc._sqs_esm_concurrency

    def bound_of_machine(mapping: dict[str, Any], function: dict[str, Any], config: dict[str, Any], *queue: Any) -> int:
        return min(bound(mapping, function, config, *queue), workers_of(config))

    lambda_svc._sqs_esm_concurrency = bound_of_machine


def workers_of(config: dict[str, Any]) -> int:
    """Predictors use a processor each, and some 300 MB; functions in Node take 90 MB, and mostly wait for others."""
    processors = max(LEAST_WORKERS, int(os.environ.get("DROPSCORE_PROCESSORS") or os.cpu_count() or 1))
    return 4 * processors if config.get("Runtime", "").startswith("nodejs") else processors
