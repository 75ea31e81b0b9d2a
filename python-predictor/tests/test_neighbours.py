"""That what becomes of a cell depends on that cell alone, whatever stands above and below it."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dropscore_predictor.csv_reader import read_columns
from factories import Linear, a_manifest, a_model, errors_of, score_text

POINT = {"delimiter": ";", "decimal": "."}
COMMA = {"delimiter": ";", "decimal": ","}
DIALECTS = st.sampled_from([POINT, COMMA])

LONG = "9" * 1_000_000
INTEGERS = ["18446744073709551616", "-9223372036854775809", "1" + "0" * 20, "9" * 20, "9" * 400, LONG]
FOREIGN = ["1_000", "1__0", "_1", "1_0.5", "0x10", "0b1", "\u0663", "\u00a01", "\x1c1", "1 000", "1.000,5", "abc"]
PLAIN = ["", "NA", "0", "1", "-0", "+1", " 1", "1 ", "\t1", "\v1", "007", "1.5", "1,5", "1e5", "1e400", "inf", "-nan"]
TRUTH = ["True", "false", "TRUE"]

CELLS = st.sampled_from(INTEGERS + FOREIGN + PLAIN + TRUTH) | st.text(
    alphabet="0123456789_+-., eEx\t\u0661", max_size=24
)


class _Echo:
    """Hands the feature back, a missing one as a number of its own."""

    def predict(self, features):
        values = features["a"].to_numpy(dtype=float)
        return np.where(np.isnan(values), -77.0, np.clip(values, -1e300, 1e300))


def fates(cells, dialect):
    """What the column `a` of each row has become: a number, or the code of its error."""
    rows = "".join(f'"{cell}";x\n' for cell in cells)
    model = a_model(_Echo(), a_manifest(["a"], passthrough=["note"]))
    chunk = score_text("a;note\n" + rows, model, dialect=dialect)
    scores = dict(zip(chunk.scores.rows.tolist(), chunk.scores.predictions, strict=True))
    return [scores.get(index, errors_of(chunk).get(index)) for index in range(len(cells))]


@settings(max_examples=400)
@given(st.lists(CELLS, min_size=2, max_size=6), DIALECTS)
@example(["1" + "0" * 20, "1_000"], POINT)
@example(["9" * 400, "1_000"], POINT)
@example([LONG, "abc"], POINT)
@example([LONG, "abc"], COMMA)
@example(["True", "1"], POINT)
def test_the_fate_of_a_cell_is_its_own(cells, dialect):
    assert fates(cells, dialect) == [fates([cell], dialect)[0] for cell in cells]


@pytest.mark.parametrize("cell", [*FOREIGN, *TRUTH])
@pytest.mark.parametrize("huge", INTEGERS)
def test_no_neighbour_makes_a_number_of_a_text(cell, huge):
    assert fates([huge, cell], POINT)[1] == ("not_a_number", "a")


EMPTY = {0: "float64", 2: "str"}


def test_no_records_give_an_empty_frame_of_the_same_types():
    empty, one = (read_columns(data, 3, EMPTY, POINT, may_be_missing=(0,)) for data in (b"", b"1;2;x\n"))
    assert len(empty) == 0
    assert empty.dtypes.equals(one.dtypes)
    assert read_columns(b"", 2, {1: "float64"}, POINT).dtypes.to_dict() == {1: np.float64}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ("1\n2,3,4,5\n", {0: ("too_few_fields", None), 1: ("too_many_fields", None)}),
        ("u,x,i\nv,y,j\n", {0: ("not_a_number", "a"), 1: ("not_a_number", "a")}),
        ("u,\xff,i\nv,,\xff\n", {0: ("invalid_utf8", None), 1: ("invalid_utf8", None)}),
        (",1,\n,2,\n", {0: ("missing_id", "id"), 1: ("missing_id", "id")}),
    ],
)
def test_a_chunk_in_which_no_row_is_good_behind_a_column_that_is_not_read(rows, error):
    model = a_model(Linear(), a_manifest(["a"], idColumn="id"))
    chunk = score_text(b"unread,a,id\n" + rows.encode("latin-1"), model)
    assert (errors_of(chunk), len(chunk.scores.rows)) == (error, 0)


def test_a_line_that_begins_with_a_blank_after_a_lone_cr_is_read_once():
    """Under pandas 2 the parser would not come back from it."""
    model = a_model(_Echo(), a_manifest(["a"], passthrough=["note"]))
    chunk = score_text("a;note\r 1;x\r\r\t2;y\r", model, dialect=POINT)
    assert list(chunk.scores.predictions) == [1.0, 2.0]
    assert errors_of(chunk) == {}
