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
from pickle_attacks import array, dtype, stream
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
def test_a_bomb_is_not_inflated_beyond_its_bound(compress):
    data = dumped(ZEROS, compress=(compress, 1))
    assert len(data) < MEBIBYTE
    assert peak_of(data, Bounds(inflated=4 * MEBIBYTE, memory=64 * MEBIBYTE)) < 64 * MEBIBYTE
    assert peak_of(data, Bounds(memory=16 * MEBIBYTE)) < 8 * MEBIBYTE


def test_a_declared_size_is_refused_before_it_is_allocated():
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
