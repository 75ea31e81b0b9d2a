"""Whether what a model's file names is known, or vouched for, before it is loaded."""

from dropscore_predictor.inert.reader import CannotJudge, Malformed
from dropscore_predictor.pickled.trust import untrusted_globals

from .libraries import versions_of
from .never_trusted import is_distribution, is_never_trusted
from .refused import Refused, listed
from .request import Request
from .staging import Staged

_SHOWN = 20


def refuse_untrusted(staged: Staged, request: Request) -> None:
    """Lets a staged model pass whose names are all known, and a word for a name that needs one.

    Raises:
        Refused: It names what nobody vouched for, or somebody vouched for what it does not name.
    """
    if staged.format == "skops":
        return  # skops judges by types of its own.
    needed = _needing_trust(staged) if staged.format == "joblib" else []
    if unneeded := sorted(set(request.trust) - set(needed)):
        message = f"Nothing in this model needs trust in {listed(unneeded, _SHOWN)}."
        raise Refused("usage", message, f"Leave out {' '.join(f'--trust {name}' for name in unneeded[:_SHOWN])}.")
    unknown = sorted(set(needed) - set(request.trust))
    if not unknown:
        return
    message = f"The model's file names what is on no list of a known library: {listed(unknown, _SHOWN)}."
    raise Refused("untrusted_global", message, _remedy(unknown))


def _needing_trust(staged: Staged) -> list[str]:
    package = staged.code["package"] if staged.code else None
    try:
        return untrusted_globals(staged.folder / staged.paths[0], (), package)
    except (CannotJudge, Malformed) as error:
        message = f"The file is not loaded: {error}."
        remedy = (
            "Save the model anew with joblib.dump; of a search over scipy's distributions, publish its best_estimator_."
        )
        raise Refused("untrusted_global", message, remedy) from error


def _remedy(unknown: list[str]) -> str:
    if any(name.startswith("__main__:") for name in unknown):
        return (
            "Names of __main__ are those of a script or notebook, which serving has not: move the code into a package, "
            "import it from there, train again, and ship the package with --code."
        )
    if any(is_distribution(name) for name in unknown):
        return (
            "scipy's distributions rebuild themselves by exec. Those of a search are of no use once it is fitted: "
            "publish its best_estimator_."
        )
    if denied := [name for name in unknown if is_never_trusted(name)]:
        return (
            f"Nobody can vouch for {listed(denied, _SHOWN)}: with it a pickle does whatever it likes. Save the model "
            "without it: as .skops or in its library's own format, or with the function in a package for --code."
        )
    remedy = f"If you know it, vouch for it: {' '.join(f'--trust {name}' for name in unknown[:_SHOWN])}"
    if any(not versions_of([name.partition(":")[0]]) for name in unknown):
        remedy += "\nIf it is your own package, ship it with --code DIR."
    return remedy
