"""Turns the rules of articles into diagnoses, resolutions and notes, written out for every member they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb.conditions import Concluded, facts_in, leaves
from kb.linking import FileLinker, with_member
from kb.model import (
    Account,
    Article,
    Diagnosis,
    ExternalArticle,
    Instance,
    NoteRule,
    Requirement,
    Resolution,
    Step,
)
from kb.naming import Grounding
from kb.ordering import check_ids, diagnoses_in_order, resolutions_in_order
from kb.problems import Code
from kb.reading import Document, Path
from kb.shared import Named
from kb.templates import EMPTY
from kb.values import suggestion
from kb.vocabulary import Vocabulary
from kb.written import (
    RulesFile,
    SharedFile,
    WrittenAccount,
    WrittenDiagnosis,
    WrittenNote,
    WrittenRequirement,
    WrittenResolution,
    WrittenSharedStep,
    WrittenStep,
)


@dataclass(slots=True)
class Rules:
    """What all rules files of a library say together."""

    external_articles: dict[str, ExternalArticle] = field(default_factory=dict)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    note_rules: list[NoteRule] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)


def link_rules(
    files: Sequence[tuple[Document, RulesFile]],
    vocabulary: Vocabulary,
    articles: Mapping[str, Article],
    shared: tuple[Document, SharedFile] | None = None,
) -> Rules:
    """Build the rules; what is wrong is noted in the vocabulary's `naming.problems`."""
    rules = Rules()
    every: list[tuple[Document, RulesFile | SharedFile]] = [*files, *([shared] if shared else [])]
    for _, file in every:
        for id_, external in file.external_articles.items():
            rules.external_articles.setdefault(id_, ExternalArticle(id=id_, title=external.title, where=external.where))
    check_ids(files, every, vocabulary)
    served = _Served.of(files, vocabulary)
    finished = _Served.of([each for each in files if not each[1].draft], vocabulary)
    rules.drafts = [written.article for _, written in files if written.draft]
    linkers = {
        document.path: FileLinker(
            document,
            file.article if isinstance(file, RulesFile) else None,
            vocabulary,
            articles,
            rules.external_articles,
            (served if isinstance(file, RulesFile) and file.draft else finished).members,
        )
        for document, file in every
    }
    vocabulary_linker = FileLinker(
        vocabulary.document, None, vocabulary, articles, rules.external_articles, finished.members
    )
    for document, written in files:
        # What is finished cannot rest on a draft, which is left out where anybody is told anything.
        known = served if written.draft else finished
        _RulesLinker(linkers[document.path], written, vocabulary, linkers, vocabulary_linker, known, rules).link(
            articles
        )
    rules.diagnoses = diagnoses_in_order(rules.diagnoses, files, vocabulary)
    rules.resolutions = resolutions_in_order(rules.resolutions, files, vocabulary)
    return rules


@dataclass(frozen=True, slots=True)
class _Served:
    """The diagnoses of the library: the collection and the members that each is written out for."""

    members: Mapping[str, tuple[str, ...]]
    groundings: Mapping[str, tuple[Grounding, ...]]

    @staticmethod
    def of(files: Sequence[tuple[Document, RulesFile]], vocabulary: Vocabulary) -> _Served:
        groundings: dict[str, tuple[Grounding, ...]] = {}
        for _, written in files:
            for diagnosis in written.diagnoses:
                for_each = diagnosis.for_each
                name = for_each if isinstance(for_each, str) or for_each is None else next(iter(for_each))
                everyone = vocabulary.groundings.get(name or "", ())
                if isinstance(for_each, dict):
                    everyone = tuple(each for each in everyone if each.member in for_each[name or ""])
                groundings.setdefault(diagnosis.id, everyone)
        return _Served({id_: tuple(each.member for each in found) for id_, found in groundings.items()}, groundings)


