"""Builds the Outcome: a decision, put into words for the fact state it was made in."""

from __future__ import annotations

from collections.abc import Iterator

from engine import outcome as out
from engine.compiled import (
    CompiledDiagnosis,
    CompiledRequirement,
    CompiledResolution,
    CompiledStep,
    Decision,
    DiagnosisDecision,
    Program,
)
from engine.description import describe
from engine.fact_state import FactState
from engine.logic import Truth
from engine.memory import Memory
from engine.question_selector import QuestionSelector
from engine.ranking import Ranking
from engine.wording import Words
from kb.model import NoteKind, Step

_STATES = {True: out.DiagnosisState.CONFIRMED, None: out.DiagnosisState.POSSIBLE, False: out.DiagnosisState.RULED_OUT}


_REMEMBERED_STEPS = 4096


class OutcomeBuilder:
    """Builds outcomes for one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._question_selector = QuestionSelector(program, ranking)
        self._steps: Memory[out.StepOutcome] = Memory(_REMEMBERED_STEPS)
        self._stated = out.Knowledge(version=program.knowledge.version, digest=program.knowledge.digest)

    def outcome(self, fact_state: FactState, decision: Decision) -> out.Outcome:
        """The outcome of one decision."""
        words = Words(self._program, fact_state, decision)
        diagnoses = tuple(
            self._diagnosis(diagnosis, decided, fact_state, decision, words)
            for diagnosis, decided in zip(self._program.diagnoses, decision.diagnoses, strict=True)
        )
        resolutions = tuple(self._resolutions(fact_state, decision, words))
        return out.Outcome(
            status=out.Status.OPEN if decision.to_decide else out.Status.SETTLED,
            verdict=verdict(decision),
            diagnoses=diagnoses,
            resolutions=resolutions,
            questions=self._question_selector.questions(fact_state, decision, words, resolutions),
            contradictions=tuple(self._contradictions(decision, words)),
            notes=tuple(self._notes(decision, words)),
            facts=dict(fact_state.given),
            knowledge=self._stated,
        )

    def _diagnosis(
        self,
        diagnosis: CompiledDiagnosis,
        decided: DiagnosisDecision,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> out.DiagnosisOutcome:
        state = decided.state
        members = [instance.instance.member for instance in diagnosis.instances]
        missing = () if state is not None else missing_facts(self._program, fact_state, decided.undecided_tests)
        return out.DiagnosisOutcome(
            id=diagnosis.diagnosis.id,
            title=diagnosis.diagnosis.title,
            state=_STATES[state],
            endpoints=tuple(
                member
                for member, each in zip(members, decided.states, strict=True)
                if member and each is state and state is not False
            ),
            instances={
                member: _STATES[each]
                for member, each in zip(members, decided.states, strict=True)
                if member is not None
            },
            because=tuple(dict.fromkeys(self._because(diagnosis, decided, fact_state, decision, words))),
            missing=missing,
            citation=diagnosis.diagnosis.citation,
        )

    def _because(
        self,
        diagnosis: CompiledDiagnosis,
        decided: DiagnosisDecision,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> Iterator[str]:
        if decided.state is True:
            for instance, state in zip(diagnosis.instances, decided.states, strict=True):
                if state is True:
                    yield words.text(instance.instance.because)
        elif decided.state is False:
            for requirement in self._exclusions(diagnosis, decided):
                yield self.failure(requirement, decision, words)
        else:
            yield from self._why_open(decided, fact_state)

    def _why_open(self, decided: DiagnosisDecision, fact_state: FactState) -> Iterator[str]:
        """Why what is known of derived facts does not suffice; nothing where nothing is known of them."""
        deriver = self._program.deriver
        for key in deriver.facts_of_tests(decided.undecided_tests):
            reason = fact_state.reasons.get(key)
            if reason and any(base in fact_state.values for base in deriver.sources(key)):
                yield f"This stays open: {reason}."

    def _exclusions(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> Iterator[CompiledRequirement]:
        """What ruled a diagnosis out: the scope where that failed, else the first failure of every instance."""
        if decided.failed_scope:
            yield from (diagnosis.scope[position] for position in decided.failed_scope)
            return
        for instance, failures in zip(diagnosis.instances, decided.failed, strict=True):
            yield instance.requires[failures[0]]

    def failure(self, requirement: CompiledRequirement, decision: Decision, words: Words) -> str:
        """The words for a requirement that failed."""
        wording = self._program.choose(requirement.otherwise, decision)
        if wording is not None:
            return words.text(wording.message)
        return f"It does not hold that {describe(requirement.requirement.that, words, self._knowledge)}."

    def _resolutions(self, fact_state: FactState, decision: Decision, words: Words) -> Iterator[out.ResolutionOutcome]:
        for position, compiled in enumerate(self._program.resolutions):
            worth = decision.resolutions[position]
            if worth is None or worth[0] is False:
                continue
            resolution = compiled.resolution
            uncertain = worth[0] is None
            reason = ""
            if uncertain:
                reason = (
                    words.text(resolution.verify) if resolution.verify else "It is not known whether this way is open."
                )
            yield out.ResolutionOutcome(
                id=resolution.id,
                diagnosis=resolution.diagnosis,
                kind=resolution.kind.value,
                title=resolution.title,
                state=out.StepState.VERIFY if uncertain else out.StepState.DO,
                reason=reason,
                steps=tuple(
                    self._step(compiled, step, worths, decision, words)
                    for step, worths in zip(compiled.steps, decision.steps[position], strict=True)
                ),
                citation=resolution.citation,
            )

    def _step(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        decision: Decision,
        words: Words,
    ) -> out.StepOutcome:
        state, reason = self._step_state(resolution, compiled, worths, decision, words)
        step = compiled.step
        # A step is a function of these; in the course of one conversation most steps stay as they were.
        key = (resolution.resolution.id, step.id, state, reason, words.unfit, words.values(step.blanks))
        return self._steps.recall(key, lambda: self._write_step(step, state, reason, words))

    def _write_step(self, step: Step, state: out.StepState, reason: str, words: Words) -> out.StepOutcome:
        run, check, undo = (
            words.command(None if state is out.StepState.SKIP else command)
            for command in (step.run, step.check, step.undo)
        )
        return out.StepOutcome(
            id=step.id,
            state=state,
            reason=reason,
            text=words.text(step.text),
            command=run.command,
            draft=run.draft,
            missing=run.missing or check.missing,
            check=check.command,
            expect=None if step.expect is None or state is out.StepState.SKIP else words.text(step.expect),
            undo=undo.command,
            citation=step.citation,
        )

    def _step_state(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        decision: Decision,
        words: Words,
    ) -> tuple[out.StepState, str]:
        own, through_instance = worths
        step = compiled.step
        if own is False:
            return out.StepState.SKIP, words.text(step.otherwise)
        diagnosis = self._program.diagnoses[resolution.diagnosis]
        if through_instance is False and compiled.instance is not None:
            failures = decision.diagnoses[resolution.diagnosis].failed[compiled.instance]
            requirement = diagnosis.instances[compiled.instance].requires[failures[0]]
            return out.StepState.SKIP, self.failure(requirement, decision, words)
        if own is None or through_instance is None:
            return out.StepState.VERIFY, (
                words.text(step.verify) if step.verify else "It is not known whether this is needed."
            )
        wording = self._program.choose(compiled.because, decision)
        if wording is not None:
            return out.StepState.DO, words.text(wording.message)
        if compiled.instance is not None:
            return out.StepState.DO, words.text(diagnosis.instances[compiled.instance].instance.because)
        return out.StepState.DO, ""

    def _contradictions(self, decision: Decision, words: Words) -> Iterator[out.Contradiction]:
        for key in words.unfit:
            valid_when = self._knowledge.facts[key].valid_when
            if valid_when is not None:
                yield out.Contradiction(id=valid_when.id, facts=(key,), says=words.text(valid_when.otherwise))
        for position in decision.note_rules:
            compiled = self._program.note_rules[position]
            if compiled.note_rule.kind is NoteKind.CONTRADICTION:
                tested = self._program.deriver.facts_of_tests(compiled.when.mentioned)
                facts = tuple(dict.fromkeys(base for fact in tested for base in self._program.deriver.sources(fact)))
                yield out.Contradiction(
                    id=compiled.note_rule.id, facts=facts, says=words.text(compiled.note_rule.message)
                )

    def _notes(self, decision: Decision, words: Words) -> Iterator[out.Note]:
        told: set[str] = set()
        for diagnosis, decided in zip(self._program.diagnoses, decision.diagnoses, strict=True):
            if decided.state is not False:
                continue
            for requirement in self._exclusions(diagnosis, decided):
                wording = self._program.choose(requirement.otherwise, decision)
                if wording is None or wording.advice is None or requirement.requirement.id in told:
                    continue
                told.add(requirement.requirement.id)
                yield out.Note(
                    id=requirement.requirement.id,
                    text=words.text(wording.advice),
                    see=self._references(wording.references),
                    citation=requirement.requirement.citation,
                )
        for compiled, worth in zip(self._program.resolutions, decision.resolutions, strict=True):
            if worth is not None and worth[0] is False and compiled.resolution.otherwise is not None:
                yield out.Note(
                    id=compiled.resolution.id,
                    text=words.text(compiled.resolution.otherwise),
                    see=(),
                    citation=compiled.resolution.citation,
                )
        for position in decision.note_rules:
            note_rule = self._program.note_rules[position].note_rule
            if note_rule.kind is NoteKind.NOTE:
                yield out.Note(
                    id=note_rule.id,
                    text=words.text(note_rule.message),
                    see=self._references(note_rule.references),
                    citation=note_rule.citation,
                )

    def _references(self, ids: tuple[str, ...]) -> tuple[out.OutcomeReference, ...]:
        references = []
        for id_ in ids:
            known = self._knowledge.external_articles.get(id_)
            if known is not None:
                references.append(out.OutcomeReference(id=id_, title=known.title, where=known.where))
            else:
                article = self._knowledge.articles[id_]
                references.append(out.OutcomeReference(id=id_, title=article.title, where=article.path))
        return tuple(references)


def verdict(decision: Decision) -> out.Verdict:
    """Diagnosed where anything is confirmed, not covered where everything is ruled out."""
    states = {decided.state for decided in decision.diagnoses}
    if True in states:
        return out.Verdict.DIAGNOSED
    return out.Verdict.UNDECIDED if None in states else out.Verdict.NOT_COVERED


def missing_facts(program: Program, fact_state: FactState, tests: int) -> tuple[str, ...]:
    """The asked facts behind open tests: not asked yet, or asked and not known."""
    deriver = program.deriver
    missing: dict[str, None] = {}
    for key in deriver.facts_of_tests(tests):
        opening = fact_state.key.openings[deriver.position[key]]
        for base in deriver.sources(key):
            if base not in fact_state.values and (base in fact_state.given or opening & deriver.base_bits[base]):
                missing[base] = None
    return tuple(missing)
