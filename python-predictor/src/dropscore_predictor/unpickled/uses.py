"""What calls and states have used, which must not change any more.

What a pickle calls may copy what it is given, or keep it: a later change would count for one reader and not for
another. The libraries' own pickles change nothing then.
"""

from collections.abc import Sequence
from typing import Any

from ..inert.reader import CannotJudge
from ..inert.values import Call, Elements, Pairs
from .bounds import Account

_USE_COST = 128
_FEW = 8
_CHANGEABLE = frozenset({list, tuple, Pairs, Elements, Call})
"""What can be changed, or holds what can be."""


def close(closed: dict[int, Any], used: Sequence[Any], account: Account, *, deep: bool = True) -> None:
    """Notes values, each once.

    Args:
        closed: What was noted before, by its id.
        used: Arguments or a state; a dict among them the libraries change themselves.
        account: What the file may still cost.
        deep: With all that they hold.

    Raises:
        CannotJudge: A dict among them was used before.
    """
    left = []
    for value in used if len(used) <= _FEW else (used,):
        if type(value) in _CHANGEABLE:
            if id(value) not in closed:
                left.append(value)
            elif type(value) is Pairs:
                raise CannotJudge("it uses a dict twice")
    before = len(closed)
    while left:
        value = left.pop()
        if id(value) not in closed:
            closed[id(value)] = value
            if deep and type(value) is not Call and not _CHANGEABLE.isdisjoint(map(type, value)):
                left += [part for part in value if type(part) in _CHANGEABLE]
    if len(closed) > before:
        account.take((len(closed) - before) * _USE_COST)
