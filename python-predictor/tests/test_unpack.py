"""The unpack function against the embedded host: what it stages, whose fault is whose, what a second delivery does."""

import gc
import io
import json
import os
import subprocess
import sys
import weakref
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

from dropscore_predictor import keys, unpack_handler
from dropscore_predictor import unpack as module
from dropscore_predictor.aws.unpack_dependencies import unpack_dependencies
from dropscore_predictor.contracts import validate
from dropscore_predictor.delivery import Delivery
from dropscore_predictor.errors import Throttled, Unavailable
from dropscore_predictor.settings import InvalidSetting, read_unpack_settings
from dropscore_predictor.staged import read_rows
from dropscore_predictor.table import Table
from dropscore_predictor.unpack import bounds_of, unpack
from dropscore_predictor.unpickled import Bounds, decode
from factories import no_patience
from pickle_attacks import Attack
from unpickled_cases import described, dumped

MEBIBYTE = 1 << 20
NAMES = [None, "Ünï", "a", "b", "", "c", "d"]
FRAME = pd.DataFrame(
    {
        "number": np.linspace(0, 1, 7),
        "whole": pd.array([1, None, 3, 4, 5, 6, 7], dtype="Int64"),
        "name": NAMES,
        "kind": pd.Categorical(["x", "y", None, "x", "x", "y", "x"]),
        "when": np.array(["2024-01-31", "NaT", *["2025-06-01T12:30"] * 5], "M8[ns]"),
        "mixed": pd.Series(["x", 1, 2.5, None, True, 1 << 63, -1], dtype=object),
    },
    index=pd.Index([f"id-{n}" for n in range(7)], name="sample_id"),
)
FILES = {
    "an array by columns": dumped(np.asfortranarray(np.arange(21.0).reshape(7, 3))),
    "an array of float32, compressed": dumped(np.arange(21, dtype="f4").reshape(7, 3), compress=3),
    "a frame": dumped(FRAME),
    "a frame, compressed": dumped(FRAME, compress=("xz", 1)),
    "a series": dumped(pd.Series(np.arange(7))),
    "a sparse matrix": dumped(scipy.sparse.csr_matrix(np.eye(7))),
    "rows": dumped([[1, "a", None]] * 7),
}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@pytest.fixture(autouse=True)
def environment(cloud, monkeypatch):
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    forget()
    announced(cloud)
    yield
    forget()


def forget() -> None:
    unpack_handler._dependencies.cache_clear()
    unpack_handler._settings.cache_clear()


def deliver(*bodies) -> list[str]:
    records = [
        {"messageId": str(index), "body": body if isinstance(body, str) else json.dumps(body)}
        for index, body in enumerate(bodies)
    ]
    answer = unpack_handler.handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def announced(cloud) -> list[dict]:
    """What is on the intake queue, which is empty then."""
    found = []
    while entries := cloud.sqs.receive_message(QueueUrl=cloud.intake, MaxNumberOfMessages=10).get("Messages"):
        for entry in entries:
            found.append(json.loads(entry["Body"]))
            validate("intake-message", found[-1])
            cloud.sqs.delete_message(QueueUrl=cloud.intake, ReceiptHandle=entry["ReceiptHandle"])
    return found


def body_of(cloud, version: dict) -> bytes:
    place = {"Bucket": version["bucket"], "Key": version["key"], "VersionId": version["versionId"]}
    return cloud.s3.get_object(**place)["Body"].read()


def staged(cloud, announcement: dict) -> tuple[dict, list[bytes]]:
    """The index, and the chunks that it tells."""
    job_id = announcement["jobId"]
    assert announcement["index"]["bucket"] == "work"
    assert announcement["index"]["key"] == keys.staged_index_key(job_id)
    index = json.loads(body_of(cloud, announcement["index"]))
    validate("staged-index", index)
    chunks = []
    for number, chunk in enumerate(index["chunks"]):
        place = {"bucket": "work", "key": keys.staged_rows_key(job_id, number), "versionId": chunk["versionId"]}
        chunks.append(body_of(cloud, place))
        assert chunk["bytes"] == len(chunks[-1])
    return index, chunks


def versions(cloud, job_id: str) -> list[str]:
    """The keys under which the job has objects in the work bucket, one for each version."""
    listed = cloud.s3.list_object_versions(Bucket="work", Prefix=f"staged/{job_id}/")
    return sorted(version["Key"] for version in listed.get("Versions", []))


