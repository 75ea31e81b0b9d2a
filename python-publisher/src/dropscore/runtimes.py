"""Which of a stack's runtimes serves a model."""

import json
from collections.abc import Mapping
from typing import TypedDict

from dropscore_predictor.contracts.types import ModelManifest
from dropscore_predictor.versions import Mismatch, mismatches

from .refused import Refused, listed


class DeployedRuntime(TypedDict):
    """An entry of the stack's output `Runtimes`."""

    function: str
    python: str
    libraries: dict[str, str]


def parse_runtimes(output: str | None) -> dict[str, DeployedRuntime]:
    """The stack's output.

    Raises:
        Refused: It has none.
    """
    if output is None:
        message = "The stack does not say which runtimes it has: it was deployed by an older version."
        raise Refused("stack_outdated", message, "Deploy it again; a local one with `dropscore local up`.")
    runtimes: dict[str, DeployedRuntime] = json.loads(output)
    return runtimes


def choose_runtime(draft: ModelManifest, runtimes: Mapping[str, DeployedRuntime], wanted: str | None) -> str:
    """The runtime that was asked for, or the first that has the libraries that the model was made with.

    Raises:
        Refused: It does not exist, or none fits; tells both sides.
    """
    if wanted is not None and wanted not in runtimes:
        remedy = f"Runtimes of this stack: {', '.join(runtimes)}."
        raise Refused("unknown_runtime", f"This stack has no runtime {wanted}.", remedy)
    candidates = [wanted] if wanted else list(runtimes)
    fitting = next((name for name in candidates if _fits(draft, runtimes[name])), None)
    if fitting is not None:
        return fitting
    wrong = {name: _mismatches(draft, runtimes[name]) for name in candidates}
    sides = "; ".join(f"{name} {listed([_side(mismatch) for mismatch in wrong[name]], 4)}" for name in candidates)
    made = listed([f"{library} {version}" for library, version in draft["libraries"].items()])
    message = f"No runtime has the versions that this model was made with ({made}, Python {draft['python']}): {sides}."
    others = [name for name, runtime in runtimes.items() if name not in wrong and _fits(draft, runtime)]
    raise Refused("versions_differ", message, f"Use --runtime {others[0]}." if others else _remedy(candidates))


def _fits(draft: ModelManifest, runtime: DeployedRuntime) -> bool:
    return not _mismatches(draft, runtime)


def _mismatches(draft: ModelManifest, runtime: DeployedRuntime) -> list[Mismatch]:
    return mismatches(draft, runtime["libraries"].get, runtime["python"])


def _side(mismatch: Mismatch) -> str:
    library, found = mismatch["library"], mismatch["found"]
    return f"has {library} {found}" if found else f"has no {library}"


def _remedy(candidates: list[str]) -> str:
    built_in = next((name for name in candidates if name in ("classic", "onnx")), "classic")
    return (
        "Train and publish with the versions of a runtime: pip install -r "
        f"python-predictor/requirements/{built_in}.txt; or declare a runtime that has yours (docs/runtimes.md)."
    )
