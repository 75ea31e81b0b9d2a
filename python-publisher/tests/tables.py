"""Small tables to train with."""

import numpy as np
import pandas as pd

ROWS = 60


def numbers() -> pd.DataFrame:
    """An id and two features."""
    random = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "id": [f"r{row}" for row in range(ROWS)],
            "size of it": random.normal(size=ROWS),
            "age": random.integers(18, 90, ROWS),
        }
    )


FEATURES = ["size of it", "age"]
LABELS = np.arange(ROWS) % 2
THREE = np.array(["low", "mid", "top"])[np.arange(ROWS) % 3]


def texts() -> pd.DataFrame:
    """A caption, and how many read it."""
    captions = ["good day", "bad night", "fine food", "awful thing"] * (ROWS // 4)
    return pd.DataFrame({"caption": captions, "readers": range(ROWS)})


def categories() -> pd.DataFrame:
    """A category, a truth value and a number."""
    return pd.DataFrame(
        {
            "plan": pd.Categorical(list("xyzw") * (ROWS // 4)),
            "paid": [True, False] * (ROWS // 2),
            "age": np.arange(ROWS, dtype="float64"),
        }
    )
