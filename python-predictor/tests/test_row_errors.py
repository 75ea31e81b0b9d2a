"""The errors of a chunk, as the ledger and a person see them."""

import numpy as np

from dropscore_predictor.row_errors import COUNTS_LIMIT, RowErrors


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
