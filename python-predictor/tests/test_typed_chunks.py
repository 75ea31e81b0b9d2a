"""Chunks without lines: rows of an array in place, and staged ones; also through the function on the embedded host."""

import csv
import gzip
import io
import json

import numpy as np
import pandas as pd
import pytest

from dropscore_predictor import handler as module
from dropscore_predictor import keys
from dropscore_predictor.chunk import chunk_report
from dropscore_predictor.chunk_rows import chunk_rows
from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.result_file import result_file
from dropscore_predictor.staged import write_rows
from factories import Linear, a_manifest, a_model, a_typed_message, read_json, score_table
from in_place import in_place
from unpickled_cases import decoded, dumped

MANIFEST = a_manifest(["a", "b"])


def rows_of(message, data):
    validate("chunk-message", message)
    return chunk_rows(message, lambda *_: data, MANIFEST)


def of_matrix(array, **fields):
    """What rows of an array are read to; rows and columns as in the message."""
    shape = {"rows": len(array), "columns": 2, **fields}
    matrix = {"dtype": array.dtype.str, "offset": 1, "rows": 99, "columns": shape["columns"]}
    return rows_of(a_typed_message("matrix", array.tobytes(), shape["rows"], matrix=matrix), array.tobytes())


@pytest.mark.parametrize("dtype", ["|b1", "|i1", "|u1", ">i2", "<u4", ">i8", "<u8", "<f2", ">f4", "<f8", ">f8"])
def test_rows_of_an_array_are_read_where_they_lie(dtype):
    array = np.array([[0, 1], [1, 0], [1, 1]], dtype)
    rows = of_matrix(array)
    assert rows.parsed.features.to_dict("list") == {"a": [0.0, 1.0, 1.0], "b": [1.0, 0.0, 1.0]}
    assert (rows.lines, len(rows.errors)) == (None, 0)


@pytest.mark.parametrize("shape", [{"rows": 2}, {"rows": 4}, {"columns": 1}])
def test_an_array_of_another_size_fails_the_job(shape):
    with pytest.raises(JobFailed, match="holds 48 bytes where") as failure:
        of_matrix(np.zeros((3, 2)), **shape)
    assert failure.value.code == "record_count_mismatch"


def test_a_truth_that_is_neither_true_nor_false_fails_the_job():
    array = np.array([[0, 1], [2, 0]], np.uint8).view(np.bool_)
    with pytest.raises(JobFailed, match="neither true nor false"):
        of_matrix(array)


STAGED = write_rows(decoded(dumped(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))), 0, 2)


@pytest.mark.parametrize(("data", "rows"), [(STAGED, 1), (STAGED, 3), (STAGED[:-30], 2), (b"not an archive", 2)])
def test_a_staged_chunk_of_other_rows_or_none_fails_the_job(data, rows):
    assert rows_of(a_typed_message("staged", STAGED, 2), STAGED).parsed.features["b"].tolist() == [3.0, 4.0]
    with pytest.raises(JobFailed, match=f"where {rows} were counted") as failure:
        rows_of(a_typed_message("staged", data, rows), data)
    assert failure.value.code == "record_count_mismatch"


def test_rows_without_lines_hold_to_their_contracts():
    table = decoded(dumped(pd.DataFrame({"a": ["1", "abc"], "b": [0.5, 1.5]}, index=["r1", "r2"])))
    model = a_model(Linear(), a_manifest(["a", "b"], idColumn="id"))
    chunk = score_table(table, model, reference={"firstRow": 40})
    items = {item["row"]: item for item in map(read_json, ScoreItems(chunk))}
    for item in items.values():
        validate("score", item)
        assert "line" not in item
    assert (items[40]["prediction"], items[40]["recordId"]) == (1.5, "r1")
    error = {"code": "not_a_number", "message": "column 'a': 'abc' is not a number", "column": "a"}
    assert items[41]["error"] == error
    report = chunk_report(chunk)
    assert report["firstErrors"] == [{"row": 41, "error": error}]
    assert report["errorCounts"] == [{"code": "not_a_number", "rows": 1, "column": "a"}]
    written = list(csv.DictReader(io.StringIO(gzip.decompress(result_file(chunk)).decode())))
    assert [list(row.values()) for row in written] == [
        ["40", "r1", "1.5", "", "", ""],
        ["41", "r2", "", "not_a_number", "a", error["message"]],
    ]


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@pytest.fixture
def deliver(cloud, monkeypatch, tmp_path):
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    module._dependencies.cache_clear()
    module._settings.cache_clear()
    yield lambda *messages: module.handler(
        {"Records": [{"messageId": "0", "body": json.dumps(message)} for message in messages]}, Context()
    )
    module._dependencies.cache_clear()
    module._settings.cache_clear()


