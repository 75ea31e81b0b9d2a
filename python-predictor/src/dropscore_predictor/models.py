"""The models that this process has loaded, from the registry: `<model>/<version>/manifest.json` and its artifacts.

The pinned sha256 is that of the manifest, and the manifest holds those of the artifacts: nothing is parsed or loaded
before its hash was compared. Then versions are compared, what a pickle names, and what comes of the golden rows.
"""

import gc
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import keys
from .classes import readable_classes
from .contracts import ContractViolation, validate
from .contracts.types import ModelManifest, PinnedModel
from .errors import JobFailed, printable
from .golden import refuse_difference
from .loaded_model import LoadedModel
from .loading import load_estimator
from .model_files import HeldFolder, ModelFiles, ModelStore
from .patience import Patience
from .versions import Runtime, refuse_skew

MODELS_SHARE = 0.25
"""Of the function's memory, by the size of the artifacts. A loaded model takes about as much as its file, up to three
times that if it is compressed, and as much again while it is loaded; the interpreter with its libraries takes some
400 MB, and a chunk its part."""

MOST_MODELS = 16
"""However small they are: each may bring modules and threads of its own."""

MOST_MANIFEST_BYTES = 8 << 20
"""Categories make one large, and 10,000 of them take some 200 KB."""


@dataclass(frozen=True)
class _Kept:
    model: LoadedModel
    files: HeldFolder
    size: int


class ModelRegistry:
    """Loads each pinned version once a process, for as long as there is room for it."""

    def __init__(
        self,
        store: ModelStore,
        runtime: str,
        folder: Path,
        memory_bytes: int,
        runtimes: Mapping[str, Runtime] | None = None,
    ) -> None:
        """Loads nothing yet.

        Args:
            store: The models bucket.
            runtime: This runtime's name.
            folder: Where artifacts are kept, for this process and the next.
            memory_bytes: What the function has.
            runtimes: All that are deployed, to name one in a refusal.
        """
        self._store = store
        self._runtime = runtime
        self._runtimes = runtimes or {}
        self._files = ModelFiles(store, runtime, folder)
        self._most_bytes = int(memory_bytes * MODELS_SHARE)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def load(self, pinned: PinnedModel, patience: Patience) -> LoadedModel:
        """The pinned version. Those that were used longest ago go, before it is loaded, if they take too much.

        Raises:
            JobFailed: It is missing, not what was pinned, invalid, does not load, or does not compute what it did.
        """
        sha256 = pinned["manifestSha256"]
        if sha256 not in self._kept:
            manifest = self._manifest(pinned, patience)
            refuse_skew(manifest, self._runtime, self._runtimes)
            size = sum(artifact["bytes"] for artifact in manifest["artifacts"])
            self._make_room(size)
            files = self._fetch(pinned, manifest, patience)
            self._kept[sha256] = _Kept(_loaded(manifest, files), files, size)
        self._kept.move_to_end(sha256)
        return self._kept[sha256].model

    def _make_room(self, size: int) -> None:
        taken = sum(kept.size for kept in self._kept.values())
        while self._kept and (taken + size > self._most_bytes or len(self._kept) >= MOST_MODELS):
            taken -= self._drop_oldest()

    def _drop_oldest(self) -> int:
        _, oldest = self._kept.popitem(last=False)
        oldest.files.release()
        size = oldest.size
        del oldest
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return size

    def _fetch(self, pinned: PinnedModel, manifest: ModelManifest, patience: Patience) -> HeldFolder:
        """With the other models out of the way where the disk is too small for all: what is loaded keeps its files."""
        while True:
            try:
                return self._files.fetch(pinned, manifest, patience)
            except JobFailed as failure:
                if failure.code != "no_room_for_model" or not self._kept:
                    raise
            self._drop_oldest()

    def _manifest(self, pinned: PinnedModel, patience: Patience) -> ModelManifest:
        name = f"{pinned['name']} version {pinned['version']}"
        if pinned["runtime"] != self._runtime:
            raise JobFailed("unknown_runtime", f"{name} needs {pinned['runtime']}; this runtime is {self._runtime}.")
        body = self._store.read(keys.manifest_key(pinned["name"], pinned["version"]), MOST_MANIFEST_BYTES, patience)
        if body is None:
            raise JobFailed("model_missing", f"{name} has no manifest in the models bucket any more.")
        if len(body) > MOST_MANIFEST_BYTES:
            raise JobFailed("model_invalid", f"The manifest of {name} is larger than {MOST_MANIFEST_BYTES >> 20} MiB.")
        if hashlib.sha256(body).hexdigest() != pinned["manifestSha256"]:
            raise JobFailed("model_changed", f"The manifest of {name} is not the one that the job was opened with.")
        manifest = _parsed(body, name)
        if (manifest["name"], manifest["version"]) != (pinned["name"], pinned["version"]):
            raise JobFailed("model_invalid", f"The manifest of {name} is that of another model or version.")
        _refuse_collision(manifest, name)
        return manifest


def _parsed(body: bytes, name: str) -> ModelManifest:
    try:
        manifest: ModelManifest = json.loads(body)
        validate("model-manifest", manifest)
    except RecursionError as error:
        raise JobFailed("model_invalid", f"The manifest of {name} is nested too deep.") from error
    except (ValueError, ContractViolation) as error:
        cause = str(error) if isinstance(error, ContractViolation) else "it is not JSON"
        raise JobFailed("model_invalid", printable(f"The manifest of {name}: {cause}", 500)) from error
    return manifest


def _refuse_collision(manifest: ModelManifest, name: str) -> None:
    """A path is an artifact's or a folder's, and no other artifact's."""
    paths = [PurePosixPath(artifact["path"]) for artifact in manifest["artifacts"]]
    taken = [*paths, *{parent for path in paths for parent in path.parents}]
    if len(set(taken)) < len(taken):
        path = printable(next(str(path) for path in taken if taken.count(path) > 1), 200)
        raise JobFailed("model_invalid", f"The manifest of {name} has two artifacts at {path}, or a folder there.")


def _loaded(manifest: ModelManifest, files: HeldFolder) -> LoadedModel:
    # Libraries are imported with the first model of their format, and the collector would walk them again and again.
    gc.disable()
    try:
        estimator = load_estimator(manifest, files.path)
        model = LoadedModel(manifest, estimator, readable_classes(manifest, estimator))
        refuse_difference(model)
    except BaseException:
        files.release()
        raise
    finally:
        gc.enable()
    gc.freeze()
    return model
