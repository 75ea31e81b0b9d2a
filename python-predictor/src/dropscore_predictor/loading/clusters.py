"""Cluster models: scikit-learn's that predict, and HDBSCAN by its approximate prediction."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .checks import invalid
from .estimator import Estimator


def estimator(model: Any) -> Estimator:
    """A fitted cluster model, or a Pipeline that ends in one.

    Raises:
        JobFailed: It cannot tell the cluster of a new row.
    """
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if steps else model
    if _is_hdbscan(last):
        return Hdbscan(last, model[:-1] if steps and len(steps) > 1 else None)
    if not hasattr(model, "predict"):
        remedy = "Publish KMeans, a mixture, or the hdbscan library's HDBSCAN(prediction_data=True)."
        raise invalid(f"{type(last).__name__} cannot tell the cluster of a new row. {remedy}")
    fitted: Estimator = model
    return fitted


def _is_hdbscan(model: Any) -> bool:
    """Of the hdbscan library: scikit-learn's own has no prediction."""
    return type(model).__module__.startswith("hdbscan.") and type(model).__name__ == "HDBSCAN"


class Hdbscan:
    """Labels and strengths of new rows, -1 and 0 for noise; the clusters stay as they were fitted.

    Args:
        clusterer: A fitted `hdbscan.HDBSCAN`.
        transformer: The fitted steps before it.
    """

    def __init__(self, clusterer: Any, transformer: Any | None) -> None:
        if getattr(clusterer, "_prediction_data", None) is None:
            remedy = "Fit it with HDBSCAN(prediction_data=True) and publish that."
            raise invalid(f"The HDBSCAN model holds no data to predict with. {remedy}")
        self._clusterer = clusterer
        self._transformer = transformer
        if transformer is None:
            self.n_features_in_ = int(clusterer.prediction_data_.raw_data.shape[1])
        else:
            for name in ("n_features_in_", "feature_names_in_"):
                if hasattr(transformer, name):
                    setattr(self, name, getattr(transformer, name))

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """The labels, of shape (n,)."""
        return self.predict_with_strength(frame)[0]

    def predict_with_strength(self, frame: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
        """The labels and how firmly each row belongs, both of shape (n,)."""
        import hdbscan

        points = dense(frame if self._transformer is None else self._transformer.transform(frame)).astype(np.float64)
        labels, strengths = hdbscan.approximate_predict(self._clusterer, points)
        return labels, strengths


def dense(values: Any) -> NDArray[Any]:
    """An array from an array, a frame or a sparse matrix."""
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)
