"""Texts that read as missing in a CSV, where a model knows them as values: it would score such rows as others."""

from collections.abc import Iterable, Iterator, Mapping

from dropscore_predictor.contracts.types import Feature
from dropscore_predictor.csv_reader import MISSING

from .encoders import Encoded
from .refused import Refused, listed
from .sample import Sample


def refuse_missing_texts(encoded: Iterable[Encoded], categories: Mapping[str, list[str]]) -> None:
    """Holds the categories that a model was fitted with against what a CSV can tell.

    Args:
        encoded: Columns of encoders.
        categories: Those of boosters, by feature.

    Raises:
        Refused: A category reads as missing.
    """
    known = [(each.column, each.categories) for each in encoded if each.is_raw]
    for column, values in [*known, *categories.items()]:
        texts = sorted(value for value in values if isinstance(value, str) and value in MISSING)
        if texts:
            message = f"The model knows {listed([repr(text) for text in texts])} as a category of the column {column}"
            remedy = f"Recode it (say, to '{texts[0]}_' or to the word it stands for), in training and in every file."
            raise Refused(
                "columns_unclear", f"{message}; in a CSV it reads as missing, as for pandas.read_csv.", remedy
            )


def missing_text_notes(features: Iterable[Feature], sample: Sample) -> Iterator[str]:
    """Which columns of a DataFrame hold texts that will read as missing; a file has only what reads so already."""
    for feature in features:
        name = feature["name"]
        if name not in sample.frame_types or feature["type"] not in ("string", "category"):
            continue
        texts = sorted({cell for cell in sample.cells(name) if cell and cell in MISSING})
        if texts:
            yield f"note         {name} holds {listed(texts)}, which reads as missing in a CSV"
