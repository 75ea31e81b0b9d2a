"""Fits a second version of a sample model, and compares both versions' scores by pandas: the independent result.

Writes the second version's artifact; prints the figures as JSON.
"""

import json
import sys

import joblib
import numpy as np
import pandas as pd

first_file, second_file, csv_file, positive, *features = sys.argv[1:]
table = pd.read_csv(csv_file)
first, second = joblib.load(first_file), joblib.load(first_file)
second.set_params(logisticregression__C=0.001)
second.fit(table[features], first.predict(table[features]))
joblib.dump(second, second_file)

scores = pd.DataFrame(
    {
        name: model.predict_proba(table[features])[:, list(model.classes_).index(int(positive))]
        for name, model in (("before", first), ("after", second))
    }
)
difference = scores["after"] - scores["before"]
tiers = scores.apply(lambda column: pd.cut(column, [0, 0.2, 0.8, 1.1], right=False, labels=["low", "medium", "high"]))
labels = scores.map(lambda share: "malignant" if share > 0.5 else "benign")  # noqa: PLR2004 - as predict decides


def matrix(names: pd.DataFrame) -> dict[str, int]:
    counts = names.astype(str).value_counts()
    return {" ".join(pair): int(rows) for pair, rows in counts.items() if rows}


edges = [-np.inf, *(step / 20 for step in range(21)), np.inf]
counts = scores.apply(lambda column: pd.cut(column, edges, right=False).value_counts(sort=False))
shares = counts[counts.sum(axis=1) > 0].clip(lower=0.5) / len(scores)
furthest = difference.abs().sort_values(ascending=False, kind="stable").head(10).index
print(
    json.dumps(
        {
            "rows": len(scores),
            "mean": difference.mean(),
            "m2": ((difference - difference.mean()) ** 2).sum(),
            "quantiles": {
                f"p{percent}": difference.quantile(percent / 100, interpolation="lower")
                for percent in (1, 5, 25, 50, 75, 95, 99)
            },
            "psi": ((shares["after"] - shares["before"]) * np.log(shares["after"] / shares["before"])).sum(),
            "tiers": matrix(tiers),
            "tiersChanged": int((tiers["before"] != tiers["after"]).sum()),
            "labels": matrix(labels),
            "moved": furthest.tolist(),
        }
    )
)
