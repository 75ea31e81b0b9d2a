"""That `are_numbers` tells what the parser refuses: a row's fate must not depend on its neighbours."""

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dropscore_predictor.csv_reader import MISSING, are_numbers, read_columns

POINT = {"delimiter": ",", "decimal": "."}
COMMA = {"delimiter": ";", "decimal": ","}


def quoted(texts):
    return "".join('"' + text.replace('"', '""') + '"\n' for text in texts).encode()


def parses(texts, dialect=POINT) -> bool:
    try:
        read_columns(quoted(texts), 1, {0: "float64"}, dialect, may_be_missing=(0,))
    except ValueError:
        return False
    return True


def verdicts(texts, dialect=POINT):
    return are_numbers(np.array(texts, dtype=object), dialect["decimal"]).tolist()


def test_missing_texts_are_those_of_pandas():
    """Every text that is missing here is missing to pandas, and the next likely ones are not."""
    table = pd.read_csv(io.BytesIO(quoted(["x", *sorted(MISSING)])), skip_blank_lines=False)
    assert table["x"].isna().all()
    others = pd.read_csv(io.BytesIO(quoted(["x", "na", "nil", "-", "?", "NONE", "Null", "NAN", " NA"])))
    assert others["x"].notna().all()


ALPHABET = "01.,eE+- inf_"


def test_agrees_with_the_parser_on_every_short_text():
    """Accepted texts parse together; refused ones are refused one by one."""
    for dialect in (POINT, COMMA):
        texts = ["".join(parts) for length in (1, 2, 3) for parts in itertools.product(ALPHABET, repeat=length)]
        accepted = verdicts(texts, dialect)
        assert parses([text for text, is_number in zip(texts, accepted, strict=True) if is_number], dialect)
        refused = [text for text, is_number in zip(texts, accepted, strict=True) if not is_number]
        assert not any(parses([text], dialect) for text in refused)


@given(st.text(alphabet="0123456789.eE+-infatyNA \t\u00a0\u0661,", max_size=12))
@example("1e400")
@example("-1e-400")
@example("9" * 400)
@example("NAN")
def test_agrees_with_the_parser_on_longer_texts(text):
    assert verdicts([text]) == [parses([text])]


@given(
    st.lists(st.sampled_from(["1", "-1", "18446744073709551615", "99999999999999999999", "x", "", "1.5"]), max_size=6)
)
def test_a_verdict_does_not_depend_on_the_neighbours(texts):
    assert verdicts(texts) == [verdicts([text])[0] for text in texts]


def test_truth_values_are_no_numbers():
    assert verdicts(["True", "false", "TRUE"]) == [False, False, False]


@pytest.mark.parametrize("text", ["00123", "NA", "", "1e5", " x ", '"q"', "a,b", "a\nb", "\ufeffid"])
def test_quoted_texts_are_kept_as_written(text):
    frame = read_columns(quoted([text, "other"]), 1, {0: "str"}, POINT)
    assert frame[0].tolist() == [text, "other"]


def test_a_byte_order_mark_in_the_middle_of_a_source_is_data():
    frame = read_columns("\ufeffid\nother\n".encode(), 1, {0: "str"}, POINT)
    assert frame[0].tolist() == ["\ufeffid", "other"]


@pytest.mark.parametrize("cell", ["  x", ' "x""y"'])
@pytest.mark.parametrize("shift", range(4))
def test_blanks_that_begin_a_line_survive_where_pandas_would_part_its_input(cell, shift):
    """pandas reads by 262,144 characters; the line with the blanks begins around the end of the first such piece."""
    before = 262_144 - shift
    text = "a" * (before - 1) + "\n" + cell + "\n"
    frame = read_columns(text.encode(), 1, {0: "str"}, POINT)
    assert frame[0].tolist() == ["a" * (before - 1), cell]
