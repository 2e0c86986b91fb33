"""What a name in a rule stands for: a fact, or a word of the member that a ``for_each`` rule is grounded for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.model import DerivedFact, Fact, WordTable
from kb.problems import Code, Problem
from kb.reading import Document, Path
from kb.templates import WORDS, Blank, Word
from kb.values import suggestion
from kb.written import ForEach


@dataclass(frozen=True, slots=True)
class Grounding:
    """One member of a collection, for which a rule is being written out.

    Attributes:
        collection: the name that rules use, such as ``endpoint``.
        prefix: what the member's facts begin with, such as ``endpoints``.
        words: constants that stand in texts, its label among them.
    """

    collection: str
    prefix: str
    member: str
    words: Mapping[str, str]

    def key(self, written: str) -> str:
        """The fact that a name means for this member: ``endpoint.url`` is ``endpoints.ews.url``."""
        first, dot, rest = written.partition(".")
        return f"{self.prefix}.{self.member}.{rest}" if dot and first == self.collection else written

    @property
    def id_part(self) -> str:
        """The member as it stands within an id, where words are parted by hyphens."""
        return self.member.replace("_", "-")

    def word(self, written: str) -> Word | None:
        """The constant that a name means for this member, where it means one."""
        first, _, rest = written.partition(".")
        text = self.words.get(rest) if first == self.collection else None
        return None if text is None else Word(name=rest, text=text)


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A condition that has a name: what is written, and where."""

    written: Mapping[str, Any]
    document: Document
    at: Path


@dataclass(slots=True)
class Naming:
    """The vocabulary as rules see it, and the problems found while names are looked up in it."""

    facts: Mapping[str, Fact]
    derived: Mapping[str, DerivedFact]
    collections: frozenset[str] = frozenset()
    sets: dict[str, NamedCondition] = field(default_factory=dict)
    words: dict[str, WordTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fact(self, written: str, grounding: Grounding | None) -> Fact | DerivedFact | None:
        """The fact that a name means, or ``None``."""
        key = grounding.key(written) if grounding else written
        return self.facts.get(key) or self.derived.get(key)

    def blank(self, written: str, grounding: Grounding | None) -> Blank | Word | None:
        """What fills ``{written}``: a constant, a fact, or nothing that is known."""
        word = grounding.word(written) if grounding else None
        if word is not None:
            return word
        if written.startswith(WORDS) and written.removeprefix(WORDS) in self.words:
            return Blank(fact=written)
        fact = self.fact(written, grounding)
        return None if fact is None else Blank(fact=fact.key)

    def stranger(self, written: str) -> str:
        """The message for a name that means no fact."""
        first = written.partition(".")[0]
        if written.startswith(WORDS):
            name = written.removeprefix(WORDS)
            return f"there is no table of words {name!r}{suggestion(name, self.words)}"
        if first in self.collections:
            return (
                f"{written!r} means something only in what is written out for a member of {first}: "
                f"with for_each, or with for, where the diagnosis is for_each: {first}"
            )
        key, colon, value = written.partition(":")
        if not colon:
            key, _, value = written.partition(" ")
        if value.strip() and (key in self.facts or key in self.derived):
            lacking = "a blank behind the colon" if colon else "a colon"
            return f"{written!r} lacks {lacking}: write {{{key}: {value.strip()}}}"
        return f"there is no fact {written!r}{suggestion(written, [*self.facts, *self.derived])}"

    def report(self, document: Document, at: Path, code: Code, message: str, *, of_key: bool = False) -> None:
        """Note a problem with the value at `at`, or with its key."""
        self.problems.append(document.problem(at, code, message, of_key=of_key))


def members_of(
    written: ForEach, groundings: Mapping[str, tuple[Grounding, ...]], document: Document, at: Path, naming: Naming
) -> tuple[Grounding, ...]:
    """The members of a collection, or those that are listed; what is wrong with the list is noted in `naming`."""
    name = written if isinstance(written, str) else next(iter(written))
    everyone = groundings.get(name)
    if everyone is None:
        near = suggestion(name, groundings)
        naming.report(document, at, Code.UNKNOWN_ID, f"there is no collection {name!r}{near}")
        return ()
    if isinstance(written, str):
        return everyone
    members = [each.member for each in everyone]
    for position, member in enumerate(written[name]):
        here = (*at, name, position)
        if member not in members:
            near = suggestion(member, members)
            naming.report(document, here, Code.UNKNOWN_ID, f"{name} has no member {member!r}{near}")
        elif member in written[name][:position]:
            naming.report(document, here, Code.DUPLICATE_ID, f"{member} stands twice in this list")
    return tuple(each for each in everyone if each.member in written[name])