def joined(tables: list[Table]) -> dict:
    """The description of the table that these are the parts of."""
    parts = [described(table) for table in tables]
    whole = {**parts[0], "rows": sum(part["rows"] for part in parts)}
    for part in parts[1:]:
        pairs = zip(columns_of(whole), columns_of(part), strict=True)
        for first, more in pairs:
            assert (first["name"], first["type"]) == (more["name"], more["type"])
            first["values"] += more["values"]
    return whole


def columns_of(description: dict) -> list[dict]:
    return [*description["columns"], *([description["index"]] if description["index"] else [])]


@pytest.mark.parametrize("name", FILES)
def test_stages_the_rows_and_tells_of_them(cloud, name):
    message = cloud.open_unpack(FILES[name], chunkRows=3)
    validate("unpack-message", message)
    assert deliver(message) == []
    (announcement,) = announced(cloud)
    assert (announcement["type"], announcement["jobId"]) == ("staged", message["jobId"])
    index, chunks = staged(cloud, announcement)
    table = decode(io.BytesIO(FILES[name]))
    assert (index["rows"], [chunk["rowCount"] for chunk in index["chunks"]]) == (7, [3, 3, 1])
    assert index["columns"] == [column.name for column in table.columns]
    assert index.get("index") == (None if table.index is None else {"name": table.index.name})
    assert joined([read_rows(chunk) for chunk in chunks]) == described(table)
    assert cloud.state(message["jobId"])["status"] == "running"


def test_chunks_have_as_many_rows_as_their_bytes_allow(cloud):
    message = cloud.open_unpack(dumped(np.asfortranarray(np.zeros((100, 4)))), chunkRows=50, chunkBytes=1300)
    assert deliver(message) == []
    index, chunks = staged(cloud, announced(cloud)[0])
    assert [chunk["rowCount"] for chunk in index["chunks"]] == [40, 40, 20]
    assert [read_rows(chunk).rows for chunk in chunks] == [40, 40, 20]


def test_a_table_without_rows_has_an_index_without_chunks(cloud):
    message = cloud.open_unpack(dumped(FRAME.iloc[:0]))
    assert deliver(message) == []
    index, _ = staged(cloud, announced(cloud)[0])
    assert (index["rows"], index["chunks"], index["columns"]) == (0, [], list(FRAME.columns))


def failed(cloud, message: dict) -> dict:
    """The reason of the job, of which nothing was staged or told."""
    state = cloud.state(message["jobId"])
    validate("job-state", state)
    assert (state["status"], state["openShard"]) == ("failed", f"open#{message['jobId'][0]}")
    assert versions(cloud, message["jobId"]) == []
    assert announced(cloud) == []
    return state["reason"]


@pytest.mark.parametrize("options", [{}, {"compress": ("zlib", 3)}, {"protocol": 2}], ids=str)
def test_what_would_run_code_is_refused_and_does_not_run(cloud, tmp_path, options):
    canary = tmp_path / "canary"
    harm = dumped(pd.DataFrame({"a": [Attack(os.system, (f"touch {canary}",)), 1]}), **options)
    message = cloud.open_unpack(harm)
    assert deliver(message) == []
    reason = failed(cloud, message)
    assert reason["code"] == "joblib_refused"
    assert reason["message"] == (
        "Column 1 'a' holds objects of posix.system; save it as numbers, truths, texts or datetime64."
    )
    assert not canary.exists()


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", FILES["a frame"][:-1], FILES["a frame, compressed"][:-1]])
def test_a_file_that_is_damaged_is_refused(cloud, data):
    message = cloud.open_unpack(data)
    assert deliver(message) == []
    assert failed(cloud, message)["code"] == "joblib_refused"


