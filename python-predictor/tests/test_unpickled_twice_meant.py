"""Files that say two things, of which joblib.load takes one: each is refused, and without the second thing decoded."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from joblib.numpy_pickle import NumpyPickler
from pandas.arrays import BooleanArray, DatetimeArray, IntegerArray
from pandas.core.indexes.base import _new_Index
from pandas.core.internals.managers import SingleBlockManager
from scipy.sparse import coo_matrix, csr_matrix

from dropscore_predictor.unpickled import Refused
from pickle_attacks import Attack, array, dtype, name, stream, text
from unpickled_cases import decoded, dumped

NUMBERS, OTHERS = pd.DataFrame({"a": [1.0, 2.0]}), pd.DataFrame({"a": [7.0, 8.0]})
DAYS = np.array(["2020-01-01", "2020-01-02"], "M8[s]")
CODES, FALSE = np.array([0, 1], np.int8), np.zeros(2, np.bool_)
RANGE = {"name": None, "start": 0, "stop": 2, "step": 1}


class Written(NumpyPickler):
    """Values as joblib writes them, between opcodes: bytes are opcodes, all else is a value. Opcodes keep one, as 0."""

    def dump(self, parts) -> None:
        self.memo[id(self)] = 0, self
        self.write(b"\x80\x04")
        for part in parts:
            self.write(part) if type(part) is bytes else self.save(part)
        self.write(b".")


def written(*parts) -> bytes:
    file = io.BytesIO()
    Written(file, protocol=4).dump(parts)
    return file.getvalue()


def series(values, index=None, maker=pd.Series, **more) -> Attack:
    """Around any values, with more in its state."""
    index = Attack(_new_Index, (pd.RangeIndex, RANGE)) if index is None else index
    blocks = [{"values": values, "mgr_locs": slice(0, 1, 1)}]
    manager = Attack(SingleBlockManager, (), ([], [], [], {"0.14.1": {"axes": [index], "blocks": blocks}}))
    state = {"_mgr": manager, "_typ": "series", "_metadata": ["_name"], "attrs": {}, "_name": None, **more}
    return Attack(maker, (), {key: value for key, value in state.items() if value is not Ellipsis})


def index_of(data, made=pd.Index, **more) -> Attack:
    return Attack(_new_Index, (made, {"data": data, "name": None, **more}))


def integers(data=CODES, **more) -> Attack:
    return Attack(IntegerArray, (), {"_data": data, "_mask": FALSE, **more})


def days(dtype=DAYS.dtype, **more) -> Attack:
    return Attack(DatetimeArray, (), {"_ndarray": DAYS, "_dtype": dtype, "_freq": None, **more})


def categories(index=None, **more) -> Attack:
    index = index_of(np.array(["u", "v"], object)) if index is None else index
    dtype = Attack(pd.CategoricalDtype, (), {"categories": index, "ordered": False})
    return Attack(pd.Categorical, (), {"_codes": CODES, "_dtype": dtype, **more})


def coo(**more) -> Attack:
    state = {"_shape": (2, 2), "data": np.ones(1), "coords": (np.array([0]), np.array([1])), **more}
    return Attack(coo_matrix, (), state)


FINE = {
    "a series": series(NUMBERS.a.to_numpy()),
    "integers": series(integers()),
    "integers, with what is kept": series(integers(_cache={"dtype": pd.Int8Dtype()})),
    "times": series(days()),
    "times, with what is kept": series(days(_cache={"unit": "s", "_creso": 7, "ndim": 1})),
    "categories": series(categories()),
    "categories of times": series(categories(index_of(days()))),
    "an index": series(CODES, index_of(np.array(["u", "v"], object))),
    "a matrix": coo(),
}
TWICE = {
    "a manager under two names": series(CODES, _data=SingleBlockManager.from_array(OTHERS.a, NUMBERS.index)),
    "a name under two names": series(CODES, name="b"),
    "a frame's property": series(CODES, index=index_of(CODES), columns=["z"]),
    "a property of a series": Attack(pd.Series, (), {**series(CODES).reduced[2], "index": pd.Index([5, 6])}),
    "a series without its type": series(CODES, _typ=...),
    "a series that is a frame": series(CODES, _typ="dataframe"),
    "a series of arguments": Attack(pd.Series, ([1, 2],), series(CODES).reduced[2]),
    "numbers under two names": series(integers(_ndarray=CODES)),
    "integers that are truths": series(integers(FALSE)),
    "integers that are floats": series(integers(np.ones(2))),
    "truths that are numbers": series(Attack(BooleanArray, (), {"_data": CODES, "_mask": FALSE})),
    "a type that was kept of others": series(integers(_cache={"dtype": pd.Int64Dtype()})),
    "a dtype of others": series(
        integers(_cache={"dtype": Attack(pd.Int8Dtype, (), {"_cache": {"numpy_dtype": np.dtype("i8")}})})
    ),
    "times of another unit": series(days(np.dtype("M8[ms]"))),
    "times under two names": series(days(_data=DAYS + 1)),
    "a unit that was kept of others": series(days(_cache={"unit": "ms"})),
    "a resolution that was kept of others": series(days(_cache={"_creso": 10})),
    "something else that was kept": series(days(_cache={"_values": DAYS + 1})),
    "codes under two names": series(categories(_ndarray=CODES[::-1].copy())),
    "categories that are converted": series(categories(index_of(np.array(["1", "2"], object), dtype=np.dtype("f8")))),
    "categories of categories": series(categories(index_of(categories()))),
    "an index that is converted": series(CODES, index_of(CODES, dtype=np.dtype("f8"))),
    "an index that says times": series(CODES, index_of(CODES, pd.DatetimeIndex)),
    "an index that says categories": series(CODES, index_of(CODES, pd.CategoricalIndex)),
    "an index that is set again": series(
        CODES, Attack(_new_Index, (pd.Index, {"data": CODES, "name": None}), {"_data": DAYS})
    ),
    "places under two names": coo(row=np.array([1]), col=np.array([1])),
    "a matrix with a method": coo(toarray=np.ones((2, 2))),
    "a matrix of arguments": Attack(csr_matrix, (NUMBERS.to_numpy(),), {**csr_matrix(np.eye(2)).__dict__}),
}


@pytest.mark.parametrize("case", FINE)
def test_what_says_one_thing_is_decoded(case):
    assert decoded(dumped(FINE[case])).rows == 2


@pytest.mark.parametrize("case", TWICE)
def test_what_says_two_things_is_refused(case):
    with pytest.raises(Refused, match="save it"):
        decoded(dumped(TWICE[case]))


CALL = name("pandas", "Index")
FRAME, STATE = name("pandas", "DataFrame") + b")\x81", NUMBERS.__getstate__()
OPEN, CHANGE = b"]\x94", b"Na"
LATE = {
    "a dict that is an argument": (CALL, b"}\x94", b"NNs", b"\x85R"),
    "a list in a tuple of an argument": (CALL, OPEN, CHANGE, b"\x85\x85R"),
    "a list in a dict of an argument": (CALL + b"}N", OPEN, CHANGE, b"s\x85R"),
    "a set in a list of an argument": (CALL + b"]", b"\x8f\x94", b"(N\x90", b"a\x85R"),
    "a dict that is a state": (FRAME, b"}\x94", b"NNs", b"b"),
    "a list in a state": (FRAME + b"}N", OPEN, CHANGE, b"sb"),
    "an instance that is an argument": (CALL, FRAME + b"\x94", b"}b", b"\x85R"),
    "an instance in a state": (FRAME + b"}N", FRAME + b"\x94", b"}b", b"sb"),
    "arguments of an object": (b"(" + CALL, OPEN, CHANGE, b"o"),
    "arguments with keywords": (CALL + b")}N", OPEN, CHANGE, b"s\x92"),
}
USED = "changes what it has used"


@pytest.mark.parametrize("case", LATE)
def test_what_was_used_must_not_change(case):
    start, opened, change, use = LATE[case]
    with pytest.raises(Refused) as early:
        decoded(stream(start, opened, change, use))
    with pytest.raises(Refused, match=USED):
        decoded(stream(start, opened, use, b"h\x00", change, b"0"))
    assert USED not in str(early.value)


def test_cells_of_an_array_are_those_that_it_was_made_of():
    data = dumped(np.array(["a", "b"], object))
    frame = data.rindex(b"\x95")
    data = data[:frame] + data[frame + 9 :]
    place = data.count(b"\x94", frame, data.index(b"]\x94(", frame))
    changed = data[:-2] + b"h%cNa0" % place + b".."
    assert decoded(data).columns[0].vector.values.tolist() == ["a", "b"]
    assert joblib.load(io.BytesIO(changed)).tolist() == ["a", "b"]
    with pytest.raises(Refused, match=USED):
        decoded(changed)


def test_a_dict_is_used_once():
    with pytest.raises(Refused, match="uses a dict twice"):
        decoded(stream(CALL, b"}\x94\x85R", CALL, b"h\x00\x85R"))


def test_a_frame_that_is_changed_later_would_have_other_rows():
    state = [part for key, value in STATE.items() for part in ("_data" if key == "_mgr" else key, value)]
    parts = [FRAME, b"}\x94(", *state, b"ub"]
    assert decoded(written(*parts)).columns[0].vector.values.tolist() == [1.0, 2.0]
    changed = written(*parts, b"h\x00", "_mgr", OTHERS._mgr, b"s0")
    assert joblib.load(io.BytesIO(changed)).a.tolist() == [1.0, 2.0]
    with pytest.raises(Refused, match=USED):
        decoded(changed)


def test_what_holds_itself_has_an_end():
    itself: dict[str, object] = {"name": None}
    itself["data"] = categories(Attack(_new_Index, (pd.Index, itself)))
    with pytest.raises(Refused):
        decoded(dumped(series(itself["data"])))


def test_bytes_of_a_bytearray_count_only_where_it_takes_them():
    made = name("builtins", "bytearray") + b"C\x01x\x85"
    with pytest.raises(Refused, match="holds bytes"):
        decoded(stream(made, b"R"))
    assert pickle.loads(stream(made, b"\x81")) == b""
    with pytest.raises(Refused, match="without its bytes"):
        decoded(stream(made, b"\x81"))


def test_half_of_a_unit_is_not_the_unit():
    data = dumped(DAYS)
    assert b"C\x01s\x94K\x01K\x01K\x01t" in data
    assert decoded(data).columns[0].vector.values.tolist() == DAYS.tolist()
    with pytest.raises(Refused, match="without a unit"):
        decoded(data.replace(b"C\x01s\x94K\x01K\x01", b"C\x01s\x94K\x01K\x02"))


def test_a_matrix_has_two_dimensions():
    data = stream(array(dtype()), bytes(8))
    assert decoded(data).rows == 1
    with pytest.raises(Refused, match="matrix that is no table"):
        decoded(data.replace(text("ndarray"), text("matrix")))
