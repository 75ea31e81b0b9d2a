"""Which models can tell how their outputs come about."""

from typing import Any

from . import lightgbm_booster, linear_contributions, pipeline_contributions, xgboost_booster
from .contributions import Explain
from .facts import booster_of, library_of

EXPLAINED = "XGBoost, LightGBM and scikit-learn's linear models do, by themselves or at the end of a Pipeline."


def explainer_of(model: Any) -> Explain | None:
    """The explanation of a fitted model; None where it has none."""
    model = getattr(model, "best_estimator_", model)
    booster = booster_of(model)
    if booster is not None:
        if library_of(booster) == "xgboost":
            return xgboost_booster.explainer(booster, is_wrapper=booster is not model)
        return lightgbm_booster.explainer(booster)
    if steps := getattr(model, "steps", None):
        last = explainer_of(steps[-1][1])
        return last if last is None or len(steps) == 1 else pipeline_contributions.explainer(model[:-1], last)
    is_linear = library_of(model) == "sklearn" and linear_contributions.is_linear(model)
    return linear_contributions.explainer(model) if is_linear else None
