"""The forgetting-curve sample model, on generated reviews: how likely a card is still remembered.

A joblib dict whose key `sklearn_model` holds the estimator, as a training script leaves it.
"""

import math
import random
from pathlib import Path

import joblib
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

SEED = 20261122
TRAINING_REVIEWS = 6_000
SAMPLE_REVIEWS = 300

FEATURES = {"hours_since_review": -1, "repetitions": 1, "lapses": -1, "difficulty": -1}
"""With the way in which each may move the probability: what is remembered longer was never seen later."""


def write_forgetting_curve_model(path: Path) -> None:
    """Writes the dict."""
    table, recalled = reviews(TRAINING_REVIEWS)
    estimator = HistGradientBoostingClassifier(max_iter=80, max_depth=4, monotonic_cst=FEATURES, random_state=0)
    estimator.fit(table[list(FEATURES)], recalled)
    joblib.dump({"sklearn_model": estimator, "trained_on": "generated reviews"}, path)


def write_forgetting_curve(path: Path) -> None:
    """300 reviews that the model was not trained on."""
    reviews(SAMPLE_REVIEWS, SEED + 1)[0].to_csv(path, index=False, lineterminator="\n")


def reviews(count: int, seed: int = SEED) -> tuple[pd.DataFrame, pd.Series]:
    """Draws reviews, and whether each card was recalled (1) or not (0)."""
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    rows = [_review(chance, number) for number in range(1, count + 1)]
    recalled = [int(chance.random() < recall_probability(**row)) for _, row in rows]
    table = pd.DataFrame([{"review_id": name, **row} for name, row in rows])
    return table, pd.Series(recalled, name="recalled")


def _review(chance: random.Random, number: int) -> tuple[str, dict[str, float]]:
    repetitions = chance.randrange(1, 11)
    return f"review-{number:06d}", {
        "hours_since_review": round(chance.lognormvariate(3.5, 1.4), 2),
        "repetitions": repetitions,
        "lapses": chance.randrange(0, repetitions),
        "difficulty": round(chance.uniform(1, 10), 1),
    }


def recall_probability(hours_since_review: float, repetitions: float, lapses: float, difficulty: float) -> float:
    """Ebbinghaus's curve, exp(-hours / strength). The strength in hours is made up."""
    strength = 24 * 1.7 ** (repetitions - 1) * 0.6**lapses * math.exp((5 - difficulty) / 6)
    return math.exp(-hours_since_review / max(strength, 1.0))
