"""From bytes to typed rows: what is set aside, where, and that it changes nothing for the others."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.errors import JobFailed
from factories import Linear, a_manifest, a_model, errors_of, score_text


def linear(*features, **manifest):
    return a_model(Linear(), a_manifest(list(features), **manifest))


GOOD = "1.5,2.25"


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    ("ragged", "code", "message"),
    [
        ("1", "too_few_fields", "expected 2 fields as in the header, found 1"),
        ("1,2,3", "too_many_fields", "expected 2 fields as in the header, found 3"),
        ("1,2,", "too_many_fields", "expected 2 fields as in the header, found 3"),
    ],
)
def test_case_35_a_ragged_row_is_found_wherever_it_stands(place, ragged, code, message):
    lines = [GOOD] * 3
    lines.insert(place, ragged)
    chunk = score_text("\n".join(["a,b", *lines]), linear("a", "b"))
    assert errors_of(chunk) == {place: (code, None)}
    assert chunk.errors.get(place)["message"] == message
    assert chunk.errors.get(place)["line"] == place + 2
    assert chunk.scores.rows.tolist() == [row for row in range(4) if row != place]
    assert chunk.scores.predictions == [3.75] * 3


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8), st.data())
def test_a_row_has_the_same_bits_whatever_its_neighbours_are(numbers, data):
    texts = [repr(number) for number in numbers]
    clean = score_text("a\n" + "\n".join(texts), linear("a"))
    bad = data.draw(st.sampled_from(["abc", "True", "1,2", '"1\n2"', "--1", '""""']))
    place = data.draw(st.integers(0, len(texts)))
    spoiled = score_text("a\n" + "\n".join([*texts[:place], bad, *texts[place:]]), linear("a"))
    assert list(spoiled.errors) == [place]
    assert spoiled.scores.headline.tobytes() == clean.scores.headline.tobytes()
    plain = pd.read_csv(io.StringIO("a\n" + "\n".join(texts)))["a"].to_numpy(dtype=float) + 0.0
    assert clean.scores.headline.tobytes() == plain.tobytes()


def test_a_value_that_does_not_parse_is_told_with_its_column():
    text = 'a,b,note\n1,x\x07y,\n2,3,"a ""quoted""\r\nnote"\n"4,5",6,\n7,8,\n' + "9" * 50 + "z,1,\n"
    chunk = score_text(text, linear("a", "b"))
    messages = {index: (chunk.errors.get(index)["message"], chunk.errors.get(index)["line"]) for index in chunk.errors}
    assert messages == {
        0: (r"column 'b': 'x\x07y' is not a number", 2),
        2: ("column 'a': '4,5' is not a number", 5),
        4: (f"column 'a': '{'9' * 39}…' is not a number", 7),
    }
    assert chunk.scores.rows.tolist() == [1, 3]


def test_a_column_of_truth_values_is_refused_whether_or_not_numbers_are_beside():
    assert set(errors_of(score_text("a\nTrue\nfalse\n", linear("a")))) == {0, 1}
    assert set(errors_of(score_text("a\nTrue\n1\n", linear("a")))) == {0}
    assert errors_of(score_text("a\n1\n0\n", linear("a"))) == {}


@pytest.mark.parametrize(
    ("cell", "code"), [(b"\xff", "invalid_utf8"), (b"\xed\xa0\x80", "invalid_utf8"), (b"x\x00", "nul_character")]
)
def test_case_12_bytes_that_are_no_text_set_their_row_aside(cell, code):
    chunk = score_text(b"id,a\nr1,1\n" + cell + b",2\n\xc3\xa9,3\n", linear("a", idColumn="id"))
    assert errors_of(chunk) == {1: (code, None)}
    assert chunk.ids == ["r1", None, "é"]


def test_ids_and_passthrough_are_kept_as_written_also_where_they_are_features():
    manifest = {"idColumn": "id", "passthrough": ["a", "city"]}
    chunk = score_text("city,id,a\nNA,00123,1.50\n,007,\nx,1e5,abc\n", linear("a", **manifest))
    assert chunk.ids == ["00123", "007", "1e5"]
    assert chunk.passthrough == {"a": ["1.50", "", "abc"], "city": ["NA", "", "x"]}
    assert errors_of(chunk) == {1: ("non_finite_output", None), 2: ("not_a_number", "a")}


def test_columns_are_found_by_name_whatever_their_order():
    chunk = score_text('"b","x\ny",a\n1,?,10\n', a_model(_Weighted(), a_manifest(["a", "b"])))
    assert chunk.scores.predictions == [10 * 2.0 + 1]


class _Weighted:
    def predict(self, features):
        assert features.columns.tolist() == ["a", "b"]
        return features.to_numpy() @ np.array([2.0, 1.0])


