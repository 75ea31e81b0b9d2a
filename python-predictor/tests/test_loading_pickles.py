"""joblib and skops: estimators, Pipelines and what else is unpickled."""

import warnings

import hdbscan
import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import skops.io
import xgboost
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC, OneClassSVM

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
    refusal,
)

NAMES = list(NUMBERS.columns)
CLUSTER = {"kind": "cluster"}
EMBEDDING = {"kind": "embedding"}
TEXT = [{"name": "text", "type": "string"}]
TEXTS = pd.DataFrame({"text": [f"{word} {other}" for word in ("good", "bad", "dull") for other in "abcdefgh"]})
LABELS = np.column_stack([TWO, 1 - TWO])
BLOBS = pd.DataFrame(
    np.concatenate([np.random.default_rng(2).normal(at, 0.2, size=(30, 2)) for at in (0.0, 5.0)]), columns=["x", "y"]
)


@pytest.fixture(params=["joblib", "skops"])
def served(request, tmp_path):
    def loaded(model, features, output=None, **fields):
        if request.param == "joblib":
            return load_pickle(tmp_path, model, features, output, **fields)
        skops.io.dump(model, tmp_path / "model")
        return load(tmp_path, "skops", features, output, **fields)

    return loaded


def test_a_pipeline_of_columns(served):
    columns = ColumnTransformer([("city", OneHotEncoder(), ["city"])], remainder=StandardScaler())
    model = make_pipeline(columns, LogisticRegression()).fit(CITIES, TWO)
    estimator = served(model, [CITY, "n"], BINARY)
    assert np.array_equal(estimator.predict_proba(CITIES), model.predict_proba(CITIES))
    assert np.array_equal(estimator.predict(CITIES), model.predict(CITIES))
    assert list(estimator.classes_) == [0, 1]


def test_several_outputs(served):
    model = LinearRegression().fit(NUMBERS, np.column_stack([TARGET, TARGET**2]))
    estimator = served(model, NAMES, {"kind": "multi", "names": ["x", "y"]})
    assert np.array_equal(estimator.predict(NUMBERS), model.predict(NUMBERS))


def test_texts_through_a_vectoriser_of_columns_or_of_texts(served):
    words = TEXTS["text"].str.split().str[0]
    of_columns = make_pipeline(ColumnTransformer([("t", TfidfVectorizer(), "text")]), LogisticRegression())
    estimator = served(of_columns.fit(TEXTS, words), TEXT, MULTICLASS)
    assert np.array_equal(estimator.predict_proba(TEXTS), of_columns.predict_proba(TEXTS))
    of_texts = make_pipeline(FeatureUnion([("w", TfidfVectorizer())]), LogisticRegression()).fit(TEXTS["text"], words)
    estimator = served(of_texts, TEXT, MULTICLASS)
    assert np.array_equal(estimator.predict_proba(TEXTS), of_texts.predict_proba(TEXTS["text"]))
    with pytest.raises(ValueError, match="nan"):
        estimator.predict(pd.DataFrame({"text": ["good a", np.nan]}))
    with refusal("model_invalid", "one text a row", "lists 2 features"):
        served(of_texts, [*TEXT, "n"], MULTICLASS)


def test_vectors_of_a_transformer(served):
    model = make_pipeline(StandardScaler(), PCA(2)).fit(NUMBERS)
    assert np.array_equal(served(model, NAMES, EMBEDDING).predict(NUMBERS), model.transform(NUMBERS))


def test_vectors_of_texts(tmp_path):
    sparse = TfidfVectorizer().fit(TEXTS["text"])
    assert np.array_equal(
        load_pickle(tmp_path, sparse, TEXT, EMBEDDING).predict(TEXTS), sparse.transform(TEXTS["text"]).toarray()
    )
    model = make_pipeline(TfidfVectorizer(), TruncatedSVD(2, random_state=0)).fit(TEXTS["text"])
    assert np.array_equal(load_pickle(tmp_path, model, TEXT, EMBEDDING).predict(TEXTS), model.transform(TEXTS["text"]))