class TypedJobs:
    """Jobs of the sample model on its own table, of which one chunk holds some rows, once as CSV and once typed."""

    def __init__(self, cloud):
        self._cloud = cloud
        self.text = (cloud.samples / "breast_cancer.csv").read_bytes()
        self.frame = pd.read_csv(io.BytesIO(self.text))
        manifest = cloud.s3.get_object(Bucket="models", Key=keys.manifest_key("breast-cancer", 1))["Body"].read()
        self.manifest = json.loads(manifest)

    @property
    def features(self) -> pd.DataFrame:
        return self.frame[[feature["name"] for feature in self.manifest["features"]]]

    def open_chunk(self, message_format, body, start, end, rows, **fields):
        """The message for rows that are bytes of an object."""
        message = self._cloud.open_job(self.text)
        job_id = message["jobId"]
        key = keys.staged_rows_key(job_id, 0)
        version = self._cloud.s3.put_object(Bucket="input", Key=key, Body=body)["VersionId"]
        held = {"bucket": "input", "key": key, "versionId": version}
        reference = {"object": held, "byteStart": start, "byteEnd": end, "firstRow": 100, "rowCount": rows}
        self._cloud.put_job(
            job_id, {"jobId": job_id, "chunk": 0, "status": "open", "attempt": 1, "reference": reference}
        )
        kept = {name: value for name, value in message.items() if name not in ("header", "dialect")}
        return {**kept, "format": message_format, "reference": reference, **fields}

    def scores_as_csv(self, deliver) -> list[dict]:
        message = self._cloud.open_job(self.text)
        assert deliver(message) == {"batchItemFailures": []}
        return self._cloud.scores(message["jobId"])


@pytest.fixture
def jobs(cloud):
    return TypedJobs(cloud)


def told(scores):
    return [(score["row"], score["prediction"], score["score"]) for score in scores]


def test_rows_in_the_middle_of_an_array_score_as_those_of_the_csv(cloud, deliver, jobs):
    body = dumped(np.ascontiguousarray(jobs.features))
    place = in_place(body[:512])
    width = place.columns * 8
    matrix = {"dtype": place.dtype.str, "rows": place.rows, "columns": place.columns, "offset": place.offset}
    message = jobs.open_chunk(
        "matrix", body, place.offset + 100 * width, place.offset + 300 * width, 200, matrix=matrix
    )
    assert deliver(message, message) == {"batchItemFailures": []}

    scores = cloud.scores(message["jobId"])
    assert told(scores) == told(jobs.scores_as_csv(deliver)[100:300])
    assert not any({"line", "recordId"} & set(score) for score in scores)
    assert (cloud.state(message["jobId"])["rowsScored"], cloud.chunk(message["jobId"])["status"]) == (200, "done")


def test_a_staged_chunk_scores_as_the_csv_with_ids_and_errors(cloud, deliver, jobs):
    spoiled = jobs.frame.astype({jobs.features.columns[0]: object}).set_index("sample_id")
    spoiled.iloc[100, 0] = "abc"
    body = write_rows(decoded(dumped(spoiled)), 100, 569)
    message = jobs.open_chunk("staged", body, 0, len(body), 469)
    assert deliver(message, message) == {"batchItemFailures": []}

    scores, whole = cloud.scores(message["jobId"]), jobs.scores_as_csv(deliver)[101:]
    for score in scores:
        validate("score", score)
    assert told(scores[1:]) == told(whole)
    assert [score["recordId"] for score in scores[1:]] == [score["recordId"] for score in whole]
    assert (scores[0]["error"]["code"], scores[0]["recordId"]) == ("not_a_number", "BC-0101")
    results = cloud.results(message["jobId"])
    assert "line" not in results[0]
    assert [row["sample_id"] for row in results] == [score["recordId"] for score in scores]
    chunk = cloud.chunk(message["jobId"])
    validate("chunk", chunk)
    assert chunk["firstErrors"] == [{"row": 100, "error": scores[0]["error"]}]
    assert (cloud.state(message["jobId"])["rowsScored"], cloud.state(message["jobId"])["rowsFailed"]) == (468, 1)


def test_columns_that_do_not_fit_the_model_fail_the_job(cloud, deliver, jobs):
    body = write_rows(decoded(dumped(jobs.features.to_numpy()[:, 1:])), 0, 5)
    message = jobs.open_chunk("staged", body, 0, len(body), 5)
    assert deliver(message) == {"batchItemFailures": []}
    state = cloud.state(message["jobId"])
    validate("job-state", state)
    assert (state["status"], state["reason"]["code"]) == ("failed", "column_count_mismatch")
