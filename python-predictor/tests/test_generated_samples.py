"""The generated samples: the feature code holds up, and the models have learnt the rule that made their data."""

import joblib
import numpy as np
import pandas as pd
import pytest

from forgetting_curve_model import FEATURES, reviews
from generated_posts import posts
from virality_features import transform

UNSEEN = 4


def test_features_are_counted_in_awkward_texts_and_none():
    frame = pd.DataFrame(
        {
            "text_hook": ["Why?! 🔥", np.nan],
            "caption": ['He said "no",\r\nthen yes! #a #b # c 😂', np.nan],
            "category": ["food", "food"],
            "subcategory": ["baking", "baking"],
            "length": [12.5, np.nan],
            "uploaded_at": ["2026-11-20T23:59:59Z", "yesterday"],
            "followers": [0.0, -5.0],
        }
    )
    first, second = transform(frame).to_dict("records")
    assert first == {
        "hook_length": 7,
        "hook_asks": 1,
        "caption_length": 36,
        "caption_words": 10,
        "hashtags": 2,
        "exclamation_marks": 2,
        "emoji": 1,
        "upload_hour": 23,
        "upload_weekday": 4,
        "length": 12.5,
        "followers": 0,
        "category": "food",
        "subcategory": "baking",
    }
    assert np.isnan([second["upload_hour"], second["upload_weekday"], second["length"]]).all()
    assert [second["hook_length"], second["caption_words"], second["followers"]] == [0, 0, 0]


def test_a_row_has_the_same_features_alone_as_among_others():
    table, _ = posts(50, seed=UNSEEN)
    alone = pd.concat([transform(table.iloc[[row]]) for row in range(len(table))])
    pd.testing.assert_frame_equal(alone, transform(table))


def test_the_bundle_ranks_unseen_posts_by_their_virality(samples):
    bundle = joblib.load(samples / "virality/bundle.joblib")
    table, virality = posts(1_000, seed=UNSEEN)
    features = transform(table)
    for name, encoder in bundle["label_encoders"].items():
        features[name] = encoder.transform(features[name])
    features[bundle["scaled_features"]] = bundle["scaler"].transform(features[bundle["scaled_features"]])
    predicted = pd.Series(np.mean([model.predict(features) for model in bundle["models"]], axis=0))
    assert predicted.between(0, 1).all()
    tiers = virality.groupby(np.digitize(predicted, [0.4, 0.6, 0.8])).mean()
    assert tiers.to_list() == pytest.approx([0.15, 0.5, 0.7, 0.88], abs=0.06)


def test_memory_fades_with_time_and_holds_with_repetition(samples):
    estimator = joblib.load(samples / "forgetting-curve/model.joblib")["sklearn_model"]

    def recall(**review):
        return estimator.predict_proba(pd.DataFrame(review)[list(FEATURES)])[:, 1]

    over_time = recall(hours_since_review=[1, 24, 240, 2400], repetitions=[3] * 4, lapses=[0] * 4, difficulty=[5] * 4)
    assert (np.diff(over_time) < 0).all()
    learnt = recall(hours_since_review=[48] * 3, repetitions=[1, 4, 8], lapses=[0] * 3, difficulty=[5] * 3)
    assert (np.diff(learnt) > 0).all()


def test_the_generated_tables_name_every_row():
    assert posts(100)[0]["post_id"].is_unique
    assert reviews(100)[0]["review_id"].is_unique