def test_a_missing_cell_is_an_error_only_where_the_model_needs_a_value():
    needs = {"name": "a", "type": "float", "nullable": False}
    model = a_model(_NanToZero(), a_manifest([needs, "b"]))
    chunk = score_text("a,b\n1,\nNA,2\n,\n3,null\n", model)
    assert errors_of(chunk) == {1: ("missing_value", "a"), 2: ("missing_value", "a")}
    assert chunk.scores.predictions == [1.0, 3.0]


class _NanToZero:
    def predict(self, features):
        return np.nan_to_num(features.to_numpy(dtype=float)).sum(axis=1)


class _Recorder:
    def predict(self, features):
        self.seen = features
        return np.zeros(len(features))


def seen(text, *features):
    model = a_model(_Recorder(), a_manifest(list(features)))
    chunk = score_text(text, model)
    return model.estimator.seen, chunk


def test_integers():
    frame, chunk = seen(
        "a\n1\n2.0\n1.5\n\n9007199254740993\ninf\n-3\n", {"name": "a", "type": "integer", "nullable": False}
    )
    assert errors_of(chunk) == {2: ("not_an_integer", "a"), 3: ("not_an_integer", "a"), 4: ("not_an_integer", "a")}
    assert (str(frame["a"].dtype), frame["a"].tolist()) == ("int64", [1, 2, -3])


def test_nullable_integers_are_floats():
    frame, _ = seen("a,b\n1,x\n,x\n", {"name": "a", "type": "integer"})
    assert frame["a"].dtype == np.float64
    assert frame["a"].fillna(-1).tolist() == [1, -1]


def test_booleans():
    frame, chunk = seen("a\nTRUE\nfalse\n1\n0\nyes\n", {"name": "a", "type": "boolean", "nullable": False})
    assert errors_of(chunk) == {4: ("not_a_boolean", "a")}
    assert (str(frame["a"].dtype), frame["a"].tolist()) == ("bool", [True, False, True, False])
    nullable, _ = seen("a,b\ntrue,\n,\n", {"name": "a", "type": "boolean"})
    assert nullable["a"].fillna(-1).tolist() == [1.0, -1.0]


def test_categories_and_texts():
    listed = {"name": "a", "type": "category", "categories": ["x", "y"]}
    frame, chunk = seen("a,b\nx,007\nz,1\nNA,NA\n", listed, {"name": "b", "type": "string"})
    assert errors_of(chunk) == {1: ("unknown_category", "a")}
    assert frame["a"].cat.categories.tolist() == ["x", "y"]
    assert frame["a"].isna().tolist() == [False, True]
    assert frame["b"].isna().tolist() == [False, True]
    assert frame["b"][0] == "007"


def test_a_plain_script_sees_the_same_texts():
    text = "a,b\nx,1\nNA,2\n,3\n"
    frame, _ = seen(text, {"name": "a", "type": "category"}, "b")
    plain = pd.read_csv(io.StringIO(text))
    assert frame["a"].equals(plain["a"])


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["r1", "", " "], {1: ("missing_id", "id")}),
        (["é" * 1023, "é" * 1022 + "x", "é" * 1024], {2: ("id_too_long", "id")}),
    ],
)
def test_case_39_ids_that_no_key_can_hold(ids, expected):
    text = "id,a\n" + "".join(f"{record_id},1\n" for record_id in ids)
    chunk = score_text(text, linear("a", idColumn="id"))
    assert errors_of(chunk) == expected


def test_an_id_that_repeats_too_often_is_not_indexed():
    text = "id,a\n" + "often,1\n" * 101 + "some,1\n" * 100
    chunk = score_text(text, linear("a", idColumn="id"))
    assert (chunk.repeated, chunk.rows_not_indexed) == (frozenset({"often"}), 101)


def test_texts_that_no_item_can_hold():
    text = f"id,a,note\nr1,1,{'é' * 300_000}\nr2,2,short\n"
    chunk = score_text(text, linear("a", idColumn="id", passthrough=["note"]))
    assert errors_of(chunk) == {0: ("item_too_large", "note")}
    assert chunk.oversized == {0}


def test_a_decimal_comma():
    chunk = score_text("a;b\n1,5;2\n1.5;2\n-3,25;,5\n", linear("a", "b"), dialect={"delimiter": ";", "decimal": ","})
    assert errors_of(chunk) == {1: ("not_a_number", "a")}
    assert chunk.scores.predictions == [3.5, -2.75]


@pytest.mark.parametrize("rows", [3, 1])
def test_another_number_of_records_fails_the_job(rows):
    with pytest.raises(JobFailed, match="hold 2 records") as failure:
        score_text("a\n1\n2\n", linear("a"), reference={"rowCount": rows})
    assert failure.value.code == "record_count_mismatch"


def test_a_header_without_a_needed_column_fails_the_job():
    with pytest.raises(JobFailed, match="'b'") as failure:
        score_text("a\n1\n", linear("a", "b"))
    assert failure.value.code == "columns_missing"


def test_a_chunk_in_which_no_row_is_good():
    chunk = score_text("a\nx\ny\n", linear("a"))
    assert (len(chunk.errors), len(chunk.scores.rows)) == (2, 0)
