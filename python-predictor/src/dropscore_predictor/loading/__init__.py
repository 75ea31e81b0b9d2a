"""From verified artifacts on the disk to a model that predicts: a file for each format.

A format's library is imported when such a model is loaded, never before: the `onnx` runtime has no scikit-learn.
"""

from .answers import explain_of, innermost
from .contributions import Contributions, Explain
from .estimator import Clusters, Estimator, classes_of
from .explainers import EXPLAINED
from .facts import feature_categories, feature_count, feature_names, kinds_of
from .fitted import takes_texts
from .load import load_estimator, own_code, read_model

__all__ = [
    "EXPLAINED",
    "Clusters",
    "Contributions",
    "Estimator",
    "Explain",
    "classes_of",
    "explain_of",
    "feature_categories",
    "feature_count",
    "feature_names",
    "innermost",
    "kinds_of",
    "load_estimator",
    "own_code",
    "read_model",
    "takes_texts",
]