def test_clusters_that_predict(served):
    model = KMeans(2, random_state=0, n_init=1).fit(BLOBS)
    assert np.array_equal(served(model, ["x", "y"], CLUSTER).predict(BLOBS), model.predict(BLOBS))


@pytest.mark.parametrize("scaled", [False, True])
def test_hdbscan_predicts_approximately(tmp_path, scaled):
    clusterer = hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True)
    if scaled:
        model = make_pipeline(StandardScaler(), clusterer).fit(BLOBS)
        expected = hdbscan.approximate_predict(clusterer, model[:-1].transform(BLOBS))
    else:
        model = clusterer.fit(BLOBS)
        expected = hdbscan.approximate_predict(clusterer, BLOBS.to_numpy())
    estimator = load_pickle(tmp_path, model, ["x", "y"], CLUSTER)
    labels, strengths = estimator.predict_with_strength(BLOBS)
    assert np.array_equal(labels, expected[0])
    assert np.array_equal(strengths, expected[1])
    assert np.array_equal(estimator.predict(BLOBS), labels)
    assert len(set(labels)) >= 2
    with pytest.raises(ValueError, match="NaN"):
        estimator.predict(BLOBS.mask(BLOBS > 4))
    with refusal("model_invalid", "takes 2 features" if not scaled else "'y'", "3" if not scaled else "'z'"):
        load_pickle(tmp_path, model, ["x", "y", "z"] if not scaled else ["x", "z"], CLUSTER)


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        (hdbscan.HDBSCAN(min_cluster_size=5), ["HDBSCAN(prediction_data=True)"]),
        (make_pipeline(StandardScaler(), hdbscan.HDBSCAN(min_cluster_size=5)), ["HDBSCAN(prediction_data=True)"]),
        (DBSCAN(), ["DBSCAN cannot tell", "KMeans"]),
        (make_pipeline(StandardScaler(), AgglomerativeClustering()), ["AgglomerativeClustering cannot tell"]),
    ],
)
def test_clusters_that_cannot_take_new_rows(tmp_path, model, parts):
    with refusal("model_invalid", *parts):
        load_pickle(tmp_path, model.fit(BLOBS), ["x", "y"], CLUSTER)


@pytest.mark.parametrize(
    ("make", "output"),
    [
        (lambda: xgboost.XGBClassifier(n_estimators=3), BINARY),
        (lambda: lightgbm.LGBMClassifier(n_estimators=3, verbose=-1), BINARY),
        (lambda: xgboost.XGBRegressor(n_estimators=3), None),
        (lambda: lightgbm.LGBMRegressor(n_estimators=3, verbose=-1), None),
    ],
)
def test_wrappers_of_boosters_and_the_boosters_in_them(tmp_path, make, output):
    model = make().fit(NUMBERS, TWO if output else TARGET)
    inner = model.get_booster() if hasattr(model, "get_booster") else model.booster_
    for pickled in (model, inner):
        estimator = load_pickle(tmp_path, pickled, NAMES, output)
        assert np.array_equal(estimator.predict(NUMBERS), model.predict(NUMBERS))
        if output:
            assert np.array_equal(estimator.predict_proba(NUMBERS), model.predict_proba(NUMBERS))
    with refusal("model_invalid", "Feature 1 of the model is 'a'", "'b' there"):
        load_pickle(tmp_path, model, ["b", "a", "c"], output)


def test_wrappers_know_categories_that_are_numbers(tmp_path):
    known = CITIES.assign(city=CITIES["city"].cat.rename_categories([7, 5, 1]))
    texts = CITIES.assign(city=CITIES["city"].cat.rename_categories(["7", "5", "1"]))
    for make in (
        lambda: xgboost.XGBRegressor(n_estimators=5, enable_categorical=True),
        lambda: lightgbm.LGBMRegressor(n_estimators=5, verbose=-1, min_data_per_group=1, min_child_samples=5),
    ):
        model = make().fit(known, BY_CITY)
        estimator = load_pickle(tmp_path, model, [{**CITY, "categories": ["7", "5", "1"]}, "n"])
        assert np.array_equal(estimator.predict(texts), model.predict(known))


