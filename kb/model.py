"""The KnowledgeBase: a library after reading, linking and grounding. Immutable, and knows nothing of any engine."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from kb.cmdlets import Cmdlet
from kb.commands import Command, Snippet
from kb.conditions import Condition
from kb.outputs import Outputs
from kb.templates import Template
from kb.values import FactType


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """Words of an article that a rule rests on, found there when the library was read."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    article: str
    """The id of the article."""
    at: str
    """The anchor of the statement there."""
    says: str
    """Words of that statement."""
    also: tuple[Citation, ...] = ()
    """Further passages that it rests on."""


class ExternalArticle(_Frozen):
    """Something to read elsewhere: an article that this library does not hold, or documentation."""

    id: str
    title: str
    where: str


class Choice(_Frozen):
    """One value of a choice.

    Attributes:
        weight: how often it is the answer, relative to the other choices; only the order of questions uses it.
        read_as: what people and machines write for it besides value and label: globs (``2010 sp*``), or ranges of
            versions (``15.2.2562..15.2.29999``), compared with the text levelled (`kb.values.levelled`).
        bit: of a flag, what it adds to the number.
    """

    value: str
    label: str
    weight: float = 1.0
    read_as: tuple[str, ...] = ()
    bit: int | None = None


class Person(_Frozen):
    """Someone who can answer.

    Attributes:
        effort: what it takes to get an answer out of them, as a factor on a fact's cost.
        on_the_line: whether they are asked before anybody else is.
    """

    id: str
    label: str
    effort: float
    on_the_line: bool = False


class TableEntry(_Frozen):
    """One line of a table that a fact follows from: a value, or another fact's, where `when` holds.

    Attributes:
        when: counts only where it holds; ``None`` always.
        value: what then holds.
        fact: the fact whose value then holds; where that is not known, the next line is looked at.
    """

    when: Condition | None = None
    value: str | bool | int | None = None
    fact: str | None = None


class Derivation(_Frozen):
    """A named function applied to facts, or a table over them, whose first line that fits is taken."""

    function: str | None = None
    of: tuple[str, ...]
    table: tuple[TableEntry, ...] = ()


class Validity(_Frozen):
    """A condition that a value must not fail before it stands in a command, and what to say where it does."""

    id: str
    when: Condition
    otherwise: Template


class CheckAlternative(_Frozen):
    """A way to find a fact out, where its condition holds."""

    when: Condition
    check: str


class WordTable(_Frozen):
    """Words by the value of one fact, for texts; commands have theirs written out as alternatives.

    Attributes:
        by: the fact that chooses.
        words: the words by its value as text; a value without an entry has none.
    """

    id: str
    by: str
    words: dict[str, str]


class Fact(_Frozen):
    """Something about an environment that can be known.

    Attributes:
        label: a short noun phrase, as it stands within a sentence.
        ask: the question, as one puts it to a person.
        how_to_check: a read-only command or a place that shows it, where no alternative is known to be the one; several
            on lines of their own.
        how_to_check_where: the alternatives; the first whose condition holds is the one.
        tried: the resolution whose effect it tells; such a fact is declared by itself, and no condition rests on it.
        answered_by: who can answer.
        cost: the effort of finding out, relative to other facts.
        default: where nobody has said otherwise, this stands in commands and texts; it never decides anything.
        suggest: values to offer with the question.
        member: the collection and the member that it belongs to.
    """

    key: str
    label: str
    ask: str
    help: str = ""
    type: FactType
    choices: tuple[Choice, ...] = ()
    ordered: bool = False
    how_to_check: str = ""
    how_to_check_where: tuple[CheckAlternative, ...] = ()
    tried: str | None = None
    answered_by: str
    cost: float
    group: str | None = None
    default: Derivation | None = None
    suggest: Derivation | None = None
    valid_when: Validity | None = None
    member: tuple[str, str] | None = None

    @cached_property
    def labels(self) -> dict[str, str]:
        """The choices: value to label."""
        return {choice.value: choice.label for choice in self.choices}


