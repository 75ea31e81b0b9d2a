"""What a publisher asks for, checked before anything is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from dropscore_predictor.contracts.types import Tier

from .given import ColumnType, Tiers, is_number, mapping_of, numbers_of, ordered_tiers, texts_of, types_of
from .never_trusted import is_never_trusted
from .refused import Refused

Kind = Literal["regression", "binary", "multiclass", "cluster", "embedding", "multi"]
Scalar = str | int | float | bool

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_GLOBAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*")


@dataclass(frozen=True)
class Request:
    """What is said of a model beside the model itself. Where something is None, the model or the sample tells."""

    name: str
    id_column: str | None = None
    passthrough: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    threshold: float | None = None
    positive: Scalar | None = None
    labels: Mapping[str, str] | None = None
    kind: Kind | None = None
    outputs: tuple[str, ...] = ()
    key: str | None = None
    weights: tuple[float, ...] = ()
    runtime: str | None = None
    code: Path | None = None
    trust: tuple[str, ...] = ()
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    """Of features whose cells look like something else."""
    tolerate: float | None = None
    """The share of rows that may have errors before a job fails; any where None."""
    promote: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            message = f"'{self.name}' is no name for a model."
            raise Refused("usage", message, "Use lower-case letters, digits, '.', '_' and '-', at most 64.")
        if self.kind is not None and self.kind not in get_args(Kind):
            raise Refused("usage", f"There is no kind '{self.kind}'.", f"Kinds are {', '.join(get_args(Kind))}.")
        if self.threshold is not None and not is_number(self.threshold):
            raise Refused("usage", f"The threshold '{self.threshold}' is no number.", "Give one from 0 to 1.")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise Refused("usage", f"A threshold of {self.threshold} is no probability.", "Give one from 0 to 1.")
        if self.tolerate is not None and not (is_number(self.tolerate) and 0 <= self.tolerate <= 1):
            raise Refused("usage", f"'{self.tolerate}' is no share of rows to tolerate.", "Give one from 0 to 1.")
        for name in self.trust:
            if not _GLOBAL.fullmatch(name):
                raise Refused("usage", f"'{name}' names no global.", "Write module:name, as in sklearn.svm:SVC.")
            if is_never_trusted(name):
                message = f"Nobody can vouch for {name}: with it a pickle does whatever it likes."
                raise Refused("usage", message, "Publish a model without it; of a search, its best_estimator_.")

    @property
    def not_features(self) -> set[str]:
        """Columns of the sample that are there for other reasons."""
        return {*self.passthrough, *([self.id_column] if self.id_column else [])}


def requested(
    name: str,
    *,
    tiers: Tiers | None = None,
    labels: Mapping[Any, str] | None = None,
    code: str | Path | None = None,
    types: Mapping[str, str] | None = None,
    **others: Any,
) -> Request:
    """A request, from what a notebook or the command line gives. One name is as good as a list of one.

    Raises:
        Refused: It asks for what cannot be.
    """
    lists: dict[str, Any] = {key: texts_of(key, others.pop(key, ())) for key in ("passthrough", "outputs", "trust")}
    return Request(
        name=name,
        tiers=ordered_tiers(tiers),
        labels={str(value): str(label) for value, label in mapping_of("labels", labels).items()} or None,
        code=Path(code).resolve() if code else None,
        types=types_of(mapping_of("types", types)),
        weights=numbers_of("weights", others.pop("weights", ())),
        **lists,
        **others,
    )
