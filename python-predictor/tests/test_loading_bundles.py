"""A dict of parts as one model: the same numbers as the steps by hand."""

import hdbscan
import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler

from loading_cases import BINARY, BY_CITY, CITIES, CITY, MULTICLASS, NUMBERS, TARGET, THREE, TWO, load_pickle, refusal

NAMES = list(NUMBERS.columns)
FEATURES = [CITY, "n"]
LABELS = LabelEncoder().fit(["oslo", "rome", "york"])
CODES = CITIES.assign(city=LABELS.transform(CITIES["city"]))
TOWNS = (BY_CITY.median() < BY_CITY).astype(int)


def test_a_dict_that_wraps_a_model(tmp_path):
    columns = ColumnTransformer([("city", OneHotEncoder(), ["city"])], remainder="passthrough")
    model = make_pipeline(columns, LinearRegression()).fit(CITIES, BY_CITY)
    served = load_pickle(tmp_path, {"sklearn_model": model}, FEATURES, parts={"models": ["sklearn_model"]})
    assert np.array_equal(served.predict(CITIES), model.predict(CITIES))


@pytest.mark.parametrize("as_frame", [True, False])
def test_encoders_then_scaler_then_models_averaged(tmp_path, as_frame):
    train = CODES if as_frame else CODES.to_numpy()
    scaler = StandardScaler().fit(train)
    ready = scaler.transform(train)
    models = [xgboost.XGBClassifier(n_estimators=3, max_depth=depth).fit(ready, TOWNS) for depth in (2, 4)]
    bundle = {"le": {"city": LABELS}, "sc": scaler, "xgb": models, "other": "text"}
    parts = {"models": ["xgb"], "scaler": "sc", "encoders": "le"}
    first, second = (model.predict_proba(ready) for model in models)
    served = load_pickle(tmp_path, bundle, FEATURES, BINARY, parts=parts)
    assert served.predict_proba(CITIES) == pytest.approx((first + second) / 2, abs=1e-7)
    assert served.predict(CITIES).tolist() == ((first + second)[:, 1] > 1).astype(int).tolist()
    weighted = load_pickle(tmp_path, bundle, FEATURES, BINARY, parts={**parts, "weights": [3, 1]})
    assert weighted.predict_proba(CITIES) == pytest.approx((3 * first + second) / 4, abs=1e-7)
    alone = load_pickle(tmp_path, {**bundle, "xgb": models[0]}, FEATURES, BINARY, parts=parts)
    assert np.array_equal(alone.predict_proba(CITIES), first)
    assert np.array_equal(alone.predict(CITIES), models[0].predict(ready))


def test_boosters_of_both_libraries_averaged(tmp_path):
    xgb = xgboost.train({"objective": "reg:squarederror"}, xgboost.DMatrix(NUMBERS, TARGET), 3)
    lgb = lightgbm.train({"objective": "regression", "verbose": -1}, lightgbm.Dataset(NUMBERS, TARGET), 3)
    served = load_pickle(tmp_path, {"x": xgb, "l": lgb}, NAMES, parts={"models": ["x", "l"]})
    by_hand = (xgb.predict(xgboost.DMatrix(NUMBERS)) + lgb.predict(NUMBERS)) / 2
    assert served.predict(NUMBERS) == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(("output", "target"), [(BINARY, TWO), (MULTICLASS, THREE), ({"kind": "regression"}, TARGET)])
def test_models_stacked(tmp_path, output, target):
    numbers = output["kind"] == "regression"
    make = LinearRegression if numbers else LogisticRegression
    models = {"p": make().fit(NUMBERS, target), "q": make().fit(NUMBERS**2, target)}
    if numbers:
        inner = np.column_stack([model.predict(NUMBERS) for model in models.values()])
    else:
        inner = np.hstack([model.predict_proba(NUMBERS) for model in models.values()])
        inner = inner[:, [1, 3]] if output is BINARY else inner
    stacker = make().fit(inner, target)
    parts = {"models": ["p", "q"], "stacker": "s"}
    served = load_pickle(tmp_path, {**models, "s": stacker}, NAMES, output, parts=parts)
    assert np.array_equal(served.predict(NUMBERS), stacker.predict(inner))
    if not numbers:
        # Not bit for bit: the layout of `inner` differs, and with it, on some processors, the order of a sum.
        assert np.allclose(served.predict_proba(NUMBERS), stacker.predict_proba(inner), rtol=1e-12, atol=0)
    with refusal("model_invalid", "takes"):
        load_pickle(tmp_path, {**models, "s": make().fit(inner[:, :1], target)}, NAMES, output, parts=parts)


def test_a_scaler_of_some_features(tmp_path):
    scaler = StandardScaler().fit(NUMBERS[["c", "a"]])
    ready = NUMBERS.assign(**dict(zip("ca", scaler.transform(NUMBERS[["c", "a"]]).T, strict=True)))
    model = LinearRegression().fit(ready, TARGET)
    parts = {"models": ["m"], "scaler": "s", "scaled": ["c", "a"]}
    served = load_pickle(tmp_path, {"m": model, "s": scaler}, NAMES, parts=parts)
    assert np.array_equal(served.predict(NUMBERS), model.predict(ready))
    with refusal("model_invalid", "Feature 1 of the model is 'c'", "'a' there"):
        load_pickle(tmp_path, {"m": model, "s": scaler}, NAMES, parts={**parts, "scaled": ["a", "c"]})
    with refusal("model_invalid", "'z'"):
        load_pickle(tmp_path, {"m": model, "s": scaler}, NAMES, parts={**parts, "scaled": ["z"]})


