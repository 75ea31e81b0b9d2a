"""What is made of a scored chunk: items, the result file, statistics, the chunk's report."""

import csv
import gzip
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.chunk import chunk_report
from dropscore_predictor.contracts import validate
from dropscore_predictor.items import ScoreItems, attribute
from dropscore_predictor.numbers import decimal_text
from dropscore_predictor.result_file import result_file
from dropscore_predictor.statistics import statistics
from factories import JOB_ID, JOB_TIME, Linear, a_manifest, a_model, read_json, score_text
from test_score import HALF, scored

MODEL = a_model(Linear(), a_manifest(["a"], idColumn="id", passthrough=["note"]))
TEXT = 'id,a,note\nr1,1.5,"x,\n""y"""\n,2,n\nr3,abc,=1\nr4,-0.25,\n'


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_case_20_a_number_reads_back_to_the_same_double(number):
    assert float(decimal_text(number)) == number
    ((kind, text),) = attribute(number).items()
    assert float(text) == number
    assert len(text.replace("-", "").replace(".", "").split("e")[0].strip("0")) <= 17
    assert kind == ("N" if number == 0 or 1e-130 <= abs(number) < 1e126 else "S")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1e-130, {"N": "1e-130"}),
        (math.nextafter(1e-130, 0), {"S": repr(math.nextafter(1e-130, 0))}),
        (9.99e125, {"N": "9.99e+125"}),
        (-1e126, {"S": "-1e+126"}),
        (-0.0, {"N": "0.0"}),
        (2**70, {"N": str(2**70)}),
        (True, {"BOOL": True}),
        ("1.50", {"S": "1.50"}),
    ],
)
def test_attributes(number, expected):
    assert attribute(number) == expected


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_has_no_decimal(number):
    with pytest.raises(ValueError, match="no decimal"):
        decimal_text(number)


def items(chunk):
    return {item["row"]: item for item in map(read_json, ScoreItems(chunk))}


def test_items_hold_what_their_contract_says():
    found = items(score_text(TEXT, MODEL, expiresAt=1_800_000_000))
    for item in found.values():
        validate("score", item)
    assert found[0] == {
        "pk": f"{JOB_ID}#0",
        "sk": 0,
        "jobId": JOB_ID,
        "row": 0,
        "line": 2,
        "recordId": "r1",
        "record": "m#r1",
        "recordOrder": f"{JOB_TIME}#00000001#{JOB_ID}#000000000000",
        "prediction": 1.5,
        "passthrough": {"note": 'x,\n"y"'},
        "model": "m",
        "version": 1,
        "sourceTime": JOB_TIME,
        "expiresAt": 1_800_000_000,
    }
    assert "recordId" not in found[1]
    assert found[1]["error"] == {
        "code": "missing_id",
        "column": "id",
        "message": "column 'id': the row has no id",
        "line": 4,
    }
    assert (found[2]["recordId"], found[2]["passthrough"], found[2]["error"]["code"]) == (
        "r3",
        {"note": "=1"},
        "not_a_number",
    )
    assert "prediction" not in found[2]


