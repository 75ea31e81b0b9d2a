"""Contributions: what the library itself tells, or the hand computes; and with the base they add up to the score."""

import json

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    SGDClassifier,
)
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PolynomialFeatures, StandardScaler

from dropscore_predictor.classes import readable_classes
from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.explanations import MOST_COLUMNS, explanations
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.row_errors import RowErrors
from dropscore_predictor.score import score_rows
from factories import a_manifest
from loading_cases import (
    BINARY,
    BY_CITY,
    CITIES,
    CITY,
    MULTICLASS,
    NUMBERS,
    TARGET,
    THREE,
    TWO,
    load,
    load_pickle,
    package,
)

ABC = ["a", "b", "c"]
REGRESSION = {"kind": "regression"}
TREES = {"n_estimators": 8, "max_depth": 3, "n_jobs": 1}
LEAVES = {"n_estimators": 8, "min_child_samples": 2, "verbose": -1, "n_jobs": 1}
CITY_AND_N = [CITY, {"name": "n", "type": "float"}]
COUNTS = np.round(np.exp(TARGET / 3))


def explained(estimator, features, output, frame, **manifest):
    """Each row's explanation, held to its contract and to the score."""
    model_manifest = a_manifest(features, output, **manifest)
    model = LoadedModel(model_manifest, estimator, readable_classes(model_manifest, estimator))
    errors = RowErrors()
    scores = score_rows(model, frame, np.arange(len(frame)), errors)
    assert len(errors) == 0
    told = explanations(model, frame, scores)
    for row, explanation in enumerate(told):
        validate("explanation", explanation)
        terms = [entry["contribution"] for entry in explanation["contributions"]]
        assert explanation["base"] + sum(terms) == pytest.approx(explanation["output"], rel=1e-6, abs=1e-6)
        assert np.all(np.diff(np.abs(terms[: MOST_COLUMNS - 1])) <= 0)
        if output["kind"] == "regression":
            assert explanation["of"] == "prediction"
            expected = scores.predictions[row]
            link = {"prediction": lambda x: x, "log": np.exp, "log-odds": sigmoid}[explanation["unit"]]
            assert link(explanation["output"]) == pytest.approx(expected, rel=1e-5)
        elif output["kind"] == "binary":
            assert explanation["unit"] == "log-odds"
            if "sums" not in output:
                assert sigmoid(explanation["output"]) == pytest.approx(scores.score[row], rel=1e-5)
    return told


def sigmoid(number):
    return 1 / (1 + np.exp(-number))


def by_feature(explanation):
    return {entry["feature"]: entry["contribution"] for entry in explanation["contributions"]}


def in_order(told, names):
    return np.array([[by_feature(explanation)[name] for name in names] for explanation in told])


@pytest.mark.parametrize(
    ("model", "target", "gives"),
    [
        (xgboost.XGBRegressor(**TREES), TARGET, (REGRESSION, "prediction")),
        (xgboost.XGBRegressor(**TREES, objective="count:poisson"), COUNTS, (REGRESSION, "log")),
        (xgboost.XGBRegressor(**TREES, objective="reg:logistic"), TWO, (REGRESSION, "log-odds")),
        (xgboost.XGBRegressor(booster="gblinear", n_estimators=20, n_jobs=1), TARGET, (REGRESSION, "prediction")),
        (xgboost.XGBRegressor(**TREES, booster="dart", rate_drop=0.5), TARGET, (REGRESSION, "prediction")),
        (xgboost.XGBClassifier(**TREES), TWO, (BINARY, "log-odds")),
    ],
)
@pytest.mark.parametrize("saved", ["pickle", "native"])
def test_of_xgboost_are_its_own(tmp_path, model, target, gives, saved):
    output, unit = gives
    fitted = model.fit(NUMBERS, target)
    if saved == "native":
        fitted.save_model(tmp_path / "model.ubj")
        estimator = load(tmp_path, "xgboost", ABC, output, artifact="model.ubj")
    else:
        estimator = load_pickle(tmp_path, fitted, ABC, output)
    told = explained(estimator, ABC, output, NUMBERS)
    own = fitted.get_booster().predict(xgboost.DMatrix(NUMBERS), pred_contribs=True)
    assert in_order(told, ABC) == pytest.approx(own[:, :-1])
    assert [entry["base"] for entry in told] == pytest.approx(own[:, -1])
    assert {entry["unit"] for entry in told} == {unit}
    row = told[3]["contributions"]
    assert {entry["feature"]: entry["value"] for entry in row} == NUMBERS.iloc[3].to_dict()