def test_names_with_blanks_in_lightgbms_wrapper(tmp_path):
    frame = NUMBERS.rename(columns={"a": "a name"})
    model = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(frame, TARGET)
    estimator = load_pickle(tmp_path, model, ["a name", "b", "c"])
    assert np.array_equal(estimator.predict(frame), model.predict(frame))


@pytest.mark.parametrize("compress", [0, 3, ("lzma", 1)])
def test_pickles_however_compressed(tmp_path, compress):
    model = LinearRegression().fit(NUMBERS, TARGET)
    joblib.dump(model, tmp_path / "model", compress=compress)
    assert np.array_equal(load(tmp_path, "joblib", NAMES).predict(NUMBERS), model.predict(NUMBERS))


@pytest.mark.parametrize(
    ("model", "features", "output", "parts"),
    [
        (LinearSVC().fit(NUMBERS, TWO), NAMES, BINARY, ["no predict_proba", "CalibratedClassifierCV"]),
        (
            VotingClassifier([("a", LogisticRegression())]).fit(NUMBERS, TWO),
            NAMES,
            BINARY,
            ["no predict_proba", 'voting="soft"'],
        ),
        (
            IsolationForest(n_estimators=2).fit(NUMBERS),
            NAMES,
            BINARY,
            ["no predict_proba", "finds outliers", "cluster"],
        ),
        (
            make_pipeline(StandardScaler(), OneClassSVM()).fit(NUMBERS),
            NAMES,
            BINARY,
            ["finds outliers", "--kind cluster"],
        ),
        (
            OneVsRestClassifier(LogisticRegression()).fit(NUMBERS, LABELS),
            NAMES,
            {**BINARY, "threshold": 0.5},
            ["says binary", "gives 2 outputs a row", "--kind multi --outputs"],
        ),
        (
            MLPClassifier(tol=1e9, n_iter_no_change=1).fit(NUMBERS, LABELS),
            NAMES,
            {**BINARY, "threshold": 0.5},
            ["gives 2 outputs a row"],
        ),
        (RandomForestClassifier(2).fit(NUMBERS, LABELS), NAMES, MULTICLASS, ["gives 2 outputs a row"]),
        (LinearRegression().fit(NUMBERS, TARGET), ["a", "c"], None, ["takes 'b', which the manifest lacks", "lists 2"]),
        (LinearRegression().fit(NUMBERS, TARGET), [*NAMES, "x"], None, ["does not take 'x', which the manifest lists"]),
        (LogisticRegression().fit(NUMBERS, THREE), NAMES, BINARY, ["says binary", "3 classes"]),
        (LogisticRegression().fit(NUMBERS, TWO), NAMES, {**BINARY, "classes": [1, 0]}, ["Class 1 of the model is 0"]),
        (LogisticRegression().fit(NUMBERS, TWO), NAMES, {**BINARY, "positiveClass": "yes"}, ["'yes'", "0, 1"]),
        (LinearRegression().fit(NUMBERS, TARGET), ["a", "c", "b"], None, ["Feature 2 of the model is 'b'"]),
        (LinearRegression().fit(NUMBERS.to_numpy(), TARGET), ["a"], None, ["takes 3 features", "lists 1"]),
        (StandardScaler().fit(NUMBERS), NAMES, None, ["StandardScaler, which does not predict"]),
        ({"b": 1, "a": 2}, NAMES, None, ["dict of a, b", "parts"]),
        ([1], NAMES, None, ["list, which does not predict"]),
    ],
)
def test_what_is_not_as_the_manifest_says(tmp_path, model, features, output, parts):
    with refusal("model_invalid", *parts):
        load_pickle(tmp_path, model, features, output)


def test_a_model_of_another_scikit_learn_is_refused(tmp_path, monkeypatch):
    with monkeypatch.context() as other:
        other.setattr("sklearn.base.__version__", "0.1.2")
        joblib.dump(make_pipeline(StandardScaler(), LinearRegression()).fit(NUMBERS, TARGET), tmp_path / "model")
    here = __import__("sklearn").__version__
    with refusal("versions_differ", "scikit-learn 0.1.2", f"has {here}", "Publish it for a runtime with 0.1.2"):
        load(tmp_path, "joblib", NAMES)