def test_a_scaler_before_hdbscan(tmp_path):
    points = pd.DataFrame(np.concatenate([NUMBERS, NUMBERS + 20]), columns=NAMES)
    scaler = StandardScaler().fit(points)
    clusterer = hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True).fit(scaler.transform(points))
    parts = {"models": ["hdbscan"], "scaler": "scaler"}
    served = load_pickle(tmp_path, {"scaler": scaler, "hdbscan": clusterer}, NAMES, {"kind": "cluster"}, parts=parts)
    labels, strengths = hdbscan.approximate_predict(clusterer, scaler.transform(points))
    for own, expected in zip(served.predict_with_strength(points), (labels, strengths), strict=True):
        assert np.array_equal(own, expected)


@pytest.mark.parametrize("encoder", [LABELS, OrdinalEncoder().fit(CITIES[["city"]].astype(str))])
def test_a_value_that_the_encoder_does_not_know_gets_no_code(tmp_path, encoder):
    bundle = {"m": LinearRegression().fit(CODES.to_numpy(), BY_CITY), "e": {"city": encoder}}
    features = [{"name": "city", "type": "string"}, "n"]
    served = load_pickle(tmp_path, bundle, features, parts={"models": ["m"], "encoders": "e"})
    texts = CITIES.assign(city=CITIES["city"].astype("str"))
    assert np.array_equal(served.predict(texts), bundle["m"].predict(CODES.to_numpy()))
    for unknown in ("bonn", "oslooslo", "osl", np.nan):
        with pytest.raises(ValueError, match=r"know|unknown|missing"):
            served.predict(texts.assign(city=pd.Series([unknown] * 80, dtype="str")))


def test_encoders_of_numbers_and_of_missing_texts(tmp_path):
    years = pd.DataFrame({"year": np.tile([1999.0, 2001.0, 2003.0, 2005.0], 20)})
    encoder = LabelEncoder().fit(years["year"].astype(int))
    model = LinearRegression().fit(encoder.transform(years["year"]).reshape(-1, 1), TARGET)
    parts = {"models": ["m"], "encoders": "e"}
    served = load_pickle(tmp_path, {"m": model, "e": {"year": encoder}}, ["year"], parts=parts)
    assert np.array_equal(served.predict(years), model.predict(encoder.transform(years["year"]).reshape(-1, 1)))
    holes = pd.Series(["b", np.nan, "a", "b"] * 20, dtype=object)
    encoder = LabelEncoder().fit(holes)
    model = LinearRegression().fit(encoder.transform(holes).reshape(-1, 1), TARGET)
    features = [{"name": "t", "type": "string"}]
    served = load_pickle(tmp_path, {"m": model, "e": {"t": encoder}}, features, parts=parts)
    frame = pd.DataFrame({"t": holes.astype("str")})
    assert np.array_equal(served.predict(frame), model.predict(encoder.transform(holes).reshape(-1, 1)))


MODEL = LinearRegression().fit(NUMBERS, TARGET)
CLASSIFIERS = {"p": LogisticRegression().fit(NUMBERS, TWO), "q": LogisticRegression().fit(NUMBERS, TWO + 1)}


@pytest.mark.parametrize(
    ("bundle", "output", "parts", "said"),
    [
        ({"a": MODEL}, None, {"models": ["b"]}, ["'b'", "holds a"]),
        (MODEL, None, {"models": ["b"]}, ["no dict but a LinearRegression"]),
        ({"a": []}, None, {"models": ["a"]}, ["'a' is an empty list"]),
        ({"a": [MODEL]}, None, {"models": ["a"], "weights": [1, 2]}, ["2 weights for 1 models"]),
        (CLASSIFIERS, BINARY, {"models": ["p", "q"]}, ["classes of model 2"]),
        ({"a": MODEL}, BINARY, {"models": ["a"]}, ["no predict_proba"]),
        ({"a": MODEL, "e": [LABELS]}, None, {"models": ["a"], "encoders": "e"}, ["'e' is no dict"]),
        ({"a": MODEL, "e": {"z": LABELS}}, None, {"models": ["a"], "encoders": "e"}, ["'z'", "no feature"]),
        ({"a": MODEL, "e": {"a": MODEL}}, None, {"models": ["a"], "encoders": "e"}, ["LabelEncoder"]),
        ({"a": [MODEL, MODEL]}, {"kind": "cluster"}, {"models": ["a"]}, ["2 models", "cluster"]),
    ],
)
def test_parts_that_do_not_fit(tmp_path, bundle, output, parts, said):
    with refusal("model_invalid", *said):
        load_pickle(tmp_path, bundle, NAMES, output, parts=parts)
