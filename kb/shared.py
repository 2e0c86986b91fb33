"""What is written once and used in several places: sets, tables of words, requirements and steps, by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeVar

from kb.conditions import All, Condition, Operator, Test
from kb.model import WordTable
from kb.naming import NamedCondition, Naming
from kb.problems import Code
from kb.reading import Document, Path
from kb.templates import WORDS
from kb.values import FactType, suggestion
from kb.written import FactsFile, RulesFile, SharedFile, WrittenSharedRequirement, WrittenSharedStep

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Named(Generic[Entry]):
    """An entry that has a name, and where it stands."""

    written: Entry
    document: Document
    at: Path


@dataclass(slots=True)
class Shared:
    """All that may be used by its id."""

    requirements: dict[str, Named[WrittenSharedRequirement]] = field(default_factory=dict)
    steps: dict[str, Named[WrittenSharedStep]] = field(default_factory=dict)


SharingFile = FactsFile | SharedFile | RulesFile


def collect(files: Iterable[tuple[Document, SharingFile]], naming: Naming) -> Shared:
    """Everything that files name for others to use; sets are added to the vocabulary's names."""
    shared = Shared()
    places: dict[tuple[str, str], tuple[Document, Path]] = {}
    for document, written in files:
        for section in ("sets", "words", "requirements", "steps"):
            entries: Mapping[str, object] = getattr(written, section, {})
            for id_ in entries:
                at: Path = (section, id_)
                if (section, id_) in places:
                    other, where = places[section, id_]
                    line, _ = other.place(where, of_key=True)
                    message = f"{id_} stands in {other.home(where)}:{line} already, under {section}; rename one"
                    naming.report(document, at, Code.DUPLICATE_ID, message, of_key=True)
                else:
                    places[section, id_] = (document, at)
        for id_, condition in written.sets.items():
            naming.sets.setdefault(id_, NamedCondition(condition, document, ("sets", id_)))
        if isinstance(written, FactsFile):
            continue
        for id_, requirement in written.requirements.items():
            shared.requirements.setdefault(id_, Named(requirement, document, ("requirements", id_)))
        for id_, step in written.steps.items():
            shared.steps.setdefault(id_, Named(step, document, ("steps", id_)))
    return shared


def add_words(files: Iterable[tuple[Document, SharingFile]], naming: Naming) -> None:
    """Add the tables of words that files name; they go by facts, which are all known by now."""
    for document, written in files:
        for id_, table in written.words.items():
            _add_words(naming, id_, table, document, ("words", id_))


def _add_words(naming: Naming, id_: str, table: Mapping[str, str], document: Document, at: Path) -> None:
    """A table of words; it goes by the values of one fact that has finitely many."""
    by = table.get("by")
    fact = None if by is None else naming.fact(by, None)
    if by is None:
        naming.report(document, at, Code.SHAPE, f"the words {id_} lack by: the fact that chooses among them")
        return
    if fact is None:
        naming.report(document, (*at, "by"), Code.UNKNOWN_FACT, naming.stranger(by))
        return
    values = list(fact.labels) or ["true", "false"]
    if not fact.type.closed:
        message = f"{by} is a {fact.type}; words go by a choice, or by yes and no"
        naming.report(document, (*at, "by"), Code.REFUSED_VALUE, message)
        return
    for value in table:
        if value != "by" and value not in values:
            near = suggestion(value, values)
            message = f"{by} has no value {value!r}{near}"
            naming.report(document, (*at, value), Code.REFUSED_VALUE, message, of_key=True)
    words = {value: " ".join(word.split()) for value, word in table.items() if value != "by"}
    naming.words.setdefault(id_, WordTable(id=id_, by=by, words=words))


def spelled_out(text: str, naming: Naming) -> list[tuple[Condition | None, str]]:
    """A text with the words of tables written into it: one text for each set of words, with when it is the one.

    Commands are read from texts like these, so that a word can be the command itself.
    """
    tables = {f"{{{WORDS}{id_}}}": table for id_, table in naming.words.items() if f"{{{WORDS}{id_}}}" in text}
    if not tables:
        return [(None, text)]
    ways: list[list[tuple[Condition, dict[str, str]]]] = []
    for by in dict.fromkeys(table.by for table in tables.values()):
        values: dict[tuple[str, ...], list[str]] = {}
        mine = {blank: table.words for blank, table in tables.items() if table.by == by}
        for value in dict.fromkeys(value for words in mine.values() for value in words):
            if all(value in words for words in mine.values()):
                values.setdefault(tuple(words[value] for words in mine.values()), []).append(value)
        boolean = getattr(naming.fact(by, None), "type", None) is FactType.BOOLEAN
        ways.append(
            [
                (
                    Test(
                        fact=by,
                        operator=Operator.ONE_OF,
                        operands=tuple(value == "true" if boolean else value for value in those),
                    ),
                    dict(zip(mine, words, strict=True)),
                )
                for words, those in values.items()
            ]
        )
    found: list[tuple[Condition | None, str]] = []
    for chosen in product(*ways):
        written = text
        for _, words in chosen:
            for blank, word in words.items():
                written = written.replace(blank, word)
        conditions = tuple(condition for condition, _ in chosen)
        found.append((conditions[0] if len(conditions) == 1 else All(parts=conditions), written))
    return found
