"""What is known of one server and of all that goes with it: what is taken, from where, and what is in dispute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.model import Observation, Provenance, Rank, ReadingNote
from kb.values import Value

ELSEWHERE = "elsewhere"
"""Settles where a thing was seen: at none of the objects that the library speaks of."""


class UnknownSettlement(ValueError):
    """`settle` names an object or a reading that there is none of; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value as one source gives it."""

    value: Value
    provenance: Provenance
    rank: Rank


@dataclass(frozen=True, slots=True)
class Taken:
    """The value that holds for a fact, where it is from, and what else was said of it."""

    value: Value
    provenance: Provenance
    rank: Rank
    also: tuple[Said, ...] = ()
    """The other sources: those that agree, those that were replaced or overruled, and those in dispute."""


@dataclass(frozen=True, slots=True)
class Side:
    """One answer to a dispute.

    Attributes:
        id: what `settle` is given for it.
        facts: what would hold; empty where it is that the thing was seen elsewhere.
        held: whether it is what holds until somebody settles it.
    """

    id: str
    facts: Mapping[str, Value]
    provenance: Provenance
    rank: Rank
    held: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """Sources that differ on one object, or a thing of which nobody has said yet where it was seen.

    Attributes:
        key: what it is settled under: the object, or for a thing that was seen nobody knows where, its reading.
        objects: the objects that it is about.
        facts: those of their facts on which the sides differ.
        sides: what may be so, the side that holds for now first.
    """

    key: str
    objects: tuple[str, ...]
    facts: tuple[str, ...]
    sides: tuple[Side, ...]

    @property
    def asks_where(self) -> bool:
        """Whether it asks where something was seen, rather than which of several is right."""
        return not self.sides[0].held


@dataclass(frozen=True, slots=True)
class Environment:
    """What is known of one server and of all that goes with it.

    Attributes:
        server: its name, ``None`` where no source names one.
        facts: the values that hold, normalised, in the order of the vocabulary.
        taken: the same with where each is from.
        proposed: what plain words mention, or what was only deduced, and nobody has confirmed.
        unused: what was read and the vocabulary does not take, with the reason.
    """

    server: str | None
    facts: Mapping[str, Value]
    taken: Mapping[str, Taken]
    disputes: tuple[Dispute, ...] = ()
    proposed: tuple[Observation, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[ReadingNote, ...] = ()
