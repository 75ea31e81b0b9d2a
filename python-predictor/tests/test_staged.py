"""Staged chunks hold exactly what a table does, in bytes that are always the same; and which rows go into one."""

import io
import os
import pickle
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor import row_spans as module
from dropscore_predictor.packed_cells import cell_size
from dropscore_predictor.row_spans import row_spans
from dropscore_predictor.staged import NotStaged, read_rows, write_rows
from dropscore_predictor.table import Column, Table, Vector
from dropscore_predictor.unpickled import Refused
from pickle_attacks import Attack

NUMBERS = ["?", "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", "<u8", "<f2", ">f4", "<f8"]
TIMES = ["<M8[ns]", ">M8[us]", "<M8[D]", "<M8[25s]", "<M8[Y]"]
TEXTS = st.text(st.characters(), max_size=6)
CELLS = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.floats() | TEXTS
ODD_TEXTS = ["", "a\0", "\0", "é", "\ud800", "\udc00\ud800", "😀", "\ud83d" + "\ude00", "x" * 300]
HARDEST = [
    None,
    True,
    False,
    0,
    1,
    -1,
    -(1 << 63),
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
    0.1,
    -0.0,
    np.inf,
    *ODD_TEXTS,
]


def objects(cells) -> np.ndarray:
    array = np.empty(len(cells), object)
    array[:] = cells
    return array


@st.composite
def vectors(draw, rows):
    dtype = np.dtype(draw(st.sampled_from([*NUMBERS, *TIMES, "O"])))
    if dtype.kind == "O":
        values = objects(draw(st.lists(CELLS, min_size=rows, max_size=rows)))
    else:
        size = rows * dtype.itemsize
        data = draw(st.binary(min_size=size, max_size=size))
        values = np.frombuffer(bytes(byte & 1 for byte in data) if dtype.kind == "b" else data, dtype)
    nulls = st.lists(st.booleans(), min_size=rows, max_size=rows)
    return Vector(values, draw(st.none() | nulls.map(lambda mask: np.array(mask, np.bool_))))


@st.composite
def tables(draw):
    rows = draw(st.integers(0, 12))
    columns = st.builds(Column, st.none() | TEXTS, vectors(rows))
    return Table(rows, tuple(draw(st.lists(columns, max_size=6))), draw(st.none() | columns))


def told(table: Table) -> list:
    """Everything that a table tells, to the bit."""
    return [table.rows, *map(told_column, table.columns), None if table.index is None else told_column(table.index)]


def told_column(column: Column) -> tuple:
    values, nulls = column.vector.values, column.vector.nulls
    little = values.dtype.newbyteorder("<")
    cells = [told_cell(cell) for cell in values.tolist()] if little.kind == "O" else values.astype(little).tobytes()
    return column.name, little.str, len(values), cells, None if nulls is None else nulls.tolist()


def told_cell(cell):
    return type(cell), cell.hex() if type(cell) is float else cell


def rows_of(table: Table, start: int, stop: int) -> Table:
    def of(column):
        values, nulls = column.vector.values, column.vector.nulls
        return Column(column.name, Vector(values[start:stop], None if nulls is None else nulls[start:stop]))

    return Table(stop - start, tuple(map(of, table.columns)), None if table.index is None else of(table.index))


@given(tables())
def test_a_table_is_read_as_it_was_written(table):
    assert told(read_rows(write_rows(table, 0, table.rows))) == told(table)


@given(tables(), st.lists(st.integers(0, 12), max_size=4))
def test_its_parts_hold_its_rows(table, cuts):
    ends = sorted({0, table.rows, *(min(cut, table.rows) for cut in cuts)})
    for start, stop in pairwise(ends):
        assert told(read_rows(write_rows(table, start, stop))) == told(rows_of(table, start, stop))


@pytest.mark.parametrize("cell", HARDEST, ids=ascii)
def test_a_value_keeps_its_type_and_every_bit(cell):
    table = Table(2, (Column("a", Vector(objects([cell, cell]), None)),))
    assert told(read_rows(write_rows(table, 0, 2))) == told(table)


@pytest.mark.parametrize("names", [["a", "a"], ["", ""], [None, "a"], ["\ud83d\ude00", "\ud83d" + "\ude00"], []])
def test_names_may_be_any(names):
    table = Table(1, tuple(Column(name, Vector(np.ones(1), None)) for name in names))
    assert [column.name for column in read_rows(write_rows(table, 0, 1)).columns] == names


