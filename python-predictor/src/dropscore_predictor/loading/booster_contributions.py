"""XGBoost's and LightGBM's own contributions (TreeSHAP; of XGBoost's linear booster, its terms), and their units."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .contributions import (
    EXPONENTIAL,
    IDENTITY,
    LOGISTIC,
    SOFTMAX,
    UNKNOWN,
    Contributions,
    Link,
    cells,
    column_names,
)

_XGBOOST = {
    **dict.fromkeys(("binary:logistic", "binary:logitraw", "reg:logistic"), LOGISTIC),
    **dict.fromkeys(("multi:softprob", "multi:softmax"), SOFTMAX),
    **dict.fromkeys(("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"), EXPONENTIAL),
    **dict.fromkeys(("reg:squarederror", "reg:squaredlogerror", "reg:absoluteerror"), IDENTITY),
    **dict.fromkeys(("reg:pseudohubererror", "reg:quantileerror"), IDENTITY),
    **dict.fromkeys(("rank:pairwise", "rank:ndcg", "rank:map"), IDENTITY),
}

_LIGHTGBM = {
    **dict.fromkeys(("binary", "cross_entropy", "multiclassova"), LOGISTIC),
    "multiclass": SOFTMAX,
    **dict.fromkeys(("poisson", "gamma", "tweedie"), EXPONENTIAL),
    **dict.fromkeys(("regression", "regression_l1", "huber", "fair", "quantile", "mape"), IDENTITY),
    **dict.fromkeys(("lambdarank", "rank_xendcg"), IDENTITY),
}


def xgboost_link(objective: str) -> Link:
    """What the sums of a Booster with this objective are of."""
    return _XGBOOST.get(objective, UNKNOWN)


def lightgbm_link(objective: str) -> tuple[Link, float]:
    """The same, and what a sum is multiplied by before it is of that unit.

    Args:
        objective: As the Booster's file has it: its name, then parameters: `binary sigmoid:2`.
    """
    name, *parameters = objective.split() or [""]
    if "sqrt" in parameters:
        return UNKNOWN, 1.0
    slope = next((text.removeprefix("sigmoid:") for text in parameters if text.startswith("sigmoid:")), "1")
    return _LIGHTGBM.get(name, UNKNOWN), float(slope)


def told(answer: NDArray[Any], sums: int, data: Any, names: Sequence[str] | None, link: Link) -> Contributions:
    """What a library answers, for each sum a number a column and the base behind them.

    Args:
        answer: Of any shape that holds (n, sums, columns + 1).
        sums: How many the booster makes of a row.
        data: What it was asked about.
        names: Of its columns.
        link: What the sums are of.
    """
    numbers = np.asarray(answer, np.float64).reshape(data.shape[0], sums, data.shape[1] + 1)
    return Contributions(column_names(data, names), cells(data), numbers[:, :, :-1], numbers[:, :, -1], link)
