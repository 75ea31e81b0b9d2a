"""The Lambda function against the embedded host: what it writes, and what a second delivery changes."""

import json
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from dropscore_predictor import handler as module
from dropscore_predictor import keys
from dropscore_predictor.contracts import ContractViolation, validate
from dropscore_predictor.errors import Throttled


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@pytest.fixture(autouse=True)
def environment(cloud, monkeypatch, tmp_path):
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    module._dependencies.cache_clear()
    module._settings.cache_clear()


def deliver(*bodies) -> list[str]:
    records = [
        {"messageId": str(index), "body": body if isinstance(body, str) else json.dumps(body)}
        for index, body in enumerate(bodies)
    ]
    answer = module.handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_scores_a_chunk_into_table_file_and_ledger(cloud):
    text = (cloud.samples / "breast_cancer.csv").read_bytes()
    spoiled = text.replace(b"17.99", b"abc", 1)
    message = cloud.open_job(spoiled)
    assert deliver(message) == []

    job_id = message["jobId"]
    scores = cloud.scores(job_id)
    assert [score["row"] for score in scores] == list(range(569))
    for score in scores:
        validate("score", score)
    assert scores[0]["error"] == {
        "code": "not_a_number",
        "message": "column 'mean radius': 'abc' is not a number",
        "column": "mean radius",
        "line": 2,
    }
    assert scores[1]["record"] == "breast-cancer#BC-0002"
    assert scores[1]["recordOrder"] == f"{message['sourceTime']}#00000001#{job_id}#000000000001"

    results = cloud.results(job_id)
    assert [row["error_code"] for row in results] == ["not_a_number", *[""] * 568]
    assert [float(row["score"]) for row in results[1:]] == [score["score"] for score in scores[1:]]
    assert [row["sample_id"] for row in results] == [score["recordId"] for score in scores]

    chunk = cloud.chunk(job_id)
    validate("chunk", chunk)
    assert (chunk["status"], chunk["rowsScored"], chunk["rowsFailed"]) == ("done", 568, 1)
    assert chunk["usage"]["rowWriteUnits"] == 569
    assert chunk["usage"]["s3Puts"] == 1
    assert chunk["usage"]["s3Gets"] >= 4, "header, range, manifest, model"
    assert chunk["usage"]["readUnits"] == 4, "state, chunk, and twice what is forgotten"
    assert chunk["firstErrors"] == [{"row": 0, "error": scores[0]["error"]}]
    state = cloud.state(job_id)
    validate("job-state", state)
    assert (state["remaining"], state["rowsScored"], state["rowsFailed"]) == (0, 568, 1)
    assert state["progressAt"] > message["sourceTime"]


