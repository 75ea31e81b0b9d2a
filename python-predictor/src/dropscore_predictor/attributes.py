"""Values as DynamoDB's wire format has them, built by hand."""

from typing import Any

from .numbers import decimal_text, is_storable

Attribute = dict[str, Any]
Item = dict[str, Attribute]


def attribute(value: str | float | bool) -> Attribute:
    """A text, a truth or a number; a double that DynamoDB's numbers cannot hold is kept as its decimal text."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N" if is_storable(value) else "S": decimal_text(value)}
