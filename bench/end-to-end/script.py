"""The straightforward way: pandas, the model's own predict, and boto3's batch_writer, in one process.

    script.py '{"scoresTable": …, "source": …, "model": …, "rows": …, "item": {"jobId": …, "sourceTime": …}}'

Writes the items that the job has written, from the same source with the same model: the first and the last are
compared. Prints the rows a second, from the first read to the last write; libraries are imported before.
"""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any

import boto3
import joblib
import pandas as pd
from tables import table_like

ROWS_A_PARTITION = 1000


def main() -> None:
    wanted = json.loads(sys.argv[1])
    rows = wanted["rows"]
    resource = boto3.resource("dynamodb")
    with table_like(resource.meta.client, wanted["scoresTable"]) as name:
        table = resource.Table(name)
        started = time.perf_counter()
        score(wanted["source"], wanted["model"], rows, wanted["item"], table)
        seconds = time.perf_counter() - started
        for row in (0, rows - 1):
            key = {"pk": partition(wanted["item"]["jobId"], row), "sk": row}
            written = resource.Table(wanted["scoresTable"]).get_item(Key=key)["Item"]
            if table.get_item(Key=key)["Item"] != written:
                sys.exit(f"The item of row {row} is not that of the job.")
    print(json.dumps(rows / seconds))


def score(source: str, model: str, rows: int, job: dict[str, str], table: Any) -> None:
    estimator = joblib.load(model)
    frame = pd.read_csv(source, nrows=rows)
    features = frame.drop(columns="sample_id")
    shares = estimator.predict_proba(features).tolist()
    with table.batch_writer() as batch:
        for row, (record, share) in enumerate(zip(frame["sample_id"].tolist(), shares, strict=True)):
            batch.put_item(Item=item(row, record, share, job))


def item(row: int, record: str, share: list[float], job: dict[str, str]) -> dict[str, Any]:
    malignant, benign = (Decimal(str(each)) for each in share)
    return {
        "pk": partition(job["jobId"], row),
        "sk": row,
        **job,
        "model": "breast-cancer",
        "version": 1,
        "row": row,
        "line": row + 2,
        "recordId": record,
        "record": f"breast-cancer#{record}",
        "recordOrder": f"{job['sourceTime']}#00000001#{job['jobId']}#{row:012d}",
        "prediction": "malignant" if malignant > benign else "benign",
        "score": malignant,
        "tier": "high" if malignant >= Decimal("0.8") else "medium" if malignant >= Decimal("0.2") else "low",
        "probabilities": {"malignant": malignant, "benign": benign},
    }


def partition(job_id: str, row: int) -> str:
    return f"{job_id}#{row // ROWS_A_PARTITION}"


if __name__ == "__main__":
    main()
