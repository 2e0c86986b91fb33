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
            "properties": {
                "all": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "Conditions that all hold; so do several entries of one condition.",
                },
                "any": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "Conditions of which one holds, or more.",
                },
                "not": {"type": "object", "description": "A condition that does not hold."},
                "use": {"type": "string", "description": "The id of a condition under `sets`."},
            },
            "additionalProperties": {
                "description": "Of a fact: its value; [values] for any of them; {not: value}; {at_least: value}, and "
                "likewise at_most, above and below; {contains: name} or {empty: true} of a list; "
                "{like: pattern}. Of `diagnosis.<id>` or `diagnosis.<id>.<member>`: confirmed or ruled_out."
            },
        }
    ),
]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class WrittenAcceptance(_Written):
    """An issue that stays, and why; it stands beside what has it."""

    code: Annotated[str, Field(pattern=r"^KB[0-9]{3}$")]
    """The code of the issue, such as KB333."""
    because: Text
    """Why it may stay."""


class _Acceptable(_Written):
    accept: list[WrittenAcceptance] = []
    """Issues that may stay where this stands, each with its reason."""


class WrittenPassage(_Written):
    """A place in an article, by default the one that the rules are of: the anchor of a statement, and its words."""

    article: str | None = None
    """The id of the article; left out, that of the rules in which this stands."""
    at: MemberId
    """The anchor of the statement, without `#`; `{member}` stands for the member that it is written out for."""
    says: Text
    """Words of that statement, as they stand there; letter case and white space do not matter."""


class WrittenCitation(WrittenPassage):
    """Where an article says so, and the further passages that a rule rests on."""

    also: list[WrittenPassage] = []
    """Further passages that it rests on."""


class WrittenExternalArticle(_Acceptable):
    """Something to read elsewhere."""

    title: Text
    """What it is called."""
    where: Text
    """Where it is found: an address, or words such as a book and its page."""


class WrittenPerson(_Written):
    """Someone who can answer."""

    label: Text
    """Who it is, as it stands within a sentence: the Exchange administrator."""
    on_the_line: bool = False
    """Whether they are asked before anybody else is."""
    effort: Annotated[float, Field(gt=0, le=100, strict=False)] = 1.0
    """What it takes to get an answer out of them, as a factor on the `cost` of a fact."""


class WrittenChoice(_Written):
    """A choice, with more than its label."""

    label: Text
    """The words for it."""
    weight: Annotated[float, Field(gt=0, le=1000, strict=False)] = 1.0
    """How often it is the answer, relative to the other choices; only the order of questions rests on it."""
    read_as: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=50)] = []
    """What else is written for it: globs such as `2010 sp*`, or ranges such as `15.2.2562..15.2.29999`."""


class WrittenBit(_Written):
    """A flag: one bit of the number that is written, and what it means."""

    value: Annotated[int, Field(ge=1, lt=2**32)]
    """What it adds to the number: 1, 2, 4 and so on, such as 0x10."""
    label: Text
    """What it means, in words."""


class WrittenDerivation(_Written):
    """A named function over facts."""

    function: Name
    """The name of the function, such as `host_of`."""
    of: Annotated[list[Key], Field(min_length=1, max_length=40)]
    """The keys of the facts that it takes, in its order."""


class WrittenValidity(_Written):
    """What a value must not fail before it stands in a command."""

    id: Id
    """The id of the contradiction that the outcome then shows."""
    when: WrittenCondition
    """What must not fail with the value."""
    otherwise: Text
    """What to say where it fails."""


class WrittenCheck(_Written):
    """One of several ways to find out, and when it is the one."""

    when: WrittenCondition | None = None
    """Where this is the one; left out, always. The first of several whose `when` holds is shown."""
    check: Text
    """A read-only command, or a place, that shows it."""


