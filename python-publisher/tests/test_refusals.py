"""What a publisher is told where a model or a sample will not do: both sides, and the remedy."""

import json
import operator

import joblib
import pytest
import xgboost
from scipy.stats import uniform
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import RandomizedSearchCV
from sklearn.preprocessing import LabelEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC

from dropscore import Refused
from dropscore.parts import take_apart
from dropscore.request import requested
from tables import FEATURES, LABELS, numbers

TABLE = numbers()
X = TABLE[FEATURES]
MODEL = Ridge().fit(X, LABELS)
BOOSTER = xgboost.XGBClassifier(n_estimators=1).fit(X, LABELS)


class Stray:
    """A class of a script, as a notebook would define it."""

    def predict(self, frame):
        return [0.0] * len(frame)


def refusal_of(world, model, sample=TABLE, **options):
    with pytest.raises(Refused) as refused:
        world.publish(model, sample, **options)
    assert world.store.objects == {}, "nothing is uploaded of what is refused"
    return refused.value


@pytest.mark.parametrize(
    ("code", "said", "options"),
    [
        ("columns_missing", "'nope'", {"id_column": "nope"}),
        ("usage", "classes", {"threshold": 0.5}),
        ("usage", "2 names for the 1 outputs", {"outputs": ["a", "b"]}),
        ("unknown_runtime", "no runtime gpu", {"runtime": "gpu"}),
        ("versions_differ", "onnx has no joblib, has no scikit-learn", {"runtime": "onnx"}),
        ("model_invalid", "no predict_proba", {"kind": "binary"}),
    ],
)
def test_what_does_not_fit_the_model(world, code, said, options):
    refused = refusal_of(world, MODEL, **options)
    assert refused.code == code
    assert said in str(refused)


def test_a_missing_feature_is_told_with_the_column_that_looks_like_it(world):
    refused = refusal_of(world, MODEL, TABLE.rename(columns={"size of it": "Size of it"}))
    assert refused.message == (
        "The sample lacks columns that the model was trained with: 'size of it' (there is 'Size of it')."
    )


def test_a_model_without_names_does_not_guess_which_columns_are_features(world):
    refused = refusal_of(world, LinearRegression().fit(X.to_numpy(), LABELS))
    assert "takes 2 features without names, and the sample has 3 columns" in refused.message
    assert "--id-column" in refused.remedy


def test_a_classifier_without_probabilities(world):
    assert "CalibratedClassifierCV" in str(refusal_of(world, LinearSVC().fit(X, LABELS)))


def test_a_class_of_a_script_is_never_loaded(world):
    refused = refusal_of(world, Stray())
    assert refused.code == "untrusted_global"
    assert f"{Stray.__module__}:Stray" in refused.message
    assert f"--trust {Stray.__module__}:Stray" in refused.remedy


@pytest.mark.parametrize(
    ("bundle", "said"),
    [
        ({"model": BOOSTER, "xgb_model": BOOSTER}, "several models: model, xgb_model"),
        ({"model": BOOSTER, "imputer": StandardScaler()}, "open what imputer is for"),
        ({"weights": [1], "values": [2]}, "open which key of the dict holds the model"),
        ({"models": [1, 2]}, "under models does not predict"),
        ({"models": [BOOSTER], "weights": [1, 2]}, "2 weights for 1 models"),
        ({"models": {"a": BOOSTER, "b": BOOSTER}}, "models is itself a dict"),
        ({"artifacts": {"model": BOOSTER}}, "artifacts is itself a dict"),
        ({"model": BOOSTER, "of_target": LabelEncoder().fit([0, 1])}, "rename it to label_encoder, or give --labels"),
        ({"model": BOOSTER, 3: "x"}, "keys that are no texts: 3"),
        ({"model": BOOSTER, "encoders": OrdinalEncoder().fit(X)}, "encoders of the dict are a OrdinalEncoder"),
        ({"model": BOOSTER, "encoders": {"age": StandardScaler().fit(X)}}, "encoder of age is a StandardScaler"),
    ],
)
def test_a_dict_whose_parts_are_not_clear(world, bundle, said):
    refused = refusal_of(world, bundle)
    assert refused.code == "parts_unclear"
    assert said in str(refused)


def test_a_key_settles_which_model_it_is_and_the_others_are_told(world):
    bundle = {"model": MODEL, "xgb_model": BOOSTER, "imputer": StandardScaler().fit(X), "meta": MODEL}
    world.publish(bundle, TABLE, key="model")
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert manifest["parts"] == {"models": ["model"]}
    assert "note         left out of the dict: xgb_model, imputer, meta" in world.told


def test_a_key_may_hold_a_comma(world):
    world.publish({"a,b": MODEL, "c": MODEL}, TABLE, key="a,b")
    assert json.loads(world.store.objects["m/1/manifest.json"])["parts"] == {"models": ["a,b"]}


def test_a_table_in_a_dict_is_data():
    bundle = take_apart({"model": MODEL, "rows": TABLE, "ages": TABLE["age"], "columns": 2}, requested("m"))
    assert (bundle.parts, bundle.names, bundle.left_out) == ({"models": ["model"]}, None, [])


def test_the_encoder_of_the_target_is_accounted_for_by_labels(world):
    encoder = LabelEncoder().fit(["stays", "leaves"])
    world.publish({"model": BOOSTER, "of_target": encoder}, TABLE, labels={0: "stays", 1: "leaves"})
    assert "m/1/manifest.json" in world.store.objects


