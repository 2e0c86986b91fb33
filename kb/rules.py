"""Turns the rules of articles into diagnoses, resolutions and notes, written out for every member they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any as Written

from kb import commands
from kb.articles import comparable
from kb.condition_reader import ConditionReader
from kb.conditions import Concluded, Condition, leaves
from kb.model import (
    Article,
    Citation,
    Diagnosis,
    ExternalArticle,
    Instance,
    NoteRule,
    Requirement,
    Resolution,
    Step,
    Wording,
)
from kb.naming import Grounding
from kb.problems import Code
from kb.reading import Document, Path
from kb.templates import EMPTY, Template, parse
from kb.values import suggestion
from kb.vocabulary import Vocabulary
from kb.written import (
    RulesFile,
    WrittenCitation,
    WrittenDiagnosis,
    WrittenExistence,
    WrittenPassage,
    WrittenRequirement,
    WrittenResolution,
    WrittenStep,
    WrittenWording,
)


@dataclass(slots=True)
class Rules:
    """What all rules files of a library say together."""

    external_articles: dict[str, ExternalArticle] = field(default_factory=dict)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    note_rules: list[NoteRule] = field(default_factory=list)


def link_rules(
    files: Sequence[tuple[Document, RulesFile]], vocabulary: Vocabulary, articles: Mapping[str, Article]
) -> Rules:
    """Build the rules; what is wrong is noted in the vocabulary's `naming.problems`."""
    rules = Rules()
    members = {
        diagnosis.id: tuple(each.member for each in vocabulary.groundings.get(diagnosis.for_each or "", ()))
        for _, written in files
        for diagnosis in written.diagnoses
    }
    for _, written in files:
        for id_, article in written.external_articles.items():
            rules.external_articles[id_] = ExternalArticle(id=id_, title=article.title, where=article.where)
    for document, written in files:
        _RulesLinker(document, written, vocabulary, articles, rules, members).link()
    _check_ids(files, vocabulary)
    rules.diagnoses = _in_order(rules.diagnoses, files, vocabulary)
    return rules


