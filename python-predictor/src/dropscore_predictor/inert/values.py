"""What stands for the things that a pickle names and makes."""

from typing import Any


class Name:
    """What a global is here: its name, and nothing else."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    @property
    def text(self) -> str:
        """As lists of names have it."""
        return f"{self.module}:{self.name}"


class Call:
    """A call that is not made: what would be called, with what, and the state that would be set after it."""

    __slots__ = ("args", "built", "callee", "item", "state")

    def __init__(self, callee: Name, args: tuple[Any, ...]) -> None:
        self.callee = callee
        self.args = args
        self.state: Any = None
        self.built = False
        self.item: Any = None
        """Of a dtype that was built: what `item_types` made of it."""


class Pairs(list[Any]):
    """A dict: keys and values in turn. No hash is taken of what a stranger chose."""


class Elements(list[Any]):
    """A set."""


class Opaque:
    """A value that is of no consequence: a long text, an array."""


OPAQUE = Opaque()
