"""Where MiniStack 1.5.33 differs from AWS in a way that the pipeline would notice, and what is done about it.

Each repair replaces one function of MiniStack. ``test/local/host-repairs.it.test.ts`` shows that each works, and that each
is still needed: when a test of the second kind fails after an upgrade, its repair can go.
"""

from __future__ import annotations

import contextvars
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway_repairs import key_of_caller, preflights_by_origin, rest_paths_as_sent
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, s3
from scheduler_repairs import scheduled_time

Response = tuple[int, dict[str, str], bytes]


def apply() -> None:
    """Applies every repair, apart from those that DROPSCORE_WITHOUT_REPAIRS names (for the test that they are needed)."""
    left_out = os.environ.pop("DROPSCORE_WITHOUT_REPAIRS", "").split(",")
    for name, repair in REPAIRS.items():
        if name not in left_out:
            repair()


def range_of_version() -> None:
    """GetObject with a VersionId ignores Range: it answers 200 with the whole object, where S3 answers 206.

    The predictor accepts both, but reading 8 MiB out of a gigabyte would move the gigabyte each time.
    """
    whole_version = s3._get_object

    def get_object(bucket: str, key: str, headers: Any, query: Any = None) -> Response:
        response: Response = whole_version(bucket, key, headers, query)
        status, fields, body = response
        wanted = (headers or {}).get("range")
        if status != 200 or not wanted or not s3._qp(query or {}, "versionId", ""):
            return response
        found = s3._parse_range(wanted, len(body))
        if found is None:
            error = s3._xml_body(s3._range_error_xml(bucket, key))
            return (
                416,
                {
                    "Content-Type": "application/xml",
                    "Content-Range": f"bytes */{len(body)}",
                },
                error,
            )
        first, last = found
        # A checksum of the whole object cannot hold for a part of it.
        kept = {name: value for name, value in fields.items() if not name.lower().startswith("x-amz-checksum")}
        kept["Content-Length"] = str(last - first + 1)
        kept["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return 206, kept, body[first : last + 1]

    s3._get_object = get_object


def batch_item_failures() -> None:
    """A batch response with an unknown or empty itemIdentifier, or garbage, deletes the whole batch.

    AWS takes such a response as the failure of all messages, and delivers them again.
    """
    execute, run_batch = lambda_svc._execute_function, lambda_svc._run_sqs_batch
    expected: contextvars.ContextVar[set[str] | None] = contextvars.ContextVar("expected", default=None)

    def run_sqs_batch(mapping: dict[str, Any], *rest: Any) -> None:
        _function, _event, batch, *_queue = rest
        reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        token = expected.set({message["id"] for message in batch} if reports else None)
        try:
            run_batch(mapping, *rest)
        finally:
            expected.reset(token)

    def execute_function(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        ids = expected.get()
        expected.set(None)
        result: dict[str, Any] = execute(function, event)
        if ids is None or result.get("error") or is_batch_response(result.get("body"), ids):
            return result
        told = {
            "errorType": "InvalidBatchResponse",
            "errorMessage": repr(result.get("body"))[:200],
        }
        return {**result, "error": True, "body": told}

    lambda_svc._execute_function = execute_function
    lambda_svc._run_sqs_batch = run_sqs_batch


def is_batch_response(body: Any, ids: set[str]) -> bool:
    """Whether AWS would accept a function's answer as naming the messages that failed."""
    if body is None:
        return True
    if not isinstance(body, dict):
        return False
    failures = body.get("batchItemFailures") or []
    return isinstance(failures, list) and all(
        isinstance(failure, dict) and failure.get("itemIdentifier") in ids for failure in failures
    )


def iam_action_names() -> None:
    """With AUTH=true the host asks for sqs:SendMessageBatch and the like, which IAM does not know.

    AWS authorises a batch as the single action.
    """
    extract = iam_actions.extract_iam_action

    def extract_iam_action(*request: Any, **more: Any) -> str | None:
        action: str | None = extract(*request, **more)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_iam_action


def loopback_counts_as_tls() -> None:
    """With AUTH=true the TLS-only policies of buckets and queues deny everything: the host speaks plain HTTP.

    Its address is the loopback interface, where nobody listens in; the policies themselves are asserted on the template.
    """
    resolve = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_condition_key


def streams_on_their_own_thread() -> None:
    """A stream handler runs inside the only polling thread, so a slow one stalls every queue."""
    poll_streams = lambda_svc._poll_dynamodb_streams

    def follow() -> None:
        while True:
            try:
                if not poll_streams():
                    time.sleep(0.02)
            except Exception:  # noqa: BLE001 - one failed pass must not end the thread
                lambda_svc.logger.exception("polling the streams failed")
                time.sleep(1)

    lambda_svc._poll_dynamodb_streams = lambda: False
    threading.Thread(target=follow, name="streams", daemon=True).start()


def worker_output() -> None:
    """A worker's output is kept until its invocation ends, and lost where the worker is killed or nobody reads it.

    Written through to the host's own log line by line, with the function's name.
    """

    def read_stderr(worker: Any) -> None:
        for line in worker._proc.stderr:
            text = line.rstrip("\n")
            worker._stderr_queue.put(text)
            sys.stderr.write(f"{worker.func_name} {text}\n")
            sys.stderr.flush()

    lambda_runtime.Worker._read_stderr = read_stderr
    # An invocation would end 50 ms later, for lines that may still come. They stand in the log in any case.
    lambda_runtime.Worker._drain_stderr_bounded = lambda worker, **_waits: worker._drain_stderr()


def json_logs() -> None:
    """The log format of a function is ignored: Node prints objects over several lines, Python drops records below WARNING.

    With the JSON format of the template, Lambda writes one JSON object a line.
    """
    sources = Path(__file__).parent
    lambda_runtime._PYTHON_WORKER_SCRIPT = (
        sources.joinpath("worker_logging.py").read_text() + lambda_runtime._PYTHON_WORKER_SCRIPT
    )
    lambda_runtime._NODEJS_WORKER_SCRIPT = (
        sources.joinpath("worker-console.js").read_text() + lambda_runtime._NODEJS_WORKER_SCRIPT
    )


def own_interpreter() -> None:
    """Every Python function runs under the host's own interpreter, whatever its Runtime, with the host's libraries.

    Lambda has one for each version. Here a function whose variable DROPSCORE_PYTHON names an interpreter runs under it.
    """
    spawn, default = lambda_runtime.Worker._spawn, lambda_runtime._detect_runtime_binary
    named: contextvars.ContextVar[str | None] = contextvars.ContextVar("named", default=None)

    def spawn_worker(worker: Any) -> None:
        variables = worker.config.get("Environment", {}).get("Variables", {})
        token = named.set(variables.get("DROPSCORE_PYTHON"))
        try:
            spawn(worker)
        finally:
            named.reset(token)

    def detect_runtime_binary(runtime: str) -> tuple[str, str]:
        binary, script = default(runtime)
        return named.get() or binary, script

    lambda_runtime.Worker._spawn = spawn_worker
    lambda_runtime._detect_runtime_binary = detect_runtime_binary


def workers_fail_alone() -> None:
    """A worker that does not come up takes its function's other workers with it, and the answers that they were at.

    Whoever asks next starts the next ones, which are taken down in turn: one crash among many callers fails most of them.
    """
    invoke = lambda_runtime.Worker.invoke

    def invoke_alone(worker: Any, *request: Any, **more: Any) -> dict[str, Any]:
        try:
            result: dict[str, Any] = invoke(worker, *request, **more)
        except Exception as error:  # noqa: BLE001 - the host would end all of the function's workers for it
            lambda_svc.logger.error("A worker of %s does not come up: %s", worker.func_name, error)
            worker.kill()
            result = {"status": "error", "error": str(error)}
        return result

    lambda_runtime.Worker.invoke = invoke_alone


REPAIRS: dict[str, Callable[[], None]] = {
    repair.__name__: repair
    for repair in (
        range_of_version,
        batch_item_failures,
        iam_action_names,
        loopback_counts_as_tls,
        streams_on_their_own_thread,
        worker_output,
        json_logs,
        own_interpreter,
        workers_fail_alone,
        rest_paths_as_sent,
        key_of_caller,
        preflights_by_origin,
        scheduled_time,
    )
}