class DerivedFact(_Frozen):
    """Something that follows from other facts by a named function; nobody is asked for it."""

    key: str
    label: str
    type: FactType
    choices: tuple[Choice, ...] = ()
    derivation: Derivation
    member: tuple[str, str] | None = None

    @cached_property
    def labels(self) -> dict[str, str]:
        """The values it can have where they are a finite set: value to label."""
        return {choice.value: choice.label for choice in self.choices}


class Checklist(_Frozen):
    """How members of a group are answered at one stroke: those marked are `marked`, the others `unmarked`."""

    ask: str
    help: str = ""
    marked: str
    unmarked: str

    def answer(self, fact: Fact) -> bool:
        """Whether a fact is answered by a mark or the lack of one: it has just these two values."""
        return set(fact.labels) == {self.marked, self.unmarked}


class ObjectKind(_Frozen):
    """Something that facts belong to. What is read off one object is taken, disputed and settled as one.

    Attributes:
        label: a noun phrase, as it stands within a sentence.
        ask: the question where sources differ on it.
        seen: where a thing of this kind was seen, as an answer to the question where that was.
        of: the object that has it. What a server has is what it has now: a later output of the same kind replaces an
            earlier one.
        like: the object whose facts it has too, by the same last names: a thing of the one may prove to be the other.
        many: there may be several, each an environment of its own.
        named_by: the fact that tells one from another. Without one, and for what is `many`, it is no thing that is read
            as one: its facts stand by themselves.
        listed_in: the fact that takes the names of all that are known.
        shown_at: the fact that names the host which shows it.
        lasting: what is known of it stays the same from call to call, so that it can be kept on file.
        facts: the facts that belong to it.
    """

    id: str
    label: str
    ask: str = ""
    seen: str = ""
    of: str | None = None
    like: str | None = None
    many: bool = False
    named_by: str | None = None
    listed_in: str | None = None
    shown_at: str | None = None
    lasting: bool = False
    facts: tuple[str, ...] = ()


class Group(_Frozen):
    """Facts that a person reads off one place, and that are therefore asked together.

    Attributes:
        opening: whether an interview begins there: it is asked whole before anything else.
    """

    id: str
    ask: str
    opening: bool = False
    help: str = ""
    checklist: Checklist | None = None
    facts: tuple[str, ...]


class Member(_Frozen):
    """One thing that ``for_each`` rules are grounded over."""

    id: str
    label: str


class Collection(_Frozen):
    """Things of one kind, such as the endpoints; a rule ``for_each`` of them is written once."""

    id: str
    title: str
    prefix: str
    members: tuple[Member, ...]


class Wording(_Frozen):
    """What to say where a requirement fails, when `when` holds: what it then is not, and where to look."""

    when: Condition | None = None
    message: Template
    advice: Template | None = None
    references: tuple[str, ...] = ()


class Requirement(_Frozen):
    """A condition that a diagnosis needs, with the words for when it fails."""

    id: str
    that: Condition
    otherwise: tuple[Wording, ...] = ()
    citation: Citation | None = None


class Account(_Frozen):
    """A symptom that a diagnosis explains.

    Attributes:
        seen: where this holds, the symptom was seen; equal conditions are one symptom.
        where: what else has to be so for it to explain the symptom; always, where there is none.
    """

    seen: Condition
    where: Condition | None = None


class Instance(_Frozen):
    """A diagnosis grounded for one member of a collection, or the whole of one that has no ``for_each``."""

    member: str | None
    requires: tuple[Requirement, ...]
    explains: tuple[Account, ...] = ()
    because: Template


class Diagnosis(_Frozen):
    """A cause that the facts can confirm, leave possible or rule out.

    Attributes:
        applies_when: what it shares with every other instance and diagnosis of its article; a failure there is told
            once, and until these hold nothing else is asked for the article's sake.
        excludes: the diagnoses that cannot be the cause where this one is confirmed.
        prior: how common it is, relative to others; it orders what is possible and breaks ties, and decides nothing.
        meanwhile: whether people can work until it is mended.
    """

    id: str
    article: str
    title: str
    collection: str | None
    applies_when: tuple[Requirement, ...]
    instances: tuple[Instance, ...]
    excludes: tuple[str, ...] = ()
    prior: float = 1.0
    meanwhile: Template | None = None
    citation: Citation


