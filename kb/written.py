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

WrittenCondition = Annotated[
    dict[str, Any],
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "description": "fact: value; fact: [values] for any of them; fact: {not: value}; fact: {at_least: value}, "
            "likewise at_most, above, below; fact: {contains: name}; fact: {empty: true}; all: [conditions]; "
            "any: [conditions]; not: condition; diagnosis.<id>: confirmed. Several entries must all hold.",
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


class WrittenPassage(_Written):
    """A place in an article: the anchor of a statement, and words that stand in it."""

    at: Id
    says: Text


class WrittenCitation(WrittenPassage):
    """Where an article says so, and the further passages that a rule rests on."""

    also: list[WrittenPassage] = []


class WrittenExternalArticle(_Written):
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


class WrittenDerivation(_Written):
    """A named function over facts."""

    function: Name
    of: Annotated[list[Key], Field(min_length=1, max_length=40)]


class WrittenValidity(_Written):
    """What a value must not fail before it stands in a command."""

    id: Id
    when: WrittenCondition
    otherwise: Text


class WrittenFact(_Written):
    """Something that can be known about an environment, and how to ask for it."""

    label: Text
    ask: Text
    help: str = ""
    type: Annotated[FactType, Field(strict=False)]
    choices: dict[str, str | WrittenChoice] = {}
    ordered: bool = False
    how_to_check: str = ""
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


class WrittenDerivedFact(_Written):
    """Something that follows from other facts: by a function `of` them, or by a `table`, whose first line that fits."""

    label: Text
    function: Name | None = None
    of: Annotated[list[Key], Field(max_length=40)] = []
    type: Annotated[FactType | None, Field(strict=False)] = None
    choices: dict[str, str] = {}
    table: Annotated[list[WrittenTableEntry], Field(max_length=100)] = []


class WrittenObject(_Written):
    """Something that facts belong to: those whose keys begin with one of `facts`, or else with its own name.

    The longest beginning that fits decides. `docs/writing-an-article.md` explains the other fields.
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


class WrittenGroup(_Written):
    """Facts that are read off one place and asked together."""

    ask: Text
    help: str = ""
    checklist: WrittenChecklist | None = None


class WrittenExistence(_Written):
    """Where a member of a collection exists at all."""

    when: WrittenCondition
    otherwise: Text
    citation: WrittenCitation | None = None


class WrittenMember(_Written):
    """A member of a collection: its words, further constants for texts, and where it exists."""

    label: Text
    words: dict[Name, Text] = {}
    exists: WrittenExistence | None = None


class WrittenCollection(_Written):
    """Things of one kind. A fact ``<id>.x`` of the vocabulary becomes ``<facts>.<member>.x`` for each member."""

    title: Text
    facts: Name
    members: Annotated[dict[Name, WrittenMember], Field(min_length=1, max_length=100)]


class FactsFile(_Written):
    """``facts.yaml``: the vocabulary of a library."""

    name: Text
    version: Text
    people: Annotated[dict[Name, WrittenPerson], Field(min_length=1)]
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


class WrittenRequirement(_Written):
    """What must be so, and what to say where it is not."""

    id: Id
    that: WrittenCondition
    otherwise: str | Annotated[list[WrittenWording], Field(min_length=1)]
    citation: WrittenCitation | None = None


class WrittenDiagnosis(_Written):
    """A cause. `requires` are conditions with words for their failure; `when` is one without.

    `meanwhile` says whether people can work until it is mended.
    """

    id: Id
    title: Text
    for_each: Name | None = None
    when: WrittenCondition | None = None
    requires: list[WrittenRequirement] = []
    because: Text
    meanwhile: Text | None = None
    citation: WrittenCitation


class WrittenStep(_Written):
    """One step of a resolution; `for` names the member of the diagnosis' collection that decides it.

    `risk` says what it interrupts, `acts` names the person who carries it out, `takes_effect` says when it shows.
    """

    id: Id
    for_: Annotated[Name | None, Field(alias="for")] = None
    text: Text
    when: WrittenCondition | None = None
    otherwise: Text | None = None
    because: Text | list[WrittenWording] | None = None
    verify: Text | None = None
    run: Text | None = None
    check: Text | None = None
    expect: Text | None = None
    undo: Text | None = None
    risk: Text | None = None
    acts: Name | None = None
    takes_effect: Text | None = None
    citation: WrittenCitation | None = None


class WrittenResolution(_Written):
    """What to do about a diagnosis."""

    id: Id
    for_: Annotated[Id, Field(alias="for")]
    kind: Annotated[StepKind, Field(strict=False)]
    title: Text
    when: WrittenCondition | None = None
    otherwise: Text | None = None
    verify: Text | None = None
    steps: Annotated[list[WrittenStep], Field(min_length=1, max_length=200)]
    citation: WrittenCitation


class WrittenNote(_Written):
    """Something to say when known facts call for it."""

    id: Id
    kind: Annotated[NoteKind, Field(strict=False)] = NoteKind.NOTE
    for_each: Name | None = None
    when: WrittenCondition
    message: Text
    references: list[str] = []
    citation: WrittenCitation | None = None


class RulesFile(_Written):
    """``<article>.yaml``: the diagnoses and resolutions of one article."""

    article: Text
    external_articles: dict[str, WrittenExternalArticle] = {}
    scope: list[WrittenRequirement] = []
    diagnoses: Annotated[list[WrittenDiagnosis], Field(max_length=2000)] = []
    resolutions: Annotated[list[WrittenResolution], Field(max_length=2000)] = []
    notes: Annotated[list[WrittenNote], Field(max_length=2000)] = []


class Expectation(_Written):
    """What an example expects of its outcome; what is left out is not looked at."""

    status: str | None = None
    verdict: str | None = None
    diagnoses: dict[str, str] = {}
    endpoints: dict[str, list[str]] = {}
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
    """Facts of an environment, and what must and must not come of them."""

    name: Text
    facts: dict[str, Any]
    expect: Expectation


class ExamplesFile(_Written):
    """``<article>.examples.yaml``: examples that hold a library to what it should say."""

    base: dict[str, Any] = {}
    examples: Annotated[list[Example], Field(min_length=1)]
