"""That a classifier which is asked once gives the very labels that it would have predicted."""

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from dropscore_predictor.loading.answers import Prepared
from dropscore_predictor.loading.likeliest import likeliest, predicts_likeliest
from factories import a_manifest, a_model, score_text

CHANCE = np.random.default_rng(3)
FRAME = pd.DataFrame(CHANCE.normal(size=(300, 3)).round(1), columns=["a", "b", "c"])
NAMED = [
    CalibratedClassifierCV(LogisticRegression(), cv=2),
    DecisionTreeClassifier(max_depth=2),
    ExtraTreesClassifier(4, max_depth=3),
    GradientBoostingClassifier(n_estimators=3),
    HistGradientBoostingClassifier(max_iter=3),
    LogisticRegression(),
    LogisticRegressionCV(Cs=[1.0], cv=2, l1_ratios=(0,), use_legacy_attributes=False),
    MLPClassifier((4,), max_iter=5),
    RandomForestClassifier(4, max_depth=3),
    XGBClassifier(n_estimators=3, n_jobs=1),
    LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1),
]


def target(classes):
    """Two classes, noisy so that some rows are close, or three."""
    noisy = FRAME["a"] + CHANCE.normal(size=len(FRAME)) > 0
    return noisy.to_numpy(int) + (classes == 3) * (FRAME["b"] > 1).to_numpy(int)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("model", NAMED, ids=lambda model: type(model).__name__)
@pytest.mark.filterwarnings("ignore")
def test_the_greatest_probability_names_the_class_that_is_predicted(model, classes):
    fitted = make_pipeline(StandardScaler().set_output(transform="pandas"), model).fit(FRAME, target(classes))
    assert predicts_likeliest(fitted)
    chosen, is_open = likeliest(fitted.predict_proba(FRAME))
    assert (fitted.classes_[chosen] == fitted.predict(FRAME))[~is_open].all()
    assert (~is_open).sum() > 200, "most rows are decided"


def test_only_where_probabilities_are_equal_is_the_model_asked_again(monkeypatch):
    model = RandomForestClassifier(2, random_state=0).fit(FRAME, target(2))
    expected, own, asked = model.predict(FRAME).tolist(), RandomForestClassifier.predict, []
    equal = int((model.predict_proba(FRAME) == [0.5, 0.5]).all(axis=1).sum())
    assert 0 < equal < len(FRAME)
    monkeypatch.setattr(RandomForestClassifier, "predict", lambda self, x: asked.append(len(x)) or own(self, x))
    chunk = score_text(FRAME.to_csv(index=False), a_model(model, a_manifest(list(FRAME), {"kind": "binary"})))
    assert chunk.scores.predictions == expected
    assert asked == [equal]


def test_of_what_is_not_known_to_predict_so_both_are_asked():
    class Careful(Pipeline):
        """Predicts a class only where it is sure of it."""

    unknown = [SVC(), GaussianNB(), Careful([("last", LogisticRegression())])]
    assert not any(predicts_likeliest(model) for model in unknown)
    assert predicts_likeliest(Prepared(LogisticRegression(), lambda frame: frame))


def test_beside_a_nan_nothing_is_likeliest():
    chosen, is_open = likeliest(np.array([[0.2, 0.8], [np.nan, 0.8], [0.5, 0.5]]))
    assert chosen[0] == 1
    assert is_open.tolist() == [False, True, True]
