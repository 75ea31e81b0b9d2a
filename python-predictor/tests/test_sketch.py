"""The sketch of differences: the examples of both languages, its promised error, its bound."""

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropscore_predictor.sketch import MOST_BINS, sketch
from test_contracts import CONTRACTS

EXAMPLES = json.loads((CONTRACTS / "examples" / "sketches.json").read_text(encoding="utf-8"))
NO_BINS = {"bins": [], "counts": []}
NUMBERS = st.one_of(st.floats(-1, 1), st.floats(-1e100, 1e100), st.sampled_from([0.0, 1.0, -1.0, 2.0**-40]))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["description"] for example in EXAMPLES])
def test_examples(example):
    assert sketch(np.array(example["values"], float)) == example["sketch"]
    for quantile in example.get("quantiles", []):
        assert quantile_of(example["sketch"], quantile["share"]) == quantile["value"]


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.floats(0, 1))
def test_a_quantile_is_within_one_percent_of_numpys(values, share):
    exact = float(np.sort(values)[int(share * (len(values) - 1))])
    estimate = quantile_of(sketch(np.array(values)), share)
    assert abs(estimate - exact) <= max(0.01 * abs(exact), 2.0**-431)


@given(st.lists(NUMBERS, max_size=100), st.randoms())
def test_the_order_of_the_numbers_does_not_matter(values, shuffler: random.Random):
    shuffled = list(values)
    shuffler.shuffle(shuffled)
    assert sketch(np.array(values, float)) == sketch(np.array(shuffled, float))


def test_bins_are_bounded_and_count_every_number():
    values = np.geomspace(1e-40, 1e40, 50_000)
    bins = sketch(np.concatenate([values, -values]))
    for sign in ("negative", "positive"):
        assert len(bins[sign]["bins"]) == MOST_BINS
        assert sum(bins[sign]["counts"]) == len(values)
    assert abs(quantile_of(bins, 0.99) / np.quantile(values, 0.98, method="lower") - 1) < 0.01


def quantile_of(bins: dict, share: float) -> float:
    """As `quantileOf` in `sketch.ts`."""
    negative, positive = bins.get("negative", NO_BINS), bins.get("positive", NO_BINS)
    ascending = [(-_middle(number), count) for number, count in zip(*negative.values(), strict=True)][::-1]
    ascending += [(0.0, bins["zeros"])]
    ascending += [(_middle(number), count) for number, count in zip(*positive.values(), strict=True)]
    counts = np.cumsum([count for _, count in ascending])
    rank = int(share * (counts[-1] - 1))
    return ascending[int(np.searchsorted(counts, rank, side="right"))][0]


def _middle(number: int) -> float:
    low, high = np.array([number << 46, (number + 1) << 46]).view(np.float64).tolist()
    return 2 * low * high / (low + high)
