"""A bounded memory for what a pure function made of the same things before."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Memory(Generic[Made]):
    """Keeps what was made, by all that it was made of; emptied when it is full, which costs a moment and no more.

    Unlike ``lru_cache`` the maker may use more than the key, as long as that follows from the key.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._made: dict[Hashable, Made] = {}

    def recall(self, made_of: Hashable, make: Callable[[], Made]) -> Made:
        """What was made of this before, or is made now."""
        known = self._made.get(made_of)
        if known is None:
            known = make()
            if len(self._made) >= self._limit:
                self._made.clear()
            self._made[made_of] = known
        return known
