"""Linear models of scikit-learn: a term is coefficient times value, the base is the intercept. Nothing is centred."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .contributions import (
    EXPONENTIAL,
    IDENTITY,
    LOGISTIC,
    ONE_AGAINST_THE_REST,
    SOFTMAX,
    Contributions,
    Doubles,
    Explain,
    Link,
    cells,
    column_names,
)

_SOFTMAX = ("LogisticRegression", "LogisticRegressionCV", "LinearDiscriminantAnalysis")


def is_linear(model: Any) -> bool:
    """Whether a model tells a coefficient for each of its columns."""
    return hasattr(model, "coef_") and hasattr(model, "intercept_")


def explainer(model: Any) -> Explain:
    """The explanation of a linear model."""

    def contributions(data: Any, names: Sequence[str] | None) -> Contributions:
        coefficients, matrix = np.atleast_2d(_dense(model.coef_)), _dense(data)
        intercepts = np.broadcast_to(np.asarray(model.intercept_, np.float64), (len(coefficients),))
        return Contributions(
            column_names(data, names),
            cells(data),
            matrix[:, None, :] * coefficients[None],
            np.tile(intercepts, (len(matrix), 1)),
            _link(model, len(coefficients)),
        )

    return contributions


def _dense(data: Any) -> Doubles:
    if hasattr(data, "toarray"):
        data = data.toarray()
    return data.to_numpy(np.float64) if isinstance(data, pd.DataFrame) else np.asarray(data, np.float64)


def _link(model: Any, sums: int) -> Link:
    name = type(model).__name__
    if not hasattr(model, "classes_"):
        return EXPONENTIAL if _is_of_logarithm(name, model) else IDENTITY
    if sums == 1:
        return LOGISTIC
    # `multi_class` left scikit-learn with 1.8; liblinear knows nothing but one against the rest.
    together = getattr(model, "multi_class", "auto") != "ovr" and getattr(model, "solver", None) != "liblinear"
    return SOFTMAX if name in _SOFTMAX and together else ONE_AGAINST_THE_REST


def _is_of_logarithm(name: str, model: Any) -> bool:
    if name == "TweedieRegressor":
        return bool(model.link == "log" or (model.link == "auto" and model.power > 0))
    return name in ("PoissonRegressor", "GammaRegressor")
