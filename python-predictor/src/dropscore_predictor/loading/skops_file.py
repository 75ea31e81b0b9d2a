"""skops files, which name the types in them: none is made that neither skops, a list nor the manifest trusts.

A class that a pickle may name may be in a skops file too: skops knows few of XGBoost's and LightGBM's, and not all of
scikit-learn's.
"""

from pathlib import Path
from typing import Any

from ..contracts.types import ModelManifest
from ..errors import JobFailed, printable
from ..pickled.trust import listed

_SHOWN = 5


def read(path: Path, manifest: ModelManifest) -> Any:
    """The model of a file.

    Raises:
        JobFailed: A type in it is trusted by nobody; nothing was imported.
    """
    import skops.io

    untrusted = skops.io.get_untrusted_types(file=path)
    vouched = {entry.replace(":", ".") for entry in manifest.get("trusted", [])}
    package = manifest["code"]["package"] if "code" in manifest else None
    known = vouched | {name.replace(":", ".") for name, note in listed().items() if note == ""}
    foreign = [name for name in untrusted if name not in known and name.partition(".")[0] != package]
    if foreign:
        shown = " ".join(f"--trust {_global(name)}" for name in foreign[:_SHOWN])
        what = f"{len(foreign)} types and functions" if len(foreign) > 1 else _global(foreign[0])
        message = f"The model holds {what} that neither skops, a known library's list nor its publisher vouched for."
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        remedy = f"If you know what each does, publish it with {shown}{more}."
        raise JobFailed("untrusted_global", printable(f"{message} {remedy}", 590))
    return skops.io.load(path, trusted=untrusted)


def _global(name: str) -> str:
    """As manifests write it: module:name."""
    module, _, attribute = name.rpartition(".")
    return f"{module}:{attribute}"
