"""A publish from its first step to its last.

Consumes a model, its name and a sample of rows. Produces a version in the registry, checked by the function that will
serve it, and the current one unless asked otherwise.
A publish that dies, or is refused, leaves nothing that anything scores with; publishing again makes another version.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dropscore_predictor.contracts.types import CheckAnswer, ModelManifest, PinnedModel

from .aws_services import Services, services_of
from .edges import round_edges
from .given import Tiers
from .preparation import Tell, Work, prepare
from .refused import Refused
from .registry import ObjectStore, PublishedVersion, promote, read_current, read_manifest, upload
from .request import Kind, Request, Scalar, requested
from .stack import Target, describe_stack, explained, find_target
from .trial import Trial


@dataclass(frozen=True)
class Published:
    """A version in the registry."""

    name: str
    version: int
    runtime: str
    kind: str
    rows_scored: int
    """Of the sample."""
    rows_refused: int
    golden_rows: int
    manifest_sha256: str
    promoted: bool

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def publish(
    model: Any,
    name: str,
    *,
    sample: pd.DataFrame | str | Path,
    id_column: str | None = None,
    passthrough: Sequence[str] = (),
    tiers: Tiers | None = None,
    threshold: float | None = None,
    positive: Scalar | None = None,
    labels: Mapping[Any, str] | None = None,
    kind: Kind | None = None,
    outputs: Sequence[str] = (),
    key: str | None = None,
    weights: Sequence[float] = (),
    runtime: str | None = None,
    code: str | Path | None = None,
    trust: Sequence[str] = (),
    types: Mapping[str, str] | None = None,
    tolerate: float | None = None,
    promote: bool = True,
    stack: str | None = None,
    tell: Tell = print,
) -> Published:
    """Publishes a model as the next version of its name.

    Args:
        model: A fitted estimator, a Booster, a dict of parts; or the path of a saved one, or of an MLflow directory.
        name: Lower-case letters, digits, '.', '_' and '-'. Files are dropped below incoming/<name>/.
        sample: Rows as they will be dropped: a DataFrame or the path of a CSV file. Some become golden rows, which are
            stored with the version: give rows whose values may be.
        id_column: The column that names a record.
        passthrough: Columns that are copied beside the scores.
        tiers: A name for each range of the score, by its lower end: {"low": 0, "high": 0.8}.
        threshold: Binary: from which probability on the positive class is predicted.
        positive: Binary: the class whose probability is the score; the last one where absent.
        labels: Readable names of classes.
        kind: The kind of output, where the model does not tell.
        outputs: Names of several outputs.
        key: Which key of a dict holds the model; several with commas, to be averaged.
        weights: Of several models that are averaged.
        runtime: What serves it; the first that has the model's libraries where absent.
        code: The folder of a Python package to ship with the version.
        trust: `module:name` of each global of a pickle that you vouch for.
        types: Of columns that look like something else in a CSV: {"plz": "string"}.
        tolerate: The share of rows that may have errors before a job fails: 0.05; any where absent.
        promote: Whether new drops are scored with it at once; a first version is promoted in any case.
        stack: The name of a stack on AWS; DROPSCORE_STACK, or the local stack of this checkout, where absent.
        tell: Gets each line that is said about the publish.

    Raises:
        Refused: With what is wrong, and how to mend it.
    """
    request = requested(
        name,
        id_column=id_column,
        passthrough=passthrough,
        tiers=tiers,
        threshold=threshold,
        positive=positive,
        labels=labels,
        kind=kind,
        outputs=outputs,
        key=key,
        weights=weights,
        runtime=runtime,
        code=code,
        trust=trust,
        types=types,
        tolerate=tolerate,
        promote=promote,
    )
    target = find_target(stack)
    tell(target.words)
    return publish_to(target, model, sample, request, tell)


def publish_to(target: Target, model: Any, sample: Any, request: Request, tell: Tell) -> Published:
    """Publishes to a stack that is found already.

    Raises:
        Refused: With what is wrong, and how to mend it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        services = services_of(describe_stack(target))
        with tempfile.TemporaryDirectory(prefix="dropscore-") as folder:
            return publish_with(services, Work(model, sample, request, Path(folder), tell))
    except (BotoCoreError, ClientError) as error:
        raise explained(error, target) from error
    except SystemExit as error:
        message = "The model's own code ends the process (sys.exit)."
        raise Refused("code_unusable", message, "Let it raise an exception instead.") from error