class _RulesLinker:
    def __init__(
        self,
        document: Document,
        written: RulesFile,
        vocabulary: Vocabulary,
        articles: Mapping[str, Article],
        rules: Rules,
        members: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._document = document
        self._written = written
        self._vocabulary = vocabulary
        self._naming = vocabulary.naming
        self._articles = articles
        self._rules = rules
        self._members = members
        self._conditions = ConditionReader(document, vocabulary.naming, members)
        self._vocabulary_conditions = ConditionReader(vocabulary.document, vocabulary.naming)

    def link(self) -> None:
        if self._written.article not in self._articles:
            near = suggestion(self._written.article, self._articles)
            self._report(
                ("article",), Code.ARTICLE, f"there is no article {self._written.article!r} in articles/{near}"
            )
        scope = tuple(self._requirement(each, ("scope", i), None) for i, each in enumerate(self._written.scope))
        for position, diagnosis in enumerate(self._written.diagnoses):
            self._rules.diagnoses.append(self._diagnosis(diagnosis, ("diagnoses", position), scope))
        for position, resolution in enumerate(self._written.resolutions):
            self._rules.resolutions.append(self._resolution(resolution, ("resolutions", position)))
        for position, _ in enumerate(self._written.notes):
            self._rules.note_rules += self._note_rules(position)

    def _diagnosis(self, written: WrittenDiagnosis, at: Path, scope: tuple[Requirement, ...]) -> Diagnosis:
        groundings: tuple[Grounding | None, ...] = (None,)
        if written.for_each is not None:
            groundings = self._groundings(written.for_each, (*at, "for_each"))
        if written.when is None and not written.requires:
            self._report(
                at, Code.SHAPE, f"the diagnosis {written.id} needs a when or requires; without, it always holds"
            )
        return Diagnosis(
            id=written.id,
            article=self._written.article,
            title=written.title,
            collection=written.for_each,
            scope=scope,
            instances=tuple(self._instance(written, at, grounding) for grounding in groundings),
            meanwhile=self._optional_template(written.meanwhile, (*at, "meanwhile"), None),
            citation=self._citation(written.citation, (*at, "citation")),
        )

    def _instance(self, written: WrittenDiagnosis, at: Path, grounding: Grounding | None) -> Instance:
        requires: list[Requirement] = []
        if grounding is not None:
            existence = self._vocabulary.existence.get((grounding.collection, grounding.member))
            if existence is not None:
                requires.append(self._existence(existence.written, existence.at, grounding))
        if written.when is not None:
            requires.append(Requirement(id="when", that=self._conditions.read(written.when, (*at, "when"), grounding)))
        requires += [
            self._requirement(each, (*at, "requires", i), grounding) for i, each in enumerate(written.requires)
        ]
        return Instance(
            member=grounding.member if grounding else None,
            requires=tuple(requires),
            because=self._template(written.because, (*at, "because"), grounding),
        )

    def _existence(self, written: WrittenExistence, at: Path, grounding: Grounding) -> Requirement:
        document = self._vocabulary.document
        otherwise, strangers = parse(written.otherwise, lambda name: self._naming.blank(name, grounding))
        for stranger in strangers:
            self._naming.report(document, (*at, "otherwise"), Code.BLANK, self._naming.stranger(stranger))
        return Requirement(
            id="exists",
            that=self._vocabulary_conditions.read(written.when, (*at, "when"), grounding),
            otherwise=(Wording(message=otherwise),),
            citation=None
            if written.citation is None
            else self._citation(written.citation, (*at, "citation"), document),
        )

    def _requirement(self, written: WrittenRequirement, at: Path, grounding: Grounding | None) -> Requirement:
        return Requirement(
            id=written.id,
            that=self._conditions.read(written.that, (*at, "that"), grounding),
            otherwise=self._wordings(written.otherwise, (*at, "otherwise"), grounding),
            citation=None if written.citation is None else self._citation(written.citation, (*at, "citation")),
        )

    def _resolution(self, written: WrittenResolution, at: Path) -> Resolution:
        if written.for_ not in self._members:
            near = suggestion(written.for_, self._members)
            self._report((*at, "for"), Code.UNKNOWN_ID, f"there is no diagnosis {written.for_!r}{near}")
        return Resolution(
            id=written.id,
            diagnosis=written.for_,
            article=self._written.article,
            kind=written.kind,
            title=written.title,
            when=self._condition(written.when, (*at, "when"), None),
            otherwise=self._optional_template(written.otherwise, (*at, "otherwise"), None),
            verify=self._optional_template(written.verify, (*at, "verify"), None),
            steps=tuple(self._step(step, (*at, "steps", i), written.for_) for i, step in enumerate(written.steps)),
            citation=self._citation(written.citation, (*at, "citation")),
        )

    def _step(self, written: WrittenStep, at: Path, diagnosis: str) -> Step:
        grounding = self._step_grounding(written.for_, diagnosis, (*at, "for"))
        if written.when is not None and written.otherwise is None:
            self._report(
                at, Code.SHAPE, f"the step {written.id} has a when; say in otherwise why it is skipped where that fails"
            )
        return Step(
            id=written.id,
            text=self._template(written.text, (*at, "text"), grounding),
            member=grounding.member if grounding else None,
            when=self._condition(written.when, (*at, "when"), grounding),
            otherwise=self._optional_template(written.otherwise, (*at, "otherwise"), grounding) or EMPTY,
            because=() if written.because is None else self._wordings(written.because, (*at, "because"), grounding),
            verify=self._optional_template(written.verify, (*at, "verify"), grounding),
            run=self._command(written.run, (*at, "run"), grounding, may_show=False),
            check=self._command(written.check, (*at, "check"), grounding, may_show=True),
            expect=self._optional_template(written.expect, (*at, "expect"), grounding),
            undo=self._command(written.undo, (*at, "undo"), grounding, may_show=False),
            risk=self._optional_template(written.risk, (*at, "risk"), grounding),
            acts=self._person(written.acts, (*at, "acts")),
            takes_effect=self._optional_template(written.takes_effect, (*at, "takes_effect"), grounding),
            citation=None if written.citation is None else self._citation(written.citation, (*at, "citation")),
        )

    def _person(self, id_: str | None, at: Path) -> str:
        people = [person.id for person in self._vocabulary.people]
        if id_ is not None and id_ not in people:
            self._report(at, Code.UNKNOWN_ID, f"there is no person {id_!r} under people{suggestion(id_, people)}")
        return id_ or ""

    def _step_grounding(self, member: str | None, diagnosis: str, at: Path) -> Grounding | None:
        if member is None:
            return None
        for groundings in self._vocabulary.groundings.values():
            for grounding in groundings:
                if grounding.member == member and member in self._members.get(diagnosis, ()):
                    return grounding
        near = suggestion(member, self._members.get(diagnosis, ()))
        self._report(at, Code.UNKNOWN_ID, f"the diagnosis {diagnosis} has no member {member!r}{near}")
        return None

    def _note_rules(self, position: int) -> Iterable[NoteRule]:
        written, at = self._written.notes[position], ("notes", position)
        groundings: tuple[Grounding | None, ...] = (None,)
        if written.for_each is not None:
            groundings = self._groundings(written.for_each, (*at, "for_each"))
        for grounding in groundings:
            yield NoteRule(
                id=f"{written.id}.{grounding.member}" if grounding else written.id,
                article=self._written.article,
                kind=written.kind,
                when=self._conditions.read(written.when, (*at, "when"), grounding),
                message=self._template(written.message, (*at, "message"), grounding),
                references=self._references(written.references, (*at, "references")),
                citation=None if written.citation is None else self._citation(written.citation, (*at, "citation")),
            )

    def _wordings(
        self, written: str | list[WrittenWording], at: Path, grounding: Grounding | None
    ) -> tuple[Wording, ...]:
        if isinstance(written, str):
            return (Wording(message=self._template(written, at, grounding)),)
        wordings: list[Wording] = []
        for position, each in enumerate(written):
            here: Path = (*at, position)
            if wordings and wordings[-1].when is None:
                self._report(here, Code.CONDITION, "this is never said: the wording before it has no when")
            wordings.append(
                Wording(
                    when=self._condition(each.when, (*here, "when"), grounding),
                    message=self._template(each.message, (*here, "message"), grounding),
                    advice=self._optional_template(each.advice, (*here, "advice"), grounding),
                    references=self._references(each.references, (*here, "references")),
                )
            )
        if wordings[-1].when is not None:
            self._report(at, Code.CONDITION, "the last wording has no when, so that there is always something to say")
        return tuple(wordings)

    def _groundings(self, name: str, at: Path) -> tuple[Grounding, ...]:
        groundings = self._vocabulary.groundings.get(name)
        if groundings is None:
            near = suggestion(name, self._vocabulary.groundings)
            self._report(at, Code.UNKNOWN_ID, f"there is no collection {name!r}{near}")
        return groundings or ()

    def _references(self, ids: list[str], at: Path) -> tuple[str, ...]:
        known = [*self._rules.external_articles, *self._articles]
        for position, id_ in enumerate(ids):
            if id_ not in known:
                near = suggestion(id_, known)
                self._report(
                    (*at, position),
                    Code.UNKNOWN_ID,
                    f"there is no article, here or under external_articles, {id_!r}{near}",
                )
        return tuple(ids)

    def _condition(
        self, written: Mapping[str, Written] | None, at: Path, grounding: Grounding | None
    ) -> Condition | None:
        return None if written is None else self._conditions.read(written, at, grounding)

    def _optional_template(self, text: str | None, at: Path, grounding: Grounding | None) -> Template | None:
        return None if text is None else self._template(text, at, grounding)

    def _template(self, text: str, at: Path, grounding: Grounding | None) -> Template:
        template, strangers = parse(text, lambda name: self._naming.blank(name, grounding))
        for stranger in strangers:
            self._report(at, Code.BLANK, self._naming.stranger(stranger))
        return template

    def _command(
        self, line: str | None, at: Path, grounding: Grounding | None, *, may_show: bool
    ) -> commands.Command | None:
        if line is None:
            return None
        try:
            command, strangers = commands.read(
                line, lambda name: self._naming.blank(name, grounding), may_show=may_show
            )
        except commands.CommandRefused as refused:
            self._report(at, Code.COMMAND, str(refused))
            return None
        for stranger in strangers:
            self._report(at, Code.BLANK, self._naming.stranger(stranger))
        for key in command.blanks:
            fact = self._naming.fact(key, None)
            if fact is not None and not fact.type.command_safe:
                self._report(
                    at, Code.COMMAND, f"{key} is a {fact.type}, which has no grammar strict enough for a command"
                )
        return command

    def _citation(self, written: WrittenCitation, at: Path, document: Document | None = None) -> Citation:
        document = document or self._document
        self._check_passage(written, at, document)
        also: list[Citation] = []
        for position, passage in enumerate(written.also):
            self._check_passage(passage, (*at, "also", position), document)
            also.append(Citation(article=self._written.article, at=passage.at, says=passage.says))
        return Citation(article=self._written.article, at=written.at, says=written.says, also=tuple(also))

    def _check_passage(self, passage: WrittenPassage, at: Path, document: Document) -> None:
        """The article has to have the statement, and the statement the words."""
        article = self._articles.get(self._written.article)
        if article is None:
            return
        statement = article.statement(passage.at)
        if statement is None:
            near = suggestion(passage.at, [each.anchor for each in article.statements])
            message = f"{article.path} has no anchor {passage.at!r}{near}"
            self._naming.report(document, (*at, "at"), Code.ANCHOR, message)
        elif comparable(passage.says) not in comparable(statement.text):
            message = (
                f"{article.path}:{statement.line} does not say this at {passage.at}; it says: {statement.text[:160]}"
            )
            self._naming.report(document, (*at, "says"), Code.WORDS, message)

    def _report(self, at: Path, code: Code, message: str) -> None:
        self._naming.report(self._document, at, code, message)


def _check_ids(files: Sequence[tuple[Document, RulesFile]], vocabulary: Vocabulary) -> None:
    """Ids are unique: of diagnoses, resolutions and notes in the library, of the rest where they stand."""

    def unique(seen: dict[str, str], id_: str, document: Document, at: Path) -> None:
        if id_ in seen:
            vocabulary.naming.report(document, at, Code.DUPLICATE_ID, f"the id {id_} is taken at {seen[id_]}")
        else:
            seen[id_] = ":".join(map(str, (document.path, *document.place(at))))

    seen: dict[str, dict[str, str]] = {"diagnoses": {}, "resolutions": {}, "notes": {}}
    for document, written in files:
        scope: dict[str, str] = {}
        for i, requirement in enumerate(written.scope):
            unique(scope, requirement.id, document, ("scope", i, "id"))
        for i, diagnosis in enumerate(written.diagnoses):
            unique(seen["diagnoses"], diagnosis.id, document, ("diagnoses", i, "id"))
            own = dict(scope)
            for j, requirement in enumerate(diagnosis.requires):
                unique(own, requirement.id, document, ("diagnoses", i, "requires", j, "id"))
        for i, resolution in enumerate(written.resolutions):
            unique(seen["resolutions"], resolution.id, document, ("resolutions", i, "id"))
            steps: dict[str, str] = {}
            for j, step in enumerate(resolution.steps):
                unique(steps, step.id, document, ("resolutions", i, "steps", j, "id"))
        for i, note_rule in enumerate(written.notes):
            unique(seen["notes"], note_rule.id, document, ("notes", i, "id"))


def _in_order(
    diagnoses: list[Diagnosis], files: Sequence[tuple[Document, RulesFile]], vocabulary: Vocabulary
) -> list[Diagnosis]:
    by_id = {diagnosis.id: diagnosis for diagnosis in diagnoses}
    graph = {
        diagnosis.id: {
            leaf.diagnosis
            for requirement in _requirements(diagnosis)
            for leaf in leaves(requirement.that)
            if isinstance(leaf, Concluded)
        }
        for diagnosis in diagnoses
    }
    try:
        return [by_id[id_] for id_ in TopologicalSorter(graph).static_order() if id_ in by_id]
    except CycleError as error:
        circle = [str(id_) for id_ in error.args[1]]
        for document, written in files:
            for position, each in enumerate(written.diagnoses):
                if each.id == circle[0]:
                    message = f"these diagnoses rest on each other in a circle: {' ← '.join(circle)}"
                    vocabulary.naming.report(document, ("diagnoses", position, "id"), Code.CYCLE, message)
        return diagnoses


def _requirements(diagnosis: Diagnosis) -> list[Requirement]:
    return [*diagnosis.scope, *(each for instance in diagnosis.instances for each in instance.requires)]