def test_other_warnings_of_a_load_say_nothing(tmp_path):
    served = load_pickle(tmp_path, Warns(), NAMES, trusted=[f"{Warns.__module__}:Warns"])
    assert served.predict(NUMBERS) is None


class Warns:
    def __setstate__(self, state):
        warnings.warn("an old file", UserWarning, stacklevel=1)

    def __getstate__(self):
        return {"a": 1}

    def predict(self, frame):
        return None


def test_skops_makes_no_type_that_nobody_vouched_for(tmp_path):
    model = make_pipeline(FunctionTransformer(np.cbrt), LinearRegression()).fit(NUMBERS, TARGET)
    skops.io.dump(
        make_pipeline(FunctionTransformer(double), LinearRegression()).fit(NUMBERS, TARGET), tmp_path / "model"
    )
    name = f"{double.__module__}:double"
    with refusal("untrusted_global", name, f"--trust {name}"):
        load(tmp_path, "skops", NAMES)
    served = load(tmp_path, "skops", NAMES, trusted=[name])
    assert served.predict(NUMBERS).shape == (80,)
    skops.io.dump(model, tmp_path / "model")
    assert np.array_equal(load(tmp_path, "skops", NAMES).predict(NUMBERS), model.predict(NUMBERS))


@pytest.mark.parametrize(
    "model",
    [
        HistGradientBoostingClassifier(max_iter=3),
        RandomForestClassifier(3),
        xgboost.XGBClassifier(n_estimators=2),
        lightgbm.LGBMClassifier(n_estimators=2, verbose=-1),
        make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=2)),
    ],
)
def test_skops_may_hold_the_classes_that_a_pickle_may(tmp_path, model):
    skops.io.dump(model.fit(NUMBERS, TWO), tmp_path / "model")
    served = load(tmp_path, "skops", NAMES, BINARY)
    assert np.array_equal(served.predict_proba(NUMBERS), model.predict_proba(NUMBERS))


def test_every_type_that_skops_does_not_know_is_named(tmp_path):
    model = make_pipeline(FunctionTransformer(double), FunctionTransformer(same), LinearRegression())
    skops.io.dump(model.fit(NUMBERS, TARGET), tmp_path / "model")
    names = [f"--trust {one.__module__}:{one.__name__}" for one in (double, same)]
    with refusal("untrusted_global", "2 types and functions", *names):
        load(tmp_path, "skops", NAMES)


@pytest.mark.parametrize("form", ["joblib", "skops"])
def test_a_histogram_booster_of_categories(tmp_path, form):
    model = HistGradientBoostingRegressor(max_iter=5, min_samples_leaf=2, categorical_features="from_dtype")
    model.fit(CITIES, BY_CITY)
    if form == "joblib":
        assert np.array_equal(load_pickle(tmp_path, model, [CITY, "n"]).predict(CITIES), model.predict(CITIES))
        return
    skops.io.dump(model, tmp_path / "model")
    with refusal("untrusted_global", "--trust functools:partial --trust sklearn.utils.validation:check_array"):
        load(tmp_path, "skops", [CITY, "n"])
    vouched = ["functools:partial", "sklearn.utils.validation:check_array"]
    served = load(tmp_path, "skops", [CITY, "n"], trusted=vouched)
    assert np.array_equal(served.predict(CITIES), model.predict(CITIES))


def same(values):
    return values


def double(values):
    return values * 2


def test_a_forest_that_is_cut_short(tmp_path):
    joblib.dump(RandomForestRegressor(3).fit(NUMBERS, TARGET), tmp_path / "model")
    whole = (tmp_path / "model").read_bytes()
    (tmp_path / "model").write_bytes(whole[: len(whole) // 2])
    with refusal("model_refused_to_load", "model"):
        load(tmp_path, "joblib", NAMES)
