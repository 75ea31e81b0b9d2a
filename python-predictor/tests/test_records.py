"""`records.locate` against pandas itself, and against a state machine written the plain way."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.records import UnterminatedQuote, locate
from dropscore_predictor.tokens import scan

DELIMITERS = st.sampled_from([",", "\t", ";", "|"])


@st.composite
def texts(draw, alphabet='ab"" ,\t;|\r\n\n"'):
    return draw(st.text(alphabet=alphabet, max_size=40)).encode()


@st.composite
def well_quoted(draw):
    delimiter = draw(DELIMITERS)
    plain = st.text(alphabet="ab1. ", max_size=3)
    quoted = st.text(alphabet='ab,;|\t\r\n"', max_size=4).map(lambda text: '"' + text.replace('"', '""') + '"')
    record = st.lists(plain | quoted, min_size=1, max_size=4).map(delimiter.join)
    ending = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n \t\n"])
    pairs = draw(st.lists(st.tuples(record, ending), max_size=6))
    text = "".join(record + ending for record, ending in pairs)
    return (text[: -len(pairs[-1][1])] if pairs and draw(st.booleans()) else text).encode(), delimiter


def naive(data: bytes, delimiter: str):
    """The tokenizer's states one character at a time."""
    records, state, line, i = [], "record", 1, 0
    start = start_line = count = 0
    text = data.decode()
    blank = " \t".replace(delimiter, "")

    def end_at(position):
        records.append((start, position, start_line, count))

    while i < len(text):
        char = text[i]
        is_break = char == "\n" or (char == "\r" and text[i + 1 : i + 2] != "\n")
        if state == "record":
            rest = text[i:].lstrip(blank)
            if rest == "" or rest[0] in "\r\n":
                i = len(text) - len(rest)
                if rest.startswith("\r\n"):
                    i += 2
                elif rest:
                    i += 1
                    if rest[0] == "\r" and text[i : i + 1] == delimiter:
                        i += 1
                line += 1
                continue
            start, start_line, count, state = i, line, 1, "field"
        if state == "field" and char == '"':
            state = "quoted"
        elif state == "quoted" and char == '"':
            if text[i + 1 : i + 2] == '"':
                i += 1
            else:
                state = "unquoted"
        elif state == "quoted":
            line += is_break
        elif char == delimiter:
            count, state = count + 1, "field"
        elif char in "\r\n":
            i += char == "\r" and text[i + 1 : i + 2] == "\n"
            line += 1
            end_at(i + 1)
            state = "record"
        else:
            state = "unquoted"
        i += 1
    if state == "quoted":
        raise UnterminatedQuote
    if state != "record":
        end_at(i)
    return records


def rows(records):
    return list(zip(records.starts, records.ends, records.lines, records.fields, strict=True))


def read_with_pandas(data: bytes, delimiter: str, width: int = 60) -> pd.DataFrame:
    return pd.read_csv(
        io.BytesIO(b"\n" + data),
        sep=delimiter,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        keep_default_na=False,
    )


@given(texts(), DELIMITERS)
def test_finds_what_the_state_machine_finds(data, delimiter):
    try:
        expected = naive(data, delimiter)
    except UnterminatedQuote:
        with pytest.raises(UnterminatedQuote):
            locate(data, delimiter)
        return
    assert rows(locate(data, delimiter)) == expected
    assert list(zip(*scan(data, delimiter), strict=True)) == [(start, end, count) for start, end, _, count in expected]


@given(well_quoted())
def test_finds_what_the_state_machine_finds_where_quotes_are_well_placed(case):
    data, delimiter = case
    assert rows(locate(data, delimiter)) == naive(data, delimiter)


@given(texts() | well_quoted().map(lambda case: case[0]), DELIMITERS)
def test_agrees_with_pandas_on_the_number_of_records(data, delimiter):
    try:
        expected = len(read_with_pandas(data, delimiter))
    except pd.errors.ParserError:
        with pytest.raises(UnterminatedQuote):
            locate(data, delimiter)
        return
    assert len(locate(data, delimiter)) == expected


@given(texts())
def test_agrees_with_pandas_on_the_number_of_fields(data):
    """pandas warns of fields beyond a width, and of no others; a warning fails a test."""
    try:
        records = locate(data, ",")
    except UnterminatedQuote:
        return
    for start, end, _, count in rows(records):
        record = data[start:end]
        assert len(read_with_pandas(record, ",", width=count)) == 1
        if count > 1:
            with pytest.warns(pd.errors.ParserWarning, match="loss of data"):
                read_with_pandas(record, ",", width=count - 1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n \n\t\n\r\n", []),
        (b"a,b", [(0, 3, 1, 2)]),
        (b"a\nb\r\nc\rd\n", [(0, 2, 1, 1), (2, 5, 2, 1), (5, 7, 3, 1), (7, 9, 4, 1)]),
        (b'\n""\n', [(1, 4, 2, 1)]),
        (b'1,"a\nb"\r\n2,c\n', [(0, 9, 1, 2), (9, 13, 3, 2)]),
        (b'1,"a\r\n\r\rb,"\n2,\n', [(0, 12, 1, 2), (12, 15, 5, 2)]),
        (b'a"b,c\n"x"y,z\n', [(0, 6, 1, 2), (6, 13, 2, 2)]),
        (b' "a,b"\n', [(0, 7, 1, 2)]),
        (b",\n", [(0, 2, 1, 2)]),
        (b"\r,a,b\n", [(2, 6, 2, 2)]),
        (b"a\x00b,1\n", [(0, 6, 1, 2)]),
    ],
)
def test_one_line_cases(data, expected):
    assert rows(locate(data, ",")) == expected


def test_a_blank_is_data_where_it_delimits():
    assert rows(locate(b"\t\n \t\n", "\t")) == [(0, 2, 1, 2), (2, 5, 2, 2)]
    assert rows(locate(b"\t\n \t\n", ",")) == []


def test_lines_count_from_the_first_line_of_the_chunk():
    assert locate(b"a\n\nb\n", ",", first_line=10).lines.tolist() == [10, 12]


def test_a_large_chunk_takes_the_vectorised_way_to_the_same_end():
    data = b'1,"a ""b"", c\nd",3\r\n2,,\n\n' * 5000
    records = locate(data, ",")
    starts, ends, counts = scan(data, ",")
    assert np.array_equal(records.starts, starts)
    assert np.array_equal(records.ends, ends)
    assert np.array_equal(records.fields, counts)
