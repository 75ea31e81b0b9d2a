"""Files that would do harm if they were loaded: all are refused, nothing is imported, and the canary stays unmade."""

import gzip
import io
import os
import pickle
import struct
import sys
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.unpickled import Bounds, Refused, decode
from pickle_attacks import Attack, array, attacks, dtype, name, stream, text
from unpickled_cases import decoded, dumped

sys.path.append(str(Path(__file__).parent.parent / "corpus"))
from fuzz import watched

TIGHT = Bounds(memory=64 << 20, inflated=64 << 20, opcodes=1_000_000, seconds=30)
A_BILLION = b"\x8a\x05" + (6 << 30).to_bytes(5, "little")


def harm(canary: Path) -> dict[str, bytes]:
    """What the issue names, beside the attacks on models."""
    system = Attack(os.system, (f"touch {canary}",))
    frame = pd.DataFrame({"a": pd.Series([system, 2], dtype=object)})
    command, pair = text(f"touch {canary}"), np.array([system, 1], dtype=object)
    read = b"N}" + text("read") + name("pandas", "Series") + b"s\x86b0"
    return {
        **attacks(canary),
        "in a frame, compressed": dumped(frame, compress=("zlib", 3)),
        "in an object array, compressed": dumped(pair, compress=("xz", 3)),
        "in the names of columns": dumped(pd.DataFrame([[1]], columns=pd.Index([system], dtype=object))),
        "in an index": dumped(pd.DataFrame({"a": [1]}, index=pd.Index([system], dtype=object))),
        "in categories": dumped(pd.Series(pd.Categorical([system]))),
        "in a list of rows": dumped([[1, system]]),
        "in a dict": dumped({"a": [system]}),
        "a pickle in a cell": dumped(np.array([[pickle.dumps(system)]], dtype=object)),
        "build on the array reader's class": stream(name("joblib.numpy_pickle", "NumpyArrayWrapper"), read, b"N"),
        "build on a frame's class": stream(name("pandas", "DataFrame"), read, b"N"),
        "getattr of globals": stream(
            name("builtins", "getattr"), name("pandas.core.indexes.base", "_new_Index"), text("__globals__"), b"\x86R"
        ),
        "a dotted name of pandas": stream(name("pandas.io.common", "os.system"), command, b"\x85R"),
        "numpy evaluates": stream(name("numpy.testing._private.utils", "runstring"), command, b"}\x86R"),
        "allocates an array": stream(name("numpy", "ndarray"), b"(", A_BILLION, b"\x85tR"),
        "allocates bytes": stream(name("builtins", "bytearray"), A_BILLION, b"\x85R"),
    }


def floods() -> dict[str, bytes]:
    """What would take memory or time without end."""
    laughs = b"]\x94N" + b"a" + b"".join(b"0]\x94(h" + bytes([i]) + b"h" + bytes([i]) + b"e" for i in range(40))
    collisions = b"".join(b"\x8a\x0a" + ((2**61 - 1) * i).to_bytes(10, "little") + b"N" for i in range(1, 60_000))
    itself = b"]\x94h\x00a"
    shared_row = b"](](" + b"K\x01" * 20_000 + b"e\x94" + b"h\x00" * 20_000 + b"e"
    return {
        "opcodes": stream(b"N0" * 2_000_000, b"N"),
        "opcodes, compressed": gzip.compress(stream(b"N0" * 2_000_000, b"N"), 1),
        "empty lists": stream(b"]" * 900_000 + b"0" * 899_999),
        "marks": stream(b"(" * 200_000 + b"t" * 200_000),
        "tuples in tuples": stream(b")" + b"\x85" * 900_000),
        "lists that double": stream(laughs),
        "a list in itself": stream(itself),
        "a dict in itself": stream(b"}\x94", text("a"), b"h\x00s"),
        "keys that collide": stream(b"}(", collisions, b"u"),
        "one row, many times": stream(shared_row),
        "a shape": stream(array(dtype(), shape=b"\x8a\x06" + (1 << 45).to_bytes(6, "little") + b"\x85"), bytes(8)),
        "a shape of nothing": stream(
            array(dtype(), shape=b"K\x00\x8a\x06" + (1 << 45).to_bytes(6, "little") + b"\x86")
        ),
        "items of no size": stream(array(dtype("S0", size=0), shape=A_BILLION + b"\x85")),
        "one item": stream(array(dtype("S999999999", size=999_999_999)), bytes(8)),
        "many dimensions": stream(array(dtype(), shape=b"(" + b"K\x02" * 65 + b"t"), bytes(8)),
        "a long text": stream(b"\x8d" + struct.pack("<Q", 1 << 40) + b"abc"),
        "long bytes": stream(b"\x8e" + struct.pack("<Q", 1 << 40) + b"abc"),
        "a long bytearray": stream(b"\x96" + struct.pack("<Q", 6 << 30) + b"abc"),
        "a long frame": stream(b"\x95" + struct.pack("<Q", 1 << 40) + b"N"),
        "a long name": b"\x80\x03c" + b"a" * 5_000_000,
        "a range without end": dumped(pd.DataFrame(index=pd.RangeIndex(1, 1 << 60))),
        "a sparse matrix": dumped(_sparse(1 << 30, 1 << 30)),
        "lzma with 4 GiB": b"\x5d" + struct.pack("<I", 0xFFFFFFFF) + b"\xff" * 8 + bytes(64),
        "joblib 0.9": b"ZF0x10" + b" " * 16 + zlib.compress(b"x" * 16),
    }


def _sparse(rows: int, columns: int):
    from scipy.sparse import coo_matrix

    return coo_matrix(([1.0], ([0], [0])), shape=(rows, columns))


@pytest.fixture
def canary(tmp_path) -> Path:
    return tmp_path / "canary"


@pytest.mark.parametrize("attack", harm(Path("unused")))
def test_case_23_refuses_what_would_do_harm(attack, canary):
    data = harm(canary)[attack]
    with watched() as events, pytest.raises(Refused):
        decode(io.BytesIO(data), TIGHT)
    assert not events
    assert not canary.exists()


def test_the_canary_would_show_it(canary, tmp_path):
    path = tmp_path / "attack.joblib"
    path.write_bytes(harm(canary)["in a frame, compressed"])
    joblib.load(path)
    assert canary.exists()


@pytest.mark.parametrize("flood", floods())
def test_refuses_what_would_not_end(flood):
    with watched() as events, pytest.raises(Refused) as refusal:
        decode(io.BytesIO(floods()[flood]), TIGHT)
    assert not events
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("value", [np.zeros((3, 2)), pd.DataFrame({"s": ["a", None]})], ids=["array", "frame"])
@pytest.mark.parametrize("compress", [0, "zlib", "gzip", "bz2", "lzma", "xz"])
def test_refuses_a_file_that_is_cut_or_goes_on(value, compress):
    data = dumped(value, compress=compress and (compress, 1))
    for size in range(0, len(data), 7):
        with pytest.raises(Refused):
            decoded(data[:size])
    for more in (b"x", data, b"\0"):
        with pytest.raises(Refused):
            decoded(data + more)


def test_a_refusal_shows_no_long_or_odd_name_of_the_file():
    name_of_column = "x" * 10_000 + "\x1b[31m\n"
    with pytest.raises(Refused) as refusal:
        decoded(dumped(pd.DataFrame({name_of_column: [object]})))
    assert len(str(refusal.value)) < 300
    assert str(refusal.value).isprintable()
    odd = stream(name("os\x1b[31m\n", "system" * 40))
    with pytest.raises(Refused, match="objects without a proper name"):
        decoded(odd)
