"""What a publisher is told, line by line: what was found, and what came of the sample."""

from collections.abc import Iterator

from dropscore_predictor.classes import class_text
from dropscore_predictor.contracts.types import Feature, ModelManifest, Output, Tier
from dropscore_predictor.csv_reader import MISSING
from dropscore_predictor.errors import printable

from .describe import Described
from .missing_texts import missing_text_notes
from .refused import listed
from .sample import Sample
from .trial import Trial

_KINDS_OF_ERRORS = 10
_LONGEST_SHOWN = 60


def features_line(draft: ModelManifest) -> str:
    """How many features there are, and the first of them."""
    features = draft["features"]
    return f"features     {len(features)}: {listed([_feature_words(each) for each in features])}"


def notes(described: Described, draft: ModelManifest, sample: Sample) -> Iterator[str]:
    """What was taken for granted, and may be wrong."""
    if described.bundle is not None and described.bundle.left_out:
        yield f"note         left out of the dict: {listed(described.bundle.left_out)}"
    if described.names is None and not described.takes_one_text:
        yield "note         the model does not name its features: it takes the sample's columns, in their order"
    if described.bundle is not None:
        for column, values in described.bundle.categories.items():
            texts = sorted(value for value in values if value in MISSING)
            if texts:
                yield f"note         {column} has the category {listed(texts)}, which reads as missing in a CSV"
    yield from missing_text_notes(draft["features"], sample)


def trial_lines(trial: Trial, sample: Sample) -> Iterator[str]:
    """What the model gives, what it needs, and which rows have no score."""
    manifest = trial.manifest
    yield f"output       {_output_words(manifest['output'])}"
    if tiers := manifest["output"].get("tiers"):
        yield f"tiers        {listed([_tier_words(tier) for tier in tiers])}"
    libraries = [f"{library} {version}" for library, version in manifest["libraries"].items()]
    yield f"libraries    {listed([*libraries, 'Python ' + manifest['python']], 12)}"
    yield f"runtime      {manifest['runtime']}"
    cut = f" (the first {sample.rows:,} rows of it)" if sample.was_cut else ""
    yield f"sample       {len(trial.chunk.scores):,} rows scored, {trial.refused:,} refused{cut}"
    for error in trial.error_counts()[:_KINDS_OF_ERRORS]:
        column = f" in column '{error['column']}'" if "column" in error else ""
        line = f", first on line {error['line']}" if "line" in error else ""
        yield f"             {error['rows']:,} with {error['code']}{column}{line}"


def _feature_words(feature: Feature) -> str:
    return f"{feature['name']} ({feature['type']})"


def _tier_words(tier: Tier) -> str:
    return f"{tier['name']} from {tier['from']:g}"


def _class_words(output: Output, value: str | float | bool) -> str:
    text = class_text(value)
    label = output.get("labels", {}).get(text)
    text, label = printable(text, _LONGEST_SHOWN), label and printable(label, _LONGEST_SHOWN)
    return f"{text} ({label})" if label else text


def _output_words(output: Output) -> str:
    words = str(output["kind"])
    if "classes" in output:
        words += f", classes {listed([_class_words(output, value) for value in output['classes']])}"
    if "positiveClass" in output:
        positive = class_text(output["positiveClass"])
        label = output.get("labels", {}).get(positive, positive)
        words += f"; the score is the probability of {printable(label, _LONGEST_SHOWN)}"
    if "threshold" in output:
        words += f", predicted from {output['threshold']:g} on"
    if "names" in output:
        words += f": {listed(output['names'])}"
    if "dimension" in output:
        words += f" of {output['dimension']} numbers"
    return words
