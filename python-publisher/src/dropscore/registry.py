"""The models bucket, as a publisher writes it: artifacts, then the manifest, then the pointer, each conditionally.

Consumes a staged version. Produces its objects under a number that nobody had.
A second publisher at the same time gets another number: nothing is ever written over.
"""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple, Protocol

from dropscore_predictor import keys
from dropscore_predictor.contracts import validate
from dropscore_predictor.contracts.types import CurrentPointer, ModelManifest

from .draft import published_as
from .refused import Refused

_ATTEMPTS = 20
_HISTORY = 20


class Stored(NamedTuple):
    """An object, and the tag that tells whether it has changed since."""

    body: bytes
    etag: str


class ObjectStore(Protocol):
    """The models bucket."""

    def put_new(self, key: str, body: bytes | Path) -> bool:
        """Writes an object where there is none; False where there is one."""

    def replace(self, key: str, body: bytes, etag: str) -> bool:
        """Writes over the object that had this tag; False where it has changed."""

    def read(self, key: str) -> Stored | None:
        """The object; None where there is none."""

    def versions(self, name: str) -> list[int]:
        """The numbers of a model's versions, half-published ones included; in any order."""


class PublishedVersion(NamedTuple):
    """A version in the registry."""

    manifest: ModelManifest
    sha256: str
    """Of the manifest's bytes: what a job pins."""


def upload(store: ObjectStore, draft: ModelManifest, folder: Path) -> PublishedVersion:
    """Writes a version under the next free number.

    Raises:
        Refused: Others publish the same model faster than this can.
    """
    version = max(store.versions(draft["name"]), default=0) + 1
    for number in range(version, version + _ATTEMPTS):
        manifest = published_as(draft, number)
        validate("model-manifest", manifest)
        body = f"{json.dumps(manifest, indent=2, allow_nan=False)}\n".encode()
        if _write(store, manifest, body, folder):
            return PublishedVersion(manifest, hashlib.sha256(body).hexdigest())
    message = f"{_ATTEMPTS} numbers from {version} were all taken while this was publishing."
    raise Refused("numbers_taken", message, "Publish again when others have finished.")


def _write(store: ObjectStore, manifest: ModelManifest, body: bytes, folder: Path) -> bool:
    name, version = manifest["name"], manifest["version"]
    for artifact in manifest["artifacts"]:
        if not store.put_new(keys.artifact_key(name, version, artifact["path"]), folder / artifact["path"]):
            return False
    return store.put_new(keys.manifest_key(name, version), body)


def read_current(store: ObjectStore, name: str) -> CurrentPointer | None:
    """The pointer; None where nothing is promoted yet."""
    stored = store.read(keys.current_key(name))
    return None if stored is None else _pointer(stored.body)


def read_manifest(store: ObjectStore, name: str, version: int) -> ModelManifest | None:
    """A published version's manifest; None where there is none."""
    stored = store.read(keys.manifest_key(name, version))
    if stored is None:
        return None
    manifest: ModelManifest = json.loads(stored.body)
    return manifest


def promote(store: ObjectStore, name: str, version: int, at: str) -> int | None:
    """Makes a version that was just published the current one.

    Returns:
        The version that is not replaced because it is newer: someone published and promoted it meanwhile; else None.

    Raises:
        Refused: The pointer changes faster than this can write it.
    """
    for _ in range(_ATTEMPTS):
        stored = store.read(keys.current_key(name))
        if stored is None:
            if store.put_new(keys.current_key(name), _body({"version": version, "history": [], "promotedAt": at})):
                return None
            continue
        current = _pointer(stored.body)
        if current["version"] > version:
            return current["version"]
        history = [*current.get("history", []), current["version"]][-_HISTORY:]
        if store.replace(
            keys.current_key(name), _body({"version": version, "history": history, "promotedAt": at}), stored.etag
        ):
            return None
    message = f"The pointer of {name} is written by others all the time."
    raise Refused("pointer_contended", message, f"Try again: dropscore model promote {name}@{version}")


def _pointer(body: bytes) -> CurrentPointer:
    pointer: CurrentPointer = json.loads(body)
    validate("current-pointer", pointer)
    return pointer


def _body(pointer: CurrentPointer) -> bytes:
    return f"{json.dumps(pointer, indent=2)}\n".encode()