def test_items_come_in_turns_over_the_partitions():
    text = "a\n" + "1\n" * 2500
    rows = [int(item["sk"]["N"]) for item in ScoreItems(score_text(text, _plain(), reference={"firstRow": 1700}))]
    assert sorted(rows) == list(range(1700, 4200))
    assert rows[:4] == [2000, 3000, 4000, 2001]
    assert max(np.bincount(np.array(rows[:100]) // 1000)) <= 50


def _plain():
    return a_model(Linear(), a_manifest(["a"]))


def test_case_39_an_id_that_repeats_too_often_is_stored_without_an_index():
    text = "id,a,note\n" + "same,1,\n" * 101 + "own,1,\n"
    found = items(score_text(text, MODEL))
    assert found[0]["recordId"] == "same"
    assert "record" not in found[0]
    assert "recordOrder" not in found[0]
    assert found[101]["record"] == "m#own"


def test_a_text_that_fills_the_item_is_left_out_of_it():
    found = items(score_text(f"id,a,note\nr,x,{'n' * 500_000}\n", MODEL))
    assert "passthrough" not in found[0]
    assert found[0]["error"]["code"] == "not_a_number"


def test_items_and_file_are_the_same_each_time():
    first, second = score_text(TEXT, MODEL), score_text(TEXT, MODEL)
    assert list(ScoreItems(first)) == list(ScoreItems(second))
    assert result_file(first) == result_file(second)
    assert result_file(first)[4:8] == bytes(4), "gzip's header tells no time"


def table(chunk):
    return list(csv.reader(io.StringIO(gzip.decompress(result_file(chunk)).decode(), newline="")))


def test_the_result_file_of_a_regression():
    assert table(score_text(TEXT, MODEL)) == [
        ["row", "line", "id", "prediction", "error_code", "error_column", "error_message", "note"],
        ["0", "2", "r1", "1.5", "", "", "", 'x,\n"y"'],
        ["1", "4", "", "", "missing_id", "id", "column 'id': the row has no id", "n"],
        ["2", "5", "r3", "", "not_a_number", "a", "column 'a': 'abc' is not a number", "=1"],
        ["3", "6", "r4", "-0.25", "", "", "", ""],
    ]


def test_the_result_file_of_a_classification():
    output = {"kind": "binary", "tiers": [{"name": "top", "from": 0.7}]}
    chunk = scored(output, [False, True], [False, True], HALF)
    assert table(chunk) == [
        ["row", "line", "prediction", "score", "tier", "proba_false", "proba_true", *_ERRORS],
        ["0", "2", "false", "0.5", "", "0.5", "0.5", "", "", ""],
        ["1", "3", "true", "0.8", "top", "0.2", "0.8", "", "", ""],
    ]


_ERRORS = ["error_code", "error_column", "error_message"]


def test_statistics_of_a_classification():
    output = {"kind": "binary", "labels": {"1": "yes"}, "tiers": [{"name": "top", "from": 0.7}]}
    chunk = scored(output, [0, 1], [0, 1], HALF)
    found = statistics(chunk.scores, output, first_row=10)
    assert (found["count"], found["min"], found["max"]) == (2, 0.5, 0.8)
    assert found["mean"] == pytest.approx(0.65)
    assert found["m2"] == pytest.approx(0.045)
    assert found["labels"] == {"0": 1, "yes": 1}
    assert found["tiers"] == {"top": 1}
    assert found["top"] == [{"row": 11, "value": 0.8}, {"row": 10, "value": 0.5}]
    assert len(found["histogram"]["edges"]) == 21
    assert sum(found["histogram"]["counts"]) == 2
    assert found["histogram"]["counts"][11] == found["histogram"]["counts"][17] == 1


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=150))
def test_statistics_are_within_their_contract_whatever_the_numbers(numbers):
    output = {"kind": "regression", "histogramEdges": [-1.0, 0.0, 1.0]}
    chunk = score_text(
        "a\n" + "".join(f"{number!r}\n" for number in numbers), a_model(Linear(), a_manifest(["a"], output))
    )
    found = statistics(chunk.scores, output, 0)
    assert found["count"] == len(numbers)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    if numbers:
        edges = [sum(n < -1 for n in numbers), sum(-1 <= n < 0 for n in numbers), sum(0 <= n < 1 for n in numbers)]
        assert found["histogram"]["counts"] == [*edges, sum(n >= 1 for n in numbers)]
        top = [entry["value"] for entry in found["top"]]
        assert top == sorted(top, reverse=True)
        assert all(value == 0 or 1e-130 <= abs(value) < 1e126 for value in top)


def test_ties_among_the_top_go_by_row():
    chunk = score_text("a\n" + "1\n" * 300, _plain())
    found = statistics(chunk.scores, {"kind": "regression"}, 5)
    assert [entry["row"] for entry in found["top"]] == list(range(5, 105))
    assert not {"histogram", "labels", "tiers", "vectors"} & set(found)


def test_the_report_of_a_bad_chunk_stays_small_and_within_its_contract():
    width = 400
    header = ",".join(f"c{i:03d}" for i in range(width))
    rows = [",".join("x" if i == row % width else "1" for i in range(width)) for row in range(2000)]
    chunk = score_text("\n".join([header, *rows]), a_model(Linear(), a_manifest(header.split(","))))
    report = chunk_report(chunk)
    item = {"jobId": JOB_ID, "chunk": 0, "status": "done", "attempt": 1, "reference": chunk.message["reference"]}
    validate("chunk", item | report)
    assert (report["rowsScored"], report["rowsFailed"]) == (0, 2000)
    assert (len(report["errorCounts"]), len(report["firstErrors"])) == (301, 5)
    assert len(json.dumps(report)) < 40_000