def publish_with(services: Services, work: Work) -> Published:
    """The steps of a publish, in order.

    Raises:
        Refused: With what is wrong, and how to mend it.
    """
    request, tell, store = work.request, work.tell, services.store
    manifest, trial = prepare(work, services.runtimes)
    current = read_current(store, request.name)
    earlier = read_manifest(store, request.name, current["version"]) if current else None
    if earlier and earlier["output"]["kind"] != manifest["output"]["kind"]:
        tell(f"note         version {earlier['version']} is {earlier['output']['kind']}: another kind of output")
    manifest = _with_edges(manifest, trial, earlier)
    version = upload(store, manifest, work.folder)
    number = version.manifest["version"]
    tell(f"version      {number}, in {services.place}/{request.name}/{number}/")
    _refuse_failed_check(services.check(_pinned(version)), version)
    tell(f"checked      by runtime {manifest['runtime']}, which can serve it")
    return Published(
        name=request.name,
        version=number,
        runtime=manifest["runtime"],
        kind=manifest["output"]["kind"],
        rows_scored=len(trial.chunk.scores),
        rows_refused=trial.refused,
        golden_rows=len(manifest["golden"]["rows"]) if "golden" in manifest else 0,
        manifest_sha256=version.sha256,
        promoted=_promoted(store, version, request, tell),
    )


def _with_edges(manifest: ModelManifest, trial: Trial, earlier: ModelManifest | None) -> ModelManifest:
    """A regression's histogram has the borders of earlier versions of its name, so that jobs compare."""
    headline = trial.chunk.scores.headline
    if manifest["output"]["kind"] != "regression" or headline is None:
        return manifest
    edges = earlier["output"].get("histogramEdges") if earlier else None
    return {**manifest, "output": {**manifest["output"], "histogramEdges": edges or round_edges(headline)}}


def _pinned(version: PublishedVersion) -> PinnedModel:
    manifest = version.manifest
    return {
        "name": manifest["name"],
        "version": manifest["version"],
        "manifestSha256": version.sha256,
        "runtime": manifest["runtime"],
    }


def _refuse_failed_check(answer: CheckAnswer, version: PublishedVersion) -> None:
    if answer["ok"]:
        return
    reason = answer["reason"]
    name = f"{version.manifest['name']}@{version.manifest['version']}"
    message = f"{name} is published and not promoted, since its runtime refuses it: {reason['message']}"
    raise Refused(reason["code"], message, f"Mend it and publish again, or see `dropscore model check {name}`.")


def _promoted(store: ObjectStore, version: PublishedVersion, request: Request, tell: Tell) -> bool:
    name, number = request.name, version.manifest["version"]
    current = read_current(store, name)
    if not request.promote and current is not None:
        tell(f"current      stays version {current['version']}; `dropscore model promote {name}@{number}` changes it")
        return False
    newer = promote(store, name, number, version.manifest["publishedAt"])
    if newer is not None:
        tell(f"current      stays version {newer}, which was promoted meanwhile and is newer")
        return False
    tell(f"current      version {number}" + (f", before it {current['version']}" if current else ""))
    return True


def as_json(published: Published) -> dict[str, Any]:
    """What programs read of a publish."""
    names = {"rows_scored": "rowsScored", "rows_refused": "rowsRefused", "golden_rows": "goldenRows"}
    names |= {"manifest_sha256": "manifestSha256"}
    return {names.get(field, field): value for field, value in asdict(published).items()}
