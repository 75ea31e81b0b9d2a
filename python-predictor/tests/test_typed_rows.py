"""From typed columns to the rows that a model gets: what each cell becomes, which column is what, what is set aside."""

import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.row_errors import RowErrors
from dropscore_predictor.table import Column, Table, Vector
from dropscore_predictor.typed_rows import typed_rows
from dropscore_predictor.typed_texts import readable
from factories import Linear, a_manifest, a_model, errors_of, score_table

MISSING = None
"""In what is expected of a cell; a code is that of an error."""
NAN, NAT = np.nan, np.datetime64("NaT")
NEEDED = {"nullable": False}
COLORS = {"categories": ["1", "2", "red"]}


def vector(cells, dtype=None, nulls=None):
    values = cells if isinstance(cells, np.ndarray) else np.array(cells, dtype=dtype or object)
    return Vector(values, None if nulls is None else np.array(nulls, dtype=bool))


def a_table(index=None, **columns):
    """Columns by name; values, or whole vectors."""
    made = [Column(name, cells if isinstance(cells, Vector) else vector(cells)) for name, cells in columns.items()]
    return Table(len(made[0].vector.values), tuple(made), index)


def nameless(*columns, index=None):
    made = [Column(None, vector(cells, float)) for cells in columns]
    return Table(len(made[0].vector.values), tuple(made), index)


def fates(cells: Vector, kind: str, **feature) -> list:
    """What each cell of a column has become: a value, MISSING, or the code of its row's error."""
    found = typed_rows(a_table(a=cells), a_manifest([{"name": "a", "type": kind, **feature}]))
    fates = {index: code for index, (code, _) in errors_of(found).items()}
    for row, value in zip(found.parsed.rows.tolist(), found.parsed.features["a"].tolist(), strict=True):
        fates[row] = MISSING if pd.isna(value) else value
    return [fates[row] for row in range(len(cells.values))]


NUMBERS = [
    (vector([1.5, NAN, -0.0, np.inf], "<f8"), [1.5, MISSING, 0.0, np.inf]),
    (vector([1.5, NAN], ">f8"), [1.5, MISSING]),
    (vector([0.1, NAN], "<f4"), [float(np.float32(0.1)), MISSING]),
    (vector([0.5, 65504], ">f2"), [0.5, 65504.0]),
    (vector([1, -3], "|i1"), [1.0, -3.0]),
    (vector([2**53 + 1, -(2**63)], "<i8"), [2.0**53, -(2.0**63)]),
    (vector([2**64 - 1, 0], ">u8"), [2.0**64, 0.0]),
    (vector([True, False], bool), [1.0, 0.0]),
    (vector([7, 8], "<i8", nulls=[True, False]), [MISSING, 8.0]),
    (vector([True, False, None, 2, 2.5, NAN]), [1.0, 0.0, MISSING, 2.0, 2.5, MISSING]),
    (vector([2**64 - 1, "1e2", None]), [2.0**64, 100.0, MISSING]),
    (vector(["1", " 2.5 ", "-0", "1e400", "inf"]), [1.0, 2.5, 0.0, np.inf, np.inf]),
    (vector(["", "NA", "nan", "None"]), [MISSING] * 4),
    (vector(["abc", "1,5", "1_000", "True", "0x10", '"1"']), ["not_a_number"] * 6),
    (vector(["9" * 400, "1\n", "12345678901234567890"]), [np.inf, 1.0, 12345678901234567890.0]),
    (vector(["x", "2"], nulls=[True, False]), [MISSING, 2.0]),
    (vector(["\ud800", "1\0", "2"]), ["invalid_utf8", "nul_character", 2.0]),
    (vector(["2024-01-31", NAT], "<M8[ns]"), ["not_a_number", MISSING]),
]
INTEGERS = [
    (vector([1.0, 1.5, NAN, np.inf], "<f8"), [1, "not_an_integer", MISSING, "not_an_integer"]),
    (vector([2**53 - 1, 2**53, -(2**53)], "<i8"), [2**53 - 1, "not_an_integer", "not_an_integer"]),
    (vector([True, "3", "3.5", "x"]), [1, 3, "not_an_integer", "not_a_number"]),
]
TRUTHS = [
    (vector([True, False, True], bool, nulls=[False, False, True]), [1.0, 0.0, MISSING]),
    (vector([0, 1, 2], "|u1"), [0.0, 1.0, "not_a_boolean"]),
    (vector([0.0, 1.0, 0.5, NAN], ">f4"), [0.0, 1.0, "not_a_boolean", MISSING]),
    (vector([True, 0, 1.0, 2, None, NAN]), [1.0, 0.0, 1.0, "not_a_boolean", MISSING, MISSING]),
    (vector(["TRUE", "false", "1", "0", "1.0", "yes", "", "NA"]), [1, 0, 1, 0, *["not_a_boolean"] * 2, *[MISSING] * 2]),
    (vector(["1970-01-01", NAT], "<M8[s]"), ["not_a_boolean", MISSING]),
]
TEXTS = [
    (vector(["x", "", "NA", " 1 ", "é\U0001f600", None]), ["x", "", "NA", " 1 ", "é\U0001f600", MISSING]),
    (vector(["x", "y"], nulls=[True, False]), [MISSING, "y"]),
    (vector([1, -3], ">i4"), ["1", "-3"]),
    (vector([2**64 - 1], "<u8"), ["18446744073709551615"]),
    (vector([3, 4], "<i8", nulls=[False, True]), ["3", MISSING]),
    (vector([3.5, 3, 1e16, 1e-5, np.inf, NAN], ">f8"), ["3.5", "3.0", "1e+16", "1e-05", "inf", MISSING]),
    (vector([0.1, 3], ">f4"), ["0.1", "3.0"]),
    (vector([0.1], "<f2"), ["0.1"]),
    (vector([True, False], bool), ["True", "False"]),
    (vector([True, 3, 3.5, NAN, 2**64 - 1]), ["True", "3", "3.5", MISSING, "18446744073709551615"]),
]
CATEGORIES = [
    (vector(["red", "blue", None]), ["red", "unknown_category", MISSING]),
    (vector([1, 2, 3], "<i8"), ["1", "2", "unknown_category"]),
    (vector([1, 2], "<i8", nulls=[True, False]), [MISSING, "2"]),
    (vector([1.0, NAN], "<f8"), ["unknown_category", MISSING]),
]


