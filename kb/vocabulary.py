"""Turns ``rules/facts/*.yaml`` into the vocabulary: facts written out for every member, and derived facts in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from kb.condition_reader import ConditionReader
from kb.conditions import All, facts_in
from kb.functions import FUNCTIONS
from kb.model import (
    CheckAlternative,
    Checklist,
    Choice,
    Collection,
    Derivation,
    DerivedFact,
    Fact,
    Group,
    Member,
    ObjectKind,
    Person,
    TableEntry,
    Validity,
)
from kb.naming import Grounding, Naming, members_of
from kb.problems import Code
from kb.reading import Document, Path
from kb.shared import Shared, SharingFile, add_words, collect, spelled_out
from kb.templates import parse
from kb.values import UNKNOWN, FactType, ValueRefused, is_pattern, normalise, suggestion
from kb.written import FactsFile, WrittenDerivation, WrittenDerivedFact, WrittenExistence, WrittenFact, WrittenValidity


@dataclass(frozen=True, slots=True)
class Existence:
    """Where a member of a collection exists, and the place it is written at."""

    written: WrittenExistence
    at: Path


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that rules can speak of."""

    document: Document
    name: str
    version: str
    people: tuple[Person, ...]
    objects: dict[str, ObjectKind]
    collections: tuple[Collection, ...]
    groundings: dict[str, tuple[Grounding, ...]]
    existence: dict[tuple[str, str], Existence]
    groups: tuple[Group, ...]
    naming: Naming
    shared: Shared


TRIED = "tried."
"""What the key of a fact begins with that tells what came of a resolution."""


def link_vocabulary(
    document: Document, written: FactsFile, sharing: Sequence[tuple[Document, SharingFile]] = ()
) -> Vocabulary:
    """Build the vocabulary; what is wrong is noted in its `naming.problems`.

    Args:
        sharing: the other files of the library that name sets, words, requirements, steps or resolutions.
    """
    groundings = {
        name: tuple(
            Grounding(name, collection.facts, member, {"label": each.label, **each.words})
            for member, each in collection.members.items()
        )
        for name, collection in written.collections.items()
    }
    naming = Naming({}, {}, frozenset(groundings))
    linker = _Linker(document, written, groundings, naming)
    naming.facts = {**linker.facts(), **_tried(written, sharing)}
    files = [(document, written), *sharing]
    shared = collect(files, naming)
    naming.derived = linker.derived()
    add_words(files, naming)
    naming.facts = linker.with_derivations(dict(naming.facts))
    return Vocabulary(
        document=document,
        name=written.name,
        version=written.version,
        people=tuple(
            Person(id=key, label=each.label, effort=each.effort, on_the_line=each.on_the_line)
            for key, each in written.people.items()
        ),
        collections=tuple(
            Collection(
                id=name,
                title=each.title,
                prefix=each.facts,
                members=tuple(Member(id=key, label=member.label) for key, member in each.members.items()),
            )
            for name, each in written.collections.items()
        ),
        groundings=groundings,
        existence={
            (name, key): Existence(member.exists, ("collections", name, "members", key, "exists"))
            for name, each in written.collections.items()
            for key, member in each.members.items()
            if member.exists is not None
        },
        objects=linker.objects(),
        groups=linker.groups(),
        naming=naming,
        shared=shared,
    )


def _tried(written: FactsFile, sharing: Iterable[tuple[Document, SharingFile]]) -> dict[str, Fact]:
    """For each resolution, the fact that tells what came of it."""
    facts: dict[str, Fact] = {}
    for _, file in sharing:
        for resolution in getattr(file, "resolutions", ()):
            key = TRIED + resolution.id.replace("-", "_")
            facts[key] = Fact(
                key=key,
                label=f"what came of “{resolution.title}”",
                ask=f"What came of it: {resolution.title}?",
                type=FactType.CHOICE,
                choices=(
                    Choice(value="helped", label="it helped"),
                    Choice(value="no_change", label="no change"),
                ),
                answered_by=next(iter(written.people)),
                cost=1.0,
                tried=resolution.id,
            )
    return facts


