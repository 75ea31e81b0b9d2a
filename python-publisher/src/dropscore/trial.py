"""The sample, scored by the predictor's own code as the chunk of a drop would be."""

from dataclasses import dataclass
from time import perf_counter

import pandas as pd

from dropscore_predictor.classes import readable_classes
from dropscore_predictor.columns import find_columns
from dropscore_predictor.contracts.types import ChunkMessage, ErrorCount, ModelManifest, ObjectVersion, Output
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.frame import parse_rows
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.loading import load_estimator
from dropscore_predictor.records import locate
from dropscore_predictor.row_errors import RowErrors
from dropscore_predictor.rows import ParsedRows
from dropscore_predictor.scored_chunk import ScoredChunk, scored_chunk

from .describe import Described, refusal
from .draft import with_output
from .graph_outputs import graph_output
from .outputs import output_of
from .refused import Refused
from .request import Kind, Request
from .sample import Sample
from .staging import Staged

_NOWHERE: ObjectVersion = {"bucket": "sample", "key": "sample.csv", "versionId": "sample"}
_KINDS_TOLD: tuple[Kind, ...] = ("regression",)
"""Where a model does not tell its kind, a number a row is the least that it can give."""
_SUM_TOLERANCE = 1e-3
_RUN = 1_000
_REASONS = 3
_MOST_NAMED = 16
"""More numbers a row than this are taken for a vector, fewer for several outputs, where the model does not tell."""


@dataclass(frozen=True)
class Trial:
    """A manifest with which the model loads, and what came of the sample under it."""

    manifest: ModelManifest
    chunk: ScoredChunk
    features: pd.DataFrame
    """The rows of the sample that parse, typed as the model gets them."""
    rows: list[int]
    """The row of the sample that each row of `features` is."""
    seconds: float = 0.0
    """What parsing and scoring the sample took."""

    @property
    def refused(self) -> int:
        """Rows of the sample without a score."""
        return len(self.chunk.errors)

    def error_counts(self) -> list[ErrorCount]:
        """Why rows have no score, most frequent first."""
        return self.chunk.errors.counts()


@dataclass(frozen=True)
class Candidate:
    """A model whose features are known, and what to try it with."""

    draft: ModelManifest
    described: Described
    staged: Staged
    sample: Sample
    request: Request


def try_sample(candidate: Candidate) -> Trial:
    """Finds the kind of output under which the model loads, and scores the sample with it.

    Raises:
        Refused: The model does not load as the kind that was asked for, or scores no row.
    """
    rows = _typed_rows(candidate)
    first: Refused | None = None
    kinds = _kinds(candidate)
    for kind in kinds:
        try:
            trial = _as_kind(kind, candidate, rows)
        except (ImportError, OSError) as error:
            message = f"The model cannot be run: {type(error).__name__}: {error}"
            remedy = "It may import the libraries of the runtime and its own package, and read the version's own files."
            raise Refused("model_invalid", message, remedy) from error
        except JobFailed as error:
            first = first or refusal(error, candidate.staged)
            continue
        if len(kinds) == 1 or _is_plausible(trial):
            return _with_scores(trial)
    raise first or Refused("kind_unclear", "The model does not tell what it predicts.", "Name it with --kind.")


def _kinds(candidate: Candidate) -> list[Kind]:
    """The kinds to try, narrowed by what the publisher says of classes and outputs."""
    request = candidate.request
    if request.kind:
        return [request.kind]
    if request.outputs:
        return ["multi"]
    told: list[Kind] = list(candidate.described.kinds or _KINDS_TOLD)  # type: ignore[arg-type]
    if request.positive is not None or request.threshold is not None:
        return [kind for kind in told if kind == "binary"] or told
    return told


def _is_plausible(trial: Trial) -> bool:
    """A graph that gives several numbers a row may mean anything by them: probabilities add up to one."""
    output, probabilities = trial.manifest["output"], trial.chunk.scores.probabilities
    if output["kind"] in ("binary", "multiclass") and probabilities is not None and len(probabilities):
        sums = probabilities.sum(axis=1)
        return bool((probabilities >= 0).all() and (abs(sums - 1) < _SUM_TOLERANCE).all())
    return output["kind"] != "embedding" or output.get("dimension", 0) > _MOST_NAMED


def _typed_rows(candidate: Candidate) -> ParsedRows:
    """The sample's rows that parse, as the model gets them."""
    sample = candidate.sample
    records = locate(sample.data, sample.dialect["delimiter"], sample.first_line)
    columns = find_columns(sample.columns, candidate.draft)
    return parse_rows(sample.data, records, columns, sample.dialect, RowErrors(records.lines))


def _as_kind(kind: Kind, candidate: Candidate, rows: ParsedRows) -> Trial:
    """Loads twice: what the output holds is asked of a model that is loaded as this kind."""
    folder, sample = candidate.staged.folder, candidate.sample
    told = _told_output(kind, candidate, rows)
    estimator = load_estimator(with_output(candidate.draft, told), folder)
    output = output_of(told, estimator, rows.features, candidate.request, candidate.described.labels)
    manifest = with_output(candidate.draft, output)
    estimator = load_estimator(manifest, folder)
    model = LoadedModel(manifest, estimator, readable_classes(manifest, estimator))
    started = perf_counter()
    message = _message(manifest, sample)
    chunk = scored_chunk(message, csv_rows(message, sample.header, sample.data, manifest), model)
    return Trial(manifest, chunk, rows.features, rows.rows.tolist(), perf_counter() - started)


def _told_output(kind: Kind, candidate: Candidate, rows: ParsedRows) -> Output:
    described = candidate.described
    if described.library != "onnxruntime" or candidate.staged.encoder is not None:
        return {"kind": kind}
    return graph_output(kind, described.model, candidate.draft["features"], rows.features.head(_RUN))


def _with_scores(trial: Trial) -> Trial:
    scored, refused = len(trial.chunk.scores), trial.refused
    if refused <= scored:
        return trial
    rows = "No row" if scored == 0 else f"Only {scored:,} of {scored + refused:,} rows"
    errors = [entry["error"] for entry in trial.chunk.errors.first(0)[:_REASONS]]
    reasons = [f"Line {error['line']}: {error['message']} [{error['code']}]" for error in errors]
    remedy = (
        "Give rows like those that the model was trained with. Where texts look like numbers or truth values, say so: "
        "--types COLUMN:string."
    )
    raise Refused("sample_refused", "\n".join([f"{rows} of the sample can be scored.", *reasons]), remedy)


def _message(manifest: ModelManifest, sample: Sample) -> ChunkMessage:
    return {
        "jobId": "0" * 24,
        "chunk": 0,
        "attempt": 1,
        "source": _NOWHERE,
        "format": "csv",
        "reference": {
            "object": _NOWHERE,
            "byteStart": len(sample.header),
            "byteEnd": len(sample.header) + len(sample.data),
            "firstRow": 0,
            "firstLine": sample.first_line,
            "rowCount": sample.rows,
        },
        "header": {"object": _NOWHERE, "byteStart": 0, "byteEnd": len(sample.header)},
        "dialect": sample.dialect,
        "model": {
            "name": manifest["name"],
            "version": manifest["version"],
            "manifestSha256": "0" * 64,
            "runtime": manifest["runtime"],
        },
        "output": "both",
        "sourceTime": manifest["publishedAt"],
    }