@pytest.mark.parametrize("saved", ["pickle", "native"])
def test_of_xgboost_end_at_the_best_iteration(tmp_path, saved):
    model = xgboost.XGBRegressor(n_estimators=60, learning_rate=0.9, early_stopping_rounds=2, n_jobs=1)
    model.fit(NUMBERS[:40], TARGET[:40], eval_set=[(NUMBERS[40:], TARGET[40:])], verbose=False)
    assert model.best_iteration < model.get_booster().num_boosted_rounds() - 1
    model.save_model(tmp_path / "model.ubj")
    native = saved == "native"
    estimator = (
        load(tmp_path, "xgboost", ABC, REGRESSION, artifact="model.ubj")
        if native
        else load_pickle(tmp_path, model, ABC, REGRESSION)
    )
    explained(estimator, ABC, REGRESSION, NUMBERS)


@pytest.mark.parametrize(
    ("model", "target", "gives"),
    [
        (lightgbm.LGBMRegressor(**LEAVES), TARGET, (REGRESSION, "prediction")),
        (lightgbm.LGBMRegressor(**LEAVES, objective="poisson"), COUNTS, (REGRESSION, "log")),
        (lightgbm.LGBMClassifier(**LEAVES), TWO, (BINARY, "log-odds")),
        (lightgbm.LGBMClassifier(**LEAVES, sigmoid=2.0), TWO, (BINARY, "log-odds")),
    ],
)
@pytest.mark.parametrize("saved", ["pickle", "native"])
def test_of_lightgbm_are_its_own(tmp_path, model, target, gives, saved):
    output, unit = gives
    fitted = model.fit(NUMBERS, target)
    fitted.booster_.save_model(tmp_path / "model.txt")
    native = saved == "native"
    estimator = (
        load(tmp_path, "lightgbm", ABC, output, artifact="model.txt")
        if native
        else load_pickle(tmp_path, fitted, ABC, output)
    )
    told = explained(estimator, ABC, output, NUMBERS)
    own = np.asarray(fitted.booster_.predict(NUMBERS, pred_contrib=True)) * (model.get_params().get("sigmoid") or 1)
    assert in_order(told, ABC) == pytest.approx(own[:, :-1])
    assert [entry["base"] for entry in told] == pytest.approx(own[:, -1])
    assert {entry["unit"] for entry in told} == {unit}


@pytest.mark.parametrize(
    "model",
    [
        xgboost.XGBClassifier(**TREES),
        lightgbm.LGBMClassifier(**LEAVES),
        LogisticRegression(),
        SGDClassifier(loss="log_loss", random_state=0),
        lightgbm.LGBMClassifier(**LEAVES, objective="multiclassova"),
    ],
)
def test_of_several_classes_the_predicted_one_is_explained(tmp_path, model):
    fitted = model.fit(NUMBERS, THREE)
    estimator = load_pickle(tmp_path, fitted, ABC, MULTICLASS)
    told = explained(estimator, ABC, MULTICLASS, NUMBERS)
    assert [entry["of"] for entry in told] == [str(label) for label in fitted.predict(NUMBERS)]
    contributions = estimator.contributions(NUMBERS, None)
    predicted = contributions.link.predicted(contributions.sums)
    assert predicted == pytest.approx(fitted.predict_proba(NUMBERS), rel=1e-5, abs=1e-7)
    if isinstance(model, LogisticRegression):
        expected = NUMBERS.to_numpy() * model.coef_[fitted.predict(NUMBERS)]
        assert in_order(told, ABC) == pytest.approx(expected)


