"""Models that come out of a pickle or a skops file, as estimators: scikit-learn's, and boosters and their wrappers."""

from collections.abc import Sequence
from typing import Any

from ..contracts.types import Feature, Output
from . import clusters, lightgbm_booster, xgboost_booster
from .answers import Explained, Prepared, Values
from .booster_frame import category_naming
from .checks import check_features, invalid, names_of
from .estimator import Estimator
from .explainers import explainer_of
from .facts import booster_of, feature_categories, feature_count, feature_names, library_of, same_names


def estimator(model: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """A fitted model as an estimator of the manifest's kind.

    Args:
        model: What was unpickled, or one model of a bundle.
        output: The manifest's output.
        features: What reaches the model; None where own code makes it.

    Raises:
        JobFailed: The model cannot give such an output, or was fitted with other features.
    """
    if isinstance(model, dict):
        keys = ", ".join(sorted(str(key) for key in model)[:8])
        raise invalid(f"The artifact is a dict of {keys}, and the manifest does not say which is the model (parts).")
    if takes_texts(model):
        if features is not None and len(features) != 1:
            message = f"The model takes one text a row; the manifest lists {len(features)} features."
            raise invalid(f"{message} Publish it with the text alone, or vectorise in a ColumnTransformer.")
        return Prepared(_of_kind(model, output, None), lambda frame: frame.iloc[:, 0])
    if features is not None:
        listed = names_of(features)
        check_features(same_names(model, feature_names(model), listed), feature_count(model), listed)
    fitted = _of_kind(model, output, features)
    if features is not None and isinstance(fitted, clusters.Hdbscan):
        listed = names_of(features)
        check_features(feature_names(fitted), feature_count(fitted), listed)
    return fitted


def takes_texts(model: Any) -> bool:
    """Whether a model takes a list of texts and no table: a vectoriser, or what starts with one."""
    model = getattr(model, "best_estimator_", model)
    if steps := getattr(model, "steps", None):
        return takes_texts(steps[0][1])
    if transformers := getattr(model, "transformer_list", None):
        return any(takes_texts(transformer) for _, transformer in transformers)
    return type(model).__module__ == "sklearn.feature_extraction.text" and hasattr(model, "build_analyzer")


def _of_kind(model: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    if booster_of(model) is model:
        if library_of(model) == "xgboost":
            return xgboost_booster.estimator(model, output, features)
        return lightgbm_booster.estimator(model, output, features)
    if output["kind"] == "cluster":
        return clusters.estimator(model)
    if output["kind"] == "embedding" and not hasattr(model, "predict") and hasattr(model, "transform"):
        return Values(lambda frame: clusters.dense(model.transform(frame)))
    return _with_own_categories(model, features)


def _with_own_categories(model: Any, features: Sequence[Feature] | None) -> Estimator:
    """A scikit-learn wrapper of a booster; any other model is an estimator as it is."""
    if not hasattr(model, "predict"):
        what = type(model).__name__
        raise invalid(f"The artifact holds a {what}, which does not predict. Publish a fitted model or Pipeline.")
    names = [feature["name"] for feature in features or [] if feature["type"] == "category"]
    known = feature_categories(model, names) if names else {}
    explain = explainer_of(model)
    fitted: Estimator = model if explain is None else Explained(model, explain)
    if features is None or not set(names) <= set(known):
        return fitted
    return Prepared(fitted, category_naming(features, known), keeps_columns=True)