@pytest.mark.parametrize("options", [{"key": "model"}, {"weights": [1.0]}])
def test_parts_of_what_is_no_dict(world, options):
    assert "no dict of models" in refusal_of(world, MODEL, **options).message


@pytest.mark.parametrize("model", [MODEL, BOOSTER])
def test_a_word_for_what_needs_none_is_refused(world, model):
    refused = refusal_of(world, model, trust=["some.where:Thing"])
    assert refused.message == "Nothing in this model needs trust in some.where:Thing."
    assert refused.remedy == "Leave out --trust some.where:Thing."


def test_no_word_is_asked_for_what_nobody_can_vouch_for(world, tmp_path):
    bundle = {"model": MODEL, "reach": operator.attrgetter("a")}
    joblib.dump(bundle, tmp_path / "model.joblib")
    refused = refusal_of(world, tmp_path / "model.joblib")
    assert "operator:attrgetter" in refused.message
    assert "--trust" not in refused.remedy
    assert "Nobody can vouch for operator:attrgetter" in refused.remedy


def test_of_a_search_over_distributions_the_best_estimator_is_to_be_published(world):
    search = RandomizedSearchCV(Ridge(), {"alpha": uniform(0, 1)}, n_iter=2, cv=2, random_state=0).fit(X, LABELS)
    refused = refusal_of(world, search)
    assert refused.code == "untrusted_global"
    assert "publish its best_estimator_" in refused.remedy
    assert "--trust" not in refused.remedy


def test_no_model_at_all(world):
    assert refusal_of(world, None).message == "The model is None."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.joblib", b"hello", "no file of a model"),
        ("old.model", b"binf....", "XGBoost's old binary form"),
        ("rows.json", b'{"rows": 1}', "no file of a model"),
        ("broken.skops", b"PK\x03\x04junk", "no whole one"),
    ],
)
def test_a_file_is_told_by_its_content(world, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in refusal_of(world, tmp_path / name).message


def test_a_sample_of_which_no_row_can_be_scored(world):
    refused = refusal_of(world, MODEL, TABLE.assign(age=None))
    assert refused.code == "sample_refused"
    assert "column 'age'" in refused.message


def test_a_sample_of_which_most_rows_cannot_be_scored(world):
    table = TABLE.astype({"age": "float64"})
    table.loc[: len(table) // 2, "age"] = None
    refused = refusal_of(world, MODEL, table)
    assert refused.code == "sample_refused"
    assert refused.message.startswith("Only 29 of 60 rows of the sample can be scored.\nLine 2: column 'age'")


def test_a_graph_that_does_not_load_is_told_without_where_it_was_laid_out(world, tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"abc")
    refused = refusal_of(world, tmp_path / "x.onnx")
    assert str(tmp_path) not in str(refused)


def test_a_model_without_names_says_what_it_takes(world):
    world.publish(LinearRegression().fit(X.to_numpy(), LABELS), X)
    assert (
        "note         the model does not name its features: it takes the sample's columns, in their order" in world.told
    )


@pytest.mark.parametrize("positive", ["False", "false", False])
def test_truth_values_are_named_in_any_case(world, positive):
    world.publish(LogisticRegression().fit(X, LABELS == 1), TABLE, positive=positive)
    assert json.loads(world.store.objects["m/1/manifest.json"])["output"]["positiveClass"] is False


def test_a_long_label_is_told_in_short(world):
    world.publish(LogisticRegression().fit(X, LABELS), TABLE, labels={0: "x" * 150, 1: "y" * 150})
    assert max(len(line) for line in world.told) < 300


def test_rows_without_a_score_are_told_and_do_no_harm(world):
    table = TABLE.astype({"age": "float64"})
    table.loc[:1, "age"] = None
    published = world.publish(MODEL, table)
    assert (published.rows_scored, published.rows_refused) == (len(table) - 2, 2)
    assert "             2 with refused_by_model in column 'age', first on line 2" in world.told


def test_a_model_whose_answer_depends_on_the_other_rows(world, tmp_path):
    package = tmp_path / "ranks"
    package.mkdir()
    (package / "__init__.py").write_text(
        "def load(folder):\n    return None\n\ndef predict(frame):\n    return frame['age'].rank().to_numpy()\n"
    )
    (tmp_path / "nothing.txt").write_text("x")
    refused = refusal_of(world, tmp_path / "nothing.txt", code=package)
    assert "same row the same score" in refused.message


def test_a_check_that_fails_leaves_the_version_unpromoted(world):
    world.publish(MODEL, TABLE)
    pointer = world.store.objects["m/current.json"]
    world.answer = {"ok": False, "runtime": "classic", "reason": {"code": "versions_differ", "message": "1.0 here."}}
    with pytest.raises(Refused) as refused:
        world.publish(MODEL, TABLE)
    assert refused.value.code == "versions_differ"
    assert "m@2 is published and not promoted" in refused.value.message
    assert "m/2/manifest.json" in world.store.objects
    assert world.store.objects["m/current.json"] == pointer


def test_a_pickle_of_another_scikit_learn_is_refused_with_both_versions(world, tmp_path):
    joblib.dump(MODEL, tmp_path / "model.joblib")
    written = (tmp_path / "model.joblib").read_bytes()
    here = MODEL.__getstate__()["_sklearn_version"].encode()
    assert written.count(here) == 1
    (tmp_path / "model.joblib").write_bytes(written.replace(here, b"1.3.2"[: len(here)]))
    refused = refusal_of(world, tmp_path / "model.joblib")
    assert refused.code == "versions_differ"
    assert "scikit-learn 1.3.2" in refused.message
    assert "--python" in refused.remedy