def test_a_file_that_needs_more_memory_than_the_function_has_is_refused_with_the_remedy(cloud, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    message = cloud.open_unpack(dumped(np.zeros((MEBIBYTE, 6)), compress=1))
    assert deliver(message) == []
    reason = failed(cloud, message)["message"]
    assert reason.startswith("The file needs more than the 32 MiB of memory that it may have; split it, or save")
    assert "np.ascontiguousarray" in reason


def test_a_row_that_is_too_large_is_refused(cloud):
    message = cloud.open_unpack(dumped([["a"], ["x" * (17 * MEBIBYTE)]]))
    assert deliver(message) == []
    assert failed(cloud, message)["message"] == "Row 1 takes more than 16 MiB; shorten its texts."


def test_a_long_reason_is_shortened(cloud, monkeypatch):
    def refuse(*_):
        raise module.Refused("x" * 1000)

    monkeypatch.setattr(module, "decode", refuse)
    message = cloud.open_unpack(FILES["a frame"])
    assert deliver(message) == []
    assert len(failed(cloud, message)["message"]) == 600


def unfinished(cloud, message: dict) -> None:
    """The job waits for the next delivery, and what was staged is told to nobody."""
    assert cloud.state(message["jobId"])["status"] == "running"
    assert announced(cloud) == []


BREAKS = [ReadTimeoutError(endpoint_url=""), ConnectionResetError(), EOFError(), ValueError("closed"), KeyError("x")]


@pytest.mark.parametrize("error", [*BREAKS, None], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("compress", [0, 1])
def test_a_stream_that_breaks_is_no_fault_of_the_file(cloud, monkeypatch, error, compress):
    message = cloud.open_unpack(
        dumped(np.asfortranarray(np.random.default_rng(0).random((50_000, 20))), compress=compress)
    )
    read = StreamingBody.read
    left = [4]

    def breaking(body, amt=None):
        left[0] -= 1
        if left[0] <= 0 and error:
            raise error
        return read(body, amt) if left[0] > 0 else b""

    monkeypatch.setattr(StreamingBody, "read", breaking)
    assert deliver(message) == ["0"]
    assert left[0] <= 0
    monkeypatch.setattr(StreamingBody, "read", read)
    unfinished(cloud, message)


def test_a_stream_in_small_pieces_is_read_whole(cloud, monkeypatch):
    read = StreamingBody.read
    monkeypatch.setattr(StreamingBody, "read", lambda body, amt=None: read(body, amt and min(amt, 7)))
    message = cloud.open_unpack(FILES["a frame, compressed"])
    assert deliver(message) == []
    assert staged(cloud, announced(cloud)[0])[0]["rows"] == 7


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_source_of_another_size_is_not_taken_for_the_whole(cloud, difference):
    message = cloud.open_unpack(FILES["a frame"])
    message["sourceBytes"] += difference
    assert deliver(message) == ["0"]
    unfinished(cloud, message)


def test_memory_that_is_not_there_while_staging_is_no_fault_of_the_file(cloud, monkeypatch, caplog):
    def exhausted(*_):
        raise MemoryError("secret row")

    monkeypatch.setattr(module, "write_rows", exhausted)
    message = cloud.open_unpack(FILES["a frame"])
    assert deliver(message) == ["0"]
    unfinished(cloud, message)
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.jobId, record.error) == (message["jobId"], "MemoryError")
    assert "secret" not in "".join(str(record.__dict__) for record in caplog.records)


@pytest.mark.parametrize("error", [Throttled(), Unavailable()])
def test_a_bucket_that_takes_no_more_leaves_the_rest_to_the_next_delivery(cloud, error):
    world = unpack_dependencies(read_unpack_settings(cloud.environment))
    message = cloud.open_unpack(FILES["a frame"], chunkRows=3)
    sent_again = []

    def stage(key, body, patience):
        if key.endswith("1.npz"):
            raise error
        return world.stage(key, body, patience)

    busy = replace(world, stage=stage, send_again=lambda *sent: sent_again.append(sent))
    if isinstance(error, Throttled):
        assert unpack(message, busy, Bounds(), no_patience(), Delivery("group")) == "sent_again"
        assert sent_again == [(message, "group")]
    else:
        with pytest.raises(Unavailable):
            unpack(message, busy, Bounds(), no_patience())
        assert sent_again == []
    unfinished(cloud, message)
    assert deliver(message) == []
    assert len(staged(cloud, announced(cloud)[0])[1]) == 3


def test_case_18_throttling_until_the_time_is_over_sends_the_message_again_and_uses_up_no_receive(cloud, monkeypatch):
    """A new message with a delay: the one that was delivered is acknowledged."""

    def throttled(*_):
        raise Throttled

    sent = []
    world = unpack_handler._dependencies()
    own_queue = world.send_again.__self__
    assert own_queue._queue_url == cloud.unpack_queue
    monkeypatch.setattr(own_queue._client, "send_message", lambda **arguments: sent.append(arguments))
    busy = replace(world, open_source=throttled)
    monkeypatch.setattr(unpack_handler, "_dependencies", cache(lambda: busy))
    message = cloud.open_unpack(FILES["a frame"])
    assert deliver(message) == []
    unfinished(cloud, message)
    assert [json.loads(arguments["MessageBody"]) for arguments in sent] == [message]
    assert 0 < sent[0]["DelaySeconds"] <= 900


def test_a_second_delivery_stages_the_same_bytes_under_the_same_keys(cloud):
    message = cloud.open_unpack(FILES["a frame"], chunkRows=3)
    assert deliver(message, message) == []
    first, second = announced(cloud)
    assert staged(cloud, first)[1] == staged(cloud, second)[1]
    places = [*(keys.staged_rows_key(message["jobId"], chunk) for chunk in range(3))]
    assert versions(cloud, message["jobId"]) == sorted([*places, keys.staged_index_key(message["jobId"])] * 2)


@pytest.mark.parametrize(
    "fields", [{"splitDone": {"BOOL": True}}, {"status": {"S": "failed"}}, {"status": {"S": "cancelled"}}], ids=str
)
def test_a_job_that_is_split_or_ended_is_left_alone(cloud, fields, caplog):
    message = cloud.open_unpack(b"no joblib file")
    cloud.update(message["jobId"], keys.STATE, **fields)
    before = cloud.state(message["jobId"])
    assert deliver(message, {**message, "jobId": "0" * 24}) == []
    assert cloud.state(message["jobId"]) == before
    assert (versions(cloud, message["jobId"]), announced(cloud)) == ([], [])
    assert [record.getMessage() for record in caplog.records if "jobId" in record.__dict__] == ["unpack not_wanted"] * 2


def test_case_3_a_removed_version_fails_the_job(cloud):
    message = cloud.open_unpack(FILES["a frame"])
    source = message["source"]
    cloud.s3.delete_object(Bucket=source["bucket"], Key=source["key"], VersionId=source["versionId"])
    assert deliver(message) == []
    assert failed(cloud, message)["code"] == "source_missing"


def test_case_4_a_newer_version_changes_nothing(cloud):
    message = cloud.open_unpack(FILES["a frame"])
    cloud.s3.put_object(Bucket="input", Key=message["source"]["key"], Body=b"other")
    assert deliver(message) == []
    assert staged(cloud, announced(cloud)[0])[0]["rows"] == 7


def test_a_message_that_breaks_its_contract_goes_back_and_is_logged_by_its_id_alone(cloud, caplog):
    message = cloud.open_unpack(FILES["a frame"])
    assert deliver("secret row", {**message, "chunkRows": "secret"}, message) == ["0", "1"]
    assert len(announced(cloud)) == 1
    errors = [(record.messageId, record.error) for record in caplog.records if record.levelname == "ERROR"]
    assert errors == [("0", "ContractViolation"), ("1", "ContractViolation")]
    assert "secret" not in "".join(str(record.__dict__) for record in caplog.records)


def test_an_earlier_file_is_gone_before_the_next_one_is_decoded(cloud, monkeypatch):
    class Cycle:
        pass

    cycle = Cycle()
    cycle.itself, left = cycle, weakref.ref(cycle)
    gc.disable()
    del cycle
    seen = []
    monkeypatch.setattr(module, "decode", lambda *_: seen.append(left()) or Table(0, ()))
    try:
        assert deliver(cloud.open_unpack(b"")) == []
    finally:
        gc.enable()
    assert seen == [None]


@pytest.mark.parametrize(
    ("memory_mib", "chunk_bytes", "remaining_ms", "expected"),
    [
        (2048, 8 * MEBIBYTE, 899_000, (1552, 300)),
        (2048, 64 * MEBIBYTE, 120_000, (832, 48)),
        (10_240, 8 * MEBIBYTE, 299_000, (9744, 119.6)),
        (512, 8 * MEBIBYTE, 10_000, (128, 4)),
        (128, 8 * MEBIBYTE, 10_000, (32, 4)),
    ],
)
def test_bounds_leave_room_for_staging(memory_mib, chunk_bytes, remaining_ms, expected):
    bounds = bounds_of(memory_mib, chunk_bytes, remaining_ms)
    assert (bounds.memory / MEBIBYTE, bounds.seconds) == expected
    assert bounds.read == bounds.inflated == max(Bounds().read, bounds.memory)


@pytest.mark.parametrize("name", ["JOBS_TABLE", "WORK_BUCKET", "UNPACK_QUEUE_URL", "INTAKE_QUEUE_URL"])
def test_a_missing_setting_is_named(cloud, name):
    with pytest.raises(InvalidSetting, match=name):
        read_unpack_settings({**cloud.environment, name: ""})


def test_the_handler_imports_numpy_and_no_other_library_of_science():
    absent = {"pandas", "sklearn", "joblib", "scipy", "xgboost", "lightgbm", "onnxruntime", "skops", "pyarrow"}
    script = f"import sys, dropscore_predictor.unpack_handler; print([m for m in sys.modules if m in {absent}])"
    source = Path(unpack_handler.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=source)
    assert done.stdout.strip() == "[]"
