"""Records that somebody asked to forget: nothing of their rows is written, whatever file holds them.

`core/forgotten.ts` does the same to what was written before.
"""

from . import keys
from .row_errors import RowErrors

MESSAGE = "the record was forgotten"
"""The same sentence as in `core/forgotten.ts`."""

Forgotten = frozenset[str]
"""Of one model, as `keys.forgotten_sort` has them."""


def forget_rows(
    ids: list[str | None], model: str, forgotten: Forgotten, texts: list[list[str | None]], errors: RowErrors
) -> None:
    """Sets the rows of forgotten records aside, and takes their ids and texts away.

    Args:
        ids: The id of each row; one of `texts`.
        model: Whose records they are.
        forgotten: May be of any size: there is nothing to do where it is empty.
        texts: What rows carry along, by column.
        errors: An error that the row has already may quote it, and is replaced.
    """
    if not forgotten:
        return
    for index, record_id in enumerate(ids):
        if record_id and keys.forgotten_sort(model, record_id) in forgotten:
            errors.overrule(index, "forgotten", MESSAGE)
            for column in texts:
                column[index] = None
