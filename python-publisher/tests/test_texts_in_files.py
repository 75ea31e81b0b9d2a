"""Texts that a CSV does not keep: what looks like a number, a truth value or a missing one."""

import json
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, OneHotEncoder, OrdinalEncoder

from dropscore import Refused
from dropscore.encoders import encoded_columns
from dropscore_predictor.csv_reader import MISSING

COUNTRIES = pd.DataFrame({"country": ["NA", "DE", "FR"] * 20, "age": np.arange(60.0)})
LABELS = [0, 1, 1] * 20
CODES = pd.DataFrame({"plz": ["01067", "10115", "80331"] * 20, "flag": ["True", "False"] * 30, "age": np.arange(60.0)})


def encoding(encoder, columns):
    return make_pipeline(ColumnTransformer([("e", encoder, columns)], remainder="passthrough"), LogisticRegression())


def manifest_of(world):
    return json.loads(world.store.objects["m/1/manifest.json"])


def types_of(world):
    return {feature["name"]: feature["type"] for feature in manifest_of(world)["features"]}


def csv_of(table, tmp_path):
    table.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


@pytest.mark.parametrize("encoder", [OneHotEncoder(handle_unknown="ignore"), OrdinalEncoder()])
def test_a_category_that_reads_as_missing_is_refused_with_both_sides(world, encoder):
    model = encoding(encoder, ["country"]).fit(COUNTRIES, LABELS)
    with pytest.raises(Refused, match=r"'NA' as a category of the column country.*reads as missing") as refused:
        world.publish(model, COUNTRIES)
    assert "Recode it" in refused.value.remedy
    assert world.store.objects == {}


def test_a_booster_that_knows_such_a_category_is_refused(world):
    table = COUNTRIES.astype({"country": "category"})
    model = lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(table, LABELS)
    with pytest.raises(Refused, match="'NA' as a category of the column country"):
        world.publish(model, table)


def test_texts_that_the_model_itself_makes_of_missing_values_are_its_own(world):
    steps = make_pipeline(SimpleImputer(strategy="constant", fill_value="NA"), OneHotEncoder())
    table = COUNTRIES.replace({"country": {"NA": None}}).astype({"country": object})
    world.publish(encoding(steps, ["country"]).fit(table, LABELS), table)
    assert types_of(world) == {"country": "string", "age": "float"}


def test_an_encoder_of_a_dict_that_knows_such_a_text_is_told_since_its_rows_are_refused(world):
    encoder = LabelEncoder().fit(COUNTRIES.country)
    model = LogisticRegression().fit(COUNTRIES.assign(country=encoder.transform(COUNTRIES.country)), LABELS)
    published = world.publish({"model": model, "label_encoders": {"country": encoder}}, COUNTRIES)
    assert published.rows_refused == 20
    assert "note         country has the category NA, which reads as missing in a CSV" in world.told


def test_a_frame_with_such_a_text_is_told(world):
    model = make_pipeline(
        ColumnTransformer([("n", FunctionTransformer(), ["age"])], remainder="drop"), LogisticRegression()
    ).fit(COUNTRIES, LABELS)
    world.publish(model, COUNTRIES)
    assert "note         country holds NA, which reads as missing in a CSV" in world.told


def test_docs_name_every_text_that_reads_as_missing():
    docs = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    listed = docs.partition("### Missing values")[2].partition("\n#")[0]
    assert [text for text in sorted(MISSING) if text and f"`{text}`" not in listed] == []


@pytest.mark.parametrize("encoder", [OneHotEncoder(handle_unknown="ignore"), OrdinalEncoder()])
def test_texts_that_look_like_numbers_or_truth_values_are_what_the_encoder_knows(world, tmp_path, encoder):
    model = encoding(encoder, ["plz", "flag"]).fit(CODES, LABELS)
    published = world.publish(model, csv_of(CODES, tmp_path))
    assert published.rows_refused == 0
    assert types_of(world) == {"plz": "string", "flag": "string", "age": "float"}
    golden = manifest_of(world)["golden"]
    rows = pd.DataFrame(golden["rows"], columns=list(CODES))
    assert [each["score"] for each in golden["outputs"]] == pytest.approx(model.predict_proba(rows)[:, 1])


def test_a_type_that_the_publisher_names_goes_before_what_cells_look_like(world, tmp_path):
    package = tmp_path / "lengths"
    package.mkdir()
    (package / "__init__.py").write_text(
        "def transform(frame):\n    return frame.assign(n=frame['plz'].str.len())[['n']]\n"
    )
    plain = LogisticRegression().fit(pd.DataFrame({"n": CODES.plz.str.len()}), LABELS)
    sample = csv_of(CODES[["plz"]], tmp_path)
    with pytest.raises(Refused, match="can be scored") as refused:
        world.publish(plain, sample, code=package)
    assert "--types COLUMN:string" in refused.value.remedy
    world.publish(plain, sample, code=package, types={"plz": "string"})
    assert types_of(world) == {"plz": "string"}


@pytest.mark.parametrize(("types", "said"), [({"plz": "text"}, "no type 'text'"), ({"zip": "string"}, "names zip")])
def test_types_that_cannot_be_are_refused(world, types, said):
    with pytest.raises(Refused, match=said):
        world.publish(LogisticRegression().fit(CODES[["age"]], LABELS), CODES, types=types)


def test_categories_that_are_numbers_are_found_in_the_booster_itself(world, tmp_path):
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": random.normal(size=200),
            "same": 1.0,
            "plz": pd.Categorical(random.choice([1067, 10115, 80331], 200)),
            "city": pd.Categorical(random.choice(["a", "b"], 200)),
        }
    )
    model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(table, (table.age > 0).astype(int))
    published = world.publish(model, csv_of(table, tmp_path))
    assert published.rows_refused == 0
    assert types_of(world) == {"age": "float", "same": "float", "plz": "category", "city": "category"}
    expected = sorted(model.predict_proba(table)[:, 1])
    scores = [output["score"] for output in manifest_of(world)["golden"]["outputs"]]
    assert (min(scores), max(scores)) == pytest.approx((expected[0], expected[-1]))


def test_encoders_are_found_by_name_position_mask_and_slice_and_inside_wrappers():
    table = CODES[["plz", "age"]]
    for columns in (["plz"], [0], slice(0, 1), [True, False]):
        inner = encoding(OneHotEncoder(), columns)
        for model in (inner, CalibratedClassifierCV(inner, cv=2), GridSearchCV(inner, {}, cv=2)):
            fitted = model.fit(table, LABELS)
            found = [(each.column, each.is_text, each.is_raw) for each in encoded_columns(fitted, list(table))]
            assert found == [("plz", True, True)]
