"""Models, messages and chunks for tests, and what they need around them."""

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from dropscore_predictor import keys
from dropscore_predictor.classes import readable_classes
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.patience import Patience
from dropscore_predictor.records import locate
from dropscore_predictor.scored_chunk import ScoredChunk, scored_chunk
from dropscore_predictor.table import Table
from dropscore_predictor.typed_rows import typed_rows

JOB_ID = "3f1c9a7e0b2d4c5e6f708192"
JOB_TIME = "2026-11-20T19:00:00.000Z"
SOURCE = {"bucket": "input", "key": "incoming/m/a.csv", "versionId": "v1"}


def a_manifest(features: list[Any], output: dict | None = None, **fields: Any) -> dict:
    """Features are names, or whole entries."""
    return {
        "name": "m",
        "version": 1,
        "runtime": "classic",
        "format": "joblib",
        "artifacts": [{"path": "model.joblib", "sha256": "0" * 64, "bytes": 0}],
        "libraries": {},
        "python": "3.13",
        "features": [{"name": entry, "type": "float"} if isinstance(entry, str) else entry for entry in features],
        "output": output or {"kind": "regression"},
        "publishedAt": JOB_TIME,
        **fields,
    }


def a_model(estimator: Any, manifest: dict) -> LoadedModel:
    return LoadedModel(manifest, estimator, readable_classes(manifest, estimator))


def dumped(estimator: Any) -> bytes:
    body = io.BytesIO()
    joblib.dump(estimator, body)
    return body.getvalue()


def with_artifact(manifest: dict, body: bytes) -> dict:
    artifact = {"path": "model.joblib", "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    return {**manifest, "artifacts": [artifact]}


def a_message(header: bytes, data: bytes, **fields: Any) -> dict:
    delimiter = fields.get("dialect", {}).get("delimiter", ",")
    reference = {
        "object": SOURCE,
        "byteStart": len(header),
        "byteEnd": len(header) + len(data),
        "firstRow": 0,
        "firstLine": 2,
        "rowCount": len(locate(data, delimiter)),
    }
    return {
        "jobId": JOB_ID,
        "chunk": 0,
        "attempt": 1,
        "source": SOURCE,
        "format": "csv",
        "reference": reference | fields.pop("reference", {}),
        "header": {"object": SOURCE, "byteStart": 0, "byteEnd": len(header)},
        "dialect": {"delimiter": ",", "decimal": "."},
        "model": {"name": "m", "version": 1, "manifestSha256": "0" * 64, "runtime": "classic"},
        "output": "both",
        "sourceTime": JOB_TIME,
        **fields,
    }


def score_text(
    text: str | bytes, model: LoadedModel, forgotten: frozenset[str] = frozenset(), **fields: Any
) -> ScoredChunk:
    """Scores a whole file's text as one chunk."""
    data = text.encode() if isinstance(text, str) else text
    header_end = int(locate(data, fields.get("dialect", {}).get("delimiter", ",")).ends[0])
    message = a_message(data[:header_end], data[header_end:], **fields)
    rows = csv_rows(message, data[:header_end], data[header_end:], model.manifest)
    return scored_chunk(message, rows, model, forgotten)


def a_typed_message(message_format: str, data: bytes, rows: int, **fields: Any) -> dict:
    """For a chunk of an array in place (`matrix`, with that field), or of a staged one (`staged`)."""
    reference = {"object": SOURCE, "byteStart": 0, "byteEnd": len(data), "firstRow": 0, "rowCount": rows}
    message = a_message(b"", b"", format=message_format, **fields)
    del message["header"], message["dialect"]
    return {**message, "reference": reference | fields.get("reference", {})}


def score_table(table: Table, model: LoadedModel, **fields: Any) -> ScoredChunk:
    """Scores a whole table as one chunk."""
    message = a_typed_message("staged", b"", table.rows, **fields)
    return scored_chunk(message, typed_rows(table, model.manifest), model)


def errors_of(chunk: ScoredChunk) -> dict[int, tuple]:
    return {index: (error["code"], error.get("column")) for index in chunk.errors if (error := chunk.errors.get(index))}


def no_patience() -> Patience:
    """Never sleeps, and has no end."""
    return Patience(lambda: 10**9, sleep=lambda _: None)


class FolderStore:
    """The models bucket as a folder; notes what was asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.asked: list[str] = []

    def read(self, key: str, most_bytes: int, patience: Patience) -> bytes | None:
        self.asked.append(key)
        path = self._folder / key
        return path.read_bytes()[: most_bytes + 1] if path.is_file() else None

    def download(self, key: str, target: Path, most_bytes: int, patience: Patience) -> bool:
        body = self.read(key, most_bytes, patience)
        if body is not None:
            target.write_bytes(body)
        return body is not None

    def publish(self, manifest: dict, artifact: bytes, name: str = "m") -> dict:
        """Puts a manifest and its artifact where the registry looks for version 1 of a model; answers its pin."""
        body = json.dumps(manifest).encode()
        place = self._folder / keys.manifest_key(name, 1)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        (place.parent / "model.joblib").write_bytes(artifact)
        sha256 = hashlib.sha256(body).hexdigest()
        return {"name": name, "version": 1, "manifestSha256": sha256, "runtime": "classic"}


def read_json(item: dict) -> dict:
    """An item as the JSON that its contract describes."""
    return {name: _value(attribute) for name, attribute in item.items()}


def _value(attribute: dict) -> Any:
    ((kind, value),) = attribute.items()
    if kind == "N":
        return json.loads(value)
    if kind == "M":
        return read_json(value)
    if kind == "B":
        # The wire has base 64, and botocore gives the bytes.
        return np.frombuffer(value if isinstance(value, bytes) else base64.b64decode(value), "<f4").tolist()
    return [_value(entry) for entry in value] if kind == "L" else value


class Linear:
    """A regression by hand: the sum of the features, whatever it is; refuses what a test tells it to."""

    def __init__(self, refuses: Any = None) -> None:
        self.refuses = refuses
        self.calls: list[int] = []

    def predict(self, features: pd.DataFrame) -> Any:
        self.calls.append(len(features))
        if self.refuses is not None:
            self.refuses(features)
        return features.sum(axis=1, skipna=False).to_numpy(dtype=float)
