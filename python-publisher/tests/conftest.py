"""What the tests publish to: a registry in memory, and runtimes with the versions of this environment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dropscore.aws_services import Services
from dropscore.preparation import Work
from dropscore.publishing import Published, publish_with
from dropscore.registry import Stored
from dropscore.request import requested
from dropscore_predictor.versions import installed_version

LIBRARIES = {
    "classic": ("scikit-learn", "xgboost-cpu", "lightgbm", "hdbscan", "skops", "numpy", "scipy", "pandas", "joblib"),
    "onnx": ("onnxruntime", "tokenizers", "numpy", "pandas"),
}
RUNTIMES: Any = {
    name: {"function": name, "python": "3.13", "libraries": {each: installed_version(each) for each in libraries}}
    for name, libraries in LIBRARIES.items()
}


class MemoryStore:
    """A bucket with the conditions of S3."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.before_put: Callable[[str], None] = lambda key: None

    def put_new(self, key: str, body: bytes | Path) -> bool:
        self.before_put(key)
        if key in self.objects:
            return False
        self.objects[key] = body.read_bytes() if isinstance(body, Path) else body
        return True

    def replace(self, key: str, body: bytes, etag: str) -> bool:
        self.before_put(key)
        if self.read(key) is None or self.read(key).etag != etag:
            return False
        self.objects[key] = body
        return True

    def read(self, key: str) -> Stored | None:
        body = self.objects.get(key)
        return None if body is None else Stored(body, sha256(body).hexdigest())

    def versions(self, name: str) -> list[int]:
        folders = {key.split("/")[1] for key in self.objects if key.startswith(f"{name}/")}
        return [int(folder) for folder in folders if folder.isdecimal()]


@dataclass
class World:
    """A stack without AWS."""

    folder: Path
    store: MemoryStore = field(default_factory=MemoryStore)
    answer: Any = field(default_factory=lambda: {"ok": True, "runtime": "classic", "goldenRows": 1})
    checked: list[Any] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _publishes: Iterator[int] = field(default_factory=lambda: iter(range(100)))

    def publish(self, model: Any, sample: pd.DataFrame | Path, name: str = "m", **options: Any) -> Published:
        work_folder = self.folder / f"publish-{next(self._publishes)}"
        work_folder.mkdir()
        work = Work(model, sample, requested(name, **options), work_folder, self.told.append)
        return publish_with(Services(self.store, RUNTIMES, self._check, "s3://models"), work)

    def _check(self, pinned: Any) -> Any:
        self.checked.append(pinned)
        return self.answer


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
