"""Files in which one thing does not fit the rest: each is refused, by the rule that is meant for it."""

import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.unpickled import Bounds, Refused, decode
from pickle_attacks import stream
from unpickled_cases import decoded, dumped

CORPUS = Path(__file__).parent.parent / "corpus"
FRAME = dumped(pd.DataFrame({"x": np.zeros(6), "i": np.arange(6)}))
CATEGORIES = dumped(pd.Series(pd.Categorical(["u", "v"] * 3)))
ARROW = zipfile.ZipFile(CORPUS / "pandas-3.1.zip").read("string[pyarrow].joblib")
SLICE = b"K%cK%cK\x01\x87"

CASES = {
    "a gap in the memo": (stream(b"K\x01q\x05"), "memo"),
    "no character": (dumped(np.array(["a"])), b"a\0\0\0", b"\0\0\x11\0", "no character"),
    "half a character": (dumped(np.array(["a"])), b"a\0\0\0", b"\x01\xd8\0\0", "no character"),
    "neither true nor false": (dumped(np.array([True] * 3)), b"\x01\x01\x01.", b"\x01\x02\x01.", "neither true"),
    "rows that the index has not": (FRAME, b"stop\x94K\x06", b"stop\x94K\x07", "The frame is not"),
    "two blocks at one place": (FRAME, SLICE % (1, 2), SLICE % (0, 1), "The frame is not"),
    "a block at no place": (FRAME, SLICE % (1, 2), SLICE % (2, 3), "The frame is not"),
    "a code without category": (CATEGORIES, bytes([0, 1] * 3), bytes([0, 5] * 3), "not as pandas writes it"),
    "a text beyond the buffer": (ARROW, struct.pack("<qq", 0, 1), struct.pack("<qq", 0, 1000), "not as pyarrow"),
    "rows of two lengths": (dumped([[1, 2], [3]]), "not of one length"),
    "columns of two lengths": (dumped({"a": [1, 2], "b": [3]}), "not of one length"),
    "rows of two kinds": (dumped([{"a": 1}, {"b": 1}]), "same keys"),
    "an empty dict": (dumped({}), "The dict is empty"),
    "keys that are numbers": (dumped({0: [1.0]}), "keys of the dict are not all texts"),
    "no rows": (dumped([]), "The list has no rows"),
}


@pytest.mark.parametrize("case", CASES)
def test_refuses_what_does_not_fit(case):
    data, *change, sentence = CASES[case]
    if change:
        decoded(data)
        assert change[0] in data
        data = data.replace(*change)
    with pytest.raises(Refused, match=sentence):
        decoded(data)


INDEXED = pd.Series([1.0, 2.0], index=["u", None])


def test_series_of_a_dict_are_put_together_by_one_index():
    table = decoded(dumped({"a": INDEXED, "b": INDEXED * 2, "c": np.arange(2)}))
    assert table.index is not None
    assert table.index.vector.values.tolist() == ["u", None]
    assert [column.vector.values.tolist() for column in table.columns] == [[1.0, 2.0], [2.0, 4.0], [0, 1]]


@pytest.mark.parametrize("other", [INDEXED.iloc[::-1], INDEXED.reset_index(drop=True), INDEXED.rename_axis("id")])
def test_series_of_a_dict_with_other_indexes_are_refused(other):
    with pytest.raises(Refused, match="different indexes; save a DataFrame"):
        decoded(dumped({"a": INDEXED, "b": other}))


@pytest.mark.parametrize("array", [pd.Categorical(["u", "v"]), pd.array([1, None], dtype="Int64")])
def test_a_dict_may_hold_arrays_of_pandas(array):
    assert decoded(dumped({"a": array})).rows == 2


def test_one_dict_in_many_rows_is_charged_before_it_is_copied():
    row = {f"c{place}": 1.0 for place in range(1000)}
    with pytest.raises(Refused, match="memory"):
        decoded(dumped([row] * 10_000), memory=64 << 20)


def test_columns_that_nobody_asks_for_may_be_of_any_type():
    zone = pd.to_datetime(["2020-01-01"] * 2).tz_localize("UTC")
    frame = pd.DataFrame({"a": [1.0, 2.0], "zone": zone, "o": [object(), object], "b": ["u", None], "c": [1, 2]})
    table = decode(io.BytesIO(dumped(frame)), Bounds(), {"b", "a", "elsewhere"})
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.ignored == ("zone", "o", "c")
    with pytest.raises(Refused, match="'zone' has a time zone"):
        decoded(dumped(frame))
    table = decode(io.BytesIO(dumped({"a": [1, 2], "o": frame})), Bounds(), {"a"})
    assert ([column.name for column in table.columns], table.ignored) == (["a"], ("o",))


def test_columns_without_names_are_all_wanted():
    assert len(decode(io.BytesIO(dumped(np.zeros((2, 3)))), Bounds(), {"a"}).columns) == 3


LINES = [
    *(b"I" + number for number in (b"10", b"0", b"1", b"-5", b"00", b"01", b"010", b"-0", b"+1", b" 1", b"1 ", b"1_0")),
    *(b"I" + number for number in (b"0x1f", b"0o7", b"0b1", b"007", b"", b"1L", b"1.0", b"1\0", b"-01", b"+0")),
    *(
        b"L" + number
        for number in (b"10L", b"10", b"-5L", b"0L", b"00L", b"010L", b"-0L", b"1_0L", b"0x1fL", b"L", b"1LL")
    ),
    *(
        b"F" + number
        for number in (b"1.5", b"-2.0", b"1e+16", b"5e-324", b"inf", b"-inf", b"nan", b"1_0", b" 1", b"1.")
    ),
    *(b"F" + number for number in (b"1e+999", b"infinity", b"0x1p3", b"+1.0", b"1.5\0", b"1e5", b"NaN", b"")),
]
AS_PYTHON_WRITES = {
    b"I10",
    b"I0",
    b"I1",
    b"I-5",
    b"I00",
    b"I01",
    b"L10L",
    b"L-5L",
    b"L0L",
    b"F1.5",
    b"F-2.0",
    b"F1e+16",
}


@pytest.mark.parametrize("line", LINES)
def test_numbers_of_protocol_0_are_what_both_unpicklers_read(line):
    data = b"(" + line + b"\nl."
    try:
        read = repr(decoded(data).columns[0].vector.values.tolist())
    except Refused:
        assert line not in AS_PYTHON_WRITES
    else:
        assert read.replace("[None]", "[nan]") == repr(pickle.loads(data)) == repr(pickle._loads(data))
