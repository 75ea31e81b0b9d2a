"""Nothing is written of a record that was forgotten, whatever file holds it."""

import csv
import gzip
import io
from dataclasses import replace

import pytest

from dropscore_predictor import keys
from dropscore_predictor.aws.dynamodb_forgotten import DynamoDBForgotten
from dropscore_predictor.chunk import chunk_report, score_chunk
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.result_file import result_file
from factories import Linear, a_manifest, a_model, no_patience, read_json, score_text

MODEL = a_model(Linear(), a_manifest(["a"], idColumn="who", passthrough=["note", "who"]))
TEXT = "who,a,note\nann,1,n1\nbob,2,n2\neve,secret,n3\nbob,4,n4\n"


def forgotten(*ids: str) -> frozenset[str]:
    return frozenset(keys.forgotten_sort("m", record_id) for record_id in ids)


def test_a_forgotten_record_becomes_an_error_without_id_score_or_texts():
    chunk = score_text(TEXT, MODEL, forgotten("bob"))
    items = [read_json(item) for item in ScoreItems(chunk)]
    error = {"code": "forgotten", "message": "the record was forgotten"}
    assert [item.get("error", {}).get("code") for item in items] == [None, "forgotten", "not_a_number", "forgotten"]
    assert items[1]["error"] == {**error, "line": 3}
    assert set(items[1]) == {"pk", "sk", "jobId", "model", "version", "sourceTime", "row", "line", "error"}
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(result_file(chunk)).decode())))
    assert {name: value for name, value in rows[3].items() if value} == {
        "row": "3",
        "line": "5",
        "error_code": "forgotten",
        "error_message": "the record was forgotten",
    }
    assert (rows[0]["who"], rows[0]["note"], rows[0]["prediction"]) == ("ann", "n1", "1.0")


def test_an_error_that_would_quote_a_forgotten_row_is_replaced():
    chunk = score_text(TEXT, MODEL, forgotten("eve"))
    assert b"secret" not in gzip.decompress(result_file(chunk))
    report = chunk_report(chunk)
    assert report["errorCounts"] == [{"code": "forgotten", "rows": 1, "line": 4}]
    assert "secret" not in str(report)


def test_only_the_very_id_is_forgotten():
    chunk = score_text(TEXT, MODEL, forgotten("Bob", "bob ", "b"))
    assert [chunk.errors.get(index) is None for index in range(4)] == [True, True, False, True]


def test_a_file_without_ids_is_scored():
    model = a_model(Linear(), a_manifest(["a"]))
    assert len(score_text(TEXT.replace("secret", "3"), model, forgotten("bob")).scores) == 4


@pytest.fixture
def forget(cloud):
    """Forgets a record, for as long as the test runs."""
    items = []

    def put(record_id):
        key = (keys.forgotten_partition("breast-cancer"), keys.forgotten_sort("breast-cancer", record_id))
        items.append({name: {"S": value} for name, value in zip(("pk", "sk"), key, strict=True)})
        cloud.dynamodb.put_item(TableName="jobs", Item=items[-1])

    yield put
    for item in items:
        cloud.dynamodb.delete_item(TableName="jobs", Key=item)


def test_a_record_that_is_forgotten_while_its_chunk_is_written_is_written_over(cloud, world, forget):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())

    def put_and_forget(*put):
        world.put_result(*put)
        forget("BC-0007")

    assert score_chunk(message, replace(world, put_result=put_and_forget), no_patience()) == "done"
    assert cloud.chunk(message["jobId"])["rowsFailed"] == 1
    assert "BC-0007" not in str(cloud.items(message["jobId"]))
    assert "BC-0007" not in str(cloud.results(message["jobId"]))


def test_forgotten_records_are_read_over_pages(cloud, forget):
    asked = []

    class InPages:
        def query(self, **query):
            asked.append(query)
            return cloud.dynamodb.query(**query, Limit=2)

    for number in range(5):
        forget(f"P{number}")
    found = DynamoDBForgotten(InPages(), "jobs").of("breast-cancer", no_patience())
    assert {keys.forgotten_sort("breast-cancer", f"P{number}") for number in range(5)} <= found
    assert len(asked) > 2