def test_columns_of_many_types_stay_in_their_order():
    columns = [Column(f"c{n}", Vector(np.full(3, n % 100, NUMBERS[1 + n % 11]), None)) for n in range(400)]
    columns[7] = Column("texts", Vector(objects(["a", None, "b"]), None))
    columns[300] = Column("more", Vector(objects([1, 2.0, "b"]), None))
    table = Table(3, tuple(columns), columns[7])
    assert told(read_rows(write_rows(table, 0, 3))) == told(table)


def mixed() -> Table:
    texts = Vector(objects(["a", None, "é", 3, 2.5]), np.array([False, True, False, False, False]))
    times = Vector(np.array(["2024-01-31", "NaT", "2024", "2025", "2026"], "M8[ns]"), None)
    columns = (Column("n", Vector(np.arange(5.0), None)), Column("t", texts), Column(None, times))
    return Table(5, columns, Column("id", Vector(np.arange(5), None)))


def test_the_same_rows_give_the_same_bytes_today_and_tomorrow(monkeypatch):
    today = write_rows(mixed(), 1, 4)
    tomorrow = time.localtime(time.time() + 86_400 * 500)
    monkeypatch.setattr(time, "localtime", lambda *_: tomorrow)
    assert write_rows(mixed(), 1, 4) == today


def test_the_same_rows_give_the_same_bytes_however_they_lie_in_memory():
    by_row = np.arange(12.0).reshape(4, 3)

    def written(array):
        return write_rows(Table(4, tuple(Column(None, Vector(column, None)) for column in array.T)), 0, 4)

    assert written(by_row) == written(np.asfortranarray(by_row)) == written(by_row.astype(">f8"))


def test_numpy_loads_all_of_it_without_pickle():
    with np.load(io.BytesIO(write_rows(mixed(), 0, 5)), allow_pickle=False) as parts:
        assert all(part.dtype.kind in "biufM" for part in dict(parts).values())


@pytest.mark.parametrize("values", [np.zeros(1, "m8[s]"), np.zeros(1, "c16"), np.zeros(1, "S3"), objects([b"a"])])
def test_what_no_feature_has_is_not_written(values):
    with pytest.raises(TypeError):
        write_rows(Table(1, (Column("a", Vector(values, None)),)), 0, 1)


def changed(**parts) -> bytes:
    """A chunk with other parts, or without them."""
    with np.load(io.BytesIO(write_rows(mixed(), 0, 5))) as archive:
        kept = {**archive, **parts}
    file = io.BytesIO()
    np.savez(file, **{name: part for name, part in kept.items() if part is not None})
    return file.getvalue()


PARTS = sorted(np.load(io.BytesIO(write_rows(mixed(), 0, 5))))


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("part", [None, np.zeros((2, 7)), np.full(5, 9, np.int64), np.array(["a"])], ids=str)
def test_a_part_that_is_missing_or_another_is_told(name, part):
    assert told(read_rows(changed())) == told(mixed())
    with pytest.raises(NotStaged):
        read_rows(changed(**{name: part}))


@pytest.mark.parametrize(
    "parts",
    [
        {"blocks": np.array([0, 1, 2, 9], "<i4")},
        {"blocks": np.array([0, 1, 2, -1], "<i4")},
        {"shape": np.array([5, -1], "<i8")},
        {"shape": np.array([1 << 60, 3], "<i8")},
        {"index": np.array([False])},
        {"block-1.kinds": np.array([6, 7, 6, 4, 5], np.uint8)},
        {"block-1.texts": np.full(3, 0xFF, np.uint8)},
    ],
    ids=str,
)
def test_parts_that_do_not_fit_together_are_told(parts):
    with pytest.raises(NotStaged):
        read_rows(changed(**parts))


@given(st.binary(max_size=200))
def test_any_other_bytes_are_told(data):
    with pytest.raises(NotStaged):
        read_rows(data)


def test_a_chunk_that_is_cut_short_or_damaged_is_told_or_read_as_it_was():
    data, table = write_rows(mixed(), 0, 5), told(mixed())
    for place in range(0, len(data), 41):
        with pytest.raises(NotStaged):
            read_rows(data[:place])
    for place in range(0, len(data), 5):
        damaged = bytearray(data)
        damaged[place] ^= 0x55
        try:
            assert told(read_rows(bytes(damaged))) == table
        except NotStaged:
            continue


def test_what_a_pickle_would_do_is_not_done(tmp_path):
    canary = tmp_path / "canary"
    harm = objects([Attack(os.system, (f"touch {canary}",))])
    file = io.BytesIO()
    np.save(file, harm)
    for data in (pickle.dumps(harm), file.getvalue(), changed(shape=harm), changed(**{"block-0.values": harm})):
        with pytest.raises(NotStaged):
            read_rows(data)
    assert not canary.exists()