class WrittenFact(_Acceptable):
    """Something that can be known about an environment, and how to ask for it."""

    label: Text
    """A short noun phrase, as it stands within a sentence: the version of Exchange."""
    ask: Text
    """The question, as one puts it to a person."""
    help: str = ""
    """How to find the answer, in a sentence or two."""
    type: Annotated[FactType, Field(strict=False)]
    """What kind of value it takes."""
    choices: dict[str, str | WrittenChoice] = {}
    """Of the types choice and choices: each value with its label. Quote a value that looks like a number."""
    bits: dict[Name, WrittenBit] = {}
    """Of the type flags: what each flag is called, with its bit."""
    for_each: ForEach | None = None
    """Where not all members of its collection have it: those that do, such as `{endpoint: [ews, oab]}`."""
    ordered: bool = False
    """Of a choice: whether its choices stand in an order, the least first, for `at_least` and the like."""
    how_to_check: str | Annotated[list[WrittenCheck], Field(min_length=1)] = ""
    """A read-only command, or a place, that shows the answer; or alternatives by condition."""
    answered_by: Name
    """Who can answer: an id under `people`."""
    cost: Annotated[float, Field(gt=0, le=100, strict=False)] = 1.0
    """The effort of finding out, relative to other facts; only the order of questions rests on it."""
    group: Id | None = None
    """The id of the group that it is asked with."""
    default: WrittenDerivation | None = None
    """What stands in commands and texts where nobody has said otherwise; it decides nothing."""
    suggest: WrittenDerivation | None = None
    """What is offered as the answer along with the question."""
    valid_when: WrittenValidity | None = None
    """What a value must not fail before it stands in a command."""


class WrittenTableEntry(_Written):
    """One line of a table: where `when` holds, this `value`, or that of this `fact`."""

    when: WrittenCondition | None = None
    """Where this line counts; left out, everywhere."""
    value: str | bool | int | None = None
    """What then holds; a line has either this or `fact`."""
    fact: Key | None = None
    """The fact whose value then holds; where that is not known, the next line is looked at."""


class WrittenDerivedFact(_Acceptable):
    """Something that follows from other facts: by a function `of` them, or by a `table`, whose first line that fits."""

    label: Text
    """A short noun phrase, as it stands within a sentence."""
    function: Name | None = None
    """The name of the function that it follows from; left out beside `table`."""
    of: Annotated[list[Key], Field(max_length=40)] = []
    """The keys of the facts that the function takes, in its order."""
    type: Annotated[FactType | None, Field(strict=False)] = None
    """Beside `table`: what kind of value it has. A function says that itself."""
    for_each: ForEach | None = None
    """Where not all members of its collection have it: those that do, such as `{endpoint: [ews, oab]}`."""
    choices: dict[str, str] = {}
    """Beside `table`: where its values are a finite set, each with the words for it."""
    table: Annotated[list[WrittenTableEntry], Field(max_length=100)] = []
    """Lines of which the first that fits says what holds."""


class WrittenObject(_Acceptable):
    """Something that facts belong to; of several whose beginnings fit the key of a fact, the longest decides."""

    label: Text
    """A noun phrase, as it stands within a sentence: the Exchange server."""
    ask: str = ""
    """The question that is put where sources differ on it."""
    seen: str = ""
    """Where a thing of this kind is seen, as an answer to the question where that was."""
    of: Key | None = None
    """The object that has it. What a server has is what it has now: a later output replaces an earlier one."""
    like: Key | None = None
    """The object whose facts it has too, by the same last names: a thing of the one may prove to be the other."""
    many: bool = False
    """Whether there may be several, each with an outcome of its own. At most one object of a library says so."""
    named_by: Key | None = None
    """The fact that tells one from another. Without it each of its facts stands by itself."""
    listed_in: Key | None = None
    """The fact that takes the names of all that are known."""
    shown_at: Key | None = None
    """The fact that names the host which shows it."""
    lasting: bool = False
    """Whether what is known of it stays the same from call to call, so that it can be kept on file."""
    facts: list[Key] = []
    """What the keys of its facts begin with; left out, its own name."""


