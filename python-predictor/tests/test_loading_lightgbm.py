"""LightGBM's text files: the same numbers as the library's own, for each objective."""

import lightgbm
import numpy as np
import pytest

from loading_cases import BINARY, BY_CITY, CITIES, CITY, MULTICLASS, NUMBERS, TARGET, THREE, TWO, load, refusal

NAMES = list(NUMBERS.columns)


def booster(objective, target=TARGET, data=NUMBERS, **parameters) -> lightgbm.Booster:
    settings = {
        "objective": objective,
        "verbose": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
        "min_data_per_group": 1,
        **parameters,
    }
    return lightgbm.train(settings, lightgbm.Dataset(data, target), 5)


def loaded(folder, model, output=None, features=NAMES):
    model.save_model(folder / "model.txt")
    return load(folder, "lightgbm", features, output, artifact="model.txt")


@pytest.mark.parametrize("objective", ["regression", "poisson", "quantile", "huber"])
def test_a_number_a_row(tmp_path, objective):
    model = booster(objective, np.abs(TARGET))
    assert np.array_equal(loaded(tmp_path, model).predict(NUMBERS), model.predict(NUMBERS))


def test_two_classes(tmp_path):
    model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, min_child_samples=5).fit(NUMBERS, TWO)
    served = loaded(tmp_path, model.booster_, {**BINARY, "classes": ["no", "yes"]})
    assert np.array_equal(served.predict_proba(NUMBERS), model.predict_proba(NUMBERS))
    assert served.predict(NUMBERS).tolist() == [["no", "yes"][k] for k in model.predict(NUMBERS)]


@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
def test_many_classes(tmp_path, objective):
    model = booster(objective, THREE, num_class=3)
    served = loaded(tmp_path, model, MULTICLASS)
    assert np.array_equal(served.predict_proba(NUMBERS), model.predict(NUMBERS))
    assert served.classes_ == [0, 1, 2]


def test_missing_values_and_names_with_blanks(tmp_path):
    holes = NUMBERS.mask(NUMBERS > 1).rename(columns={"a": "a name"})
    model = booster("regression", data=holes)
    served = loaded(tmp_path, model, features=["a name", "b", "c"])
    assert np.array_equal(served.predict(holes), model.predict(holes))
    with refusal("model_invalid", "'a_name'", "'other'"):
        loaded(tmp_path, model, features=["other", "b", "c"])


def test_categories_texts_or_numbers_in_any_order(tmp_path):
    for own in (["oslo", "rome", "york"], [7, 5, 1]):
        known = CITIES.assign(city=CITIES["city"].cat.rename_categories(own))
        model = booster("regression", BY_CITY, known)
        listed = [str(value) for value in own][::-1]
        served = loaded(tmp_path, model, features=[{**CITY, "categories": listed}, "n"])
        frame = CITIES.assign(city=CITIES["city"].cat.rename_categories(listed[::-1]).cat.reorder_categories(listed))
        assert np.array_equal(served.predict(frame), model.predict(known))
        assert len(np.unique(model.predict(known.assign(n=0.0)))) == 3


def test_a_model_trained_without_names(tmp_path):
    model = booster("regression", data=NUMBERS.to_numpy())
    assert np.array_equal(loaded(tmp_path, model).predict(NUMBERS), model.predict(NUMBERS.to_numpy()))
    with refusal("model_invalid", "takes 3 features", "lists 2"):
        loaded(tmp_path, model, features=["a", "b"])


def test_training_that_stopped_early(tmp_path):
    noise = np.random.default_rng(1).normal(size=80)
    check = lightgbm.Dataset(NUMBERS[40:], noise[40:])
    model = lightgbm.train(
        {"objective": "regression", "verbose": -1, "learning_rate": 1.0, "min_data_in_leaf": 2},
        lightgbm.Dataset(NUMBERS[:40], noise[:40]),
        100,
        valid_sets=[check],
        callbacks=[lightgbm.early_stopping(10, verbose=False)],
    )
    assert np.array_equal(loaded(tmp_path, model).predict(NUMBERS), model.predict(NUMBERS))


@pytest.mark.parametrize(
    ("output", "features", "parts"),
    [
        (None, ["b", "a", "c"], ["Feature 1 of the model is 'a'", "'b' there"]),
        (MULTICLASS, NAMES, ["says multiclass", "objective is regression", "Publish it as regression"]),
        (None, ["a", "b", {**CITY, "name": "c"}], ["'c' is a category", "as a number"]),
    ],
)
def test_what_is_not_as_the_manifest_says(tmp_path, output, features, parts):
    with refusal("model_invalid", *parts):
        loaded(tmp_path, booster("regression"), output, features)


def test_categorical_features_are_counted(tmp_path):
    with refusal("model_invalid", "1 categorical features", "manifest has 0"):
        loaded(tmp_path, booster("regression", BY_CITY, CITIES), features=["city", "n"])
