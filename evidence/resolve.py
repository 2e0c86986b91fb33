"""Makes of all observations one environment a server: what is taken, from where, what else was said, what is disputed.

One policy, for every door. What a person settled who saw both sides stands above what was measured, that above what a
program printed, that above what somebody stated, and that above what is on file; what is only proposed is never taken.
What is read off one object is taken as one: a certificate is not put together from two. The same object shown later by
the same kind of output replaces the earlier, visibly; different kinds that differ are a dispute about the object.

No object is known here by name: the vocabulary says which facts belong to which (`kb.model.ObjectKind`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from evidence.environment import ELSEWHERE, Dispute, Environment, Said, Side, Taken, UnknownSettlement
from evidence.model import Observation, Rank, ReadingNote
from evidence.readings import (
    AcceptedObservation,
    ObjectReading,
    comparable,
    is_the_same,
    latest,
    made,
    only,
    place_in_order,
    taken_from,
    weight,
    without,
)
from evidence.servers import Servers
from kb.model import Fact, KnowledgeBase, ObjectKind
from kb.values import UNKNOWN, FactType, Value, ValueRefused, read_value


def resolve(
    knowledge: KnowledgeBase,
    observations: Iterable[Observation],
    notes: Iterable[ReadingNote] = (),
    settle: Mapping[str, str] | None = None,
    *,
    since: Collection[str] = (),
    strict: bool = True,
) -> tuple[Environment, ...]:
    """What is known, one environment a server; at least one. A pure function of its arguments.

    Args:
        knowledge: whose vocabulary says which facts there are and what they belong to.
        observations: in the order in which they were read or said.
        notes: what was read and no fact takes, handed through to the server that each is about.
        settle: what a person said who saw both sides: by the object, the reading that is right, or by a reading, the
            object that it shows (or `ELSEWHERE`); ``unknown`` where nobody can tell.
        since: the facts that somebody stated after their object was settled: these are said of the object as settled,
            so that they hold where the reading that is right says nothing of them, or where nobody could tell.
        strict: refuse a settlement of what there is none of; otherwise it counts for nothing, as one does whose sides
            have been replaced since.

    Raises:
        UnknownSettlement: it names what there is none of.
    """
    resolver = _Resolver(knowledge, tuple(observations), tuple(notes), settle or {}, frozenset(since))
    if strict:
        resolver.check_settlements()
    return resolver.environments()


class _Resolver:
    def __init__(
        self,
        knowledge: KnowledgeBase,
        observations: tuple[Observation, ...],
        notes: tuple[ReadingNote, ...],
        settle: Mapping[str, str],
        since: frozenset[str],
    ) -> None:
        self._knowledge = knowledge
        self._since = since
        self._notes = notes
        self._settle = settle
        self._unused: list[str] = []
        self._proposed: list[AcceptedObservation] = []
        self._owner = knowledge.owner
        items = list(self._items(observations))
        name = None if self._owner is None else self._owner.named_by
        self._servers = Servers.of(
            [item.observation.server for item in items]
            + [item.value for item in items if item.fact == name and item.value != UNKNOWN]
        )
        self._readings = self._grouped(items)
        self._known_ids = {reading.id for reading in self._readings}

    def environments(self) -> tuple[Environment, ...]:
        """The environments, servers in the order in which they were met."""
        own: dict[str, list[ObjectReading]] = {server: [] for server in self._servers.names}
        shared: list[ObjectReading] = []
        loose: list[ObjectReading] = []
        for reading in self._readings:
            server = None if reading.server is None else self._servers.find(reading.server)
            if server is not None:
                own[server].append(reading)
            elif self._belongs_to_a_server(reading.object_):
                loose.append(reading)
            else:
                shared.append(reading)
        if not own:
            return (self._environment(None, [*shared, *loose], ()),)
        # What is on file is about all servers that there are; whoever names one today speaks of that one.
        today = [server for server in own if any(each.rank is not Rank.ON_FILE for each in own[server])]
        telling = [server for server in today or own if any(self._tells(reading) for reading in own[server])]
        silent = [server for server in today if telling and server not in telling]
        passed = tuple(self._passed_over(server, own[server]) for server in silent)
        attached = self._attached(loose, own)
        return tuple(
            self._environment(server, sorted([*shared, *own[server], *attached[server]], key=place_in_order), passed)
            for server in (telling or own)
        )

    # --- what goes in

    def _items(self, observations: Sequence[Observation]) -> Iterable[AcceptedObservation]:
        for order, observation in enumerate(observations):
            fact = self._knowledge.facts.get(observation.fact)
            if fact is None:
                self._unused.append(f"{observation.provenance}: {observation.fact}: no fact of this library takes it")
                continue
            try:
                item = AcceptedObservation(observation, read_value(observation.value, fact), order)
            except ValueRefused as refused:
                self._unused.append(f"{observation.provenance}: {fact.label}: {refused}")
                continue
            if observation.rank is Rank.PROPOSED:
                self._proposed.append(item)
            else:
                yield item

    def _grouped(self, items: Iterable[AcceptedObservation]) -> list[ObjectReading]:
        readings: dict[tuple[object, ...], list[ObjectReading]] = {}
        for item in items:
            seen = item.observation
            sighting, place = seen.sighting, seen.provenance
            # What a person says, and what is on file, is one reading of each object, however many times they speak.
            # What somebody else wrote, as in a mail, is a source of its own.
            said = seen.rank in (Rank.STATED, Rank.ON_FILE) and sighting is None
            server = None if seen.server is None else self._servers.find(seen.server)
            kind: tuple[object, ...] = (seen.rank,) if said else (place.what, server, sighting and sighting.seen_at)
            run = (place.name, sighting and sighting.run)
            thing = None if said else (*run, sighting and sighting.item)
            object_ = self._knowledge.object_of(item.fact).id
            of_thing = readings.setdefault((object_, kind, server, thing), [])
            reading = next((each for each in of_thing if said or self._takes(each, item)), None)
            if reading is None:
                reading = ObjectReading(
                    object_=object_,
                    key=run,
                    kind=kind,
                    rank=seen.rank,
                    order=item.order,
                    server=seen.server,
                    seen_at=None if sighting is None else sighting.seen_at,
                    placed=sighting is None or sighting.placed,
                )
                of_thing.append(reading)
            reading.add(item)
        return self._naming_their_server([each.named() for every in readings.values() for each in every])

    def _takes(self, reading: ObjectReading, item: AcceptedObservation) -> bool:
        """Whether one thing can be as this says, too: an output that gives a fact two values speaks of two things."""
        known = reading.items.get(item.fact)
        return known is None or is_the_same(known.value, item.value, self._fact(item.fact))

    def _naming_their_server(self, readings: list[ObjectReading]) -> list[ObjectReading]:
        """What a person says of a server they name in the same breath is about that one."""
        if self._owner is None or self._owner.named_by is None:
            return readings
        name = self._owner.named_by
        for reading in readings:
            value = reading.items.get(name)
            if reading.server is None and value is not None and isinstance(value.value, str) and value.value != UNKNOWN:
                reading.server = value.value
        return readings

    def _belongs_to_a_server(self, object_: str) -> bool:
        return any(self._knowledge.of_owner(fact) for fact in self._knowledge.kind(object_).facts)

    # --- several servers

    def _tells(self, reading: ObjectReading) -> bool:
        """Whether a reading says more of a server than what it is called and what it runs."""
        own = () if self._owner is None else self._owner.facts
        return reading.rank is Rank.STATED or any(
            fact not in own or self._knowledge.facts[fact].member is not None for fact in reading.items
        )

    def _passed_over(self, server: str, readings: Sequence[ObjectReading]) -> ReadingNote:
        return ReadingNote(
            "server-passed-over",
            f"Of {server} only its name and version are known, so it was passed over. If it answers clients, give the "
            "rest of its settings too.",
            readings[0].provenance,
            server,
        )

    def _attached(
        self, loose: Sequence[ObjectReading], own: Mapping[str, list[ObjectReading]]
    ) -> dict[str, list[ObjectReading]]:
        """Readings that name no server, by the servers that they may be about.

        A value that some servers have of their own is about these: an Autodiscover answer comes from one server. One
        that none has could be about any of them.
        """
        attached: dict[str, list[ObjectReading]] = {server: [] for server in own}
        holders: dict[tuple[str, str], list[str]] = {}
        for server, readings in own.items():
            for reading in readings:
                for fact, value in reading.known.items():
                    servers = holders.setdefault((fact, comparable(value)), [])
                    if not servers or servers[-1] != server:
                        servers.append(server)
        for reading in loose if len(own) == 1 else latest(loose):
            about = {
                server for fact, value in reading.known.items() for server in holders.get((fact, comparable(value)), ())
            }
            for server in about or own:
                attached[server].append(reading)
        return attached

    # --- one environment

    def _environment(
        self, server: str | None, readings: Sequence[ObjectReading], passed: tuple[ReadingNote, ...]
    ) -> Environment:
        taken: dict[str, Taken] = {}
        disputes: list[Dispute] = []
        by_object: dict[str, list[ObjectReading]] = {}
        wandering: list[ObjectReading] = []
        for reading in readings:
            if (reading.seen_at is not None or not reading.placed) and self._knowledge.family(reading.object_):
                wandering.append(reading)
            else:
                by_object.setdefault(reading.object_, []).append(reading)
        self._name(server, by_object, readings)
        notes: list[ReadingNote] = []
        for object_, each in by_object.items():
            if not self._is_shown_somewhere(object_):
                self._settle_object(object_, each, taken, disputes)
        unplaced = self._placed(wandering, by_object, taken, notes)
        for object_, each in by_object.items():
            if self._is_shown_somewhere(object_):
                self._settle_object(object_, each, taken, disputes)
        for reading in unplaced:
            disputes.append(self._where(reading))
        facts = {key: taken[key].value for key in self._knowledge.facts if key in taken}
        named = None if self._owner is None else facts.get(self._owner.named_by or "")
        proposed = tuple(
            replace(item.observation, value=item.value)
            for item in self._proposed
            if item.fact not in facts
            or facts[item.fact] == UNKNOWN
            or not is_the_same(facts[item.fact], item.value, self._fact(item.fact))
        )
        about = tuple(
            note
            for note in self._notes
            if note.server is None or server is None or self._servers.same(note.server, server)
        )
        return Environment(
            named if isinstance(named, str) and named != UNKNOWN else server,
            facts,
            {key: taken[key] for key in facts},
            tuple(disputes),
            tuple(dict.fromkeys(proposed)),
            tuple(dict.fromkeys(self._unused)),
            (*about, *notes, *passed),
        )

    def _name(
        self, server: str | None, by_object: dict[str, list[ObjectReading]], readings: Sequence[ObjectReading]
    ) -> None:
        """Let a server that is only named beside other facts have its name, and each know the names of all."""
        owner = self._owner
        if owner is None or server is None or not readings:
            return
        first = next((each for each in readings if each.server is not None), readings[0])
        if owner.named_by is not None and not by_object.get(owner.named_by):
            by_object[owner.named_by] = [made(owner.named_by, server, first)]
        names = self._servers.names
        if owner.listed_in is not None and len(names) > 1:
            by_object.setdefault(owner.listed_in, []).append(made(owner.listed_in, tuple(names), first))

    def _is_shown_somewhere(self, object_: str) -> bool:
        return self._knowledge.kind(object_).shown_at is not None

    # --- things that were seen somewhere

    def _placed(
        self,
        wandering: Sequence[ObjectReading],
        by_object: dict[str, list[ObjectReading]],
        taken: Mapping[str, Taken],
        notes: list[ReadingNote],
    ) -> list[ObjectReading]:
        """Put each thing where it was seen; returned are those of which nobody has said where that was."""
        unplaced: list[ObjectReading] = []
        for reading in wandering:
            family = self._knowledge.family(reading.object_)
            settled = self._settle.get(reading.id)
            named = [kind.id for kind in family if self._settle.get(kind.id) == reading.id]
            if settled is not None or named:
                homes = named if settled is None else [] if settled in (ELSEWHERE, UNKNOWN) else [settled]
            elif reading.seen_at is not None:
                homes = [kind.id for kind in family if self._shows(kind, reading.seen_at, taken)]
                if not homes:
                    notes.append(_seen_elsewhere(reading))
            else:
                homes = [kind.id for kind in family if self._is_the_same(kind, reading, by_object.get(kind.id, ()))]
                if not homes:
                    unplaced.append(reading)
            for home in homes:
                by_object.setdefault(home, []).append(
                    reading.moved(home, self._knowledge.facts_in(home, reading.object_))
                )
        return unplaced

    def _shows(self, kind: ObjectKind, host: str, taken: Mapping[str, Taken]) -> bool:
        """Whether an object is what a host shows: the host is the one that the fact `shown_at` names."""
        named = taken.get(kind.shown_at or "")
        return (
            named is not None
            and named.value != UNKNOWN
            and is_the_same(named.value, host, self._fact(kind.shown_at or ""))
        )

    def _is_the_same(self, kind: ObjectKind, reading: ObjectReading, known: Sequence[ObjectReading]) -> bool:
        """Whether a thing is known to be an object's, by the name that tells one from another."""
        there = self._knowledge.facts_in(kind.id, reading.object_)
        own = next((fact for fact, other in there.items() if other == kind.named_by), None)
        name = None if own is None else reading.known.get(own)
        return name is not None and any(name == each.known.get(kind.named_by or "") for each in known)

    def _where(self, reading: ObjectReading) -> Dispute:
        sides = [
            Side(
                kind.id,
                reading.moved(kind.id, self._knowledge.facts_in(kind.id, reading.object_)).facts,
                reading.provenance,
                reading.rank,
                held=False,
            )
            for kind in self._knowledge.family(reading.object_)
        ]
        sides.append(Side(ELSEWHERE, {}, reading.provenance, reading.rank, held=False))
        facts = dict.fromkeys(fact for side in sides for fact in side.facts)
        return Dispute(
            reading.id, tuple(kind.id for kind in self._knowledge.family(reading.object_)), tuple(facts), tuple(sides)
        )

    # --- one object

    def _settle_object(
        self, object_: str, readings: Sequence[ObjectReading], taken: dict[str, Taken], disputes: list[Dispute]
    ) -> None:
        """Take what holds for an object, and note what is in dispute."""
        kind = self._knowledge.kind(object_)
        current = self._current(kind, readings)
        on_file = [each for each in current if each.rank is Rank.ON_FILE]
        sides = self._sides(sorted((each for each in current if each.rank is not Rank.ON_FILE), key=weight))
        wanted = self._settle.get(object_)
        said_since = [
            only(each, self._since)
            for side in sides
            for each in side
            if each.rank is Rank.STATED and each.answers and not self._since.isdisjoint(each.items)
        ]
        if wanted is not None and wanted != UNKNOWN:
            right = next((side for side in sides if any(each.id == wanted for each in side)), None)
            if right is not None:
                spoken = {fact for each in right for fact in each.known}
                sides = [[*right, *(without(each, spoken) for each in said_since)]]
        differing = self._differing(sides)
        held = sides[0] if sides else []
        answered: dict[str, AcceptedObservation] = {}
        if wanted == UNKNOWN and len(sides) > 1:
            answered = self._answered(sides, differing)
            held = [without(each, differing) for each in held]
        elif len(sides) > 1:
            disputes.append(self._which(object_, sides, differing))
        for each in on_file:
            if all(self._agree(each, other) for other in held):
                held = [*held, each]
        for reading in held:
            for fact, item in reading.items.items():
                best = taken.get(fact)
                if best is None or best.value == UNKNOWN or self._shorter(item, best) or self._is_no_list(item, best):
                    taken[fact] = taken_from(item)
        if wanted == UNKNOWN and len(sides) > 1:
            for fact in differing:
                first = next(each.items[fact] for side in sides for each in side if fact in each.items)
                taken[fact] = (
                    taken_from(answered[fact]) if fact in answered else replace(taken_from(first), value=UNKNOWN)
                )
        self._note_others(readings, taken)

    def _answered(
        self, sides: Sequence[Sequence[ObjectReading]], differing: Sequence[str]
    ) -> dict[str, AcceptedObservation]:
        """What a person says of that which nobody could tell.

        Whoever says something of it after that can tell. Where the person's word was one of the two sides it cannot be
        what settles them; where other sources differ without it, it is.
        """
        others = self._differing(
            [[each for each in side if not (each.rank is Rank.STATED and each.answers)] for side in sides]
        )
        said = {
            fact: item
            for side in sides
            for each in side
            if each.rank is Rank.STATED and each.answers
            for fact, item in each.items.items()
            if item.value != UNKNOWN
        }
        return {fact: said[fact] for fact in differing if fact in said and (fact in others or fact in self._since)}

    def _note_others(self, readings: Sequence[ObjectReading], taken: dict[str, Taken]) -> None:
        also: dict[str, list[Said]] = {}
        for reading in readings:
            for item in (*reading.items.values(), *reading.before):
                fact = item.fact
                said = Said(item.value, item.observation.provenance, item.observation.rank)
                now = taken.get(fact)
                if now is not None and (now.provenance, now.rank, now.value) != (
                    said.provenance,
                    said.rank,
                    said.value,
                ):
                    also.setdefault(fact, []).append(said)
        for fact, others in also.items():
            taken[fact] = replace(taken[fact], also=tuple(dict.fromkeys(others)))

    def _current(self, kind: ObjectKind, readings: Sequence[ObjectReading]) -> list[ObjectReading]:
        """Without those that a later output of the same kind replaces."""
        last: dict[tuple[object, ...], list[ObjectReading]] = {}
        for reading in sorted(readings, key=place_in_order):
            before = last.setdefault(reading.kind, [])
            kept = [each for each in before if each.key == reading.key or not self._replaces(kind, reading, each)]
            # What replaces another stands where that stood among sources of equal weight.
            place = min((each.order for each in before if each not in kept), default=reading.order)
            last[reading.kind] = [*kept, replace(reading, order=place)]
        return [each for every in last.values() for each in every]

    def _replaces(self, kind: ObjectKind, later: ObjectReading, earlier: ObjectReading) -> bool:
        """Whether what one kind of output shows later is the same object as before, and differs.

        What belongs to a server is what that server has *now*; a thing by itself is another where its name differs.
        """
        if self._agree(later, earlier):
            return False
        if kind.of is not None or kind.named_by is None:
            return True
        one, other = later.known.get(kind.named_by), earlier.known.get(kind.named_by)
        return one is None or other is None or is_the_same(one, other, self._fact(kind.named_by))

    def _sides(self, readings: Sequence[ObjectReading]) -> list[list[ObjectReading]]:
        """Readings that agree with each other, together; the weightiest first."""
        sides: list[list[ObjectReading]] = []
        for reading in readings:
            if not reading.known and sides:
                sides[0].append(reading)
                continue
            for side in sides:
                if all(self._agree(reading, each) or self._is_one_thing(reading, each) for each in side):
                    side.append(reading)
                    break
            else:
                sides.append([reading])
        return sides

    def _agree(self, one: ObjectReading, other: ObjectReading) -> bool:
        """Whether two readings can be of the same thing as it is at one time: no fact has two values."""
        first, second = one.known, other.known
        return all(is_the_same(first[fact], second[fact], self._fact(fact)) for fact in first.keys() & second.keys())

    def _is_one_thing(self, one: ObjectReading, other: ObjectReading) -> bool:
        """Whether two readings are of one thing by its name, and differ in how they list its names alone.

        A certificate that has no list is shown with one by programs that list whatever it can be used for.
        """
        kind = self._knowledge.kind(one.object_)
        first, second = one.known, other.known
        if kind.of is None or kind.named_by is None or kind.named_by not in first or kind.named_by not in second:
            return False
        differing = [
            fact
            for fact in first.keys() & second.keys()
            if not is_the_same(first[fact], second[fact], self._fact(fact))
        ]
        return all(
            self._fact(fact).type is FactType.CERTIFICATE_NAMES and () in (first[fact], second[fact])
            for fact in differing
        )

    def _differing(self, sides: Sequence[Sequence[ObjectReading]]) -> tuple[str, ...]:
        said: dict[str, list[Value]] = {}
        for side in sides:
            for reading in side:
                for fact, value in reading.known.items():
                    values = said.setdefault(fact, [])
                    if not any(is_the_same(value, each, self._fact(fact)) for each in values):
                        values.append(value)
        return tuple(fact for fact, values in said.items() if len(values) > 1)

    def _which(self, object_: str, sides: Sequence[Sequence[ObjectReading]], differing: tuple[str, ...]) -> Dispute:
        return Dispute(
            object_,
            (object_,),
            differing,
            tuple(
                Side(
                    side[0].id,
                    {fact: value for each in reversed(side) for fact, value in each.known.items()},
                    side[0].provenance,
                    side[0].rank,
                    held=position == 0,
                )
                for position, side in enumerate(sides)
            ),
        )

    def check_settlements(self) -> None:
        """Refuse a settlement of what there is none of.

        Raises:
            UnknownSettlement: see there.
        """
        for key, value in self._settle.items():
            if key in self._known_ids:
                reading = next(each for each in self._readings if each.id == key)
                homes = [kind.id for kind in self._knowledge.family(reading.object_)]
                if value not in (*homes, ELSEWHERE, UNKNOWN):
                    raise UnknownSettlement(f"settle {key}: say {', '.join((*homes, ELSEWHERE))} or {UNKNOWN}")
            elif key not in {reading.object_ for reading in self._readings} and key not in self._knowledge.objects:
                raise UnknownSettlement(f"settle: there is no object and no reading {key[:80]!r}")
            elif value != UNKNOWN and value not in self._known_ids:
                raise UnknownSettlement(f"settle {key}: nothing that was read is called {value[:80]!r}")

    def _shorter(self, item: AcceptedObservation, best: Taken) -> bool:
        """Whether a server is called by its own name here and with its domain there: commands take the former."""
        server = self._fact(item.fact).type is FactType.SERVER_NAME
        return server and item.observation.rank is best.rank and "." in str(best.value) and "." not in str(item.value)

    def _is_no_list(self, item: AcceptedObservation, best: Taken) -> bool:
        """Whether a certificate proves to have no list of names, of which another program has made one."""
        names = self._fact(item.fact).type is FactType.CERTIFICATE_NAMES
        return names and item.observation.rank is best.rank and item.value == () and best.value != ()

    def _fact(self, key: str) -> Fact:
        return self._knowledge.facts[key]


def _seen_elsewhere(reading: ObjectReading) -> ReadingNote:
    return ReadingNote(
        "seen-elsewhere",
        f"{reading.provenance} is what {reading.seen_at} shows. Nothing that is known so far is about that host, so it "
        "was not used.",
        reading.provenance,
    )
