"""The artifacts of model versions on this machine's temporary disk: verified, with room made for them.

A folder a version, named by its manifest's sha256, and beside it a lock. Whoever has a version loaded, or loads it,
shares its lock, for own code may come back to its files; so a folder is removed by whoever gets the lock for itself,
the one that was used longest ago first. Locks end with their process, however that ends.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from . import keys
from .contracts.types import Artifact, ModelManifest, PinnedModel
from .errors import JobFailed
from .patience import Patience

SPARE_BYTES = 8 << 20
"""Left free, for what else is written there."""

_PART = ".part"
_LOCK = ".lock"
_MIB = 1 << 20
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class ModelStore(Protocol):
    """The models bucket."""

    def read(self, key: str, most_bytes: int, patience: Patience) -> bytes | None:
        """The object's bytes, of a larger one the first `most_bytes` and one more; None where there is none."""

    def download(self, key: str, target: Path, most_bytes: int, patience: Patience) -> bool:
        """Writes as many to a file; False where there is none."""


class HeldFolder:
    """A version's verified artifacts, at their paths, which stay until they are released."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock
        self._close = weakref.finalize(self, os.close, lock)

    def share(self) -> None:
        """Waits until nobody removes it."""
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def release(self) -> None:
        """Lets the folder be removed when its room is wanted."""
        self._close()


class ModelFiles:
    """Fetches artifacts, once a machine."""

    def __init__(self, store: ModelStore, runtime: str, root: Path) -> None:
        self._store = store
        self._runtime = runtime
        self._root = root

    def fetch(self, pinned: PinnedModel, manifest: ModelManifest, patience: Patience) -> HeldFolder:
        """Downloads what is not there yet. What is there is hashed again: it may be from another process.

        Raises:
            JobFailed: An artifact is missing or not the manifest's, or the disk is too small for all of them.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        held = self._hold(pinned["manifestSha256"])
        try:
            missing = [entry for entry in manifest["artifacts"] if not _is(held.path / entry["path"], entry)]
            self._make_room(sum(artifact["bytes"] for artifact in missing), pinned)
            for artifact in missing:
                self._place(pinned, artifact, held.path / artifact["path"], patience)
        except BaseException:
            held.release()
            raise
        return held

    def _hold(self, sha256: str) -> HeldFolder:
        lock = self._root / f"{sha256}{_LOCK}"
        held = HeldFolder(self._root / sha256, os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC))
        held.share()
        os.utime(lock)
        return held

    def _place(self, pinned: PinnedModel, artifact: Artifact, path: Path, patience: Patience) -> None:
        """Downloads beside the folder and moves the verified file there whole: half of one is never used."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._temporary() as temporary:
            if not self._download(pinned, artifact, temporary, patience):
                raise JobFailed("model_missing", f"The artifact {artifact['path']} is missing in the models bucket.")
            if not _is(temporary, artifact):
                raise _corrupt(temporary, artifact)
            temporary.replace(path)

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        handle, name = tempfile.mkstemp(suffix=_PART, dir=self._root)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(handle)
            Path(name).unlink(missing_ok=True)

    def _download(self, pinned: PinnedModel, artifact: Artifact, target: Path, patience: Patience) -> bool:
        key = keys.artifact_key(pinned["name"], pinned["version"], artifact["path"])
        while True:
            try:
                return self._store.download(key, target, artifact["bytes"], patience)
            except OSError as error:
                if error.errno not in _DISK_IS_FULL:
                    raise
                # Somebody else filled it since room was made.
                target.write_bytes(b"")
                if not self._remove_oldest():
                    raise self._no_room(artifact["bytes"], pinned) from error

    def _make_room(self, wanted: int, pinned: PinnedModel) -> None:
        self._remove_leftovers()
        while wanted and shutil.disk_usage(self._root).free < wanted + SPARE_BYTES:
            if not self._remove_oldest():
                raise self._no_room(wanted, pinned)

    def _remove_leftovers(self) -> None:
        """Of processes that were killed in mid-download: nobody holds their locks."""
        for part in self._root.glob(f"*{_PART}"):
            with _locked(part) as is_free:
                if is_free:
                    part.unlink(missing_ok=True)

    def _remove_oldest(self) -> bool:
        """Removes the version that was used longest ago among those that nobody holds; False where there is none."""
        locks = [lock for lock in self._root.glob(f"*{_LOCK}") if lock.with_suffix("").is_dir()]
        for lock in sorted(locks, key=lambda lock: lock.stat().st_mtime_ns):
            with _locked(lock) as is_free:
                if is_free:
                    shutil.rmtree(lock.with_suffix(""))
                    return True
        return False

    def _no_room(self, wanted: int, pinned: PinnedModel) -> JobFailed:
        disk = shutil.disk_usage(self._root)
        return JobFailed(
            "no_room_for_model",
            f"{pinned['name']} version {pinned['version']} needs {_mib(wanted)} MiB more on the temporary disk, and "
            f"{disk.free // _MIB} of its {disk.total // _MIB} MiB are free. Raise ephemeralStorageMiB of the runtime "
            f"{self._runtime}.",
        )


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Whether nobody else holds the file; nobody can while the block runs."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _is(path: Path, artifact: Artifact) -> bool:
    if not path.is_file() or path.stat().st_size != artifact["bytes"]:
        return False
    return _sha256(path) == artifact["sha256"]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _corrupt(path: Path, artifact: Artifact) -> JobFailed:
    size, wanted = path.stat().st_size, artifact["bytes"]
    if size == wanted:
        sides = f"its sha256 begins with {_sha256(path)[:12]}, and the manifest's with {artifact['sha256'][:12]}"
    else:
        sides = f"it has {f'over {wanted}' if size > wanted else size} bytes, and the manifest says {wanted}"
    return JobFailed(
        "artifact_corrupt",
        f"The artifact {artifact['path']} is not what its manifest says: {sides}. Publish the model again.",
    )


def _mib(size: int) -> int:
    """Rounded up: what must be added."""
    return -(-size // _MIB)
