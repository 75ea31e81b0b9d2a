"""That a frame saved by joblib gives a model what the same frame gives as CSV, where nothing has to be guessed."""

import csv

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dropscore_predictor.csv_reader import MISSING
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.staged import read_rows, write_rows
from dropscore_predictor.typed_rows import typed_rows
from factories import a_manifest, a_message, errors_of
from unpickled_cases import decoded, dumped

ANY = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = st.text(ANY, max_size=5).filter(lambda text: text not in MISSING)
NUMERIC_TEXTS = st.sampled_from(["1", " 2", "-0.5", "1e400", "9" * 20, "NA", "", "1_0", "abc", "True", "1\n", '"1"'])
TRUTH_TEXTS = st.sampled_from(["true", "FALSE", "1", "0", "yes", "1.0", "", "null", " true"])
WIDE_INTEGERS = st.integers(-(2**63), 2**63 - 1)
QUARTERS = st.integers(-(2**16), 2**16).map(lambda number: number / 4)


def a_column(kind, cells, dtype=object):
    """Cells of a column, their dtype, and the type of the feature that they are read as."""
    return st.tuples(st.just(kind), st.just(dtype), st.lists(cells, min_size=4, max_size=4))


NUMBERS = st.sampled_from(["float", "integer", "string", "category"])
COLUMN = st.one_of(
    NUMBERS.flatmap(lambda kind: a_column(kind, st.floats(), "float64")),
    NUMBERS.flatmap(lambda kind: a_column(kind, QUARTERS | st.just(np.nan), "float32")),
    NUMBERS.flatmap(lambda kind: a_column(kind, WIDE_INTEGERS, "int64")),
    NUMBERS.flatmap(lambda kind: a_column(kind, st.integers(0, 300) | st.none(), "Int64")),
    NUMBERS.flatmap(lambda kind: a_column(kind, st.integers(0, 9) | QUARTERS | TEXTS | st.none())),
    a_column("boolean", st.integers(0, 2), "uint8"),
    a_column("boolean", st.booleans(), "bool"),
    a_column("boolean", st.booleans() | st.none(), "boolean"),
    a_column("string", st.booleans(), "bool"),
    a_column("float", NUMERIC_TEXTS),
    a_column("integer", NUMERIC_TEXTS, "str"),
    a_column("boolean", TRUTH_TEXTS),
    a_column("string", TEXTS | st.none()),
    a_column("category", TEXTS | st.none(), "str"),
    a_column("category", st.sampled_from(["1", "2", "x"]) | st.none(), "category"),
)
IDS = st.lists(TEXTS | st.none() | st.integers(0, 9), min_size=4, max_size=4)


def a_frame(columns):
    made = {f"c{place}": pd.Series(cells, dtype=dtype) for place, (_, dtype, cells) in enumerate(columns)}
    return pd.DataFrame(made)


def features_of(columns, needed):
    for place, (kind, _, _) in enumerate(columns):
        feature = {"name": f"c{place}", "type": kind, "nullable": place not in needed}
        yield feature | ({"categories": ["1", "2.0", "x"]} if kind == "category" and place % 2 else {})


def rows_as_csv(frame, manifest, **options):
    text = frame.to_csv(quoting=csv.QUOTE_ALL, lineterminator="\n", **options).encode()
    end = text.index(b"\n") + 1
    return csv_rows(a_message(text[:end], text[end:]), text[:end], text[end:], manifest)


def rows_of_joblib(frame, manifest):
    table = decoded(dumped(frame))
    return typed_rows(read_rows(write_rows(table, 0, table.rows)), manifest)


def assert_alike(typed, written):
    pd.testing.assert_frame_equal(typed.parsed.features, written.parsed.features, check_exact=True)
    assert typed.parsed.rows.tolist() == written.parsed.rows.tolist()
    assert errors_of(typed) == errors_of(written)
    named, others = (
        {name: rows.parsed.texts[place] for name, place in rows.columns.passthrough} for rows in (typed, written)
    )
    assert named == others


@settings(max_examples=100)
@given(st.lists(COLUMN, min_size=1, max_size=4), st.sets(st.integers(0, 3)), IDS)
@example([("integer", "str", ["1", "abc", "0.5", ""]), ("boolean", object, ["x", "x", "x", "1"])], {0}, [None] * 4)
def test_a_frame_gives_the_same_rows_as_its_csv(columns, needed, ids):
    frame = a_frame(columns)
    names = frame.columns.tolist()
    manifest = a_manifest(list(features_of(columns, needed)), idColumn="id", passthrough=[names[-1], "id"])
    with_ids = frame.assign(id=pd.Series(ids, dtype=object))
    written = rows_as_csv(with_ids, manifest, index=False)
    assert_alike(rows_of_joblib(with_ids, manifest), written)
    assert_alike(rows_of_joblib(with_ids.set_index("id"), manifest), written)

    unnamed = a_manifest(manifest["features"], idColumn="id", passthrough=[names[-1]])
    typed = rows_of_joblib(with_ids.set_index("id").rename_axis(None), unnamed)
    assert_alike(typed, rows_as_csv(with_ids, unnamed, index=False))
    assert typed.parsed.texts[typed.columns.record_id] == written.parsed.texts[written.columns.record_id]


def test_times_are_the_same_texts_and_no_numbers():
    """Of whole seconds: `to_csv` writes all of a column as finely as the finest, and mere dates if it has no other."""
    times = pd.to_datetime(pd.Series(["2024-01-31 10:00:00", "1969-12-31 23:59:59", None]))
    frame = pd.DataFrame({"c0": times, "c1": times})
    as_text, as_number = {"name": "c0", "type": "string"}, {"name": "c1", "type": "float"}
    for features in ([as_text], [as_text, as_number]):
        manifest = a_manifest(features, passthrough=["c1"])
        typed = rows_of_joblib(frame, manifest)
        assert_alike(typed, rows_as_csv(frame, manifest, index=False))
    assert errors_of(typed) == dict.fromkeys((0, 1), ("not_a_number", "c1"))
