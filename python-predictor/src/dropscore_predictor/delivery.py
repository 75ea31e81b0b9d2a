"""What a queue tells of a message beside the message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """One delivery of a message. A field is None where the queue does not tell."""

    group: str | None = None
    """Its message group, for a copy of it to go back to."""
    receives: int | None = None
    """How often it was delivered, this time included."""


UNTOLD = Delivery()