class WrittenChecklist(_Written):
    """How those members of a group are asked for that have just these two values: which of them bear the mark?"""

    ask: Text
    """The question, such as which lines have a red X."""
    help: str = ""
    """How to find the answer, in a sentence or two."""
    marked: Text
    """The value of those that are ticked."""
    unmarked: Text
    """The value of those that are not."""


class WrittenGroup(_Acceptable):
    """Facts that are read off one place and asked together."""

    ask: Text
    """The question over all of them."""
    opening: bool = False
    """Whether an interview begins there: it is asked before anything else."""
    help: str = ""
    """How to find the answers, in a sentence or two."""
    checklist: WrittenChecklist | None = None
    """How those of them are asked at one stroke that have the same two values."""


class WrittenExistence(_Written):
    """Where a member of a collection exists at all."""

    when: WrittenCondition
    """What holds where it exists."""
    otherwise: Text
    """What to say where it does not."""
    citation: WrittenCitation | None = None
    """Where an article says so."""


class WrittenMember(_Acceptable):
    """A member of a collection."""

    label: Text
    """A noun phrase, as it stands within a sentence; texts take it as `{<collection>.label}`."""
    words: dict[Name, Text] = {}
    """Further words of it by name, which texts and commands take as `{<collection>.<name>}`."""
    exists: WrittenExistence | None = None
    """Where it exists at all; left out, everywhere."""


class WrittenCollection(_Written):
    """Things of one kind. A fact ``<id>.x`` of the vocabulary becomes ``<facts>.<member>.x`` for each member."""

    title: Text
    """What its members are together, as a heading."""
    facts: Name
    """What the keys of its members' facts begin with, before the member's id."""
    members: Annotated[dict[Name, WrittenMember], Field(min_length=1, max_length=100)]
    """Its members, by id."""


WrittenWordTable = Annotated[dict[str, Text], Field(min_length=2, max_length=200)]
"""Words by the value of the fact that ``by`` names."""


def _any_part(schema: dict[str, Any]) -> None:
    """What a vocabulary needs need not all stand in one of its files."""
    del schema["required"]


class FactsFile(_Written):
    """``rules/facts/*.yaml``: the vocabulary of a library, merged from all these files; each holds any part of it."""

    model_config = ConfigDict(json_schema_extra=_any_part)

    name: Text
    """What the library is called."""
    version: Text
    """The version that its author gives it; every outcome names it."""
    people: Annotated[dict[Name, WrittenPerson], Field(min_length=1)]
    """Who can answer, by id."""
    sets: dict[Id, WrittenCondition] = {}
    """Conditions by a name of their own, for `use`."""
    words: dict[Name, WrittenWordTable] = {}
    """Words by the value of one fact, which `by` names; texts and commands take them as `{words.<id>}`."""
    objects: dict[Key, WrittenObject] = {}
    """Things that facts belong to, by name: what is read off one is taken, disputed and settled as one."""
    collections: dict[Name, WrittenCollection] = {}
    """Things of one kind, by id, for rules `for_each` of them."""
    groups: dict[Id, WrittenGroup] = {}
    """Facts that are asked together, by id; a fact names its `group`."""
    facts: Annotated[dict[Key, WrittenFact], Field(min_length=1, max_length=2000)]
    """What can be known and asked, by key, such as `exchange.version`."""
    derived: dict[Key, WrittenDerivedFact] = {}
    """What follows from other facts, by key; nobody is asked for it."""


class WrittenWording(_Written):
    """What to say, and when; the first wording whose `when` holds is said."""

    when: WrittenCondition | None = None
    """Where this is said; left out, always."""
    message: Text
    """What is then so."""
    advice: Text | None = None
    """Where to look instead: told as a note of the outcome."""
    references: list[str] = []
    """Ids of articles, or of `external_articles`, that say more."""


