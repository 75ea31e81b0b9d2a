"""An array's rows are where its first bytes say: read from there, they are the array."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.unpickled import decode
from in_place import in_place
from unpickled_cases import described, dumped

SETS = sorted((Path(__file__).parent.parent / "corpus").glob("*.zip"))
IN_PLACE = ["floats", "float32", "float16", "truths", "big-endian", "no rows", "a slice", "i8", "u1", "a matrix"]
ELSEWHERE = {
    "fortran": np.asfortranarray(np.zeros((4, 3))),
    "one dimension": np.zeros(4),
    "three dimensions": np.zeros((2, 2, 2)),
    "texts": np.array([["a"]]),
    "times": np.array([["2020-01-01"]], dtype="M8[D]"),
    "objects": np.array([["a"]], dtype=object),
    "in a list": [np.zeros((4, 3))],
    "in a dict": {"x": np.zeros((4, 3))},
    "a frame": pd.DataFrame({"x": [1.0]}),
    "a number": 1.5,
}


def rows_at(data: bytes) -> np.ndarray:
    found = in_place(data[:512])
    assert found is not None
    assert (found.file_size, data[-1:]) == (len(data), b".")
    return np.frombuffer(data, found.dtype, found.rows * found.columns, found.offset).reshape(found.rows, found.columns)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", [f"{name}.joblib" for name in IN_PLACE] + ["floats, protocol 2.joblib"])
def test_reads_the_rows_of_every_version(path, name):
    with zipfile.ZipFile(path) as packed:
        data = packed.read(name)
    columns = [column.vector.values for column in decode(io.BytesIO(data)).columns]
    assert rows_at(data).T.tolist() == [values.tolist() for values in columns]


def test_tells_the_type_the_shape_and_the_offset():
    found = in_place(dumped(np.zeros((100, 3), dtype=">f4"))[:512])
    assert (found.dtype.str, found.rows, found.columns, found.row_size) == (">f4", 100, 3, 12)
    assert found.offset % 16 == 0


def test_numbers_of_many_digits_fit_in_the_head():
    data = dumped(np.zeros((0, 3)))
    assert len(data) < 300  # so that a shape of two numbers of 8 bytes fits as well


@pytest.mark.parametrize("name", ELSEWHERE)
def test_leaves_everything_else_to_the_decoder(name):
    assert in_place(dumped(ELSEWHERE[name])[:512]) is None


@pytest.mark.parametrize("compress", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_leaves_compressed_files_to_the_decoder(compress):
    assert in_place(dumped(np.zeros((100, 30)), compress=(compress, 3))[:512]) is None


@pytest.mark.parametrize("head", [b"", b"a,b\n1,2\n", b"\x80\x04", b"PK\x03\x04" + bytes(100), bytes(512)])
def test_is_no_array(head):
    assert in_place(head) is None


def test_no_head_of_an_array_is_taken_for_another_place():
    data = dumped(np.arange(6.0).reshape(2, 3))
    offsets = {None if (found := in_place(data[:size])) is None else found.offset for size in range(len(data))}
    assert offsets == {None, in_place(data).offset}


def test_the_expected_values_of_the_corpus_are_those_in_place():
    with zipfile.ZipFile(SETS[-1]) as packed:
        expected = json.loads(packed.read("expected.json"))["files"]["floats.joblib"]
        data = packed.read("floats.joblib")
    assert described(decode(io.BytesIO(data))) == expected
    assert rows_at(data).T.tolist() == [column["values"] for column in expected["columns"]]
