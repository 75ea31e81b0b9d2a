"""That every reader finds in a result file the rows and values that were written."""

import csv
import gzip
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.result_file import _OWN_TITLE, result_file, source_title
from factories import Linear, a_manifest, a_model, score_text
from test_score import HALF, scored

OWN = ["row", "line", "prediction", "score", "tier", "proba_a", "proba_", "output_a", "output_", "vector"]
OWN += ["error_code", "error_column", "error_message"]
OWN_OF_REGRESSION = ["row", "line", "source_row", "prediction", "error_code", "error_column", "error_message"]


def text_of(chunk) -> str:
    return gzip.decompress(result_file(chunk)).decode()


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@given(st.lists(st.text(alphabet='ab\r\n,"; \u0085\u2028', max_size=6), min_size=1, max_size=5))
def test_a_cell_is_read_back_as_it_was_written(notes):
    model = a_model(Linear(), a_manifest(["a"], idColumn="id", passthrough=["note"]))
    rows = "".join(f"{quoted('i' + note)},1,{quoted(note)}\n" for note in notes)
    text = text_of(score_text("id,a,note\n" + rows, model))
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["id"], row["note"]) for row in read] == [("i" + note, note) for note in notes]
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert frame["note"].tolist() == notes


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 501, 1700])
def test_every_row_of_a_chunk_is_in_its_file(rows):
    text = text_of(score_text("a\n" + "".join(f"{i}\n" for i in range(rows)), a_model(Linear(), a_manifest(["a"]))))
    assert [float(row["prediction"]) for row in csv.DictReader(io.StringIO(text))] == list(range(rows))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_carriage_returns_are_quoted_and_records_end_in_a_line_feed():
    model = a_model(Linear(), a_manifest(["a"], passthrough=["x\ry"]))
    text = text_of(score_text('a,"x\ry"\n1,"\r"\nz,"a\r\nb"\n2,c\n', model))
    assert text == (
        'row,line,prediction,error_code,error_column,error_message,"x\ry"\n'
        '0,2,1.0,,,,"\r"\n'
        "1,4,,not_a_number,a,column 'a': 'z' is not a number,\"a\r\nb\"\n"
        "2,6,2.0,,,,c\n"
    )


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_every_number_is_the_shortest_decimal_that_reads_back_to_it(numbers):
    class Given(Linear):
        def predict(self, features):
            return np.array(numbers)

    text = text_of(score_text("a\n" + "1\n" * len(numbers), a_model(Given(), a_manifest(["a"]))))
    written = [row["prediction"] for row in csv.DictReader(io.StringIO(text))]
    assert [float(decimal) for decimal in written] == numbers
    assert all(len(decimal) <= len(repr(number)) for decimal, number in zip(written, numbers, strict=True))


@given(st.lists(st.sampled_from([*OWN, "a", "source_system", "Row"]), unique=True), st.integers(0, 3))
def test_titles_of_source_columns_are_their_own(names, depth):
    names = [*names, *(f"{'source_' * depth}{name}" for name in names if depth)]
    titles = [source_title(name) for name in names]
    assert len(set(titles)) == len(names)
    assert not set(titles) & set(OWN)
    assert all(title in (name, f"source_{name}") for name, title in zip(names, titles, strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "source_system",
        "rows",
        "row\n",
        "error_codes",
        "proba",
        "Score",
        "source_",
        "output",
        "vectors",
        "outputs_",
    ],
)
def test_other_columns_keep_their_names(name):
    assert source_title(name) == name


@pytest.mark.parametrize(
    "name", [*OWN, "source_row", "source_source_proba_x", "proba_x\n", "source_vector", "output_x\ny"]
)
def test_a_column_named_like_one_of_the_file_is_marked(name):
    assert source_title(name) == f"source_{name}"


def test_the_cli_has_the_same_rule():
    source = Path(__file__).parents[2] / "core" / "scores" / "source-title.ts"
    (expression,) = re.findall(r"/\^(.*)\$/s;", source.read_text())
    assert expression == _OWN_TITLE.pattern


def test_no_value_is_lost_to_a_column_of_the_same_name():
    kept = {"idColumn": "row", "passthrough": ["prediction", "error_code", "source_row", "city", "row", "city"]}
    chunk = score_text(
        "row,a,prediction,error_code,source_row,city\nr1,1.5,p,e,s,c\n", a_model(Linear(), a_manifest(["a"], **kept))
    )
    assert list(csv.reader(text_of(chunk).splitlines())) == [
        [*OWN_OF_REGRESSION, "source_prediction", "source_error_code", "source_source_row", "city"],
        ["0", "2", "r1", "1.5", "", "", "", "p", "e", "s", "c"],
    ]


def test_no_probability_is_lost_either():
    chunk = scored({"kind": "binary"}, [0, 1], [0, 1], HALF)
    chunk.passthrough["proba_1"] = ["x", "y"]
    read = pd.read_csv(io.StringIO(text_of(chunk)))
    assert read["proba_1"].tolist() == np.array(HALF)[:, 1].tolist()
    assert read["source_proba_1"].tolist() == ["x", "y"]