class WrittenSharedRequirement(_Acceptable):
    """What must be so, and what to say where it is not, named once for all who `use` it."""

    that: WrittenCondition
    """What must be so."""
    otherwise: str | Annotated[list[WrittenWording], Field(min_length=1)]
    """What to say where it is not: a text, or wordings by condition."""
    citation: WrittenCitation | None = None
    """Where an article says so."""


class WrittenRequirement(_Acceptable):
    """What must be so, and what to say where it is not; or the name of one that is written elsewhere."""

    use: Id | None = None
    """The id of a shared requirement, which then stands here; beside it there is at most an `id`."""
    id: Id | None = None
    """Its id, which the note of its `advice` bears; beside `use`, another one for it here."""
    that: WrittenCondition | None = None
    """What must be so."""
    otherwise: str | Annotated[list[WrittenWording], Field(min_length=1)] | None = None
    """What to say where it is not: a text, or wordings by condition."""
    citation: WrittenCitation | None = None
    """Where an article says so."""

    @property
    def name(self) -> str:
        """The id that it goes by."""
        return self.id or self.use or ""


class WrittenAccount(_Written):
    """A symptom that a diagnosis explains, and where: a condition on the member, or on what else is known."""

    seen: WrittenCondition
    """What is seen, as a condition on facts; equal conditions are one symptom."""
    where: WrittenCondition | None = None
    """Where the diagnosis explains it; left out, everywhere."""


class WrittenDiagnosis(_Acceptable):
    """A cause."""

    id: Id
    """Its id, as outcomes and conditions name it."""
    title: Text
    """The cause, in a sentence of its own."""
    for_each: ForEach | None = None
    """A collection, or some members of one: it is written out for each of them."""
    when: WrittenCondition | None = None
    """What must be so; where it fails, the condition itself is told. A diagnosis has this, `requires`, or both."""
    requires: list[WrittenRequirement] = []
    """What must be so, each with what to say where it is not."""
    explains: list[WrittenAccount] = []
    """What is seen where it is the cause. With nothing here it is always asked about."""
    excludes: list[Id] = []
    """Ids of diagnoses that are no cause where this one is so."""
    prior: Annotated[float, Field(gt=0, le=1000, strict=False)] = 1.0
    """How common it is, relative to others: for ties, and for the order of what is possible."""
    because: Text
    """What shows it, said where it is confirmed."""
    meanwhile: Text | None = None
    """Whether people can work until it is mended."""
    citation: WrittenCitation
    """Where an article says so."""


class WrittenRun(_Written):
    """One of several commands, and when it is the one."""

    when: WrittenCondition | None = None
    """Where this is the one; left out, always. The first of several whose `when` holds is shown."""
    run: Text
    """The command."""


class WrittenUndo(_Written):
    """One of several commands that undo, and when it is the one."""

    when: WrittenCondition | None = None
    """Where this is the one; left out, always. The first of several whose `when` holds is shown."""
    undo: Text
    """The command that brings back what was before."""


class _StepFields(_Acceptable):
    """What a step says."""

    for_: Annotated[Name | None, Field(alias="for")] = None
    """The member of the diagnosis' collection that decides whether it is to be done."""
    for_each: ForEach | None = None
    """A collection of the diagnosis, or some members of it: the step is written out for each of them."""
    text: Text | None = None
    """What to do, in a sentence."""
    when: WrittenCondition | None = None
    """A further condition for doing it."""
    otherwise: Text | None = None
    """Why it is skipped, where `when` fails."""
    because: Text | list[WrittenWording] | None = None
    """Why it is to be done; left out, what shows the diagnosis."""
    verify: Text | None = None
    """What to find out first, where it is open whether it is needed."""
    verify_when: WrittenCondition | None = None
    """Where this is known to hold, `verify` comes first in any case, as over VPN; asked once the step is to be done."""
    run: Text | Annotated[list[WrittenRun], Field(min_length=1)] | None = None
    """One command whose blanks, such as `{exchange.server}`, stand in quotes; or alternatives by condition."""
    snippet: Text | None = None
    """In place of `run`: fixed text of several commands, whose blanks all stand in single quotes."""
    check: Text | Annotated[list[WrittenCheck], Field(min_length=1)] | None = None
    """A read-only command that shows whether it took; or alternatives by condition."""
    expect: Text | None = None
    """What the check should show."""
    undo: Text | Annotated[list[WrittenUndo], Field(min_length=1)] | None = None
    """The command that brings back what was before; or alternatives by condition."""
    risk: Text | None = None
    """What it interrupts; left out, nothing."""
    acts: Name | None = None
    """Who carries it out: an id under `people`."""
    takes_effect: Text | None = None
    """When it shows; left out, at once."""
    citation: WrittenCitation | None = None
    """Where an article says so."""