@pytest.mark.parametrize(("cells", "expected"), NUMBERS)
def test_what_a_number_is(cells, expected):
    assert fates(cells, "float") == expected


@pytest.mark.parametrize(("cells", "expected"), INTEGERS)
def test_what_an_integer_is(cells, expected):
    assert fates(cells, "integer") == expected
    assert fates(cells, "integer", **NEEDED) == ["missing_value" if fate is MISSING else fate for fate in expected]


@pytest.mark.parametrize(("cells", "expected"), TRUTHS)
def test_what_a_truth_value_is(cells, expected):
    assert fates(cells, "boolean") == expected


@pytest.mark.parametrize(("cells", "expected"), TEXTS)
def test_what_a_text_is(cells, expected):
    assert fates(cells, "string") == fates(cells, "category") == expected


@pytest.mark.parametrize(("cells", "expected"), CATEGORIES)
def test_what_a_category_is(cells, expected):
    assert fates(cells, "category", **COLORS) == expected


@pytest.mark.parametrize("unit", ["ns", "us", "ms", "s", "m", "h", "D", "M", "Y", "ps"])
def test_a_time_is_written_as_pandas_writes_its_timestamp(unit):
    ticks = [0, 1, -1, 999, 1_000, 60_000, 86_400_000, 1_234_567_890, 1_000_000_000, 100]
    times = np.array([tick % 200 if unit in ("M", "Y") else tick % 100_000 if unit == "D" else tick for tick in ticks])
    times = np.append(times.astype(f"<M8[{unit}]"), NAT)
    written = [MISSING if pd.isna(time) else str(time) for time in pd.DatetimeIndex(times)]
    assert fates(vector(times), "string") == fates(vector(times.astype(f">M8[{unit}]")), "category") == written


def test_a_time_that_no_timestamp_can_hold_has_a_text_too():
    assert fates(vector(["300000000000-01-31", "-1-01-01"], "M8[Y]"), "string")[1] == "-001-01-01 00:00:00"


def test_numbers_are_writable_and_in_the_machine_s_own_order():
    big = vector([1.0, 2.0], ">f8")
    big.values.flags.writeable = False
    frame = typed_rows(a_table(a=big), a_manifest(["a"])).parsed.features
    assert frame["a"].dtype == np.dtype("=f8")
    assert frame["a"].dtype.isnative
    assert big.values.tolist() == [1.0, 2.0]


def test_a_row_has_the_first_error_in_the_order_of_the_manifest_and_texts_that_are_none_come_first():
    features = [
        {"name": "i", "type": "integer"},
        {"name": "b", "type": "boolean"},
        "n",
        {"name": "s", "type": "string"},
    ]
    table = a_table(b=["x"] * 4, s=["", "", "\ud800", "\0"], n=["1", "y", "y", "y"], i=[0.5] * 4)
    found = typed_rows(table, a_manifest(features))
    assert errors_of(found) == {
        0: ("not_an_integer", "i"),
        1: ("not_a_number", "n"),
        2: ("invalid_utf8", "s"),
        3: ("nul_character", "s"),
    }


