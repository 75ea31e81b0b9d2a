"""The manifest, as far as it is known at each step of a publish."""

import hashlib
import platform
from datetime import UTC, datetime
from pathlib import Path

from dropscore_predictor.contracts.types import Artifact, Feature, ModelManifest, Output

from .libraries import versions_of
from .request import Request
from .staging import Staged

_UNKNOWN: list[Feature] = [{"name": "?", "type": "float"}]


def first_draft(staged: Staged, request: Request) -> ModelManifest:
    """Files, format and libraries: enough to load the model. Features and output follow."""
    manifest: ModelManifest = {
        "name": request.name,
        "version": 1,
        "runtime": request.runtime or "classic",
        "format": staged.format,
        "artifacts": [_artifact(staged.folder, path) for path in staged.paths],
        "libraries": versions_of(staged.modules),
        "python": platform.python_version(),
        "features": _UNKNOWN,
        "output": {"kind": "regression"},
        "publishedAt": _now(),
    }
    if staged.code:
        manifest["code"] = staged.code
    if staged.encoder:
        manifest["encoder"] = staged.encoder
    if request.tolerate is not None:
        manifest["toleratedErrors"] = float(request.tolerate)
    if request.trust:
        manifest["trusted"] = sorted(set(request.trust))
    return manifest


def with_features(draft: ModelManifest, features: list[Feature], request: Request) -> ModelManifest:
    """The draft with every column that a drop must have."""
    manifest: ModelManifest = {**draft, "features": features}
    if request.id_column:
        manifest["idColumn"] = request.id_column
    if request.passthrough:
        manifest["passthrough"] = list(request.passthrough)
    return manifest


def with_output(draft: ModelManifest, output: Output) -> ModelManifest:
    """The draft with what the model gives."""
    return {**draft, "output": output}


def published_as(draft: ModelManifest, version: int) -> ModelManifest:
    """The manifest under a number, and at this moment."""
    return {**draft, "version": version, "publishedAt": _now()}


def _artifact(folder: Path, path: str) -> Artifact:
    file = folder / path
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"path": path, "sha256": sha256, "bytes": file.stat().st_size}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
