"""Every format and kind of output, from the model in a notebook or the file on the disk to its manifest."""

import json

import hdbscan
import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import skl2onnx
import skops.io
import xgboost
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler

from tables import FEATURES, LABELS, ROWS, THREE, categories, numbers, texts

TABLE = numbers()
X = TABLE[FEATURES]


def manifest_of(world, published):
    return json.loads(world.store.objects[f"m/{published.version}/manifest.json"])


def test_a_pipeline_of_a_notebook_becomes_a_pickle_with_features_classes_and_golden_rows(world):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, LABELS)
    published = world.publish(
        model, TABLE, id_column="id", labels={0: "stays", 1: "leaves"}, positive="stays", tiers={"high": 0.5, "low": 0}
    )
    manifest = manifest_of(world, published)
    assert manifest["format"] == "joblib"
    assert manifest["features"] == [{"name": name, "type": "float"} for name in FEATURES]
    assert manifest["idColumn"] == "id"
    assert set(manifest["libraries"]) == {"joblib", "numpy", "scikit-learn"}
    assert manifest["output"] == {
        "kind": "binary",
        "classes": [0, 1],
        "labels": {"0": "stays", "1": "leaves"},
        "positiveClass": 0,
        "tiers": [{"name": "low", "from": 0.0}, {"name": "high", "from": 0.5}],
    }
    golden = manifest["golden"]
    for row, output in zip(golden["rows"], golden["outputs"], strict=True):
        own = model.predict_proba(pd.DataFrame([row], columns=FEATURES))[0]
        assert output["probabilities"] == pytest.approx(own, abs=1e-12)
        assert output["score"] == output["probabilities"][0]


def test_a_regression_keeps_the_borders_of_its_histogram_over_versions(world):
    first = manifest_of(world, world.publish(Ridge().fit(X, LABELS), TABLE))
    second = manifest_of(world, world.publish(Ridge().fit(X, LABELS * 500), TABLE))
    edges = first["output"]["histogramEdges"]
    predicted = Ridge().fit(X, LABELS).predict(X)
    assert edges == sorted(set(edges))
    assert edges[0] < predicted.min()
    assert edges[-1] > predicted.max()
    assert second["output"]["histogramEdges"] == edges


@pytest.mark.parametrize(
    ("kind", "model", "given"),
    [
        ("multiclass", LogisticRegression().fit(X, THREE), TABLE),
        ("cluster", KMeans(3, n_init=1, random_state=1).fit(X), TABLE),
        ("multi", LinearRegression().fit(X, np.c_[LABELS, LABELS]), TABLE),
        ("embedding", make_pipeline(TfidfVectorizer(), TruncatedSVD(2)).fit(texts().caption), texts()),
        ("binary", make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts().caption, LABELS), texts()),
        ("cluster", hdbscan.HDBSCAN(prediction_data=True).fit(X.to_numpy().copy()), X),
    ],
)
def test_the_kind_of_output_is_found(world, kind, model, given):
    published = world.publish(model, given)
    assert published.kind == kind
    assert published.rows_scored == ROWS


def test_several_outputs_are_named_as_asked(world):
    published = world.publish(LinearRegression().fit(X, np.c_[LABELS, LABELS]), TABLE, outputs=["a", "b"])
    assert manifest_of(world, published)["output"] == {"kind": "multi", "names": ["a", "b"]}


@pytest.mark.parametrize("ending", ["json", "ubj"])
def test_an_xgboost_file(world, tmp_path, ending):
    file = tmp_path / f"some.{ending}"
    xgboost.XGBClassifier(n_estimators=3).fit(X, LABELS).save_model(file)
    manifest = manifest_of(world, world.publish(file, TABLE))
    assert manifest["format"] == "xgboost"
    assert manifest["artifacts"][0]["path"] == f"model.{ending}"
    assert [feature["name"] for feature in manifest["features"]] == FEATURES
    assert manifest["golden"]["tolerance"] == 1e-5
    assert len(manifest["libraries"]) == 1


def test_a_lightgbm_model_has_the_names_of_the_sample_where_it_lost_their_blanks(world):
    model = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(X, LABELS)
    manifest = manifest_of(world, world.publish(model, TABLE))
    assert (manifest["format"], manifest["artifacts"][0]["path"]) == ("lightgbm", "model.txt")
    assert [feature["name"] for feature in manifest["features"]] == FEATURES


