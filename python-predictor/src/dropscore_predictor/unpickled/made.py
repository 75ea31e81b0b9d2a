"""What the calls of a tree would make, where they are as the libraries write them and nothing more.

A class that is given more than its own pickles have may prefer that, by its release: so it is refused.
"""

from collections.abc import Collection
from typing import Any

from ..inert.values import Call, Name, Pairs
from .arrays import fields
from .refusal import Refused

_BACKED_MAKER = "pandas._libs.arrays:__pyx_unpickle_NDArrayBacked"


def pandas_class(value: Any) -> str | None:
    """The name of pandas' class that a part of the tree would be an instance of."""
    if type(value) is not Call:
        return None
    made = value.callee
    if made.text == _BACKED_MAKER and value.args and type(value.args[0]) is Name:
        made = value.args[0]
    return made.name if made.module == "pandas" or made.module.startswith("pandas.") else None


def arguments(value: Any, count: int, odd: Refused) -> tuple[Any, ...]:
    """What a function is given, where nothing is set on what it makes.

    Raises:
        Refused: `odd`, where it is given more or less, or something is set.
    """
    if type(value) is not Call or len(value.args) != count or value.built:
        raise odd
    return value.args


def state(value: Any, odd: Refused) -> Any:
    """What is set on an instance that is made of nothing, or of its class alone.

    Raises:
        Refused: `odd`, where it is made of more, or nothing is set.
    """
    if type(value) is not Call or not value.built:
        raise odd
    is_backed = value.callee.text == _BACKED_MAKER and len(value.args) == 3 and value.args[2] is None  # noqa: PLR2004
    if value.args and not is_backed:
        raise odd
    return value.state


def entries(value: Any, known: Collection[str], odd: Refused) -> dict[str, Any]:
    """A dict that has no other keys than these.

    Raises:
        Refused: `odd`, where it has, or whatever `fields` refuses.
    """
    if type(value) is Pairs and len(value) > 2 * len(known):
        raise odd
    found = fields(value)
    if not found.keys() <= set(known):
        raise odd
    return found


def only_one(found: dict[str, Any], keys: Collection[str], odd: Refused) -> Any:
    """What stands under one of the names that it had in turn.

    Raises:
        Refused: `odd`, where it stands under none, or under several, of which each release takes another.
    """
    values = [found[key] for key in keys if key in found]
    if len(values) != 1:
        raise odd
    return values[0]