class _RulesLinker:
    """Links one rules file."""

    def __init__(
        self,
        own: FileLinker,
        written: RulesFile,
        vocabulary: Vocabulary,
        linkers: Mapping[str, FileLinker],
        vocabulary_linker: FileLinker,
        served: _Served,
        rules: Rules,
    ) -> None:
        self._own = own
        self._written = written
        self._vocabulary = vocabulary
        self._linkers = linkers
        self._vocabulary_linker = vocabulary_linker
        self._served = served
        self._rules = rules

    def link(self, articles: Mapping[str, Article]) -> None:
        if self._written.article not in articles:
            near = suggestion(self._written.article, articles)
            message = f"there is no article {self._written.article!r} in articles/{near}"
            self._own.report(("article",), Code.ARTICLE, message)
        applies_when = tuple(
            requirement
            for position, each in enumerate(self._written.applies_when)
            if (requirement := self._requirement(each, ("applies_when", position), None)) is not None
        )
        for position, diagnosis in enumerate(self._written.diagnoses):
            self._rules.diagnoses.append(self._diagnosis(diagnosis, ("diagnoses", position), applies_when))
        for position, resolution in enumerate(self._written.resolutions):
            self._rules.resolutions.append(self._resolution(resolution, ("resolutions", position)))
        for position, note in enumerate(self._written.notes):
            self._rules.note_rules += self._note_rules(note, ("notes", position))

    def _diagnosis(self, written: WrittenDiagnosis, at: Path, applies_when: tuple[Requirement, ...]) -> Diagnosis:
        groundings: tuple[Grounding | None, ...] = (None,)
        if written.for_each is not None:
            groundings = self._own.groundings(written.for_each, (*at, "for_each"))
        if written.when is None and not written.requires:
            message = f"the diagnosis {written.id} needs a when or requires; without, it always holds"
            self._own.report(at, Code.SHAPE, message)
        for position, id_ in enumerate(written.excludes):
            if id_ not in self._served.members:
                near = suggestion(id_, self._served.members)
                self._own.report((*at, "excludes", position), Code.UNKNOWN_ID, f"there is no diagnosis {id_!r}{near}")
        return Diagnosis(
            id=written.id,
            article=self._written.article,
            title=written.title,
            collection=groundings[0].collection if groundings and groundings[0] else None,
            applies_when=applies_when,
            instances=tuple(self._instance(written, at, grounding) for grounding in groundings),
            excludes=tuple(dict.fromkeys(written.excludes)),
            prior=written.prior,
            meanwhile=self._own.optional_template(written.meanwhile, (*at, "meanwhile"), None),
            citation=self._own.citation(written.citation, (*at, "citation"), None),
        )

    def _instance(self, written: WrittenDiagnosis, at: Path, grounding: Grounding | None) -> Instance:
        requires: list[Requirement] = []
        if grounding is not None:
            requires += self._existence(grounding)
        if written.when is not None:
            that = self._own.condition(written.when, (*at, "when"), grounding)
            requires.append(Requirement(id="when", that=that))
        for position, each in enumerate(written.requires):
            requirement = self._requirement(each, (*at, "requires", position), grounding)
            if requirement is not None:
                requires.append(requirement)
        return Instance(
            member=grounding.member if grounding else None,
            requires=tuple(requires),
            explains=tuple(
                self._account(each, (*at, "explains", position), grounding)
                for position, each in enumerate(written.explains)
            ),
            because=self._own.template(written.because, (*at, "because"), grounding),
        )

    def _account(self, written: WrittenAccount, at: Path, grounding: Grounding | None) -> Account:
        """What is seen is about facts alone, and the same for every member, so that rivals can share it."""
        seen = self._own.condition(written.seen, (*at, "seen"), None)
        if any(isinstance(leaf, Concluded) for leaf in leaves(seen)):
            message = "a symptom is something that is seen: a condition on facts, not on what follows from them"
            self._own.report((*at, "seen"), Code.SYMPTOM, message)
        elif not facts_in(seen):
            self._own.report((*at, "seen"), Code.SYMPTOM, "a symptom names a fact, such as {some.fact: value}")
        return Account(seen=seen, where=self._own.optional_condition(written.where, (*at, "where"), grounding))

    def _existence(self, grounding: Grounding) -> Iterator[Requirement]:
        existence = self._vocabulary.existence.get((grounding.collection, grounding.member))
        if existence is None:
            return
        written, at = existence.written, existence.at
        linker = self._vocabulary_linker
        if written.citation is not None and written.citation.article is None:
            # The vocabulary is of no article; the citation is of that whose diagnosis is written out.
            linker = self._vocabulary_linker.of_article(self._written.article)
        yield Requirement(
            id="exists",
            that=linker.condition(written.when, (*at, "when"), grounding),
            otherwise=linker.wordings(written.otherwise, (*at, "otherwise"), grounding),
            citation=linker.optional_citation(written.citation, (*at, "citation"), grounding),
        )

    def _requirement(self, written: WrittenRequirement, at: Path, grounding: Grounding | None) -> Requirement | None:
        if written.use is not None:
            if written.that is not None or written.otherwise is not None or written.citation is not None:
                message = f"{written.use} is written elsewhere; beside use there stands at most an id"
                self._own.report(at, Code.SHAPE, message)
            named = self._vocabulary.shared.requirements.get(written.use)
            if named is None:
                near = suggestion(written.use, self._vocabulary.shared.requirements)
                message = f"there is no requirement {written.use!r} under requirements{near}"
                self._own.report((*at, "use"), Code.UNKNOWN_ID, message)
                return None
            linker = self._linkers[named.document.path]
            shared = named.written
            return linker.requirement(written.name, shared.that, shared.otherwise, shared.citation, named.at, grounding)
        if written.id is None or written.that is None or written.otherwise is None:
            missing = [
                name
                for name, value in (("id", written.id), ("that", written.that), ("otherwise", written.otherwise))
                if value is None
            ]
            message = f"a requirement lacks {' and '.join(missing)}; or write use, and the id of a shared one"
            self._own.report(at, Code.SHAPE, message)
            return None
        return self._own.requirement(written.id, written.that, written.otherwise, written.citation, at, grounding)

    def _resolution(self, written: WrittenResolution, at: Path) -> Resolution:
        wanted = [written.for_] if isinstance(written.for_, str) else written.for_
        for position, id_ in enumerate(wanted):
            if id_ not in self._served.members:
                near = suggestion(id_, self._served.members)
                here = (*at, "for") if isinstance(written.for_, str) else (*at, "for", position)
                self._own.report(here, Code.UNKNOWN_ID, f"there is no diagnosis {id_!r}{near}")
        own = self._own
        return Resolution(
            id=written.id,
            diagnoses=tuple(dict.fromkeys(wanted)),
            first=tuple(written.first),
            article=self._written.article,
            kind=written.kind,
            title=written.title,
            when=own.optional_condition(written.when, (*at, "when"), None),
            otherwise=own.optional_template(written.otherwise, (*at, "otherwise"), None),
            verify=own.optional_template(written.verify, (*at, "verify"), None),
            steps=tuple(
                step
                for position, each in enumerate(written.steps)
                for step in self._steps(each, (*at, "steps", position), wanted)
            ),
            citation=own.citation(written.citation, (*at, "citation"), None),
        )

    def _steps(self, written: WrittenStep, at: Path, served: Sequence[str]) -> Iterator[Step]:
        """A step, written out for the members that it is for."""
        shared: Named[WrittenSharedStep] | None = None
        if written.use is not None:
            shared = self._vocabulary.shared.steps.get(written.use)
            if shared is None:
                near = suggestion(written.use, self._vocabulary.shared.steps)
                message = f"there is no step {written.use!r} under steps{near}"
                self._own.report((*at, "use"), Code.UNKNOWN_ID, message)
                return
        elif written.id is None:
            self._own.report(at, Code.SHAPE, "a step has an id, or says in use which shared step it is")
            return
        parts = _StepParts(written, at, self._own, shared, self._linkers)
        if parts.get("text") is None:
            self._own.report(at, Code.SHAPE, f"the step {written.name} lacks text: what to do")
            return
        if parts.get("when") is not None and parts.get("otherwise") is None:
            message = f"the step {written.name} has a when; say in otherwise why it is skipped where that fails"
            self._own.report(at, Code.SHAPE, message)
        for grounding in self._step_groundings(parts, served):
            yield parts.step(with_member(written.name, grounding), grounding)

    def _step_groundings(self, parts: _StepParts, served: Sequence[str]) -> tuple[Grounding | None, ...]:
        """The members that a step is written out for, in the collections of the diagnoses that it serves."""
        open_to = [each for id_ in dict.fromkeys(served) for each in self._served.groundings.get(id_, ())]
        member = parts.get("for_")
        for_each = parts.get("for_each")
        linker, at = parts.home("for" if for_each is None else "for_each")
        if for_each is not None:
            if member is not None:
                linker.report(at, Code.SHAPE, "a step is either for one member or for_each of several")
            wanted = linker.groundings(for_each, at)  # type: ignore[arg-type]
            strangers = [each for each in wanted if each not in open_to]
            if strangers and (isinstance(for_each, dict) or len(strangers) == len(wanted)):
                names = ", ".join(each.member for each in strangers)
                message = f"{' and '.join(served)} is not for_each {strangers[0].collection} with {names}"
                linker.report(at, Code.UNKNOWN_ID, message)
            if wanted and "{member}" not in parts.name:
                message = f"a step for_each needs an id with {{member}} in it, such as {parts.name}-{{member}}"
                linker.report(at, Code.SHAPE, message)
            return tuple(each for each in wanted if each in open_to)
        if "{member}" in parts.name:
            linker.report(parts.at, Code.SHAPE, "{member} stands in the id of a step that is for_each; say of what")
        if member is None:
            return (None,)
        found = [each for each in open_to if each.member == member]
        if not found:
            near = suggestion(str(member), [each.member for each in open_to])
            message = f"{' and '.join(served)}: there is no member {member!r}{near}"
            linker.report(at, Code.UNKNOWN_ID, message)
            return (None,)
        if len({each.collection for each in found}) > 1:
            names = " and ".join(dict.fromkeys(each.collection for each in found))
            linker.report(at, Code.UNKNOWN_ID, f"{member} is a member of {names}; write for_each: {{…: [{member}]}}")
        return (found[0],)

    def _note_rules(self, written: WrittenNote, at: Path) -> Iterable[NoteRule]:
        groundings: tuple[Grounding | None, ...] = (None,)
        own = self._own
        if written.for_each is not None:
            groundings = own.groundings(written.for_each, (*at, "for_each"))
        for grounding in groundings:
            yield NoteRule(
                id=f"{written.id}.{grounding.member}" if grounding else written.id,
                article=self._written.article,
                kind=written.kind,
                when=own.condition(written.when, (*at, "when"), grounding),
                message=own.template(written.message, (*at, "message"), grounding),
                references=own.references(written.references, (*at, "references")),
                citation=own.optional_citation(written.citation, (*at, "citation"), grounding),
            )