@pytest.mark.parametrize(
    "model",
    [
        xgboost.XGBClassifier(enable_categorical=True, n_estimators=3),
        lightgbm.LGBMClassifier(n_estimators=3, verbose=-1),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_categories_are_those_that_the_booster_knows(world, tmp_path, model, as_file):
    table = categories()
    fitted = model.fit(table, LABELS)
    table.to_csv(tmp_path / "rows.csv", index=False)
    manifest = manifest_of(world, world.publish(fitted, tmp_path / "rows.csv" if as_file else table))
    assert manifest["features"] == [
        {"name": "plan", "type": "category", "categories": ["w", "x", "y", "z"]},
        {"name": "paid", "type": "boolean"},
        {"name": "age", "type": "float"},
    ]


def test_a_skops_file(world, tmp_path):
    skops.io.dump(Ridge().fit(X, LABELS), tmp_path / "model.skops")
    manifest = manifest_of(world, world.publish(tmp_path / "model.skops", TABLE))
    assert manifest["format"] == "skops"
    assert set(manifest["libraries"]) == {"numpy", "scikit-learn", "skops"}


def test_an_onnx_graph_goes_to_the_runtime_that_has_its_library(world):
    matrix = X.to_numpy(np.float32)
    graph = skl2onnx.to_onnx(LogisticRegression().fit(matrix, THREE), matrix[:1], target_opset=17)
    published = world.publish(graph, X)
    manifest = manifest_of(world, published)
    assert (published.runtime, published.kind) == ("onnx", "multiclass")
    assert manifest["output"]["classes"] == ["low", "mid", "top"]
    assert world.checked[0]["runtime"] == "onnx"


def test_a_graph_of_several_numbers_that_are_no_probabilities_has_several_outputs(world):
    matrix = X.to_numpy(np.float32)
    linear = LinearRegression().fit(matrix, np.c_[LABELS, LABELS * 9, LABELS])
    assert world.publish(skl2onnx.to_onnx(linear, matrix[:1], target_opset=17), X).kind == "multi"


def test_a_bundle_of_encoders_scaler_and_models(world, tmp_path):
    table = categories()
    encoder = LabelEncoder().fit(list("wxyz"))
    coded = table.assign(plan=encoder.transform(table.plan), paid=table.paid.astype(float))
    scaler = StandardScaler().fit(coded)
    scaled = pd.DataFrame(scaler.transform(coded), columns=coded.columns)
    models = [xgboost.XGBClassifier(n_estimators=count).fit(scaled, LABELS) for count in (2, 4)]
    bundle = {"xgb_models": models, "scaler": scaler, "label_encoders": {"plan": encoder}, "weights": [3, 1]}
    joblib.dump(bundle, tmp_path / "bundle.pkl", compress=3)
    manifest = manifest_of(world, world.publish(tmp_path / "bundle.pkl", table))
    assert manifest["parts"] == {
        "models": ["xgb_models"],
        "weights": [3.0, 1.0],
        "scaler": "scaler",
        "scaled": ["plan", "paid", "age"],
        "encoders": "label_encoders",
    }
    assert manifest["features"][0] == {"name": "plan", "type": "category", "categories": ["w", "x", "y", "z"]}
    expected = np.average([model.predict_proba(scaled)[:, 1] for model in models], axis=0, weights=[3, 1])
    first = manifest["golden"]["rows"][0]
    row = table.index[table.age == first[2]][0]
    assert manifest["golden"]["outputs"][0]["score"] == pytest.approx(expected[row], abs=1e-6)


def test_the_classes_of_a_bundle_read_as_its_target_encoder_has_them(world):
    bundle = {"model": LogisticRegression().fit(X, LABELS), "label_encoder": LabelEncoder().fit(["no", "yes"])}
    manifest = manifest_of(world, world.publish(bundle, TABLE, positive="yes"))
    assert manifest["output"]["labels"] == {"0": "no", "1": "yes"}
    assert manifest["output"]["positiveClass"] == 1


def test_a_model_in_a_dict_under_a_key_of_its_own_is_named(world):
    bundle = {"champion": Ridge().fit(X, LABELS), "challenger": Ridge().fit(X, LABELS), "note": "of May"}
    manifest = manifest_of(world, world.publish({"sklearn_model": bundle["champion"], "note": "of May"}, TABLE))
    assert manifest["parts"] == {"models": ["sklearn_model"]}
    manifest = manifest_of(world, world.publish(bundle, TABLE, key="champion,challenger"))
    assert manifest["parts"] == {"models": ["champion", "challenger"]}
