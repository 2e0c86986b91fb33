"""Readings: all that one source says of one object, as `evidence.resolve` weighs them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from evidence.environment import Taken
from evidence.model import Observation, Provenance, Rank
from evidence.printed_dates import may_be_one_day
from kb.model import Fact
from kb.values import UNKNOWN, FactType, Value, same_value


@dataclass(frozen=True, slots=True)
class AcceptedObservation:
    """An observation whose value the vocabulary takes; `order` is its place among all."""

    observation: Observation
    value: Value
    order: int

    @property
    def fact(self) -> str:
        """The key of the fact."""
        return self.observation.fact


@dataclass(slots=True)
class ObjectReading:
    """All that one source says of one object."""

    object_: str
    key: tuple[object, ...]
    kind: tuple[object, ...]
    rank: Rank
    order: int
    server: str | None
    seen_at: str | None
    placed: bool
    items: dict[str, AcceptedObservation] = field(default_factory=dict)
    before: list[AcceptedObservation] = field(default_factory=list)
    id: str = ""

    def add(self, item: AcceptedObservation) -> None:
        """Take one more fact; what was said of it before stays visible, and not knowing it takes nothing back."""
        known = self.items.get(item.fact)
        if known is None or item.value != UNKNOWN:
            self.items[item.fact] = item
        if known is not None:
            self.before.append(item if self.items[item.fact] is known else known)

    @property
    def answers(self) -> bool:
        """Whether it is all that was answered, or all that is on file, rather than what one text says."""
        return self.kind == (self.rank,)

    @property
    def facts(self) -> dict[str, Value]:
        """What it says, by fact."""
        return {fact: item.value for fact, item in self.items.items()}

    @property
    def known(self) -> dict[str, Value]:
        """The same without what somebody could not tell."""
        return {fact: item.value for fact, item in self.items.items() if item.value != UNKNOWN}

    @property
    def provenance(self) -> Provenance:
        """Where it is from: that of its first fact."""
        return next(iter(self.items.values())).observation.provenance

    def named(self) -> ObjectReading:
        """The same, named by what it says and where it stands, so that equal requests give equal names.

        What a person says goes on: it is named by the object alone, so that a settlement in its favour lasts when more
        is said. Through which door they said it makes no difference.
        """
        if self.answers:
            where, said = f"{self.rank.label}\n{self.object_}", ""
        else:
            place = self.provenance
            where = f"{place.what}\n{place.name}\n{place.line}"
            said = "\n".join(f"{fact}={value!r}" for fact, value in sorted(self.facts.items()))
        digest = hashlib.sha256(f"{where}\n{self.server}\n{said}".encode())
        return replace(self, id=digest.hexdigest()[:8])

    def moved(self, object_: str, facts: Mapping[str, str]) -> ObjectReading:
        """The same reading as one of another object; `facts` says which fact each of its facts is there."""
        items = {
            facts[fact]: replace(item, observation=replace(item.observation, fact=facts[fact]))
            for fact, item in self.items.items()
            if fact in facts
        }
        return replace(self, object_=object_, items=items, before=[], placed=True)


def is_the_same(one: Value, other: Value, fact: Fact) -> bool:
    """Whether two sources say the same of a fact, as `kb.values.same_value`; of two days, whether they can be one."""
    if same_value(one, other, fact):
        return True
    texts = fact.type is FactType.TEXT and UNKNOWN not in (one, other)
    return texts and isinstance(one, str) and isinstance(other, str) and may_be_one_day(one, other)


def made(fact: str, value: Value, like: ObjectReading) -> ObjectReading:
    """A reading that says of a server what follows from its being named."""
    observation = Observation(fact, value, like.provenance, like.rank, like.server)
    items = {fact: AcceptedObservation(observation, value, like.order)}
    return replace(like, object_=fact, kind=("named", *like.kind), items=items, before=[], seen_at=None, placed=True)


def place_in_order(reading: ObjectReading) -> int:
    """Sorts by the order in which things were read or said."""
    return reading.order


def weight(reading: ObjectReading) -> tuple[int, int]:
    """The weightiest first; of equal weight the first that was read."""
    return -reading.rank, reading.order


def without(reading: ObjectReading, facts: Iterable[str]) -> ObjectReading:
    """A reading that says nothing of these facts."""
    return replace(reading, items={key: item for key, item in reading.items.items() if key not in set(facts)})


def only(reading: ObjectReading, facts: Collection[str]) -> ObjectReading:
    """A reading that speaks of these facts alone."""
    return replace(reading, items={key: item for key, item in reading.items.items() if key in facts}, before=[])


def taken_from(item: AcceptedObservation) -> Taken:
    """An observation as what holds."""
    return Taken(item.value, item.observation.provenance, item.observation.rank)


def comparable(value: Value) -> str:
    """A value in one writing, whoever wrote it."""
    return repr(sorted(each.lower() for each in value)) if isinstance(value, tuple) else str(value).lower().rstrip(".")


def latest(readings: Sequence[ObjectReading]) -> list[ObjectReading]:
    """Of readings of one kind that say something of the same facts of one object, the last."""
    last: dict[tuple[object, ...], ObjectReading] = {}
    for reading in readings:
        last[(reading.object_, reading.kind, tuple(sorted(reading.items)))] = reading
    return sorted(last.values(), key=place_in_order)
