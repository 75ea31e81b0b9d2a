"""Which rows a model refuses, and how many calls it takes to find them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.isolate import isolate

FINITE = 1.0


class Model:
    """Adds the cells of a row, after a test's own check of the batch."""

    def __init__(self, check):
        self.check = check
        self.calls = 0

    def __call__(self, batch: pd.DataFrame) -> np.ndarray:
        self.calls += 1
        self.check(batch)
        return batch.sum(axis=1, skipna=True).to_numpy()


def refuse_rows(bad):
    def check(batch):
        if batch["key"].isin(bad).any():
            raise ValueError("a row is bad")

    return check


def refuse_nan(columns):
    def check(batch):
        if batch[columns].isna().any(axis=None):
            raise ValueError("Input X contains NaN.\nAdvice follows.")

    return check


def outputs(isolated):
    return {
        row: value
        for rows, values in isolated.groups
        for row, value in zip(rows.tolist(), values.tolist(), strict=True)
    }


@given(st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_case_16_every_row_is_scored_or_refused_and_none_is_lost(count, bad):
    features = pd.DataFrame({"key": np.arange(count, dtype=float)})
    isolated = isolate(features, Model(refuse_rows(bad)))
    refused = {row for row in bad if row < count}
    assert set(isolated.refusals) == refused
    assert outputs(isolated) == {row: float(row) for row in range(count) if row not in refused}


def test_a_batch_without_a_bad_row_is_one_call():
    model = Model(refuse_rows(()))
    isolate(pd.DataFrame({"key": np.arange(1000.0)}), model)
    assert model.calls == 1


def test_rows_with_a_nan_are_settled_by_one_proof():
    features = pd.DataFrame({"a": np.full(20_000, np.nan), "b": np.ones(20_000)})
    model = Model(refuse_nan(["a"]))
    isolated = isolate(features, model)
    assert len(isolated.refusals) == 20_000
    assert model.calls < 30
    assert isolated.refusals[0] == ("Input X contains NaN.", "a")


@pytest.mark.parametrize("count", [1, 2])
def test_a_batch_of_nothing_but_a_nan_names_its_column(count):
    features = pd.DataFrame({"a": [FINITE] * count, "b": [np.nan] * count})
    isolated = isolate(features, Model(refuse_nan(["b"])))
    assert {row: refusal.column for row, refusal in isolated.refusals.items()} == dict.fromkeys(range(count), "b")


def test_random_nans_in_many_columns_cost_a_few_calls_a_column():
    chance = np.random.default_rng(7)
    values = chance.normal(size=(5000, 10))
    values[chance.random(values.shape) < 0.3] = np.nan
    features = pd.DataFrame(values, columns=[f"c{i}" for i in range(10)])
    model = Model(refuse_nan(list(features.columns)))
    isolated = isolate(features, model)
    expected = np.isnan(values).any(axis=1)
    assert sorted(isolated.refusals) == np.flatnonzero(expected).tolist()
    assert len(outputs(isolated)) == int((~expected).sum())
    assert model.calls < 300


def test_a_nan_that_the_model_takes_is_not_blamed():
    features = pd.DataFrame({"imputed": [np.nan, np.nan, 1.0], "strict": [np.nan, 1.0, 1.0]})
    isolated = isolate(features, Model(refuse_nan(["strict"])))
    assert isolated.refusals == {0: ("Input X contains NaN.", "strict")}
    assert set(outputs(isolated)) == {1, 2}


def test_a_nan_that_arises_inside_the_model_condemns_no_other_row():
    """The refused rows have a NaN in `a` too, but the cause is the negative number in `b`."""
    features = pd.DataFrame({"a": [np.nan] * 8, "b": [1.0, -1.0] * 4})

    def check(batch):
        if (batch["b"] < 0).any():
            raise ValueError("Input X contains NaN.")

    isolated = isolate(features, Model(check))
    assert set(isolated.refusals) == {1, 3, 5, 7}
    assert {refusal.column for refusal in isolated.refusals.values()} == {None}


def test_infinities_and_numbers_beyond_float32_are_told_apart():
    features = pd.DataFrame({"a": [1.0, np.inf, 1e300, -np.inf, 2.0]})

    def check(batch):
        if np.isinf(batch.to_numpy()).any():
            raise ValueError("Input X contains infinity or a value too large for dtype('float64').")

    assert set(isolate(features, Model(check)).refusals) == {1, 3}


def test_text_columns_do_not_confuse_the_search():
    features = pd.DataFrame({"text": ["x", None, "bad", "y"], "number": [1.0, np.nan, 2.0, 3.0]})

    def check(batch):
        if batch["text"].isna().any():
            raise ValueError("Input contains NaN")
        if batch["text"].eq("bad").any():
            raise TypeError("unknown\x07 category")

    isolated = isolate(features, lambda batch: (check(batch), np.zeros(len(batch)))[1])
    assert {row: refusal.message for row, refusal in isolated.refusals.items()} == {
        1: "Input contains NaN",
        2: r"unknown\x07 category",
    }


@pytest.mark.parametrize("error", [MemoryError, OSError, ImportError])
def test_what_says_nothing_about_a_row_fails_the_chunk(error):
    def check(batch):
        raise error

    with pytest.raises(error):
        isolate(pd.DataFrame({"key": [1.0, 2.0]}), Model(check))


def test_a_number_is_judged_by_itself_and_not_by_a_greater_one():
    """Where a model takes some numbers above float32 and not others, no refusal tells of another row."""

    def check(batch):
        if (batch["a"] * 1e10).abs().max() == np.inf:
            raise ValueError("Input X contains infinity or a value too large for dtype('float64').")

    with np.errstate(over="ignore"):
        together = isolate(pd.DataFrame({"a": [1e308, 1e125, 2.0]}), Model(check))
        apart = isolate(pd.DataFrame({"a": [1e125, 2.0]}), Model(check))
    assert set(together.refusals) == {0}
    assert outputs(together) == {1: 1e125, 2: 2.0}
    assert outputs(apart) == {0: 1e125, 1: 2.0}


@pytest.mark.parametrize("cells", [[np.inf], [-np.inf], [np.nan, np.inf, -np.inf]])
def test_rows_with_infinities_are_settled_by_a_proof_a_kind(cells):
    features = pd.DataFrame({"a": np.resize(cells, 20_000), "b": np.ones(20_000)})

    def check(batch):
        if not np.isfinite(batch["a"]).all():
            raise ValueError("Input X contains NaN or infinity.")

    model = Model(check)
    assert len(isolate(features, model).refusals) == 20_000
    assert model.calls < 60
