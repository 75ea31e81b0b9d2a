"""Classifiers that predict the class to which they give the greatest probability: a call for those tells both.

Each of these compares the numbers that it makes its probabilities of, so that a probability above all others tells the
class. Two numbers can differ and round to the same probability: of equal ones, only `predict` knows which it takes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .answers import Explained, Prepared, Probabilities

_OF_LIBRARY = {
    "sklearn": {
        "CalibratedClassifierCV",
        "DecisionTreeClassifier",
        "ExtraTreesClassifier",
        "GradientBoostingClassifier",
        "HistGradientBoostingClassifier",
        "LogisticRegression",
        "LogisticRegressionCV",
        "MLPClassifier",
        "RandomForestClassifier",
    },
    "xgboost": {"XGBClassifier"},
    "lightgbm": {"LGBMClassifier"},
}


def predicts_likeliest(estimator: Any) -> bool:
    """Whether it is one of these, or a Pipeline that ends in one. A class derived from one may predict otherwise."""
    while isinstance(estimator, Explained | Prepared):
        estimator = estimator.inner
    while _name(estimator) == ("sklearn", "Pipeline"):
        estimator = estimator.steps[-1][1]
    library, name = _name(estimator)
    return type(estimator) is Probabilities or name in _OF_LIBRARY.get(library, ())


def _name(estimator: Any) -> tuple[str, str]:
    return type(estimator).__module__.partition(".")[0], type(estimator).__name__


def likeliest(probabilities: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The column of each row's greatest probability, and where there is more than one; or none, beside a NaN."""
    greatest = probabilities.max(axis=1, keepdims=True)
    return probabilities.argmax(axis=1), np.count_nonzero(probabilities == greatest, axis=1) != 1
