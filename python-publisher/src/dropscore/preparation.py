"""Everything of a publish before the first byte is uploaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dropscore_predictor.contracts.types import Golden, ModelManifest
from dropscore_predictor.errors import JobFailed

from .describe import describe
from .draft import first_draft, with_features
from .features import features_of
from .golden_rows import golden_rows, refuse_unsteady
from .refused import Refused
from .report import features_line, notes, trial_lines
from .request import Request
from .runtimes import DeployedRuntime, choose_runtime
from .sample import read_sample
from .slowness import chunk_rows
from .staging import stage
from .trial import Candidate, Trial, try_sample

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """What is to be published."""

    model: Any
    sample: Any
    """A DataFrame, or a path."""
    request: Request
    folder: Path
    """Empty; the version's files are laid out in it."""
    tell: Tell


def prepare(work: Work, runtimes: Mapping[str, DeployedRuntime]) -> tuple[ModelManifest, Trial]:
    """Describes, tries and drafts.

    Returns:
        The manifest but for its number, and what came of the sample.

    Raises:
        Refused: With what is wrong, and how to mend it.
    """
    request, tell = work.request, work.tell
    staged = stage(work.model, work.folder, request)
    draft = first_draft(staged, request)
    described = describe(staged, request, draft)
    tell(f"model        {described.words}, {staged.origin}")
    draft["runtime"] = choose_runtime(draft, runtimes, request.runtime)
    if described.bundle is not None:
        draft["parts"] = described.bundle.parts
    sample = read_sample(work.sample, {*(described.names or []), *request.not_features}, request.id_column)
    draft = with_features(draft, features_of(described, staged, sample, request), request)
    tell(features_line(draft))
    for line in notes(described, draft, sample):
        tell(line)
    trial = try_sample(Candidate(draft, described, staged, sample, request))
    for line in trial_lines(trial, sample):
        tell(line)
    manifest = trial.manifest
    if bound := chunk_rows(sample.rows, trial.seconds):
        manifest = {**manifest, "chunkRows": bound}
        tell(f"chunks       of at most {bound:,} rows, since the model is slow")
    golden = _golden(trial)
    if golden is None:
        return manifest, trial
    tell(f"golden rows  {len(golden['rows'])}, which the serving function must score alike")
    return {**manifest, "golden": golden}, trial


def _golden(trial: Trial) -> Golden | None:
    golden = golden_rows(trial)
    if golden is None:
        return None
    try:
        refuse_unsteady(trial, golden)
    except JobFailed as error:
        message = f"The model does not give the same row the same score twice. {error}"
        raise Refused("golden_rows_differ", message, "Make its prediction depend on the row alone.") from error
    return golden
