"""Holds what a pickled model names against exact lists, before a byte of it is loaded.

What that keeps: while the file is loaded, no name outside the lists is imported or called, but what the publisher
vouched for and the version's own code. Known ways to misuse a listed name are refused too: a call or a state of a shape
that no model's pickle has (`inert.shapes`, `inert.states`). What it does not keep: listed classes have methods, and
somebody who sets out to may find some that do harm together, while they are loaded or when they predict. This guards
against accidents and known attacks; it is no sandbox. A model from others is safer as ONNX, as XGBoost's UBJ or JSON,
or as skops; and what a model can reach in the worst case is what the predictor's role may do.

The lists are `trusted/<library>.txt`: `module:name` a line. Without a note it is a class, of which an instance may be
made. `rebuilds` is a function that unpickling calls; `named only` is one that a model refers to, and that the pickle
must not call. All lists hold for every model: a pipeline of scikit-learn may end in LightGBM. How they are made, and
what never comes on one: `trusted-globals/README.md` of the predictor.

`functools.partial` is on none, for it makes a function of another and of arguments. One use of it passes, which a
HistGradientBoosting with categories has: of `check_array`, `named only`, which looks at an array and gives it back.
"""

from collections.abc import Collection
from functools import cache
from importlib import resources
from pathlib import Path

from ..contracts.types import ModelManifest
from ..errors import JobFailed, bounded, printable
from ..inert.reader import CannotJudge, Malformed
from ..inert.walk import PARTIAL, globals_of

_NAMED_ONLY = "named only"
_WRAPPED = frozenset({"sklearn.utils.validation:check_array"})
_CALLABLES = ("sklearn.metrics._scorer:", "functools:partial")
"""Classes whose instances are called; `inert.states` tells where they may stand."""
_SHOWN = 4
_NAME_LIMIT = 80


def refuse_untrusted(path: Path, manifest: ModelManifest) -> None:
    """Lets a pickled artifact pass whose globals are all known; nothing in it runs.

    Raises:
        JobFailed: `untrusted_global` where it names or calls what nobody vouched for, or does what cannot be judged;
            `model_refused_to_load` where it is no whole pickle.
    """
    package = manifest["code"]["package"] if "code" in manifest else None
    try:
        unknown = untrusted_globals(path, manifest.get("trusted", ()), package)
    except CannotJudge as error:
        message = f"{path.name} is not loaded: {error}. Models that were saved with joblib.dump do not do that."
        raise JobFailed("untrusted_global", message) from error
    except Malformed as error:
        raise JobFailed("model_refused_to_load", f"{path.name} is no whole pickle: {error}.") from error
    if unknown:
        raise JobFailed("untrusted_global", _message(path.name, unknown))


def untrusted_globals(path: Path, trusted: Collection[str] = (), package: str | None = None) -> list[str]:
    """The globals of a pickle that need someone's word, sorted.

    Args:
        path: A file of `joblib.dump` or `pickle.dump`, compressed or not.
        trusted: `module:name` of each that the publisher vouched for.
        package: The version's own code, which is trusted as a whole.

    Raises:
        CannotJudge: It does what cannot be judged, whoever vouches for it.
        Malformed: It is no whole pickle.
    """
    found = globals_of(path)
    known = listed()
    suspect = {name for name in found.named if name not in known}
    if found.wrapped and found.wrapped <= _WRAPPED:
        suspect.discard(PARTIAL)
    suspect |= {name for name in found.called if known.get(name) == _NAMED_ONLY}
    suspect |= {name for name in found.misplaced if known.get(name) == _NAMED_ONLY or name.startswith(_CALLABLES)}
    suspect |= found.unusual
    return sorted(name for name in suspect if name not in trusted and not _is_own(name, package))


@cache
def listed() -> dict[str, str]:
    """Every name on a list, with its note."""
    folder = resources.files(__package__).joinpath("trusted")
    names: dict[str, str] = {}
    for file in folder.iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            name, _, note = line.partition("#")
            if name.strip():
                names[name.strip()] = note.strip()
    return names


def _is_own(name: str, package: str | None) -> bool:
    module = name.partition(":")[0]
    return package is not None and (module == package or module.startswith(f"{package}."))


def _message(file: str, unknown: list[str]) -> str:
    shown = ", ".join(printable(name, _NAME_LIMIT) for name in unknown[:_SHOWN])
    more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    return bounded(
        f"{file} is not loaded: it names {shown}{more}, on no list of a known library, or used as none does. Publish "
        "it with --trust module:name for each that you know, or ship your own classes with --code.",
        600,
    )