class _Linker:
    def __init__(
        self, document: Document, written: FactsFile, groundings: dict[str, tuple[Grounding, ...]], naming: Naming
    ) -> None:
        self._document = document
        self._written = written
        self._groundings = groundings
        self._naming = naming
        self._places: dict[str, tuple[Path, Grounding | None]] = {}

    def facts(self) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        for key, written in self._written.facts.items():
            at: Path = ("facts", key)
            if key.startswith(TRIED):
                self._report(at, Code.DUPLICATE_ID, f"{key} is declared by itself, for the resolution of that name")
            self._check_fact(written, at)
            for grounding in self._groundings_of(key, written, at):
                fact = self._fact(key, written, at, grounding)
                if fact.key in facts:
                    self._report(at, Code.DUPLICATE_ID, f"the fact {fact.key} is declared twice")
                facts[fact.key] = fact
                self._places[fact.key] = (at, grounding)
        return facts

    def derived(self) -> dict[str, DerivedFact]:
        derived: dict[str, DerivedFact] = {}
        for key, written in self._written.derived.items():
            at: Path = ("derived", key)
            for grounding in self._groundings_of(key, written, at):
                fact = self._derived_fact(key, written, at, grounding)
                if fact is None:
                    break
                if fact.key in derived or fact.key in self._naming.facts:
                    self._report(at, Code.DUPLICATE_ID, f"the fact {fact.key} is declared twice")
                derived[fact.key] = fact
                self._places[fact.key] = (at, grounding)
        self._naming.derived = derived
        for key, fact in derived.items():
            at, grounding = self._places[key]
            if fact.derivation.function is None:
                derived[key] = fact.model_copy(update={"derivation": self._table(fact, at, grounding)})
            else:
                self._check_arguments(fact.derivation, (*at, "of"))
        return self._in_order(derived)

    def objects(self) -> dict[str, ObjectKind]:
        """The objects, each with the facts that belong to it."""
        prefixes = {prefix: id_ for id_, each in self._written.objects.items() for prefix in (each.facts or [id_])}
        belonging: dict[str, list[str]] = {id_: [] for id_ in self._written.objects}
        for key in self._naming.facts:
            parts = key.split(".")
            beginnings = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
            home = next((prefixes[each] for each in beginnings if each in prefixes), None)
            if home is not None:
                belonging[home].append(key)
        many: list[str] = []
        for id_, each in self._written.objects.items():
            at: Path = ("objects", id_)
            for name in ("of", "like"):
                other = getattr(each, name)
                if other is not None and other not in self._written.objects:
                    near = suggestion(other, self._written.objects)
                    self._report((*at, name), Code.UNKNOWN_ID, f"there is no object {other!r}{near}")
            for name in ("named_by", "listed_in", "shown_at"):
                fact = getattr(each, name)
                if fact is not None and fact not in self._naming.facts:
                    self._report((*at, name), Code.UNKNOWN_FACT, self._naming.stranger(fact))
            if not belonging[id_]:
                self._report(at, Code.UNKNOWN_ID, f"no fact belongs to the object {id_}")
            if each.many:
                many.append(id_)
        if len(many) > 1:
            message = f"an environment is one of {many[0]} already; only one object can be many"
            self._report(("objects", many[1], "many"), Code.SHAPE, message)
        return {
            id_: ObjectKind(id=id_, **each.model_dump(exclude={"facts", "accept"}), facts=tuple(belonging[id_]))
            for id_, each in self._written.objects.items()
        }

    def _table(self, fact: DerivedFact, at: Path, grounding: Grounding | None) -> Derivation:
        """The table of a derived fact, its conditions read and its values checked."""
        reader = ConditionReader(self._document, self._naming)
        written = self._written.derived[str(at[1])]
        entries: list[TableEntry] = []
        named: dict[str, None] = {}
        for position, each in enumerate(written.table):
            here: Path = (*at, "table", position)
            when = None if each.when is None else reader.read(each.when, (*here, "when"), grounding)
            if when is not None:
                named.update(dict.fromkeys(facts_in(when)))
            value = each.value
            key = None
            if (each.value is None) == (each.fact is None):
                self._report(here, Code.SHAPE, "a line of a table has either a value or a fact")
            elif each.fact is not None:
                key = grounding.key(each.fact) if grounding else each.fact
                known = self._naming.fact(key, None)
                if known is None:
                    self._report((*here, "fact"), Code.UNKNOWN_FACT, self._naming.stranger(each.fact))
                elif known.type is not fact.type:
                    self._report((*here, "fact"), Code.FUNCTION, f"{key} is a {known.type}, and this is a {fact.type}")
                named[key] = None
            else:
                try:
                    normalise(each.value, fact.type, fact.labels)
                except ValueRefused as refused:
                    self._report((*here, "value"), Code.REFUSED_VALUE, str(refused))
            entries.append(TableEntry(when=when, value=value, fact=key))
        return Derivation(of=tuple(named), table=tuple(entries))

    def with_derivations(self, facts: dict[str, Fact]) -> dict[str, Fact]:
        """The facts with their defaults, suggestions and validity, which may speak of any other fact."""
        reader = ConditionReader(self._document, self._naming)
        for key, fact in facts.items():
            if fact.tried is not None:
                continue
            at, grounding = self._places[key]
            written = self._written.facts[str(at[1])]
            changes: dict[str, object] = {}
            for name, derivation in (("default", written.default), ("suggest", written.suggest)):
                if derivation is not None:
                    changes[name] = self._derivation(derivation, (*at, name), grounding)
            changes.update(self._how_to_check(written, (*at, "how_to_check"), grounding, reader))
            if written.valid_when is not None:
                changes["valid_when"] = self._validity(written.valid_when, (*at, "valid_when"), grounding, reader)
            if changes:
                facts[key] = fact.model_copy(update=changes)
        return facts

    def _how_to_check(
        self, written: WrittenFact, at: Path, grounding: Grounding | None, reader: ConditionReader
    ) -> dict[str, object]:
        """The ways to find a fact out: alternatives by condition, and what to say where none is known to be the one."""
        told = written.how_to_check
        ways: list[tuple[dict[str, Any] | None, str, Path]] = [(None, told, at)] if isinstance(told, str) else []
        if not isinstance(told, str):
            for i, each in enumerate(told):
                ways.append((each.when, each.check, (*at, i, "check")))
                if each.when is None and i + 1 < len(told):
                    self._report((*at, i), Code.CONDITION, "nothing after this is ever said: it has no when")
        alternatives: list[CheckAlternative] = []
        without: list[str] = []
        for position, (when, text, here) in enumerate(ways):
            condition = None if when is None else reader.read(when, (*at, position, "when"), grounding)
            for word_condition, spelled in spelled_out(text, self._naming):
                check = self._constant_text(spelled, here, grounding)
                parts = tuple(part for part in (condition, word_condition) if part is not None)
                if not parts:
                    without = [check]
                else:
                    alternatives.append(
                        CheckAlternative(when=parts[0] if len(parts) == 1 else All(parts=parts), check=check)
                    )
        if not without:
            without = list(dict.fromkeys(each.check for each in alternatives))
        return {"how_to_check": "\n".join(without), "how_to_check_where": tuple(alternatives)}

    def _validity(
        self, written: WrittenValidity, at: Path, grounding: Grounding | None, reader: ConditionReader
    ) -> Validity:
        otherwise, strangers = parse(written.otherwise, lambda name: self._naming.blank(name, grounding))
        for stranger in strangers:
            self._report((*at, "otherwise"), Code.BLANK, self._naming.stranger(stranger))
        when = reader.read(written.when, (*at, "when"), grounding)
        return Validity(id=written.id, when=when, otherwise=otherwise)

    def groups(self) -> tuple[Group, ...]:
        groups: list[Group] = []
        for id_, written in self._written.groups.items():
            members = tuple(key for key, fact in self._naming.facts.items() if fact.group == id_)
            if not members:
                self._report(("groups", id_), Code.UNKNOWN_ID, f"no fact is in the group {id_}")
            checklist = None if written.checklist is None else Checklist(**written.checklist.model_dump())
            if checklist is not None and not any(checklist.answer(self._naming.facts[key]) for key in members):
                self._report(
                    ("groups", id_, "checklist"), Code.REFUSED_VALUE, "no fact of the group has these two values"
                )
            groups.append(
                Group(
                    id=id_,
                    ask=written.ask,
                    opening=written.opening,
                    help=written.help,
                    checklist=checklist,
                    facts=members,
                )
            )
        return tuple(groups)

    def _groundings_of(
        self, key: str, written: WrittenFact | WrittenDerivedFact, at: Path
    ) -> tuple[Grounding | None, ...]:
        """The members of its collection that a fact is written out for; once, where it is of none."""
        everyone = self._groundings.get(key.partition(".")[0])
        if written.for_each is None:
            return everyone or (None,)
        chosen = members_of(written.for_each, self._groundings, self._document, (*at, "for_each"), self._naming)
        if chosen and chosen != everyone and chosen[0].collection != key.partition(".")[0]:
            self._report((*at, "for_each"), Code.SHAPE, f"{key} does not begin with {chosen[0].collection}")
        return chosen

    def _check_fact(self, written: WrittenFact, at: Path) -> None:
        if written.answered_by not in self._written.people:
            near = suggestion(written.answered_by, self._written.people)
            self._report(
                (*at, "answered_by"), Code.UNKNOWN_ID, f"there is no person {written.answered_by!r} under people{near}"
            )
        if written.group is not None and written.group not in self._written.groups:
            near = suggestion(written.group, self._written.groups)
            self._report((*at, "group"), Code.UNKNOWN_ID, f"there is no group {written.group!r}{near}")
        takes = {FactType.CHOICE: "choices", FactType.CHOICES: "choices", FactType.FLAGS: "bits"}.get(written.type)
        for name in ("choices", "bits"):
            if (takes == name) != bool(getattr(written, name)):
                need = "needs" if takes == name else "takes no"
                self._report((*at, "type"), Code.SHAPE, f"a fact of type {written.type} {need} {name}")
        bits = [each.value for each in written.bits.values()]
        for position, bit in enumerate(bits):
            if bit.bit_count() != 1 or bit in bits[:position]:
                here = (*at, "bits", list(written.bits)[position], "value")
                self._report(here, Code.REFUSED_VALUE, f"{bit:#x} is not one bit of its own, such as 0x10")
        if UNKNOWN in written.choices:
            self._report(
                (*at, "choices", UNKNOWN), Code.REFUSED_VALUE, "every fact takes unknown already; leave it out"
            )
        for value, choice in written.choices.items():
            for position, pattern in enumerate(() if isinstance(choice, str) else choice.read_as):
                if not is_pattern(pattern):
                    self._report(
                        (*at, "choices", value, "read_as", position),
                        Code.REFUSED_VALUE,
                        "this fits everything or nothing; write a glob such as 2010 sp*, or a range of versions such "
                        "as 15.2.2562..15.2.29999",
                    )
        if written.ordered and written.type is not FactType.CHOICE:
            self._report((*at, "ordered"), Code.SHAPE, "only choices are put in order this way")

    def _fact(self, key: str, written: WrittenFact, at: Path, grounding: Grounding | None) -> Fact:
        def text(name: str, written: str) -> str:
            return self._constant_text(written, (*at, name), grounding)

        return Fact(
            key=grounding.key(key) if grounding else key,
            type=written.type,
            choices=tuple(
                Choice(value=value, label=choice)
                if isinstance(choice, str)
                else Choice(value=value, label=choice.label, weight=choice.weight, read_as=tuple(choice.read_as))
                for value, choice in written.choices.items()
            )
            + tuple(Choice(value=name, label=each.label, bit=each.value) for name, each in written.bits.items()),
            ordered=written.ordered,
            answered_by=written.answered_by,
            cost=written.cost,
            group=written.group,
            member=(grounding.collection, grounding.member) if grounding else None,
            label=text("label", written.label),
            ask=text("ask", written.ask),
            help=text("help", written.help),
        )

    def _constant_text(self, text: str, at: Path, grounding: Grounding | None) -> str:
        """A text whose blanks are words of the member; a question cannot wait for other answers."""
        template, strangers = parse(text, lambda name: grounding.word(name) if grounding else None)
        for stranger in strangers:
            self._report(at, Code.BLANK, f"{{{stranger}}} is no word of a member; a question has no other blanks")
        return str(template.fill({}))

    def _derived_fact(
        self, key: str, written: WrittenDerivedFact, at: Path, grounding: Grounding | None
    ) -> DerivedFact | None:
        if (written.function is None) == (not written.table) or bool(written.table) != (written.type is not None):
            message = "a derived fact has a function with what it is of, or a table with its type"
            self._report(at, Code.SHAPE, message)
            return None
        if written.type is not None:
            return DerivedFact(
                key=grounding.key(key) if grounding else key,
                label=self._constant_text(written.label, (*at, "label"), grounding),
                type=written.type,
                choices=tuple(Choice(value=value, label=label) for value, label in written.choices.items()),
                derivation=Derivation(of=()),
                member=(grounding.collection, grounding.member) if grounding else None,
            )
        function = FUNCTIONS.get(written.function or "")
        if function is None:
            near = suggestion(written.function or "", FUNCTIONS)
            self._report((*at, "function"), Code.FUNCTION, f"there is no function {written.function!r}{near}")
            return None
        return DerivedFact(
            key=grounding.key(key) if grounding else key,
            label=self._constant_text(written.label, (*at, "label"), grounding),
            type=function.result,
            choices=tuple(Choice(value=value, label=label) for value, label in function.outcomes.items()),
            derivation=Derivation(function=written.function, of=self._spread(written.of, grounding)),
            member=(grounding.collection, grounding.member) if grounding else None,
        )

    def _spread(self, names: list[str], grounding: Grounding | None) -> tuple[str, ...]:
        """The keys that names mean; outside a collection, ``endpoint.host`` is that of every member."""
        keys: list[str] = []
        for name in names:
            declared = self._written.facts.get(name) or self._written.derived.get(name)
            everyone = self._groundings.get(name.partition(".")[0], ())
            if declared is not None and isinstance(declared.for_each, dict):
                everyone = tuple(each for each in everyone if each.member in declared.for_each.get(each.collection, ()))
            if everyone and (grounding is None or grounding.collection != everyone[0].collection):
                keys += [each.key(name) for each in everyone]
            else:
                keys.append(grounding.key(name) if grounding else name)
        return tuple(keys)

    def _derivation(self, written: WrittenDerivation, at: Path, grounding: Grounding | None) -> Derivation | None:
        if written.function not in FUNCTIONS:
            near = suggestion(written.function, FUNCTIONS)
            self._report((*at, "function"), Code.FUNCTION, f"there is no function {written.function!r}{near}")
            return None
        derivation = Derivation(function=written.function, of=self._spread(written.of, grounding))
        self._check_arguments(derivation, (*at, "of"))
        return derivation

    def _check_arguments(self, derivation: Derivation, at: Path) -> None:
        function = FUNCTIONS[derivation.function or ""]
        needed = len(function.parameters)
        if len(derivation.of) < needed or (len(derivation.of) > needed and not function.repeats):
            more = " or more" if function.repeats else ""
            self._report(at, Code.FUNCTION, f"{function.name} takes {needed}{more} facts, not {len(derivation.of)}")
            return
        for position, key in enumerate(derivation.of):
            fact = self._naming.fact(key, None)
            if fact is None:
                self._report(at, Code.UNKNOWN_FACT, self._naming.stranger(key))
            elif fact.type is not function.parameter(position):
                self._report(
                    at,
                    Code.FUNCTION,
                    f"{function.name} takes a {function.parameter(position)} there, and {key} is a {fact.type}",
                )

    def _in_order(self, derived: dict[str, DerivedFact]) -> dict[str, DerivedFact]:
        graph = {key: [name for name in fact.derivation.of if name in derived] for key, fact in derived.items()}
        try:
            return {key: derived[key] for key in TopologicalSorter(graph).static_order()}
        except CycleError as error:
            circle = [str(key) for key in error.args[1]]
            at, _ = self._places[circle[0]]
            self._report(at, Code.CYCLE, f"these follow from each other in a circle: {' ← '.join(circle)}")
            return {}

    def _report(self, at: Path, code: Code, message: str) -> None:
        self._naming.report(self._document, at, code, message)
