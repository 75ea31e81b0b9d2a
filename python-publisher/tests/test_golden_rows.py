"""Which rows are kept to be scored again, and how closely they must agree."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from dropscore.edges import round_edges
from dropscore.golden_rows import tolerance_of
from dropscore.slowness import chunk_rows


def golden_of(world, model, table, **options):
    world.publish(model, table, **options)
    return json.loads(world.store.objects["m/1/manifest.json"])["golden"]


def test_no_row_is_kept_twice(world):
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0] * 20})
    golden = golden_of(world, Ridge(alpha=0).fit(table, table.a), table)
    assert sorted(golden["rows"]) == [[1.0], [2.0], [3.0]]


def test_rows_are_spread_over_the_range_of_scores(world):
    table = pd.DataFrame({"a": np.arange(50.0)})
    golden = golden_of(world, Ridge(alpha=0).fit(table, table.a), table)
    values = [row[0] for row in golden["rows"]]
    assert len(set(values)) == len(values) == 8
    assert (min(values), max(values)) == (0, 49)
    assert np.diff(sorted(values)).max() <= 8


def test_a_rare_label_has_a_row(world):
    table = pd.DataFrame({"a": np.arange(300.0)})
    labels = np.where(table.a == 150, "rare", np.where(table.a < 150, "low", "top"))
    steps = make_pipeline(FunctionTransformer(bumps), LogisticRegression(C=1e9, max_iter=5000))
    model = steps.fit(table, labels)
    assert (model.predict(table) == "rare").any()
    golden = golden_of(world, model, table, trust=[f"{__name__}:bumps"])
    assert "rare" in {output["prediction"] for output in golden["outputs"]}


def bumps(frame):
    """Makes one value in the middle linearly separable from the rest."""
    return np.c_[frame.to_numpy(), np.abs(frame.to_numpy() - 150) * 10]


def test_ids_and_other_columns_are_no_part_of_a_golden_row(world):
    table = pd.DataFrame({"name": ["Ann", "Bob", "Cem"], "a": [1.0, 2.0, 3.0], "note": ["x", "y", "z"]})
    golden = golden_of(world, Ridge().fit(table[["a"]], [1, 2, 3]), table, id_column="name", passthrough=["note"])
    assert sorted(golden["rows"]) == [[1.0], [2.0], [3.0]]


def test_rows_that_no_json_holds_or_that_are_long_texts_are_left_out(world, tmp_path):
    package = tmp_path / "lengths"
    package.mkdir()
    (package / "__init__.py").write_text(
        "def load(folder):\n    return None\n\n\n"
        "def predict(frame):\n    return frame['t'].str.len().to_numpy(dtype=float)\n"
    )
    (tmp_path / "n.txt").write_text("")
    table = pd.DataFrame({"t": ["short", "l" * 2000], "x": [1.0, 2.0]})
    assert golden_of(world, tmp_path / "n.txt", table, code=package)["rows"] == [["short", 1.0]]


@pytest.mark.parametrize(
    ("libraries", "tolerance"),
    [
        ({"scikit-learn": "1", "numpy": "2"}, 1e-9),
        ({"lightgbm": "4"}, 1e-9),
        ({"scikit-learn": "1", "xgboost-cpu": "3"}, 1e-5),
        ({"onnxruntime": "1"}, 1e-5),
    ],
)
def test_single_precision_may_differ_by_more(libraries, tolerance):
    assert tolerance_of({"libraries": libraries}) == tolerance  # type: ignore[typeddict-item]


@pytest.mark.parametrize("values", [[0.0, 1.0], [-3e6, 4e6], [5.0, 5.0], [0.0, 0.0], [1e-9, 3e-9]])
def test_edges_are_few_ascending_round_and_around_all_values(values):
    edges = round_edges(np.array(values))
    assert edges == sorted(set(edges))
    assert 3 <= len(edges) <= 101
    assert edges[0] <= min(values)
    assert edges[-1] >= max(values)


def test_edges_are_numbers_that_people_would_choose():
    assert round_edges(np.array([0.0, 100.0]))[:4] == [-5.0, 0.0, 5.0, 10.0]
    assert round_edges(np.array([0.03, 0.98]))[:3] == [-0.05, 0.0, 0.05]


def test_a_slow_model_gets_small_chunks_and_a_fast_one_no_bound():
    assert chunk_rows(rows=1000, seconds=10.0) == 4000
    assert chunk_rows(rows=1, seconds=60.0) == 1
    assert chunk_rows(rows=20_000, seconds=3.0) is None
    assert chunk_rows(rows=3, seconds=0.4) is None