@pytest.mark.parametrize("model", [LinearRegression(), Ridge(), Lasso(alpha=0.01), ElasticNet(alpha=0.01)])
def test_of_a_linear_model_are_coefficient_times_value(tmp_path, model):
    told = explained(load_pickle(tmp_path, model.fit(NUMBERS, TARGET), ABC), ABC, REGRESSION, NUMBERS)
    assert in_order(told, ABC) == pytest.approx(NUMBERS.to_numpy() * model.coef_)
    assert [entry["base"] for entry in told] == pytest.approx([model.intercept_] * len(told))


def test_of_a_poisson_regression_are_of_the_logarithm(tmp_path):
    model = PoissonRegressor().fit(NUMBERS, COUNTS)
    told = explained(load_pickle(tmp_path, model, ABC), ABC, REGRESSION, NUMBERS)
    assert told[0]["unit"] == "log"


@pytest.mark.parametrize("positive", [0, 1])
def test_of_two_classes_the_positive_one_is_explained(tmp_path, positive):
    model = LogisticRegression().fit(NUMBERS, TWO)
    output = BINARY | {"positiveClass": positive, "labels": {"0": "stays", "1": "leaves"}}
    told = explained(load_pickle(tmp_path, model, ABC, output), ABC, output, NUMBERS)
    sign = 1 if positive else -1
    assert in_order(told, ABC) == pytest.approx(sign * NUMBERS.to_numpy() * model.coef_[0])
    assert {entry["of"] for entry in told} == {"leaves" if positive else "stays"}


def test_a_model_without_names_has_those_of_the_manifest(tmp_path):
    model = xgboost.XGBRegressor(**TREES).fit(NUMBERS.to_numpy(), TARGET)
    estimator = load_pickle(tmp_path, {"m": model}, ABC, parts={"models": ["m"]})
    told = explained(estimator, ABC, REGRESSION, NUMBERS)
    assert {entry["feature"] for entry in told[0]["contributions"]} == set(ABC)


def test_categories_are_told_as_they_were_given(tmp_path):
    model = xgboost.XGBRegressor(**TREES, enable_categorical=True).fit(CITIES, BY_CITY)
    other = lightgbm.LGBMRegressor(**LEAVES).fit(CITIES, BY_CITY)
    model.save_model(tmp_path / "model.ubj")
    other.booster_.save_model(tmp_path / "model.txt")
    for estimator in (
        load_pickle(tmp_path, model, CITY_AND_N),
        load(tmp_path, "xgboost", CITY_AND_N, artifact="model.ubj"),
        load_pickle(tmp_path, other, CITY_AND_N),
        load(tmp_path, "lightgbm", CITY_AND_N, artifact="model.txt"),
    ):
        told = explained(estimator, CITY_AND_N, REGRESSION, CITIES)
        cities = [{e["feature"]: e["value"] for e in entry["contributions"]}["city"] for entry in told]
        assert cities == CITIES["city"].tolist()


def test_a_pipeline_sums_what_it_made_of_each_column(tmp_path):
    frame = pd.DataFrame({"city": CITIES["city"].astype(str), "n": CITIES["n"].mask(CITIES["n"] > 1), "m": 2.0})
    transformer = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), ["n"]),
            ("cities", OneHotEncoder(), ["city"]),
            ("logs", FunctionTransformer(np.log1p), ["m"]),
        ]
    )
    model = make_pipeline(transformer, Ridge()).fit(frame, BY_CITY)
    features = [{"name": "city", "type": "string"}, "n", "m"]
    told = explained(load_pickle(tmp_path, model, features), features, REGRESSION, frame)
    one_hot = dict(zip(transformer.named_transformers_["cities"].categories_[0], model[-1].coef_[2:5], strict=True))
    assert [by_feature(entry)["city"] for entry in told] == pytest.approx([one_hot[city] for city in frame["city"]])
    assert {entry["feature"] for entry in told[0]["contributions"]} == {"city", "n", "m"}
    values = [{e["feature"]: e["value"] for e in entry["contributions"]}["n"] for entry in told]
    assert values == [None if np.isnan(n) else n for n in frame["n"]]