def test_texts_that_no_file_could_hold_do_not_come_as_far_as_pandas():
    fit, rows = readable(vector(["\ud800", "x", "\0", 3], nulls=[False, False, False, True]), "a", RowErrors())
    assert (fit.values.tolist(), rows) == ([None, "x", None, None], [0, 2])


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        (vector(["x\x07y"]), "float", r"column 'a': 'x\x07y' is not a number"),
        (vector(["2024-01-31"], "M8[ns]"), "float", "column 'a': '2024-01-31 00:00:00' is not a number"),
        (vector([2**53 + 1], "<i8"), "integer", "column 'a': '9007199254740993' is not a whole number below 2^53"),
        (vector([2], "|u1"), "boolean", "column 'a': '2' is not one of true, false, 1 and 0"),
        (vector([0.1], "<f4"), "category", "column 'a': '0.1' is not a category that the model knows"),
        (vector(["\udc00"]), "string", "column 'a': the text is not UTF-8"),
    ],
)
def test_errors_tell_the_cell_and_no_line(cells, kind, message):
    extra = COLORS if kind == "category" else {}
    errors = typed_rows(a_table(a=cells), a_manifest([{"name": "a", "type": kind, **extra}])).errors
    error = errors.get(0)
    validate("row-error", error)
    assert error == {"code": error["code"], "message": message, "column": "a"}
    assert errors.counts() == [{"code": error["code"], "rows": 1, "column": "a"}]
    assert errors.first(5) == [{"row": 5, "error": error}]


def ids_of(table, **manifest):
    found = score_table(table, a_model(Linear(), a_manifest(["a"], **manifest)))
    return found.ids


@pytest.mark.parametrize(
    ("columns", "index", "expected"),
    [
        ({"id": ["x", "y"]}, None, ["x", "y"]),
        ({"id": ["x", "y"]}, Column(None, vector([8, 9])), ["x", "y"]),
        ({"id": ["x", "y"]}, Column("id", vector([8, 9])), ["x", "y"]),
        ({}, Column(None, vector([8, 9], "<i8")), ["8", "9"]),
        ({}, Column("id", vector(["x", "y"])), ["x", "y"]),
        ({}, Column("other", vector(["x", "y"])), None),
        ({}, None, None),
    ],
)
def test_ids_are_those_of_the_column_or_else_of_the_index(columns, index, expected):
    table = a_table(index, a=[1, 2], **columns)
    assert ids_of(table, idColumn="id") == expected
    assert ids_of(table) is None
    if "id" not in columns:
        assert ids_of(nameless([1, 2], index=index), idColumn="id") == expected


def test_an_empty_id_and_one_that_is_no_text_set_their_rows_aside():
    table = a_table(Column(None, vector([None, "", "\ud800", "x", NAN])), a=[1] * 5)
    chunk = score_table(table, a_model(Linear(), a_manifest(["a"], idColumn="id")))
    missing = ("missing_id", "id")
    assert errors_of(chunk) == {0: missing, 1: missing, 2: ("invalid_utf8", "id"), 4: missing}
    assert chunk.ids == ["", "", None, "x", ""]


def test_texts_are_passed_through_where_they_are_there():
    index = Column("when", vector(["2024-01-31T10:00", NAT], "M8[ns]"))
    table = a_table(index, a=[1, 2], n=vector([1, 2], "<i8", nulls=[False, True]), bad=["\ud800", "fine"])
    manifest = a_manifest(["a"], passthrough=["when", "gone", "n", "bad", "a"])
    chunk = score_table(table, a_model(Linear(), manifest))
    assert chunk.passthrough == {
        "when": ["2024-01-31 10:00:00", ""],
        "n": ["1", ""],
        "bad": [None, "fine"],
        "a": ["1", "2"],
    }
    assert errors_of(chunk) == {0: ("invalid_utf8", "bad")}
    assert chunk.scores.predictions == [2.0]


def test_features_are_found_by_name_whatever_their_order_also_as_the_index():
    table = a_table(Column("b", vector([5], "<i8")), unread=["\ud800"], c=[7], a=[1])
    frame = typed_rows(table, a_manifest(["a", "b", "c"])).parsed.features
    assert frame.to_dict("list") == {"a": [1.0], "b": [5.0], "c": [7.0]}


def test_columns_without_names_are_the_features_in_their_order():
    frame = typed_rows(nameless([1, 2], [3, 4]), a_manifest(["b", "a"])).parsed.features
    assert frame.columns.tolist() == ["b", "a"]
    assert frame.to_numpy().tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize("features", [["a"], ["a", "b", "c"]])
def test_another_number_of_columns_without_names_fails_the_job(features):
    counts = rf"number is 2 where the model has {len(features)} features.*DataFrame with the model's column names"
    with pytest.raises(JobFailed, match=counts) as failure:
        typed_rows(nameless([1], [2]), a_manifest(features))
    assert failure.value.code == "column_count_mismatch"


def test_a_feature_without_a_column_fails_the_job():
    with pytest.raises(JobFailed, match="'b', 'c'") as failure:
        typed_rows(a_table(a=[1]), a_manifest(["a", "b", "c"]))
    assert failure.value.code == "columns_missing"


def test_an_id_of_the_index_is_no_feature_of_that_name():
    with pytest.raises(JobFailed, match="'id'"):
        typed_rows(a_table(Column(None, vector([1])), a=[1]), a_manifest(["a", "id"], idColumn="id"))


def test_texts_that_no_item_can_hold():
    table = a_table(a=[1, 1, 1], note=["é" * 300_000, "x" * 393_200, "x" * 300_000])
    chunk = score_table(table, a_model(Linear(), a_manifest(["a"], passthrough=["note"])))
    assert errors_of(chunk) == dict.fromkeys((0, 1), ("item_too_large", "note"))
    assert chunk.oversized == {0, 1}
