"""A memory for what a pure function made of the same things before, bounded in bytes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")

LONG_TEXT = 512
"""Characters; what callers type is short, and longer texts are not worth a place in a memory."""


class Same:
    """An object as part of what something is made of: itself and no equal one; kept, so that no other bears its id."""

    __slots__ = ("_object",)

    def __init__(self, object_: object) -> None:
        self._object = object_

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._object is other._object

    def __hash__(self) -> int:
        return id(self._object)


class Memory(Generic[Made]):
    """Keeps what was made, by all that it was made of; emptied when it is full, which costs a moment and no more.

    Unlike ``lru_cache`` the maker may use more than the key, as long as that follows from the key.

    Args:
        limit: bytes, as far as `size` tells.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._made: dict[Hashable, Made] = {}

    def recall(self, made_of: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """What was made of this before, or is made now; what alone is larger than the limit is not kept."""
        known = self._made.get(made_of)
        if known is None:
            known = make()
            bytes_ = size(known)
            if bytes_ > self._limit:
                return known
            if self._held + bytes_ > self._limit:
                self._made.clear()
                self._held = 0
            self._held += bytes_
            self._made[made_of] = known
        return known


def text_bytes(value: object) -> int:
    """About how much room the text within a value takes."""
    if isinstance(value, str):
        return 60 + 2 * len(value)
    if isinstance(value, tuple | list | frozenset):
        if set(map(type, value)) == {str}:  # the names of a thousand servers, in every one of a thousand outcomes
            return 60 + 60 * len(value) + 2 * sum(map(len, value))
        return 60 + sum(map(text_bytes, value))
    return 40
