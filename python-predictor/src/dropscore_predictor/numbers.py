"""Numbers as text: the shortest decimal that reads back to the same double."""

import math

STORABLE_FROM = 1e-130
STORABLE_BELOW = 1e126
"""DynamoDB's numbers lie in [1e-130, 1e126), either sign, and have 38 digits; a double needs 17."""


def decimal_text(number: float) -> str:
    """The shortest decimal of a finite double, or the digits of an int.

    Raises:
        ValueError: The number is NaN or infinite.
    """
    if isinstance(number, int):
        return str(int(number))
    if not math.isfinite(number):
        raise ValueError("NaN and infinities have no decimal.")
    return repr(float(number) + 0.0)  # minus zero is zero


def is_storable(number: float) -> bool:
    """Whether DynamoDB holds this finite number as a number."""
    return number == 0 or STORABLE_FROM <= abs(number) < STORABLE_BELOW