class _StepParts:
    """A step whose fields are its own, or those of the shared step that it uses; each knows where it stands."""

    def __init__(
        self,
        written: WrittenStep,
        at: Path,
        own: FileLinker,
        shared: Named[WrittenSharedStep] | None,
        linkers: Mapping[str, FileLinker],
    ) -> None:
        self.name = written.name
        self.at = at
        self._written = written
        self._own = own
        self._shared = shared
        self._linkers = linkers

    def get(self, name: str) -> object:
        """The value of a field, by its name in the model."""
        if name in self._written.model_fields_set or self._shared is None:
            return getattr(self._written, name)
        return getattr(self._shared.written, name)

    def home(self, name: str) -> tuple[FileLinker, Path]:
        """Who links a field, and where it stands, by its name as written."""
        field_name = "for_" if name == "for" else name
        if field_name in self._written.model_fields_set or self._shared is None:
            return self._own, (*self.at, name)
        return self._linkers[self._shared.document.path], (*self._shared.at, name)

    def step(self, id_: str, grounding: Grounding | None) -> Step:
        """The step for one member, or for none."""

        def linked(name: str, how: str, **more: object) -> object:
            linker, at = self.home(name)
            value = self.get(name)
            return None if value is None else getattr(linker, how)(value, at, grounding, **more)

        run = linked("run", "commands", may_show=False)
        snippet = linked("snippet", "snippet")
        if run is not None and snippet is not None:
            linker, at = self.home("snippet")
            linker.report(at, Code.SHAPE, f"the step {id_} has run and snippet; keep one of the two")
        if self.get("verify_when") is not None and self.get("verify") is None:
            linker, at = self.home("verify_when")
            linker.report(at, Code.SHAPE, f"the step {id_} has verify_when and no verify; say what to find out first")
        return Step.model_construct(
            id=id_,
            text=linked("text", "template"),
            member=grounding.member if grounding else None,
            when=linked("when", "condition"),
            otherwise=linked("otherwise", "template") or EMPTY,
            because=linked("because", "wordings") or (),
            verify=linked("verify", "template"),
            verify_when=linked("verify_when", "condition"),
            run=run or snippet or (),
            check=linked("check", "commands", may_show=True) or (),
            expect=linked("expect", "template"),
            undo=linked("undo", "commands", may_show=False) or (),
            risk=linked("risk", "template"),
            acts=linked("acts", "person") or "",
            takes_effect=linked("takes_effect", "template"),
            citation=linked("citation", "citation"),
        )