def test_a_column_made_of_several_keeps_its_own_name(tmp_path):
    model = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), Ridge()).fit(NUMBERS, TARGET)
    told = explained(load_pickle(tmp_path, model, ABC), ABC, REGRESSION, NUMBERS)
    assert set(by_feature(told[0])) == {"a", "b", "c", "a b", "a c", "b c"}


def test_of_a_text_the_words_are_told_that_it_has(tmp_path):
    texts = pd.Series(["cheap flight", "cheap hotel", "dear flight", "hotel hotel"] * 5)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1, 0, 1] * 5)
    feature = [{"name": "text", "type": "string"}]
    told = explained(load_pickle(tmp_path, model, feature, BINARY), feature, BINARY, texts.to_frame("text"))
    assert set(by_feature(told[0])) == {"cheap", "flight"}
    assert set(by_feature(told[3])) == {"hotel"}


def test_more_columns_than_an_answer_may_have_are_summed(tmp_path):
    words = [f"w{number}" for number in range(MOST_COLUMNS + 50)]
    texts = pd.Series([" ".join(words), "w0 w1"] * 4)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1] * 4)
    feature = [{"name": "text", "type": "string"}]
    told = explained(load_pickle(tmp_path, model, feature, BINARY), feature, BINARY, texts.to_frame("text"))
    assert len(told[0]["contributions"]) == MOST_COLUMNS
    assert "all others" in by_feature(told[0])


def test_own_code_that_makes_features_has_their_names(tmp_path):
    frame = pd.DataFrame({"title": ["a", "bb", "cccc", "dd"] * 5, "a": np.arange(20.0)})
    made = pd.DataFrame({"length": frame["title"].str.len(), "a": frame["a"]})
    model = Ridge().fit(made, made["length"] * 2 + made["a"])
    source = "def transform(frame):\n    return frame.assign(length=frame['title'].str.len())[['length', 'a']]\n"
    package(tmp_path, "lengths", init=source)
    features = [{"name": "title", "type": "string"}, "a"]
    code = {"package": "lengths", "entry": "transform"}
    told = explained(load_pickle(tmp_path, model, features, code=code), features, REGRESSION, frame, code=code)
    row = {entry["feature"]: entry for entry in told[2]["contributions"]}
    assert row["length"]["value"] == 4
    assert row["length"]["contribution"] == pytest.approx(4 * model.coef_[0])


def test_what_own_code_made_and_a_pipeline_took_apart_has_no_one_value(tmp_path):
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0, 4.0] * 5})
    model = make_pipeline(OneHotEncoder(), Ridge()).fit(pd.DataFrame({"parity": frame["n"] % 2}), frame["n"])
    package(tmp_path, "parities", init="def transform(frame):\n    return (frame % 2).set_axis(['parity'], axis=1)\n")
    code = {"package": "parities", "entry": "transform"}
    told = explained(load_pickle(tmp_path, model, ["n"], code=code), ["n"], REGRESSION, frame, code=code)
    (entry,) = told[0]["contributions"]
    assert (entry["feature"], entry.get("value", "none")) == ("parity", "none")


