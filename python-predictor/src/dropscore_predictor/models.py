"""The models that this process has loaded, from the registry: `<model>/<version>/manifest.json` and its artifacts."""

import hashlib
import json
import os
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import keys
from .classes import Classes, readable_classes
from .contracts import ContractViolation, validate
from .contracts.types import Artifact, ModelManifest, PinnedModel
from .errors import JobFailed, printable
from .loaders import Estimator, load_estimator
from .patience import Patience

KEPT_IN_MEMORY = 3


class ModelStore(Protocol):
    """The models bucket."""

    def read(self, key: str, patience: Patience) -> bytes | None:
        """The object's bytes; None where there is none."""

    def download(self, key: str, target: Path, patience: Patience) -> bool:
        """Writes the object to a file; False where there is none."""


@dataclass(frozen=True)
class LoadedModel:
    """A model version, ready to predict."""

    manifest: ModelManifest
    estimator: Estimator
    classes: Classes


class ModelRegistry:
    """Loads each pinned version once a process, and keeps its files for the next process of the same machine.

    The pinned sha256 is that of the manifest, and the manifest holds those of the artifacts: nothing is parsed or
    loaded before its hash was compared.
    """

    def __init__(self, store: ModelStore, runtime: str, folder: Path) -> None:
        self._store = store
        self._runtime = runtime
        self._folder = folder
        self._loaded: OrderedDict[str, LoadedModel] = OrderedDict()

    def load(self, pinned: PinnedModel, patience: Patience) -> LoadedModel:
        """The pinned version.

        Raises:
            JobFailed: It is missing, not what was pinned, invalid, or does not load.
        """
        sha256 = pinned["manifestSha256"]
        if sha256 not in self._loaded:
            manifest = self._manifest(pinned, patience)
            paths = [self._artifact(pinned, artifact, patience) for artifact in manifest["artifacts"]]
            estimator = load_estimator(manifest, paths)
            self._loaded[sha256] = LoadedModel(manifest, estimator, readable_classes(manifest, estimator))
            if len(self._loaded) > KEPT_IN_MEMORY:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(sha256)
        return self._loaded[sha256]

    def _manifest(self, pinned: PinnedModel, patience: Patience) -> ModelManifest:
        name = f"{pinned['name']} version {pinned['version']}"
        if pinned["runtime"] != self._runtime:
            raise JobFailed("unknown_runtime", f"{name} needs {pinned['runtime']}; this runtime is {self._runtime}.")
        body = self._store.read(keys.manifest_key(pinned["name"], pinned["version"]), patience)
        if body is None:
            raise JobFailed("model_missing", f"{name} has no manifest in the models bucket any more.")
        if hashlib.sha256(body).hexdigest() != pinned["manifestSha256"]:
            raise JobFailed("model_changed", f"The manifest of {name} is not the one that the job was opened with.")
        manifest = _parsed(body, name)
        if (manifest["name"], manifest["version"]) != (pinned["name"], pinned["version"]):
            raise JobFailed("model_invalid", f"The manifest of {name} is that of another model or version.")
        return manifest

    def _artifact(self, pinned: PinnedModel, artifact: Artifact, patience: Patience) -> Path:
        """The verified file; downloaded beside its place and moved there whole, so that no half of one is ever used."""
        path = self._folder / pinned["manifestSha256"] / artifact["path"]
        if _is(path, artifact):
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            key = keys.artifact_key(pinned["name"], pinned["version"], artifact["path"])
            if not self._store.download(key, temporary, patience):
                raise JobFailed("model_missing", f"The artifact {artifact['path']} is missing in the models bucket.")
            if not _is(temporary, artifact):
                raise JobFailed("artifact_corrupt", f"The artifact {artifact['path']} is not what its manifest says.")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        return path


def _parsed(body: bytes, name: str) -> ModelManifest:
    try:
        manifest: ModelManifest = json.loads(body)
        validate("model-manifest", manifest)
    except (ValueError, ContractViolation) as error:
        cause = str(error) if isinstance(error, ContractViolation) else "it is not JSON"
        raise JobFailed("model_invalid", printable(f"The manifest of {name}: {cause}", 500)) from error
    return manifest


def _is(path: Path, artifact: Artifact) -> bool:
    if not path.is_file() or path.stat().st_size != artifact["bytes"]:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == artifact["sha256"]