@given(tables(), st.integers(1, 12), st.integers(1, 400))
def test_spans_hold_all_rows_each_as_many_as_it_may(table, most_rows, most_bytes):
    spans = list(row_spans(table, most_rows, most_bytes))
    if not table.columns:
        assert spans == []
        return
    assert [start for start, _ in spans] == [0, *(stop for _, stop in spans)][: len(spans)]
    assert sum(stop - start for start, stop in spans) == table.rows
    sizes = [bytes_of(table, row, row + 1) for row in range(table.rows)]
    for start, stop in spans:
        assert stop - start <= most_rows
        assert stop - start == 1 or sum(sizes[start:stop]) <= most_bytes
        has_room = stop - start < most_rows and stop < table.rows
        assert not has_room or sum(sizes[start : stop + 1]) > most_bytes


def bytes_of(table: Table, start: int, stop: int) -> int:
    """What a chunk holds for its rows."""
    with np.load(io.BytesIO(write_rows(table, start, stop))) as parts:
        return sum(part.nbytes for name, part in parts.items() if name == "nulls" or name.startswith("block-"))


@pytest.mark.parametrize("cell", HARDEST, ids=ascii)
def test_the_size_of_a_value_is_what_it_takes(cell):
    assert bytes_of(Table(1, (Column("a", Vector(objects([cell]), None)),)), 0, 1) == cell_size(cell)


def texts(lengths) -> Table:
    return Table(len(lengths), (Column("a", Vector(objects(["x" * length for length in lengths]), None)),))


def test_spans_of_numbers_are_of_one_length():
    numbers = Table(50, (Column("a", Vector(np.zeros(50), None)),))
    assert list(row_spans(numbers, 20, 167)) == [(0, 20), (20, 40), (40, 50)]
    assert list(row_spans(numbers, 20, 159)) == [(0, 19), (19, 38), (38, 50)]


def test_spans_after_a_large_row_are_as_long_as_before():
    assert list(row_spans(texts([95, *[1] * 30]), 20, 120)) == [(0, 4), (4, 24), (24, 31)]
    assert list(row_spans(texts([95, *[1] * 30]), 20, 100)) == [(0, 1), (1, 17), (17, 31)]


def test_sizes_are_told_of_few_more_rows_than_there_are(monkeypatch):
    counted = []
    monkeypatch.setattr(module, "cell_size", lambda cell: counted.append(cell) or cell_size(cell))
    list(row_spans(texts([95] * 1000), 500, 1000))
    assert len(counted) < 500 + 3 * 1000


def test_a_row_or_a_table_that_takes_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROW_BYTES", 1 << 20)
    monkeypatch.setattr(module, "MOST_BYTES", 1 << 30)
    assert len(list(row_spans(texts([1, 1, (1 << 20) - 5, 1]), 20_000, 100))) == 3
    with pytest.raises(Refused, match=r"^Row 2 takes more than 1 MiB; shorten its texts\.$"):
        list(row_spans(texts([1, 1, 1 << 20, 1]), 20_000, 100))
    shared = Table(2000, (Column("a", Vector(objects(["x" * ((1 << 20) - 5)] * 2000), None)),))
    with pytest.raises(Refused, match="more than 1 GiB"):
        list(row_spans(shared, 20_000, 8 << 20))


def named(name: str, rows: int) -> Table:
    return Table(rows, (Column(name, Vector(np.zeros(rows, np.int8), None)),))


def test_names_count_in_each_chunk(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 1 << 20)
    assert len(list(row_spans(named("x" * 1000, 2000), 2, 100))) == 1000
    with pytest.raises(Refused, match="more than 0 GiB"):
        list(row_spans(named("x" * 1100, 2000), 2, 100))


def test_more_rows_than_can_be_counted_and_no_columns_make_no_chunks():
    assert list(row_spans(Table(1 << 61, ()), 2, 1 << 20)) == []


def test_too_many_chunks_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_CHUNKS", 3)
    assert len(list(row_spans(named("a", 6), 2, 1 << 20))) == 3
    with pytest.raises(Refused, match="more than 3 chunks of at most 2 rows; split the file"):
        list(row_spans(named("a", 7), 2, 1 << 20))


def test_names_that_take_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_NAME_BYTES", 1 << 20)
    assert list(row_spans(named("x" * ((1 << 20) - 5), 2), 2, 100)) == [(0, 2)]
    with pytest.raises(Refused, match=r"^The names of the columns take more than 1 MiB; shorten them\.$"):
        list(row_spans(named("x" * (1 << 20), 2), 2, 100))