def test_a_bundle_of_encoders_scaler_and_one_model_shows_the_columns_of_the_file(tmp_path):
    scaler = StandardScaler().fit(NUMBERS)
    model = LogisticRegression().fit(scaler.transform(NUMBERS), TWO)
    estimator = load_pickle(tmp_path, {"s": scaler, "m": model}, ABC, BINARY, parts={"models": ["m"], "scaler": "s"})
    told = explained(estimator, ABC, BINARY, NUMBERS)
    assert in_order(told, ABC) == pytest.approx(scaler.transform(NUMBERS) * model.coef_[0])
    assert {e["feature"]: e["value"] for e in told[5]["contributions"]} == NUMBERS.iloc[5].to_dict()


def refused(estimator, features, output, frame, **manifest):
    with pytest.raises(JobFailed) as failure:
        explained(estimator, features, output, frame, **manifest)
    assert failure.value.code == "not_explainable"
    return str(failure.value)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (RandomForestRegressor(n_estimators=3), "A RandomForestRegressor"),
        (make_pipeline(StandardScaler(), MLPRegressor(max_iter=5)), "A MLPRegressor"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_tells_none_is_named_with_what_does(tmp_path, model, name):
    message = refused(load_pickle(tmp_path, model.fit(NUMBERS, TARGET), ABC), ABC, REGRESSION, NUMBERS)
    assert message.startswith(f"{name} tells no contributions")
    assert "XGBoost, LightGBM" in message


def test_a_classifier_without_any_and_an_average_are_refused(tmp_path):
    forest = HistGradientBoostingClassifier(max_iter=3).fit(NUMBERS, TWO)
    assert "HistGradientBoosting" in refused(load_pickle(tmp_path, forest, ABC, BINARY), ABC, BINARY, NUMBERS)
    parts = {"models": ["m"]}
    models = {"m": [Ridge().fit(NUMBERS, TARGET), Ridge(alpha=9).fit(NUMBERS, TARGET)]}
    average = load_pickle(tmp_path, models, ABC, parts=parts)
    assert "averages" in refused(average, ABC, REGRESSION, NUMBERS, parts=parts)
    stacked = {"m": models["m"], "s": Ridge().fit(np.ones((4, 2)), np.ones(4))}
    parts = {"models": ["m"], "stacker": "s"}
    assert "stacks" in refused(load_pickle(tmp_path, stacked, ABC, parts=parts), ABC, REGRESSION, NUMBERS, parts=parts)


def test_sums_that_are_not_the_score_are_refused(tmp_path):
    """By its attributes it is linear, and it decides otherwise."""
    model = SGDClassifier(loss="modified_huber", random_state=0).fit(NUMBERS, TWO)
    assert "add up to" in refused(load_pickle(tmp_path, model, ABC, BINARY), ABC, BINARY, NUMBERS)


def test_what_a_library_raises_is_told(tmp_path):
    model = lightgbm.LGBMRegressor(**LEAVES, linear_tree=True).fit(NUMBERS, TARGET)
    assert "linear trees" in refused(load_pickle(tmp_path, model, ABC), ABC, REGRESSION, NUMBERS)


def test_an_infinity_is_json(tmp_path):
    model = lightgbm.LGBMRegressor(**LEAVES).fit(NUMBERS, TARGET)
    frame = NUMBERS.assign(a=np.inf, b=-np.inf, c=np.nan)
    told = explained(load_pickle(tmp_path, model, ABC), ABC, REGRESSION, frame)
    values = {entry["feature"]: entry["value"] for entry in told[0]["contributions"]}
    assert values == {"a": "Infinity", "b": "-Infinity", "c": None}
    json.dumps(told, allow_nan=False)


def test_what_own_code_calls_contributions_is_no_explanation(tmp_path):
    source = "contributions = lambda *_: 1\n\n\ndef predict(frame):\n    return frame['a'].to_numpy()\n"
    package(tmp_path, "mine", init=source)
    fields = {"format": "code", "code": {"package": "mine", "entry": "model"}}
    estimator = load(tmp_path, "code", ABC, artifact="code/mine/__init__.py", code=fields["code"])
    assert "own code" in refused(estimator, ABC, REGRESSION, NUMBERS, **fields)
