"""XGBoost files: the same numbers as the library's own, for each objective."""

import numpy as np
import pytest
import xgboost

from loading_cases import BINARY, BY_CITY, CITIES, CITY, MULTICLASS, NUMBERS, TARGET, THREE, TWO, load, refusal

NAMES = list(NUMBERS.columns)


@pytest.fixture(params=["json", "ubj"])
def place(request, tmp_path):
    """A path whose suffix tells XGBoost how to write."""
    return tmp_path / f"model.{request.param}"


def booster(objective: str, target=TARGET, data=NUMBERS, rounds=5, **parameters) -> xgboost.Booster:
    matrix = xgboost.DMatrix(data, target, enable_categorical=True)
    return xgboost.train({"objective": objective, "nthread": 1, **parameters}, matrix, rounds)


def loaded(place, model, output=None, features=NAMES):
    model.save_model(place)
    return load(place.parent, "xgboost", features, output, artifact=place.name)


def test_a_classifier_saved_by_its_wrapper(place):
    model = xgboost.XGBClassifier(n_estimators=5).fit(NUMBERS, TWO)
    served = loaded(place, model, BINARY)
    assert np.array_equal(served.predict_proba(NUMBERS), model.predict_proba(NUMBERS))
    assert served.predict(NUMBERS).tolist() == model.predict(NUMBERS).tolist()


def test_many_classes_get_the_manifests_names(place):
    model = xgboost.XGBClassifier(n_estimators=5).fit(NUMBERS, THREE)
    served = loaded(place, model, {**MULTICLASS, "classes": ["low", "mid", "high"]})
    assert np.array_equal(served.predict_proba(NUMBERS), model.predict_proba(NUMBERS))
    assert served.predict(NUMBERS).tolist() == [["low", "mid", "high"][k] for k in model.predict(NUMBERS)]


@pytest.mark.parametrize("objective", ["reg:squarederror", "count:poisson", "reg:tweedie", "rank:pairwise"])
def test_a_number_a_row(place, objective):
    model = booster(objective, np.abs(TARGET).round())
    assert np.array_equal(loaded(place, model).predict(NUMBERS), model.predict(xgboost.DMatrix(NUMBERS)))


def test_margins_become_the_probabilities_of_the_objective_that_has_them(place):
    for objective, likewise in [("binary:logitraw", "binary:logistic"), ("reg:logistic", "binary:logistic")]:
        same = booster(likewise, TWO, base_score=0.5)
        served = loaded(place, booster(objective, TWO, base_score=0.5), BINARY)
        if objective == "binary:logitraw":
            raw = booster(objective, TWO, base_score=0.5).predict(xgboost.DMatrix(NUMBERS))
            assert served.predict_proba(NUMBERS)[:, 1] == pytest.approx(1 / (1 + np.exp(-raw)), abs=1e-6)
        else:
            assert np.array_equal(served.predict_proba(NUMBERS)[:, 1], same.predict(xgboost.DMatrix(NUMBERS)))
    soft = booster("multi:softprob", THREE, num_class=3)
    served = loaded(place, booster("multi:softmax", THREE, num_class=3), MULTICLASS)
    assert served.predict_proba(NUMBERS) == pytest.approx(soft.predict(xgboost.DMatrix(NUMBERS)), abs=1e-6)


def test_several_targets(place):
    targets = np.column_stack([TARGET, -TARGET])
    model = xgboost.XGBRegressor(n_estimators=5).fit(NUMBERS, targets)
    served = loaded(place, model, {"kind": "multi", "names": ["x", "y"]})
    assert np.array_equal(served.predict(NUMBERS), model.predict(NUMBERS))
    assert served.predict(NUMBERS).shape == (80, 2)


def test_training_that_stopped_early_is_served_up_to_its_best(place):
    model = xgboost.XGBRegressor(n_estimators=200, learning_rate=1.0, early_stopping_rounds=20, random_state=1)
    noise = np.random.default_rng(1).normal(size=80)
    model.fit(NUMBERS[:40], noise[:40], eval_set=[(NUMBERS[40:], noise[40:])], verbose=False)
    served = loaded(place, model)
    assert np.array_equal(served.predict(NUMBERS), model.predict(NUMBERS))
    assert not np.array_equal(served.predict(NUMBERS), model.get_booster().predict(xgboost.DMatrix(NUMBERS)))


def test_a_booster_that_stopped_early_without_a_wrapper_is_served_as_its_library_does(place):
    noise = np.random.default_rng(1).normal(size=80)
    train, test = (xgboost.DMatrix(NUMBERS[part], noise[part]) for part in (slice(40), slice(40, 80)))
    model = xgboost.train(
        {"eta": 1.0}, train, 200, evals=[(test, "test")], early_stopping_rounds=20, verbose_eval=False
    )
    assert model.best_iteration < model.num_boosted_rounds() - 1
    assert np.array_equal(loaded(place, model).predict(NUMBERS), model.predict(xgboost.DMatrix(NUMBERS)))


