"""The tables that the matrix's models are trained on: drawn with a fixed seed."""

import numpy as np
import pandas as pd

ROWS = 100
_MISSING = 0.1
_QUOTED = 0.8
_CHANCE = np.random.default_rng(20261120)

NUMBERS = pd.DataFrame(
    {
        "visits": _CHANCE.integers(0, 40, ROWS),
        "spent": _CHANCE.gamma(2, 40, ROWS).round(2),
        "age": _CHANCE.normal(45, 12, ROWS).round(1),
    }
)
"""A clean table of numbers."""

GAPS = NUMBERS.assign(
    visits=NUMBERS["visits"].mask(_CHANCE.random(ROWS) < _MISSING),
    spent=NUMBERS["spent"].mask(_CHANCE.random(ROWS) < _MISSING),
)
"""With cells missing, as trees take them."""

CITIES = ["lagos", "lima", "oslo"]
CITY = pd.Series(_CHANCE.choice(CITIES, ROWS), name="city", dtype="str")

_WORDS = ("late", "again", "parcel", "thanks", "great", "broken", "refund", "fast", "zażółć", "🎁")
NOTES = pd.Series(
    [" ".join(_CHANCE.choice(_WORDS, _CHANCE.integers(2, 14))) for _ in range(ROWS)], name="note", dtype="str"
)
"""Texts; some have commas and line breaks."""
NOTES = NOTES.mask(_CHANCE.random(ROWS) < _QUOTED, 'She said: "' + NOTES + '",\nand left')

VALUE = (3 * NUMBERS["visits"] + NUMBERS["spent"] / 2 - NUMBERS["age"] + 20 * (CITY == "oslo")).astype(float)
LEAVES = VALUE + 15 * NOTES.str.contains("broken") < VALUE.median()
BINARY = LEAVES.map({True: "leaves", False: "stays"})
ZERO_ONE = LEAVES.astype(int)
LEVEL = pd.Series(np.digitize(VALUE, VALUE.quantile([0.33, 0.67])), name="level")
LEVELS = LEVEL.map({0: "bronze", 1: "silver", 2: "gold"})
