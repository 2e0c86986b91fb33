"""Says numbers of combinations so that a person can read them."""

from __future__ import annotations

EXACT = 1_000_000
"""Up to here a number is said to the digit."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(count: int) -> str:
    """A number to the digit, or how large it is: ``1,234`` or ``about 7 × 10³⁸``."""
    if count <= EXACT:
        return f"{count:,}"
    digits = str(count)
    power = len(digits) - 1
    first = round(int(digits[:2]) / 10)
    if first == 10:
        first, power = 1, power + 1
    return f"about {first} × 10{str(power).translate(_RAISED)}"
