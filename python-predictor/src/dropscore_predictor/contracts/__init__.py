"""What crosses a process or language border, held to the schemas of `contracts/`.

`types.py` and `schemas/` are generated from them; do not edit those.
"""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

import fastjsonschema

_FORMATS = {"date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z"}
"""As `contracts/validate.ts` has them: fastjsonschema's own bound nothing."""


class ContractViolation(Exception):
    """Data that came from outside is not what its contract says. Names path and rule, never the value."""


def validate(name: str, data: object) -> None:
    """Parses at the edge, so that the inside can trust. Unknown fields pass: fields are only ever added.

    Args:
        name: The contract, as its file is named: `chunk-message`.
        data: Decoded JSON.

    Raises:
        ContractViolation: The data breaks the contract.
    """
    try:
        _validator(name)(data)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ContractViolation(f"Not a valid {name}: {_place(error)} breaks the rule {error.rule}") from None


@cache
def _validator(name: str) -> Callable[[object], Any]:
    compiled: Callable[[object], Any] = fastjsonschema.compile(
        _schema(f"{name}.schema.json"), handlers={"": _schema}, formats=_FORMATS, use_default=False
    )
    return compiled


def _schema(file: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("schemas", file).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _place(error: fastjsonschema.JsonSchemaValueException) -> str:
    return "/".join(["", *(str(part) for part in error.path[1:])]) or "/"
