"""The sample as a file and as a DataFrame: the same bytes to the same scores."""

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dropscore import Refused
from dropscore.sample import ROWS_READ, read_sample
from dropscore_predictor.csv_reader import read_columns


def sample_of(tmp_path, text, expected=("a", "b"), name="rows.csv"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sample(tmp_path / name, expected, None)


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal"),
    [
        ("a,b\n1,2\n", ",", "."),
        ("a\tb\n1\t2,5\n", "\t", "."),
        ("a;b\n1,5;2,5\n", ";", ","),
        ("a;b\n1.5;2.5\n", ";", "."),
        ("a|b\n1|2\n", "|", "."),
        ("x,y;a;b\n1;2;3\n", ";", "."),
    ],
)
def test_how_a_file_is_written_is_found(tmp_path, text, delimiter, decimal):
    assert sample_of(tmp_path, text).dialect == {"delimiter": delimiter, "decimal": decimal}


def test_names_that_are_not_known_leave_the_evidence_to_the_records(tmp_path):
    assert sample_of(tmp_path, "p;q,r\n1;2\n3;4\n", expected=()).dialect["delimiter"] == ";"
    assert sample_of(tmp_path, "p q\n1 2\n", expected=(), name="rows.tsv").dialect["delimiter"] == "\t"


def test_a_byte_order_mark_and_blank_lines_are_no_rows(tmp_path):
    sample = sample_of(tmp_path, b"\xef\xbb\xbf\na,b\n\n1,2\n\n3,4")
    assert sample.columns == ("a", "b")
    assert (sample.rows, sample.first_line) == (2, 4)


def test_a_gzipped_file_is_read(tmp_path):
    assert sample_of(tmp_path, gzip.compress(b"a,b\n1,2\n"), name="rows.csv.gz").rows == 1


def test_only_as_many_rows_as_a_chunk_has_are_read(tmp_path):
    sample = sample_of(tmp_path, "a,b\n" + "1,2\n" * (ROWS_READ + 5))
    assert (sample.rows, sample.was_cut) == (ROWS_READ, True)
    assert sample.data.count(b"\n") == ROWS_READ


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no row"),
        ("a,b\n", "no row"),
        ('a,b\n1,"2\n', "inside a quote"),
        (b"a,\xff\n1,2\n", "not UTF-8"),
        ("a,b\n1,2\n1,Größe\n".encode("latin-1"), "not UTF-8, about line 3"),
        (b"a,b\n1,\0\n", "NUL characters"),
        ("a,b,a\n1,2,3\n", "names a more than once"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, text, said):
    with pytest.raises(Refused, match=said):
        sample_of(tmp_path, text)


def test_columns_have_the_types_that_their_cells_show(tmp_path):
    sample = sample_of(tmp_path, "a,b,c,d\n1,TRUE,x,\n,false,1,NA\n", expected="abcd")
    assert [sample.column_type(name) for name in "abcd"] == ["float", "boolean", "string", "float"]


def test_a_frame_knows_what_a_text_only_looks_like():
    frame = pd.DataFrame({"zip": ["012", "345"], "n": [1, None], "flag": [True, None], "none": [None, None]})
    sample = read_sample(frame, (), None)
    assert [sample.column_type(name) for name in frame] == ["string", "float", "boolean", "float"]


def test_a_frame_becomes_the_bytes_that_a_drop_of_it_would_have():
    frame = pd.DataFrame({"a": [0.1, np.nan], "b": ["x,y", 'say "z"']}, index=pd.Index(["i", "j"], name="id"))
    sample = read_sample(frame, (), "id")
    assert sample.header + sample.data == b'id,a,b\ni,0.1,"x,y"\nj,,"say ""z"""\n'


@pytest.mark.parametrize("given", [None, [[1, 2]], {"a": [1]}, np.ones((2, 2)), pd.Series([1])])
def test_what_is_neither_a_frame_nor_a_path_is_refused(given):
    with pytest.raises(Refused, match="The sample is") as refused:
        read_sample(given, (), None)
    assert refused.value.remedy == "Give a DataFrame, or the path of a CSV file."


def test_what_is_no_gzip_file_is_refused(tmp_path):
    with pytest.raises(Refused, match="no whole gzip file"):
        sample_of(tmp_path, b"a,b\n1,2\n", name="rows.csv.gz")


def test_all_columns_are_read_at_once(monkeypatch):
    reads = []
    monkeypatch.setattr("dropscore.sample.read_columns", lambda *given: reads.append(1) or read_columns(*given))
    sample = read_sample(pd.DataFrame(np.ones((3, 50)), columns=[f"c{n}" for n in range(50)]), (), None)
    sample = replace(sample, frame_types={})
    assert {sample.column_type(name) for name in sample.columns} == {"float"}
    assert len(reads) == 1


def test_a_frame_without_names_is_refused():
    with pytest.raises(Refused, match="not named by texts"):
        read_sample(pd.DataFrame([[1, 2]]), (), None)
