"""The rows of a table of typed columns: an array that is read in place, or a staged chunk.

A row gets the error that it would get in a CSV source, as far as one can hold such a row.
"""

import numpy as np

from .columns import Columns, positions_of, refuse_missing
from .contracts.types import ModelManifest
from .errors import JobFailed
from .features import typed_features
from .row_errors import RowErrors
from .rows import ChunkRows, ParsedRows
from .table import Table, Vector
from .typed_cells import typed_cells
from .typed_texts import readable, texts


def typed_rows(table: Table, manifest: ModelManifest) -> ChunkRows:
    """Features, ids and passthrough texts of a table.

    Raises:
        JobFailed: `column_count_mismatch` where columns without names are more or fewer than the features,
            `columns_missing` where a feature is not among the names.
    """
    columns, errors = _find_columns(table, manifest), RowErrors()
    places = [*table.columns, table.index] if table.index else table.columns
    vectors, unreadable = {}, {}
    for place, name in columns.names.items():
        vectors[place], unreadable[place] = readable(places[place].vector, name, errors)
    cells = [(feature, typed_cells(feature, vectors[place])) for feature, place in columns.features]
    features, rows = typed_features(cells, np.arange(table.rows), errors)
    kept = {place: _kept(vectors[place], unreadable[place]) for place in columns.texts}
    return ChunkRows(columns, ParsedRows(features, rows, kept), errors, None)


def _kept(vector: Vector, unreadable: list[int]) -> list[str | None]:
    """A null is an empty text, as in CSV."""
    kept: list[str | None] = ["" if text is None else text for text in texts(vector)]
    for index in unreadable:
        kept[index] = None
    return kept


def _find_columns(table: Table, manifest: ModelManifest) -> Columns:
    """Where the model's columns stand; the index stands behind the others.

    Columns without names are the features in their order. The id and passthrough columns may be missing: what was saved
    for a training has none. Fan-out finds them by the same rule, and tells what is missing (core/joblib/columns.ts).
    """
    names, index = [column.name for column in table.columns], table.index
    positions = positions_of([*names, index.name if index else None])
    wanted = [feature["name"] for feature in manifest["features"]]
    if all(name is None for name in names):
        _refuse_another_number(len(names), len(wanted))
        places = list(range(len(names)))
    else:
        refuse_missing(wanted, positions, "The source")
        places = [positions[name] for name in wanted]
    id_name = manifest.get("idColumn")
    record_id = positions.get(id_name) if id_name else None
    if id_name and record_id is None and index and index.name is None:
        record_id = len(names)
    return Columns(
        width=len(names),
        features=tuple(zip(manifest["features"], places, strict=True)),
        record_id=record_id,
        passthrough=tuple((name, positions[name]) for name in manifest.get("passthrough", []) if name in positions),
        id_name=None if record_id is None else id_name,
    )


def _refuse_another_number(found: int, expected: int) -> None:
    if found != expected:
        raise JobFailed(
            "column_count_mismatch",
            f"The source has no names for its columns, and their number is {found} where the model has {expected} "
            "features. Save an array with as many columns, or a DataFrame with the model's column names.",
        )