class WrittenSharedStep(_StepFields):
    """A step that several resolutions `use`."""


class WrittenStep(_StepFields):
    """One step of a resolution."""

    use: Id | None = None
    """The id of a shared step; the further keys here replace those of the same name."""
    id: MemberId | None = None
    """Its id, with `{member}` in it where it is `for_each`; beside `use`, another one for it here."""

    @property
    def name(self) -> str:
        """The id that it goes by."""
        return self.id or self.use or ""


class WrittenResolution(_Acceptable):
    """What to do about a diagnosis, or about any of several."""

    id: Id
    """Its id; the fact `tried.<id>`, with underscores for hyphens, says whether it helped."""
    for_: Annotated[Id | Annotated[list[Id], Field(min_length=1)], Field(alias="for")]
    """The diagnosis that it is for, or several."""
    first: list[Id] = []
    """Ids of resolutions that come before it, where they are called for too."""
    kind: Annotated[StepKind, Field(strict=False)]
    """What it is to the diagnosis: fix, alternative or workaround."""
    title: Text
    """What is done, in a few words."""
    when: WrittenCondition | None = None
    """Where this way is open; left out, everywhere."""
    otherwise: Text | None = None
    """What to say where it is not: told as a note of the outcome."""
    verify: Text | None = None
    """What to find out first, where nobody knows yet whether it is."""
    steps: Annotated[list[WrittenStep], Field(min_length=1, max_length=200)]
    """What to do, in order."""
    citation: WrittenCitation
    """Where an article says so."""


class WrittenNote(_Acceptable):
    """Something to say when known facts call for it."""

    id: Id
    """Its id, as outcomes and examples name it."""
    kind: Annotated[NoteKind, Field(strict=False)] = NoteKind.NOTE
    """`note`, or `contradiction` where the facts cannot all be true."""
    for_each: ForEach | None = None
    """A collection, or some members of one: it is written out for each of them."""
    when: WrittenCondition
    """The known facts that call for it; nothing is asked for its sake."""
    message: Text
    """What to say."""
    references: list[str] = []
    """Ids of articles, or of `external_articles`, that say more."""
    citation: WrittenCitation | None = None
    """Where an article says so."""


class SharedFile(_Written):
    """``rules/shared.yaml``: what several articles use. The same keys may stand in an article's own file."""

    sets: dict[Id, WrittenCondition] = {}
    """Conditions by a name of their own, for `use`."""
    words: dict[Name, WrittenWordTable] = {}
    """Words by the value of one fact, which `by` names; texts and commands take them as `{words.<id>}`."""
    requirements: dict[Id, WrittenSharedRequirement] = {}
    """Requirements by a name of their own, for `use`."""
    steps: dict[Id, WrittenSharedStep] = {}
    """Steps by a name of their own, for `use`."""
    external_articles: dict[str, WrittenExternalArticle] = {}
    """What is to be read elsewhere, by id, for `references`."""


