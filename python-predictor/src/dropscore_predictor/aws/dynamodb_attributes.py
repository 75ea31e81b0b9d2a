"""JSON values as DynamoDB's attribute values."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..attributes import Attribute, attribute


def json_attribute(value: object) -> Attribute:
    """The attribute for decoded JSON; numbers as their shortest decimals."""
    if isinstance(value, Mapping):
        return {"M": json_attributes(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {"L": [json_attribute(entry) for entry in value]}
    if isinstance(value, str | bool | int | float):
        return attribute(value)
    raise TypeError(f"{type(value).__name__} is no JSON that an item holds")


def json_attributes(values: Mapping[str, Any]) -> dict[str, Attribute]:
    """The attributes of an object's fields."""
    return {name: json_attribute(value) for name, value in values.items()}
