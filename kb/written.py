"""The YAML files as an author writes them: their shape, from which the published JSON Schemas come."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from kb.model import NoteKind, StepKind
from kb.values import FactType

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
MemberId = Annotated[str, Field(pattern=r"^[a-z](?:[a-z0-9-]|\{member\})*$", max_length=80)]
"""An id in which ``{member}`` stands for the member that it is written out for."""
ForEach = Name | Annotated[dict[Name, Annotated[list[Name], Field(min_length=1)]], Field(min_length=1, max_length=1)]
"""A collection, or some members of one."""

WrittenCondition = Annotated[
    dict[str, Any],
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "description": "fact: value; fact: [values] for any of them; fact: {not: value}; fact: {at_least: value}, "
            "likewise at_most, above, below; fact: {contains: name}; fact: {empty: true}; fact: {like: pattern}; "
            "all: [conditions]; any: [conditions]; not: condition; use: <id of a set>; diagnosis.<id>: confirmed. "
            "Several entries must all hold.",
            "properties": {
                "all": {"type": "array", "items": {"type": "object"}},
                "any": {"type": "array", "items": {"type": "object"}},
                "not": {"type": "object"},
            },
        }
    ),
]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WrittenAcceptance(_Written):
    """An issue that stays, and why; it stands beside what has it."""

    code: Annotated[str, Field(pattern=r"^KB[0-9]{3}$")]
    because: Text


class _Acceptable(_Written):
    accept: list[WrittenAcceptance] = []


class WrittenPassage(_Written):
    """A place in an article, by default the one that the rules are of: the anchor of a statement, and its words."""

    article: str | None = None
    at: MemberId
    says: Text


class WrittenCitation(WrittenPassage):
    """Where an article says so, and the further passages that a rule rests on."""

    also: list[WrittenPassage] = []


class WrittenExternalArticle(_Acceptable):
    """Something to read elsewhere."""

    title: Text
    where: Text


class WrittenPerson(_Written):
    """Someone who can answer; `effort` multiplies the cost of what only they know."""

    label: Text
    effort: Annotated[float, Field(gt=0, le=100, strict=False)] = 1.0


class WrittenChoice(_Written):
    """A choice with how often it is the answer, relative to the others, and what else people write for it."""

    label: Text
    weight: Annotated[float, Field(gt=0, le=1000, strict=False)] = 1.0
    read_as: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=50)] = []


class WrittenBit(_Written):
    """A flag: one bit of the number that is written, and what it means."""

    value: Annotated[int, Field(ge=1, lt=2**32)]
    label: Text


class WrittenDerivation(_Written):
    """A named function over facts."""

    function: Name
    of: Annotated[list[Key], Field(min_length=1, max_length=40)]


class WrittenValidity(_Written):
    """What a value must not fail before it stands in a command."""

    id: Id
    when: WrittenCondition
    otherwise: Text


class WrittenCheck(_Written):
    """One of several ways to find out, and when it is the one."""

    when: WrittenCondition | None = None
    check: Text


class WrittenFact(_Acceptable):
    """Something that can be known about an environment, and how to ask for it."""

    label: Text
    ask: Text
    help: str = ""
    type: Annotated[FactType, Field(strict=False)]
    choices: dict[str, str | WrittenChoice] = {}
    bits: dict[Name, WrittenBit] = {}
    for_each: ForEach | None = None
    ordered: bool = False
    how_to_check: str | Annotated[list[WrittenCheck], Field(min_length=1)] = ""
    answered_by: Name
    cost: Annotated[float, Field(gt=0, le=100, strict=False)] = 1.0
    group: Id | None = None
    default: WrittenDerivation | None = None
    suggest: WrittenDerivation | None = None
    valid_when: WrittenValidity | None = None


class WrittenTableEntry(_Written):
    """One line of a table: where `when` holds, this `value`, or that of this `fact`."""

    when: WrittenCondition | None = None
    value: str | bool | int | None = None
    fact: Key | None = None


class WrittenDerivedFact(_Acceptable):
    """Something that follows from other facts: by a function `of` them, or by a `table`, whose first line that fits."""

    label: Text
    function: Name | None = None
    of: Annotated[list[Key], Field(max_length=40)] = []
    type: Annotated[FactType | None, Field(strict=False)] = None
    for_each: ForEach | None = None
    choices: dict[str, str] = {}
    table: Annotated[list[WrittenTableEntry], Field(max_length=100)] = []


class WrittenObject(_Acceptable):
    """Something that facts belong to: those whose keys begin with one of `facts`, or else with its own name.

    The longest beginning that fits decides. `docs/vocabulary.md` explains the other fields.
    """

    label: Text
    ask: str = ""
    seen: str = ""
    of: Key | None = None
    like: Key | None = None
    many: bool = False
    named_by: Key | None = None
    listed_in: Key | None = None
    shown_at: Key | None = None
    lasting: bool = False
    facts: list[Key] = []


class WrittenChecklist(_Written):
    """How those members of a group are asked for that have just these two values: which of them bear the mark?"""

    ask: Text
    help: str = ""
    marked: Text
    unmarked: Text


class WrittenGroup(_Acceptable):
    """Facts that are read off one place and asked together."""

    ask: Text
    help: str = ""
    checklist: WrittenChecklist | None = None


class WrittenExistence(_Written):
    """Where a member of a collection exists at all."""

    when: WrittenCondition
    otherwise: Text
    citation: WrittenCitation | None = None


class WrittenMember(_Acceptable):
    """A member of a collection: its words, further constants for texts, and where it exists."""

    label: Text
    words: dict[Name, Text] = {}
    exists: WrittenExistence | None = None


class WrittenCollection(_Written):
    """Things of one kind. A fact ``<id>.x`` of the vocabulary becomes ``<facts>.<member>.x`` for each member."""

    title: Text
    facts: Name
    members: Annotated[dict[Name, WrittenMember], Field(min_length=1, max_length=100)]


WrittenWordTable = Annotated[dict[str, Text], Field(min_length=2, max_length=200)]
"""Words by the value of the fact that ``by`` names."""


class FactsFile(_Written):
    """``rules/facts/*.yaml``: the vocabulary of a library, merged from all these files."""

    name: Text
    version: Text
    people: Annotated[dict[Name, WrittenPerson], Field(min_length=1)]
    sets: dict[Id, WrittenCondition] = {}
    words: dict[Name, WrittenWordTable] = {}
    objects: dict[Key, WrittenObject] = {}
    collections: dict[Name, WrittenCollection] = {}
    groups: dict[Id, WrittenGroup] = {}
    facts: Annotated[dict[Key, WrittenFact], Field(min_length=1, max_length=2000)]
    derived: dict[Key, WrittenDerivedFact] = {}


class WrittenWording(_Written):
    """What to say, and when; the first wording whose `when` holds is said."""

    when: WrittenCondition | None = None
    message: Text
    advice: Text | None = None
    references: list[str] = []


class WrittenSharedRequirement(_Acceptable):
    """What must be so, and what to say where it is not, named once for all who `use` it."""

    that: WrittenCondition
    otherwise: str | Annotated[list[WrittenWording], Field(min_length=1)]
    citation: WrittenCitation | None = None


class WrittenRequirement(_Acceptable):
    """What must be so, and what to say where it is not; or the name of one that is written elsewhere."""

    use: Id | None = None
    id: Id | None = None
    that: WrittenCondition | None = None
    otherwise: str | Annotated[list[WrittenWording], Field(min_length=1)] | None = None
    citation: WrittenCitation | None = None

    @property
    def name(self) -> str:
        """The id that it goes by."""
        return self.id or self.use or ""


class WrittenAccount(_Written):
    """A symptom that a diagnosis explains, and where: a condition on the member, or on what else is known."""

    seen: WrittenCondition
    where: WrittenCondition | None = None


class WrittenDiagnosis(_Acceptable):
    """A cause. `requires` are conditions with words for their failure; `when` is one without.

    `meanwhile` says whether people can work until it is mended.
    """

    id: Id
    title: Text
    for_each: ForEach | None = None
    when: WrittenCondition | None = None
    requires: list[WrittenRequirement] = []
    explains: list[WrittenAccount] = []
    excludes: list[Id] = []
    prior: Annotated[float, Field(gt=0, le=1000, strict=False)] = 1.0
    because: Text
    meanwhile: Text | None = None
    citation: WrittenCitation


class WrittenRun(_Written):
    """One of several commands, and when it is the one."""

    when: WrittenCondition | None = None
    run: Text


class WrittenUndo(_Written):
    """One of several commands that undo, and when it is the one."""

    when: WrittenCondition | None = None
    undo: Text


class _StepFields(_Acceptable):
    """What a step says. `risk`: what it interrupts; `acts`: who carries it out; `takes_effect`: when it shows."""

    for_: Annotated[Name | None, Field(alias="for")] = None
    for_each: ForEach | None = None
    text: Text | None = None
    when: WrittenCondition | None = None
    otherwise: Text | None = None
    because: Text | list[WrittenWording] | None = None
    verify: Text | None = None
    run: Text | Annotated[list[WrittenRun], Field(min_length=1)] | None = None
    snippet: Text | None = None
    check: Text | Annotated[list[WrittenCheck], Field(min_length=1)] | None = None
    expect: Text | None = None
    undo: Text | Annotated[list[WrittenUndo], Field(min_length=1)] | None = None
    risk: Text | None = None
    acts: Name | None = None
    takes_effect: Text | None = None
    citation: WrittenCitation | None = None


class WrittenSharedStep(_StepFields):
    """A step that several resolutions `use`."""


class WrittenStep(_StepFields):
    """One step of a resolution; `for` names the member of the diagnosis' collection that decides it.

    `for_each` writes it out for the members of the diagnosis, with ``{member}`` in its id. With `use` it is a shared
    step, in which the further keys replace those of the same name.
    """

    use: Id | None = None
    id: MemberId | None = None

    @property
    def name(self) -> str:
        """The id that it goes by."""
        return self.id or self.use or ""


class WrittenResolution(_Acceptable):
    """What to do about a diagnosis, or about any of several."""

    id: Id
    for_: Annotated[Id | Annotated[list[Id], Field(min_length=1)], Field(alias="for")]
    first: list[Id] = []
    kind: Annotated[StepKind, Field(strict=False)]
    title: Text
    when: WrittenCondition | None = None
    otherwise: Text | None = None
    verify: Text | None = None
    steps: Annotated[list[WrittenStep], Field(min_length=1, max_length=200)]
    citation: WrittenCitation


class WrittenNote(_Acceptable):
    """Something to say when known facts call for it."""

    id: Id
    kind: Annotated[NoteKind, Field(strict=False)] = NoteKind.NOTE
    for_each: ForEach | None = None
    when: WrittenCondition
    message: Text
    references: list[str] = []
    citation: WrittenCitation | None = None


class SharedFile(_Written):
    """``rules/shared.yaml``: what several articles use. The same keys may stand in an article's own file."""

    sets: dict[Id, WrittenCondition] = {}
    words: dict[Name, WrittenWordTable] = {}
    requirements: dict[Id, WrittenSharedRequirement] = {}
    steps: dict[Id, WrittenSharedStep] = {}
    external_articles: dict[str, WrittenExternalArticle] = {}


class RulesFile(_Acceptable):
    """``rules/<article>.yaml``: the diagnoses and resolutions of one article."""

    article: Text
    draft: bool = False
    external_articles: dict[str, WrittenExternalArticle] = {}
    sets: dict[Id, WrittenCondition] = {}
    words: dict[Name, WrittenWordTable] = {}
    requirements: dict[Id, WrittenSharedRequirement] = {}
    steps: dict[Id, WrittenSharedStep] = {}
    applies_when: list[WrittenRequirement] = []
    diagnoses: Annotated[list[WrittenDiagnosis], Field(max_length=2000)] = []
    resolutions: Annotated[list[WrittenResolution], Field(max_length=2000)] = []
    notes: Annotated[list[WrittenNote], Field(max_length=2000)] = []


class Expectation(_Written):
    """What an example expects of its outcome; what is left out is not looked at."""

    status: str | None = None
    verdict: str | None = None
    article: dict[str, str] = {}
    diagnoses: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    pursued: dict[str, bool] = {}
    besides: list[str] | None = None
    unless: dict[str, list[str]] = {}
    resolutions: list[str] | None = None
    steps: dict[str, str] = {}
    reasons: dict[str, str] = {}
    commands: dict[str, str] = {}
    undo: dict[str, str] = {}
    asks: list[str] = []
    asks_not: list[str] = []
    notes: list[str] = []
    notes_not: list[str] = []
    contradictions: list[str] | None = None
    because: dict[str, str] = {}


class Example(_Written):
    """Facts of an environment, and what must and must not come of them.

    It is run against the article beside whose rules it stands, or with `library` against all articles together.
    """

    name: Text
    library: bool = False
    facts: dict[str, Any]
    expect: Expectation


class ExamplesFile(_Written):
    """``<article>.examples.yaml``: examples that hold a library to what it should say."""

    base: dict[str, Any] = {}
    examples: Annotated[list[Example], Field(min_length=1)]
