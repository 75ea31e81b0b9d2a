"""The virality sample model: one joblib file that holds encoders, a scaler and two XGBoost models to be averaged.

Its artifacts are written as a training script leaves them; publishing them is `dropscore model publish`'s part.
"""

from pathlib import Path

import joblib
import pandas as pd
from sklearn.preprocessing import LabelEncoder, StandardScaler
from xgboost import XGBRegressor

from generated_posts import SEED, posts
from virality_features import CATEGORIES, transform

TRAINING_POSTS = 4_000

SCALED = ["hook_length", "caption_length", "caption_words", "length", "followers"]


def write_virality_model(path: Path) -> None:
    """Writes the bundle."""
    joblib.dump(train(), path)


def write_virality(path: Path, count: int) -> None:
    """Posts that the model was not trained on."""
    table: pd.DataFrame = posts(count, SEED + count)[0]
    table.to_csv(path, index=False, lineterminator="\n")


def train() -> dict[str, object]:
    """Fits the bundle. Each model sees the posts with other trees; both give a virality from 0 to 1."""
    table, virality = posts(TRAINING_POSTS)
    features = transform(table)
    encoders = {name: LabelEncoder().fit(features[name]) for name in CATEGORIES}
    scaler = StandardScaler().fit(features[SCALED])
    inputs = features.assign(**{name: encoder.transform(features[name]) for name, encoder in encoders.items()})
    inputs[SCALED] = scaler.transform(features[SCALED])
    deep, shallow = (
        XGBRegressor(
            objective="reg:logistic",
            n_estimators=trees,
            max_depth=depth,
            learning_rate=0.1,
            n_jobs=1,
            random_state=depth,
        ).fit(inputs, virality)
        for trees, depth in ((150, 5), (300, 3))
    )
    return {
        "label_encoders": encoders,
        "scaler": scaler,
        "scaled_features": SCALED,
        "models": [deep, shallow],
        "weights": [0.5, 0.5],
    }