def test_a_linear_booster(place):
    model = booster("reg:squarederror", booster="gblinear")
    assert np.array_equal(loaded(place, model).predict(NUMBERS), model.predict(xgboost.DMatrix(NUMBERS)))


def test_missing_values_take_their_branch(place):
    holes = NUMBERS.mask(NUMBERS > 1)
    model = xgboost.XGBRegressor(n_estimators=5).fit(holes, TARGET)
    assert np.array_equal(loaded(place, model).predict(holes), model.predict(holes))


def test_categories_in_any_order(place):
    model = xgboost.XGBRegressor(n_estimators=5, enable_categorical=True).fit(CITIES, BY_CITY)
    shuffled = {**CITY, "categories": ["york", "oslo", "rome"]}
    served = loaded(place, model, features=[shuffled, "n"])
    frame = CITIES.assign(city=CITIES["city"].cat.reorder_categories(shuffled["categories"]))
    assert np.array_equal(served.predict(frame), model.predict(CITIES))


def test_categories_that_are_numbers(place):
    model = xgboost.XGBRegressor(n_estimators=5, enable_categorical=True)
    numbered = CITIES.assign(city=CITIES["city"].cat.rename_categories([7, 5, 1]))
    model.fit(numbered, BY_CITY)
    served = loaded(place, model, features=[{**CITY, "categories": ["7", "5", "1"]}, "n"])
    texts = CITIES.assign(city=CITIES["city"].cat.rename_categories(["7", "5", "1"]))
    assert np.array_equal(served.predict(texts), model.predict(numbered))


@pytest.mark.parametrize("name", ["köln", "日本"])
def test_categories_that_xgboost_takes_for_one_another(place, name):
    other = CITIES.assign(city=CITIES["city"].cat.rename_categories({"oslo": name}))
    model = xgboost.XGBRegressor(n_estimators=2, enable_categorical=True).fit(other, BY_CITY)
    with refusal("model_invalid", "categories of 'city' are not all ASCII", "ASCII names, or with whole numbers"):
        loaded(place, model, features=[{**CITY, "categories": [name, "rome", "york"]}, "n"])


def test_a_model_without_names_is_held_to_its_number_of_features(place):
    model = xgboost.XGBRegressor(n_estimators=2).fit(NUMBERS.to_numpy(), TARGET)
    assert np.array_equal(loaded(place, model).predict(NUMBERS), model.predict(NUMBERS.to_numpy()))
    with refusal("model_invalid", "takes 3 features", "lists 2"):
        loaded(place, model, features=["a", "b"])


@pytest.mark.parametrize(
    ("output", "features", "parts"),
    [
        (None, ["a", "c", "b"], ["Feature 2 of the model is 'b'", "'c' there", "Publish"]),
        (None, ["a", "b"], ["takes 3 features", "lists 2"]),
        (BINARY, NAMES, ["says binary", "reg:squarederror", "Publish it as regression"]),
        (None, ["a", "b", {"name": "c", "type": "string"}], ["'c' is a text", "category or a number"]),
        (None, ["a", "b", {**CITY, "name": "c"}], ["'c' is a category in the manifest", "as a number"]),
    ],
)
def test_what_is_not_as_the_manifest_says(place, output, features, parts):
    with refusal("model_invalid", *parts):
        loaded(place, booster("reg:squarederror"), output, features)


def test_categories_that_are_not_as_the_manifest_says(place):
    model = xgboost.XGBRegressor(n_estimators=2, enable_categorical=True).fit(CITIES, BY_CITY)
    with refusal("model_invalid", "'bonn'", "'city'"):
        loaded(place, model, features=[{**CITY, "categories": ["bonn", "oslo", "rome"]}, "n"])
    with refusal("model_invalid", "lists 2 categories", "knows 3"):
        loaded(place, model, features=[{**CITY, "categories": ["oslo", "rome"]}, "n"])
    with refusal("model_invalid", "no category in the manifest"):
        loaded(place, model, features=["city", "n"])


def test_more_classes_than_are_listed(place):
    model = booster("multi:softprob", THREE, num_class=3)
    with refusal("model_invalid", "has 3 classes", "lists 2"):
        loaded(place, model, {**MULTICLASS, "classes": ["x", "y"]})
    with refusal("model_invalid", "binary:hinge"):
        loaded(place, booster("binary:hinge", TWO), BINARY)


def test_a_file_that_is_none(tmp_path):
    (tmp_path / "model.json").write_bytes(b'{"learner": 1}')
    with refusal("model_refused_to_load", "model.json does not load"):
        load(tmp_path, "xgboost", ["a"], artifact="model.json")
