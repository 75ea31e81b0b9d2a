"""Models of an older scikit-learn, made by the interpreter of a runtime that has it."""

from pathlib import Path

import joblib
from case import Case, Row, binary
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tables import BINARY, CITY, GAPS, NOTES, NUMBERS, VALUE

_MIXED = NUMBERS.join(CITY).join(NOTES)


def cases() -> list[Case]:
    """Text, categories and missing numbers: where releases of pandas and scikit-learn differ most."""
    columns = make_column_transformer(
        (TfidfVectorizer(), "note"), (OneHotEncoder(), ["city"]), (StandardScaler(), list(NUMBERS))
    )
    churn = make_pipeline(columns, LogisticRegression()).fit(_MIXED, BINARY)
    value = HistGradientBoostingRegressor(max_iter=10, min_samples_leaf=5).fit(GAPS, VALUE)

    def write(model: object, name: str, folder: Path) -> Path:
        joblib.dump(model, folder / name)
        return folder / name

    def churn_rows(table: object) -> list[Row]:
        return binary("leaves", churn.predict_proba(table)[:, 0], "stays")

    return [
        Case(
            "older-text",
            _MIXED,
            lambda folder: write(churn, "model.joblib", folder),
            churn_rows,
            ["--positive", "leaves"],
            kind="binary",
            runtime="older-sklearn",
        ),
        Case(
            "older-gaps",
            GAPS,
            lambda folder: write(value, "model.joblib", folder),
            lambda table: [{"prediction": number} for number in value.predict(table).tolist()],
            runtime="older-sklearn",
        ),
    ]