def test_the_same_message_five_times_counts_once(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    assert deliver(*[message] * 5) == []
    assert cloud.state(message["jobId"])["remaining"] == 0
    assert cloud.state(message["jobId"])["rowsScored"] == 569
    assert len(cloud.items(message["jobId"])) == 569


def test_each_chunk_is_counted_by_itself(cloud):
    text = (cloud.samples / "breast_cancer.csv").read_bytes()
    first, second = cloud.open_job(text), cloud.open_job(text)
    assert deliver(first, second) == []
    one, other = (cloud.chunk(message["jobId"])["usage"] for message in (first, second))
    assert other["s3Gets"] < one["s3Gets"], "the model is loaded once"
    assert {**other, "s3Gets": one["s3Gets"]} == one


@pytest.mark.parametrize(
    ("sort", "fields"),
    [
        (keys.STATE, {"status": {"S": "cancelled"}}),
        (keys.chunk_sort(0), {"status": {"S": "failed"}}),
        (keys.chunk_sort(0), {"attempt": {"N": "2"}}),
    ],
)
def test_case_30_what_is_not_wanted_any_more_is_acknowledged_and_not_scored(cloud, sort, fields):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    cloud.update(message["jobId"], sort, **fields)
    assert deliver(message) == []
    assert cloud.items(message["jobId"]) == []
    assert cloud.state(message["jobId"])["rowsScored"] == 0


def test_a_message_without_a_job_is_acknowledged(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    assert deliver({**message, "jobId": "0" * 24}) == []


@pytest.mark.parametrize(("output", "items", "files"), [("rows", 442, 0), ("files", 0, 1)])
def test_writes_rows_or_files_as_the_job_says(cloud, output, items, files):
    message = cloud.open_job((cloud.samples / "diabetes.csv").read_bytes(), "diabetes", output=output)
    assert deliver(message) == []
    listed = cloud.s3.list_objects_v2(Bucket="results", Prefix=f"results/diabetes/{message['jobId']}/")
    assert (len(cloud.items(message["jobId"])), listed["KeyCount"]) == (items, files)
    assert cloud.state(message["jobId"])["rowsScored"] == 442
    usage = cloud.chunk(message["jobId"])["usage"]
    assert (usage["rowWriteUnits"], usage["s3Puts"]) == (items, files)


def test_a_message_that_breaks_its_contract_goes_back_and_is_logged_by_its_id_alone(cloud, caplog):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    assert deliver("secret row", {**message, "attempt": "secret"}, message) == ["0", "1"]
    assert cloud.state(message["jobId"])["remaining"] == 0
    failed = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(record.messageId, record.error) for record in failed] == [
        ("0", "ContractViolation"),
        ("1", "ContractViolation"),
    ]
    assert "secret" not in "".join(str(record.__dict__) for record in caplog.records)


def test_an_error_is_noted_with_the_number_of_its_delivery(cloud, monkeypatch):
    def no_memory(*_):
        raise MemoryError

    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    failing = replace(module._dependencies(), load_model=no_memory)
    monkeypatch.setattr(module, "_dependencies", lambda: failing)
    record = {"messageId": "0", "body": json.dumps(message), "attributes": {"ApproximateReceiveCount": "3"}}
    assert module.handler({"Records": [record]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    noted = cloud.chunk(message["jobId"])["lastError"]
    assert (noted["error"], noted["receives"]) == ("MemoryError", 3)


def test_a_message_that_is_sent_again_keeps_the_group_of_its_delivery(cloud, monkeypatch):
    def throttled(*_):
        raise Throttled

    sent = []
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    busy = replace(module._dependencies(), load_model=throttled, send_again=lambda *again: sent.append(again))
    monkeypatch.setattr(module, "_dependencies", lambda: busy)
    record = {"messageId": "0", "body": json.dumps(message), "attributes": {"MessageGroupId": message["jobId"]}}
    assert module.handler({"Records": [record]}, Context()) == {"batchItemFailures": []}
    assert sent == [(message, message["jobId"])]


def test_case_3_a_removed_version_fails_the_job_and_leaves_it_open_for_its_event(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    source = message["source"]
    cloud.s3.delete_object(Bucket=source["bucket"], Key=source["key"], VersionId=source["versionId"])
    assert deliver(message) == []
    state = cloud.state(message["jobId"])
    validate("job-state", state)
    assert (state["status"], state["reason"]["code"], state["remaining"]) == ("failed", "source_missing", 1)
    assert state["openShard"] == f"open#{message['jobId'][0]}"
    assert "endedAt" in state


def test_case_4_a_delete_marker_or_a_newer_version_changes_nothing(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    source = message["source"]
    cloud.s3.put_object(Bucket=source["bucket"], Key=source["key"], Body=b"other")
    cloud.s3.delete_object(Bucket=source["bucket"], Key=source["key"])
    assert deliver(message) == []
    assert cloud.state(message["jobId"])["rowsScored"] == 569


def test_another_count_of_records_fails_the_job(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes(), rows=570)
    assert deliver(message) == []
    reason = cloud.state(message["jobId"])["reason"]
    assert reason["code"] == "record_count_mismatch"
    assert "hold 569 records where 570 were counted" in reason["message"]
    assert cloud.items(message["jobId"]) == []


def test_a_range_beyond_the_source_fails_the_job(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    message["reference"]["byteEnd"] += 10
    assert deliver(message) == []
    assert cloud.state(message["jobId"])["reason"]["code"] == "record_count_mismatch"


def test_a_manifest_that_is_not_the_pinned_one_fails_the_job(cloud):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    message["model"] = {**message["model"], "manifestSha256": "0" * 64}
    assert deliver(message) == []
    assert cloud.state(message["jobId"])["reason"]["code"] == "model_changed"


def test_a_check_answers_what_a_job_would_meet(cloud):
    answer = module.handler({"check": cloud.pin("breast-cancer")}, Context())
    validate("check-answer", answer)
    assert (answer["ok"], answer["runtime"]) == (True, "classic")
    answer = module.handler({"check": {**cloud.pin("breast-cancer"), "manifestSha256": "0" * 64}}, Context())
    validate("check-answer", answer)
    assert (answer["ok"], answer["reason"]["code"]) == (False, "model_changed")


def test_a_row_is_explained_and_its_record_predicted_as_its_job_scored_it(cloud):
    text = (cloud.samples / "breast_cancer.csv").read_bytes()
    message = cloud.open_job(text)
    assert deliver(message) == []
    stored = cloud.scores(message["jobId"])[7]

    explained = module.handler({"explain": message, "row": 7}, Context())
    validate("predict-answer", explained)
    (prediction,) = explained["predictions"]
    scored = ("recordId", "prediction", "score", "tier", "probabilities")
    assert {name: prediction[name] for name in scored} == {name: stored[name] for name in scored}

    request = {"predict": message["model"], "records": [explained["inputs"]], "explain": True}
    predicted = module.handler(request, Context())
    validate("predict-answer", predicted)
    assert predicted["predictions"] == [{name: prediction[name] for name in prediction if name != "recordId"}]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"check": {}},
        {"check": {"name": "secret", "version": "secret"}},
        {"predict": {"name": "secret"}, "records": [{"a": 1}]},
        {"predict": {"name": "m", "version": 1, "manifestSha256": "0" * 64, "runtime": "classic"}, "records": []},
        {"explain": {"jobId": "secret"}, "row": 1},
        {"explain": True},
    ],
)
def test_what_is_no_request_is_refused_without_its_values(cloud, event):
    with pytest.raises(ContractViolation) as error:
        module.handler(event, Context())
    assert "secret" not in str(error.value)


def test_a_check_that_breaks_tells_class_and_place_alone(cloud, monkeypatch):
    def broken(*_):
        raise ValueError("could not convert string to float: 'secret'")

    monkeypatch.setattr(module, "_dependencies", lambda: SimpleNamespace(load_model=broken))
    with pytest.raises(RuntimeError, match=r"^ValueError .*test_handler\.py:\d+$") as error:
        module.handler({"check": cloud.pin("breast-cancer")}, Context())
    assert "secret" not in "".join(traceback.format_exception(error.value))


def test_the_handler_imports_no_library_that_some_runtime_lacks():
    absent = {"sklearn", "joblib", "scipy", "xgboost", "lightgbm", "onnxruntime", "skops"}
    script = f"import sys, dropscore_predictor.handler; print([m for m in sys.modules if m in {absent}])"
    source = Path(module.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=source)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("output", ["rows", "files", "both"])
def test_a_job_that_renews_another_is_compared_with_it(cloud, output):
    earlier = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes(), output=output)
    cloud.put_info(earlier)
    assert deliver(earlier) == []
    renewal = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes(), renews={"jobId": earlier["jobId"]})
    renewal["source"] = earlier["source"]
    assert deliver(renewal) == []
    running = cloud.chunk(renewal["jobId"])["comparison"]
    assert running["unavailable"] == [{"code": "not_ended", "rows": 569}]

    cloud.update(earlier["jobId"], keys.STATE, status={"S": "completed"})
    cloud.update(renewal["jobId"], keys.chunk_sort(0), status={"S": "open"})
    assert deliver(renewal) == []
    chunk = cloud.chunk(renewal["jobId"])
    validate("chunk", chunk)
    told = chunk["comparison"]
    assert (told["rowsInCommon"], told["rowsOnlyBefore"], told["rowsOnlyAfter"]) == (569, 0, 0)
    assert told["difference"]["sketch"] == {"zeros": 569}
    assert told["tiers"]["changed"] == told["labels"]["changed"] == 0
    assert "unavailable" not in told


def test_a_shadow_job_writes_its_files_apart_and_is_found_there_by_a_job_that_renews_it(cloud):
    text = (cloud.samples / "breast_cancer.csv").read_bytes()
    shadow = cloud.open_job(text, output="files", shadowOf=2)
    cloud.put_info(shadow)
    assert deliver(shadow) == []
    listed = cloud.s3.list_objects_v2(Bucket="results", Prefix=f"shadow/breast-cancer/{shadow['jobId']}/")
    assert listed["KeyCount"] == 1
    assert (
        cloud.s3.list_objects_v2(Bucket="results", Prefix=f"results/breast-cancer/{shadow['jobId']}/")["KeyCount"] == 0
    )

    cloud.update(shadow["jobId"], keys.STATE, status={"S": "completed"})
    renewal = cloud.open_job(text, renews={"jobId": shadow["jobId"]})
    renewal["source"] = shadow["source"]
    assert deliver(renewal) == []
    assert cloud.chunk(renewal["jobId"])["comparison"]["rowsInCommon"] == 569


def test_a_renewal_that_is_throttled_on_reading_earlier_scores_is_sent_again_and_writes_nothing(cloud, monkeypatch):
    def throttled(*_):
        raise Throttled

    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes(), renews={"jobId": "f" * 24})
    sent = []
    busy = replace(
        module._dependencies(),
        earlier_jobs=SimpleNamespace(job=throttled),
        send_again=lambda *again: sent.append(again),
    )
    monkeypatch.setattr(module, "_dependencies", lambda: busy)
    assert deliver(message) == []
    assert sent == [(message, None)]
    assert cloud.items(message["jobId"]) == []
    assert cloud.chunk(message["jobId"])["status"] == "open"
