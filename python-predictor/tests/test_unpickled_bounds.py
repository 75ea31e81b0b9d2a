"""What a file may cost: each bound refuses, before the memory is taken."""

import io
import json
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.unpickled import Bounds, Refused, decode
from pickle_attacks import array, dtype, name, stream, text
from unpickled_cases import decoded, dumped

MEBIBYTE = 1 << 20
COMPRESSORS = ["zlib", "gzip", "bz2", "lzma", "xz"]
ZEROS = np.zeros((MEBIBYTE, 6))
MIXED = pd.DataFrame({"x": np.arange(50_000.0), "s": [f"text {n}" for n in range(50_000)]})


def peak_of(data: bytes, bounds: Bounds) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            decode(io.BytesIO(data), bounds)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [
        ({"read": 1000}, "larger than 1000 bytes"),
        ({"inflated": 1000}, "holds more than 1000 bytes"),
        ({"memory": 100_000}, "needs more than"),
        ({"opcodes": 1000}, "too many opcodes"),
        ({"columns": 1}, "1 is the most"),
        ({"nesting": 0}, "nested too deeply"),
        ({"seconds": 0}, "takes longer than 0 seconds"),
    ],
)
def test_every_bound_refuses(bound, sentence):
    decoded(dumped(MIXED))
    with pytest.raises(Refused, match=sentence):
        decoded(dumped(MIXED), **bound)


@pytest.mark.parametrize("compress", COMPRESSORS)
def test_case_26_a_bomb_is_not_inflated_beyond_its_bound(compress):
    data = dumped(ZEROS, compress=(compress, 1))
    assert len(data) < MEBIBYTE
    assert peak_of(data, Bounds(inflated=4 * MEBIBYTE, memory=64 * MEBIBYTE)) < 64 * MEBIBYTE
    assert peak_of(data, Bounds(memory=16 * MEBIBYTE)) < 8 * MEBIBYTE


def test_case_26_a_declared_size_is_refused_before_it_is_allocated():
    three_gibibytes = b"\x8a\x04" + (3 << 27).to_bytes(4, "little") + b"\x85"
    data = zlib.compress(stream(array(dtype(), shape=three_gibibytes), bytes(8)))
    assert peak_of(data, Bounds()) < 4 * MEBIBYTE


@pytest.mark.parametrize("opcode", [b"]", b"}", b")\x94", b"]\x94", b"G" + bytes(8), b"\x8c\x00", b"\x8c\x00\x94"])
def test_a_flood_stays_within_the_memory_that_is_allowed(opcode):
    bounds = Bounds(memory=16 * MEBIBYTE)
    assert peak_of(stream(opcode * 600_000), bounds) < bounds.memory + 40 * MEBIBYTE


def test_memory_that_is_not_there_is_a_refusal():
    script = (
        "import io, resource, sys; from dropscore_predictor.unpickled import *;"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "data = sys.stdin.buffer.read()\n"
        "try: decode(io.BytesIO(data), Bounds(memory=1 << 40, inflated=1 << 40))\n"
        "except Refused as refusal: print(refusal)"
    )
    four_gibibytes = stream(array(dtype(), shape=b"\x8a\x05" + (1 << 29).to_bytes(5, "little") + b"\x85"), bytes(8))
    source = Path(__file__).parent.parent / "src"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        input=four_gibibytes,
        capture_output=True,
        check=True,
        env={"PYTHONPATH": source},
    )
    assert ended.stdout == b"The file needs more memory than there is; split it.\n"


def test_what_is_shared_is_counted_each_time_that_it_is_used():
    texts = pd.Series(pd.Categorical(["a"] * 100_000))
    table = decoded(dumped({f"c{n}": texts for n in range(3)}))
    assert len(table.columns) == 3
    with pytest.raises(Refused, match="needs more than"):
        decoded(dumped({f"c{n}": texts for n in range(300)}), memory=64 * MEBIBYTE)


def arrow(buffer: bytes, columns: int) -> bytes:
    """A frame of one row, all columns with the same array of Arrow."""
    double = name("pyarrow.lib", "type_for_alias") + text("double") + b"\x85R"
    made = name("pyarrow.lib", "_restore_array") + b"(" + double + b"K\x01K\x00K\x00](N"
    made += name("pyarrow.lib", "py_buffer") + buffer + b"\x85Re]Nt\x85R\x940"
    column = name("pandas", "ArrowExtensionArray") + b")\x81}(" + text("_pa_array") + b"h\x00" + text("_dtype")
    column += name("pandas", "ArrowDtype") + b")\x81}" + text("pyarrow_dtype") + double + b"sbub"
    block = name("pandas._libs.internals", "_unpickle_block") + b"(" + column + name("builtins", "slice")
    blocks = b"".join(block + b"K%cK%cK\x01\x87RK\x02tR" % (place, place + 1) for place in range(columns))
    axes = b"](" + _range(columns) + _range(1) + b"e"
    manager = name("pandas.core.internals.managers", "BlockManager") + b"((" + blocks + b"t" + axes + b"tR"
    frame = name("pandas", "DataFrame") + b")\x81}(" + text("_typ") + text("dataframe") + text("_mgr") + manager
    return stream(made, frame, b"ub")


def _range(stop: int) -> bytes:
    parts = text("start") + b"K\x00" + text("stop") + b"K%c" % stop + text("step") + b"K\x01"
    made = name("pandas", "RangeIndex") + b"}(" + parts + b"u\x86R"
    return name("pandas.core.indexes.base", "_new_Index") + made


def test_bytes_that_are_written_as_a_text_are_made_once():
    latin = name("_codecs", "encode") + text("x" * (8 * MEBIBYTE)) + text("latin1") + b"\x86R"
    tracemalloc.start()
    table = decoded(arrow(latin, 100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table.columns) == 100
    assert peak < 40 * MEBIBYTE
    again = (
        text("x" * (8 * MEBIBYTE)) + b"\x940" + (name("_codecs", "encode") + b"h\x00" + text("latin1") + b"\x86R") * 20
    )
    assert peak_of(stream(again), Bounds(memory=64 * MEBIBYTE)) < 64 * MEBIBYTE


def test_columns_are_counted_before_their_names_are_made():
    frame = pd.DataFrame(np.zeros((1, MEBIBYTE)), columns=np.arange(MEBIBYTE) * 2)
    assert peak_of(dumped(frame), Bounds(columns=10)) < 40 * MEBIBYTE


def test_wide_texts_cost_no_more_memory_than_they_say():
    data = dumped(np.array(["\U0001f600"] * 200_000))
    lowest = next(size for size in range(1, 200) if not _is_refused(data, size))
    tracemalloc.start()
    decode(io.BytesIO(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < lowest * MEBIBYTE


def test_a_frame_costs_no_more_memory_than_it_says():
    data = dumped(MIXED)
    lowest = next(size for size in range(1, 200) if not _is_refused(data, size))
    tracemalloc.start()
    decode(io.BytesIO(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (lowest + 2) * MEBIBYTE, json.dumps({"peak": peak, "charged": lowest})


def _is_refused(data: bytes, mebibytes: int) -> bool:
    try:
        decoded(data, memory=mebibytes * MEBIBYTE)
    except Refused:
        return True
    return False
