"""Whether this runtime's versions are near enough to those that a model was published with.

| format | library | accepted here |
|---|---|---|
| joblib, skops | scikit-learn, xgboost, lightgbm, hdbscan | the same version |
| | any other that the manifest lists: numpy, scipy, pandas, joblib, … | the same major.minor |
| xgboost, lightgbm, onnx | the format's own (onnx: onnxruntime, tokenizers) | the same major, not older |
| | any other, without own code | whatever there is: it does not compute |
| | any other, with own code | the same major.minor |
| code | all that the manifest lists | the same major.minor |
| all | Python | the same major; with own code, not older |

A pickle holds attributes by the names they had, so a library must read what it wrote itself; a native format has a
reader that is kept compatible. `xgboost` and `xgboost-cpu` are one library. A manifest lists what it wants compared.
"""

import re
from collections.abc import Callable, Mapping
from importlib import metadata
from platform import python_version
from typing import TypedDict

from .contracts.types import ModelManifest
from .errors import JobFailed, bounded, printable

InstalledVersion = Callable[[str], str | None]
"""The version of a library by its name; None where it is not there."""


class Runtime(TypedDict):
    """A runtime as its settings pin it."""

    python: str
    libraries: dict[str, str]


_ONE_LIBRARY = {"xgboost": "xgboost-cpu", "xgboost-cpu": "xgboost"}
_PICKLED = frozenset({"joblib", "skops"})
_EQUAL_IN_PICKLES = frozenset({"scikit-learn", "xgboost", "xgboost-cpu", "lightgbm", "hdbscan"})
_READERS = {
    "xgboost": frozenset({"xgboost", "xgboost-cpu"}),
    "lightgbm": frozenset({"lightgbm"}),
    "onnx": frozenset({"onnxruntime", "tokenizers"}),
}
_SHOWN = 4


class Mismatch(TypedDict):
    """A version that is not accepted."""

    library: str
    wanted: str
    found: str | None


def installed_version(library: str) -> str | None:
    """The version of a distribution in this process."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def refuse_skew(
    manifest: ModelManifest,
    runtime: str,
    runtimes: Mapping[str, Runtime],
    installed: InstalledVersion = installed_version,
    python: str | None = None,
) -> None:
    """Lets a manifest pass whose versions this runtime has, near enough.

    Args:
        manifest: Says with what the model was made.
        runtime: This runtime's name.
        runtimes: All that are deployed, to name the one that fits.
        installed: What this one has.
        python: Its Python; the interpreter's own where absent.

    Raises:
        JobFailed: `versions_differ`, with both sides and the remedy.
    """
    wrong = mismatches(manifest, installed, python or python_version())
    if wrong:
        raise JobFailed("versions_differ", _message(manifest, wrong, runtime, runtimes))


def mismatches(manifest: ModelManifest, installed: InstalledVersion, python: str) -> list[Mismatch]:
    """Every version that the rules do not accept."""
    found: list[Mismatch] = []
    for library, wanted in manifest["libraries"].items():
        here = _version_of(library, installed)
        if not _is_accepted(manifest, library, wanted, here):
            found.append({"library": library, "wanted": wanted, "found": here})
    if not _is_python_accepted(manifest, python):
        found.append({"library": "Python", "wanted": manifest["python"], "found": python})
    return found


def _version_of(library: str, installed: InstalledVersion) -> str | None:
    here = installed(library)
    return installed(_ONE_LIBRARY[library]) if here is None and library in _ONE_LIBRARY else here


def _is_accepted(manifest: ModelManifest, library: str, wanted: str, here: str | None) -> bool:
    """The table above, a line each."""
    model_format = manifest["format"]
    if model_format in _READERS:
        if library in _READERS[model_format]:
            return here is not None and _is_same_major_not_older(wanted, here)
        return "code" not in manifest or (here is not None and _minor(wanted) == _minor(here))
    if model_format in _PICKLED and library in _EQUAL_IN_PICKLES:
        return here is not None and _public(wanted) == _public(here)
    return here is not None and _minor(wanted) == _minor(here)


def _is_python_accepted(manifest: ModelManifest, here: str) -> bool:
    wanted = manifest["python"]
    if _minor(wanted)[:1] != _minor(here)[:1]:
        return False
    return "code" not in manifest or _minor(here) >= _minor(wanted)


def _is_same_major_not_older(wanted: str, here: str) -> bool:
    return _minor(wanted)[:1] == _minor(here)[:1] and _numbers(here) >= _numbers(wanted)


def _numbers(version: str) -> tuple[int, ...]:
    """The release as numbers: 3.2.0rc1+cpu is (3, 2, 0)."""
    match = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _minor(version: str) -> tuple[int, ...]:
    return (*_numbers(version), 0, 0)[:2]


def _public(version: str) -> str:
    """Without the local part, which tells who built it."""
    return version.partition("+")[0]


def _message(manifest: ModelManifest, wrong: list[Mismatch], runtime: str, runtimes: Mapping[str, Runtime]) -> str:
    sides = [printable(_both_sides(entry), 80) for entry in wrong[:_SHOWN]]
    more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    fits = [
        name
        for name, other in runtimes.items()
        if name != runtime and not mismatches(manifest, other["libraries"].get, other["python"])
    ]
    remedy = f"Publish it with --runtime {fits[0]}" if fits else _without_a_fit(wrong)
    return bounded(
        f"The model was made with {', '.join(sides)}{more}; this is runtime {runtime}. {remedy}.",
        600,
    )


def _both_sides(entry: Mismatch) -> str:
    here = f"here {entry['found']}" if entry["found"] else "not here"
    return f"{entry['library']} {entry['wanted']} ({here})"


def _without_a_fit(wrong: list[Mismatch]) -> str:
    here = [f"{entry['library']} {entry['found']}" for entry in wrong[:_SHOWN] if entry["found"]]
    train = f"Train it with {' and '.join(here)}, or declare" if here else "Declare"
    versions = ", ".join(f"{entry['library']} {entry['wanted']}" for entry in wrong[:_SHOWN])
    return printable(f"{train} a runtime that has {versions} (docs/runtimes.md)", 300)
