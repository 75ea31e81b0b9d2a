"""What was given to a publish, made uniform: a notebook and the command line write the same things differently."""

import math
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, Literal, get_args

from dropscore_predictor.contracts.types import Tier

from .refused import Refused

ColumnType = Literal["float", "integer", "boolean", "string"]
Tiers = Mapping[str, float] | Sequence[tuple[str, float]]

_TIERS = 'Write low:0,high:0.8; in Python {"low": 0, "high": 0.8}.'


def texts_of(option: str, given: Any) -> tuple[str, ...]:
    """Names; one is as good as a list of one.

    Raises:
        Refused: It is something else.
    """
    names = (given,) if isinstance(given, str) else tuple(given or ()) if _is_listed(given) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise Refused("usage", f"{option} must be names, not {type(given).__name__}.", f'Write {option}=["a", "b"].')
    return names


def numbers_of(option: str, given: Any) -> tuple[float, ...]:
    """Numbers; one is as good as a list of one.

    Raises:
        Refused: It is something else.
    """
    numbers = tuple(given) if _is_listed(given) and given is not None else () if given is None else (given,)
    if not all(is_number(number) for number in numbers):
        raise Refused("usage", f"{option} must be numbers.", f"Write {option}=[0.7, 0.3].")
    return tuple(float(number) for number in numbers)


def _is_listed(given: Any) -> bool:
    return given is None or (hasattr(given, "__iter__") and not isinstance(given, str | bytes | Mapping))


def is_number(value: Any) -> bool:
    """Whether it is a finite number."""
    return type(value) is not bool and isinstance(value, Real) and math.isfinite(value)


def mapping_of(option: str, given: Any) -> Mapping[Any, Any]:
    """A dict; an empty one of None.

    Raises:
        Refused: It is something else.
    """
    if given is None or isinstance(given, Mapping):
        return given or {}
    raise Refused("usage", f"{option} must be a dict, not {type(given).__name__}.", f"Write {option}={{...}}.")


def types_of(given: Mapping[Any, Any]) -> dict[str, ColumnType]:
    """Types by column.

    Raises:
        Refused: There is no such type.
    """
    for name, kind in given.items():
        if kind not in get_args(ColumnType):
            message = f"There is no type '{kind}' for the column {name}."
            raise Refused("usage", message, f"Types are {', '.join(get_args(ColumnType))}.")
    return {str(name): kind for name, kind in given.items()}


def ordered_tiers(tiers: Tiers | None) -> tuple[Tier, ...]:
    """Tiers by their lower ends, ascending.

    Raises:
        Refused: One has no such name or number, or two have the same name or begin at the same number.
    """
    pairs = [_tier(pair) for pair in _pairs(tiers)]
    ordered = sorted(pairs, key=lambda tier: tier["from"])
    for values in ([tier["name"] for tier in ordered], [tier["from"] for tier in ordered]):
        if len(set(values)) < len(values):
            raise Refused("usage", "Two tiers have the same name or begin at the same number.", "Tell them apart.")
    return tuple(ordered)


def _pairs(tiers: Any) -> list[Any]:
    if isinstance(tiers, Mapping):
        return list(tiers.items())
    if _is_listed(tiers):
        return list(tiers or [])
    raise Refused("usage", f"Tiers must be a dict, not {type(tiers).__name__}.", _TIERS)


def _tier(pair: Any) -> Tier:
    if not isinstance(pair, tuple | list) or len(pair) != 2 or not is_number(pair[1]):  # noqa: PLR2004
        raise Refused("usage", "A tier is a name and the number that it begins at.", _TIERS)
    name, start = pair
    if not isinstance(name, str) or not name.strip() or re.search(r"[:;=]", name):
        raise Refused("usage", f"'{name}' is no name for a tier: it is empty, or has a ':', ';' or '='.", _TIERS)
    return {"name": name, "from": float(start)}