class RulesFile(_Acceptable):
    """``rules/<article>.yaml``: the diagnoses and resolutions of one article."""

    article: Text
    """The id of the article that these rules are of."""
    draft: bool = False
    """Whether it is not written yet: no outcome tells of it, and only its own examples and `check` look at it."""
    """Keeps these rules out of every outcome: only `check` and their own examples look at them."""
    external_articles: dict[str, WrittenExternalArticle] = {}
    """What is to be read elsewhere, by id, for `references`."""
    sets: dict[Id, WrittenCondition] = {}
    """Conditions by a name of their own, for `use`."""
    words: dict[Name, WrittenWordTable] = {}
    """Words by the value of one fact, which `by` names; texts and commands take them as `{words.<id>}`."""
    requirements: dict[Id, WrittenSharedRequirement] = {}
    """Requirements by a name of their own, for `use`."""
    steps: dict[Id, WrittenSharedStep] = {}
    """Steps by a name of their own, for `use`."""
    applies_when: list[WrittenRequirement] = []
    """What all diagnoses of the article need, and what is asked before anything else of it."""
    diagnoses: Annotated[list[WrittenDiagnosis], Field(max_length=2000)] = []
    """The causes that the article tells of."""
    resolutions: Annotated[list[WrittenResolution], Field(max_length=2000)] = []
    """What to do about them."""
    notes: Annotated[list[WrittenNote], Field(max_length=2000)] = []
    """What to say of facts that are known."""


class Expectation(_Written):
    """What an example expects of its outcome; what is left out is not looked at."""

    status: str | None = None
    """`settled` or `open`."""
    verdict: str | None = None
    """`diagnosed`, `not_covered` or `undecided`: of its own article, or with `library: true` of all together."""
    article: dict[str, str] = {}
    """The verdict of each article that is named."""
    diagnoses: dict[str, str] = {}
    """The state of each that is named, as `<id>` or `<id>.<member>`: `confirmed`, `possible` or `ruled_out`."""
    members: dict[str, list[str]] = {}
    """Of each diagnosis that is named, all members that share its state; none where it is ruled out."""
    pursued: dict[str, bool] = {}
    """Whether each diagnosis that is named could still explain what was seen."""
    besides: list[str] | None = None
    """All diagnoses that are confirmed, but are no cause of what was seen."""
    unless: dict[str, list[str]] = {}
    """Of each diagnosis that is named, all that nobody can rule out any more and that would explain it better."""
    resolutions: list[str] | None = None
    """All resolutions that are offered, in any order."""
    steps: dict[str, str] = {}
    """The state of each that is named, as `<id>` or `<resolution>.<id>`: `do`, `skip` or `verify`."""
    reasons: dict[str, str] = {}
    """Words that stand in the reason of each step that is named."""
    commands: dict[str, str] = {}
    """The whole command of each step that is named; empty where it has none that is ready."""
    undo: dict[str, str] = {}
    """The whole command that undoes each step that is named; empty where there is none that is ready."""
    asks: list[str] = []
    """Facts that are asked for; others may be too."""
    asks_not: list[str] = []
    """Facts that are not asked for."""
    notes: list[str] = []
    """Ids of notes that are told; others may be too."""
    notes_not: list[str] = []
    """Ids of notes that are not told."""
    contradictions: list[str] | None = None
    """All contradictions, by id."""
    because: dict[str, str] = {}
    """Words that are said of each diagnosis that is named."""


class Example(_Written):
    """Facts of an environment, and what must and must not come of them."""

    name: Text
    """What it shows, in a sentence."""
    library: bool = False
    """Whether it is run against all articles together, and not only against its own."""
    facts: dict[str, Any]
    """What is known besides `base`, by key, flat or nested; null takes a fact of `base` away."""
    expect: Expectation
    """What must come of it."""


class ExamplesFile(_Written):
    """``<article>.examples.yaml``: examples that hold a library to what it should say."""

    base: dict[str, Any] = {}
    """Facts that every example stands on, by key, flat or nested."""
    examples: Annotated[list[Example], Field(min_length=1)]
    """The examples."""
