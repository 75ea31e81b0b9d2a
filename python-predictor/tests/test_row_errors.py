"""The errors of a chunk, as the ledger and a person see them."""

import numpy as np

from dropscore_predictor.row_errors import COUNTS_BYTES, COUNTS_LIMIT, RowErrors


def errors_of(rows: int) -> RowErrors:
    return RowErrors(np.arange(2, rows + 2))


def test_counts_go_by_code_and_column_with_the_line_of_the_first() -> None:
    errors = errors_of(9)
    errors.add(7, "not_a_number", "seven", "a")
    errors.add(3, "not_a_number", "three", "a")
    errors.add(5, "not_a_number", "five", "b")
    errors.add(1, "too_few_fields", "one")
    assert errors.counts() == [
        {"code": "not_a_number", "rows": 2, "line": 5, "column": "a"},
        {"code": "not_a_number", "rows": 1, "line": 7, "column": "b"},
        {"code": "too_few_fields", "rows": 1, "line": 3},
    ]


def test_counts_add_up_to_the_rows_also_beyond_the_limit() -> None:
    rows = COUNTS_LIMIT + 40
    errors = errors_of(rows)
    for index in range(rows):
        errors.add(index, "not_a_number", "x", f"column {index}")
    counts = errors.counts()
    assert counts[-1] == {"code": "other", "rows": 40}
    assert sum(kind["rows"] for kind in counts) == rows


def test_long_names_of_columns_do_not_outgrow_an_item() -> None:
    errors = errors_of(COUNTS_LIMIT)
    for index in range(COUNTS_LIMIT):
        errors.add(index, "not_a_number", "x", f"{index:03}{'ä' * 1021}")
    counts = errors.counts()
    assert sum(len(kind.get("column", "").encode()) for kind in counts) <= COUNTS_BYTES
    assert sum(kind["rows"] for kind in counts) == COUNTS_LIMIT
