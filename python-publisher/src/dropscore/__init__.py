"""Publishes models to dropscore.

In a notebook: `import dropscore`, and `dropscore.publish(model, "churn", sample=X, id_column="customer_id")`.
"""

from typing import TYPE_CHECKING, Any

from .refused import Refused

if TYPE_CHECKING:
    from .publishing import Published, publish

__all__ = ["Published", "Refused", "publish"]


def __getattr__(name: str) -> Any:
    """Loads the rest when it is asked for, so that `python -m dropscore` can tell which libraries are missing."""
    if name in ("Published", "publish"):
        from . import publishing

        return getattr(publishing, name)
    raise AttributeError(f"module 'dropscore' has no attribute '{name}'")