class CommandAlternative(_Frozen):
    """A command, and when it is the one; the first of several whose condition holds is shown."""

    when: Condition | None = None
    command: Command | Snippet


class StepKind(StrEnum):
    """What a resolution is to the diagnosis."""

    FIX = "fix"
    ALTERNATIVE = "alternative"
    WORKAROUND = "workaround"


class Step(_Frozen):
    """One step of a resolution.

    Attributes:
        member: the member of the diagnosis' collection whose instance decides whether this is to be done.
        when: a further condition for doing it; where it fails, the step is skipped with `otherwise` as the reason.
        because, verify: the reasons given where it is to be done, and where that is open.
        verify_when: where this is known to hold, it is verified first for the reason `verify`; asked for at the end.
        run, undo: the command, and the one that brings back the value from before; alternatives by condition.
        check, expect: a command that shows whether it took, and what it should show.
        risk: what it interrupts.
        acts: who carries it out: the id of a person, or empty where nothing is said.
        takes_effect: when it shows; nothing where at once.
    """

    id: str
    text: Template
    member: str | None = None
    when: Condition | None = None
    otherwise: Template
    because: tuple[Wording, ...] = ()
    verify: Template | None = None
    verify_when: Condition | None = None
    run: tuple[CommandAlternative, ...] = ()
    check: tuple[CommandAlternative, ...] = ()
    expect: Template | None = None
    undo: tuple[CommandAlternative, ...] = ()
    risk: Template | None = None
    acts: str = ""
    takes_effect: Template | None = None
    citation: Citation | None = None

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The facts that fill its text and commands, each once; those of its reasons are not among them."""
        commands = (each.command for each in (*self.run, *self.check, *self.undo))
        filled = (self.text, *commands, self.expect, self.risk, self.takes_effect)
        return tuple(dict.fromkeys(fact for each in filled if each is not None for fact in each.blanks))


class Resolution(_Frozen):
    """What to do about a diagnosis. Withheld where `when` fails; offered with a caution where that is open.

    Attributes:
        diagnoses: the diagnoses that it is for; it is called for where any of them is the cause.
        first: the resolutions that come before it, where they are called for too.
    """

    id: str
    diagnoses: tuple[str, ...]
    first: tuple[str, ...] = ()
    article: str
    kind: StepKind
    title: str
    when: Condition | None = None
    otherwise: Template | None = None
    verify: Template | None = None
    steps: tuple[Step, ...]
    citation: Citation


class NoteKind(StrEnum):
    """Whether a note is worth knowing, or says that the facts cannot all be true."""

    NOTE = "note"
    CONTRADICTION = "contradiction"


class NoteRule(_Frozen):
    """Something to say when known facts call for it. Nothing is ever asked for its sake."""

    id: str
    article: str
    kind: NoteKind
    when: Condition
    message: Template
    references: tuple[str, ...] = ()
    citation: Citation | None = None


class Statement(_Frozen):
    """A piece of an article that has an anchor.

    Attributes:
        background: it informs the reader and no rule need cite it.
        source: who says so, where it is not the article's own source.
        reported: it rests on an excerpt, and reads "reported" wherever it is cited.
    """

    anchor: str
    text: str
    line: int
    background: bool = False
    source: str = ""
    reported: bool = False


class Article(_Frozen):
    """A support article as people read it.

    Attributes:
        metadata: the front matter, every value as text.
        markdown: the whole text below the front matter.
    """

    id: str
    title: str
    path: str
    metadata: dict[str, str]
    markdown: str
    statements: tuple[Statement, ...]

    def statement(self, anchor: str) -> Statement | None:
        """The statement at an anchor."""
        return next((statement for statement in self.statements if statement.anchor == anchor), None)


class KnowledgeBase(_Frozen):
    """Everything that one library says, checked and linked.

    Attributes:
        version: what the library's author calls this state of it.
        derived: in an order in which each follows only from facts and derived facts before it.
        diagnoses: in an order in which conditions and exclusions refer only to diagnoses before them.
        resolutions: in an order in which each comes after those that are to be done first.
        cmdlets: the commands that it knows, by name.
        outputs: what their outputs say.
        drafts: the articles whose rules are here and that nobody is told of yet.
    """

    name: str
    version: str
    people: tuple[Person, ...]
    objects: dict[str, ObjectKind] = {}
    collections: tuple[Collection, ...]
    groups: tuple[Group, ...]
    facts: dict[str, Fact]
    derived: dict[str, DerivedFact]
    words: dict[str, WordTable] = {}
    external_articles: dict[str, ExternalArticle]
    articles: dict[str, Article]
    diagnoses: tuple[Diagnosis, ...]
    resolutions: tuple[Resolution, ...]
    note_rules: tuple[NoteRule, ...]
    cmdlets: dict[str, Cmdlet] = {}
    outputs: Outputs = Outputs()
    drafts: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A SHA-256 over all the content, in hexadecimal: equal digests give equal outcomes."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def fact(self, key: str) -> Fact | DerivedFact | None:
        """The asked or derived fact of that key."""
        return self.facts.get(key) or self.derived.get(key)

    @cached_property
    def owner(self) -> ObjectKind | None:
        """The object of which there may be several, each with an environment of its own, where there is such."""
        return next((kind for kind in self.objects.values() if kind.many), None)

    @cached_property
    def _object_of(self) -> dict[str, ObjectKind]:
        found = {fact: kind for kind in self.objects.values() for fact in kind.facts}
        return {key: _thing(fact, found.get(key)) for key, fact in self.facts.items()}

    def object_of(self, fact: str) -> ObjectKind:
        """The thing that a fact is read off; one that is no part of a thing stands by itself."""
        return self._object_of[fact]

    def kind(self, object_: str) -> ObjectKind:
        """The object of that id: a declared one, or the fact that stands by itself."""
        return self.objects.get(object_) or self._object_of[object_]

    def lasting(self, fact: str) -> bool:
        """Whether a fact stays the same from call to call."""
        return any(kind.lasting and fact in kind.facts for kind in self.objects.values())

    def of_owner(self, fact: str) -> bool:
        """Whether a fact belongs to a server, or whatever an environment is one of, and what it has."""
        kind = next((kind for kind in self.objects.values() if fact in kind.facts), None)
        while kind is not None and kind is not self.owner:
            kind = self.objects.get(kind.of or "")
        return kind is not None

    def family(self, object_: str) -> tuple[ObjectKind, ...]:
        """The objects that a thing of this kind may be: those that have the same facts, in the vocabulary's order."""
        root = self.objects[object_].like or object_ if object_ in self.objects else object_
        return tuple(kind for kind in self.objects.values() if root in (kind.id, kind.like))

    def facts_in(self, home: str, object_: str) -> dict[str, str]:
        """For each fact of one object, the fact that says the same of another; those that it lacks are left out."""
        own = {fact.removeprefix(f"{home}."): fact for fact in self.objects[home].facts}
        return {
            fact: own[last] for fact in self.objects[object_].facts if (last := fact.removeprefix(f"{object_}.")) in own
        }

    def statement(self, citation: Citation) -> Statement | None:
        """The statement that a citation rests on."""
        article = self.articles.get(citation.article)
        return None if article is None else article.statement(citation.at)

    def person(self, id_: str) -> Person:
        """The person of that id, which every fact's `answered_by` is known to have."""
        return next(person for person in self.people if person.id == id_)

    def group(self, id_: str) -> Group:
        """The group of that id."""
        return next(group for group in self.groups if group.id == id_)

    def collection(self, id_: str) -> Collection:
        """The collection of that id."""
        return next(collection for collection in self.collections if collection.id == id_)

    def member_label(self, collection: str, member: str) -> str:
        """The words for one member of a collection."""
        return next(each.label for each in self.collection(collection).members if each.id == member)


def _thing(fact: Fact, kind: ObjectKind | None) -> ObjectKind:
    if kind is not None and kind.named_by is not None and not kind.many:
        return kind
    of = None if kind is None else kind.id if kind.many else kind.of
    return ObjectKind(id=fact.key, label=fact.label, of=of, facts=(fact.key,))
