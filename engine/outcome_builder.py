"""Builds the Outcome: a decision, put into words for the fact state it was made in."""

from __future__ import annotations

from collections.abc import Iterator

from engine import outcome as out
from engine.compiled import (
    CompiledDiagnosis,
    CompiledInstance,
    CompiledRequirement,
    CompiledResolution,
    CompiledStep,
    Decision,
    DiagnosisDecision,
    Program,
)
from engine.description import describe
from engine.fact_state import FactState
from engine.folding import MemberReason, folded
from engine.logic import Truth
from engine.memory import Memory
from engine.question_selector import QuestionSelector
from engine.ranking import Ranking
from engine.summary import Told, summary
from engine.wording import Words
from kb.messages import NOTHING, Message
from kb.model import NoteKind, Step

_STATES = {True: out.DiagnosisState.CONFIRMED, None: out.DiagnosisState.POSSIBLE, False: out.DiagnosisState.RULED_OUT}
_ORDER = {True: 0, None: 1, False: 2}
"""Where a diagnosis stands among others, by its state."""

_MAY_NOT_BE_OPEN = Message("It is not known whether this way is open.")
_MAY_NOT_BE_NEEDED = Message("It is not known whether this is needed.")

_REMEMBERED_STEPS = 4096


class OutcomeBuilder:
    """Builds outcomes for one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._question_selector = QuestionSelector(program, ranking)
        self._steps: Memory[out.StepOutcome] = Memory(_REMEMBERED_STEPS)
        self._stated = out.Knowledge(version=program.knowledge.version, digest=program.knowledge.digest)

    def outcome(self, fact_state: FactState, decision: Decision, *, thorough: bool = False) -> out.Outcome:
        """The outcome of one decision; `thorough` asks for every cause."""
        words = Words(self._program, fact_state, decision)
        decided = sorted(
            zip(self._program.diagnoses, decision.diagnoses, strict=True), key=lambda each: _ORDER[each[1].state]
        )
        diagnoses = tuple(self._diagnosis(*each, fact_state, decision, words) for each in decided)
        resolutions = tuple(self._resolutions(fact_state, decision, words))
        questions = self._question_selector.questions(fact_state, decision, words, resolutions)
        contradictions = tuple(self._contradictions(decision, words))
        notes = tuple(self._notes(decision, words))
        status = out.Status.OPEN if decision.to_decide else out.Status.SETTLED
        told = Told(verdict(decision), status, diagnoses, resolutions, questions, contradictions, notes)
        return out.Outcome(
            status=told.status,
            done=status is out.Status.SETTLED and not self._fillable(resolutions, fact_state),
            verdict=told.verdict,
            summary=summary(told, self._knowledge),
            meanwhile=self._meanwhile(decision, words),
            diagnoses=diagnoses,
            resolutions=resolutions,
            questions=questions,
            contradictions=contradictions,
            proposed=(),
            notes=notes,
            facts=dict(fact_state.given),
            knowledge=self._stated,
        )

    def _fillable(self, resolutions: tuple[out.ResolutionOutcome, ...], fact_state: FactState) -> bool:
        """Whether a command lacks something that has not been asked yet."""
        return any(
            key not in fact_state.given
            for resolution in resolutions
            for step in resolution.steps
            for missing in step.missing
            for key in self._program.deriver.sources(missing)
        )

    def _meanwhile(self, decision: Decision, words: Words) -> Message:
        """Whether people can work until what is confirmed is mended."""
        said = (
            words.text(compiled.diagnosis.meanwhile)
            for compiled, decided in zip(self._program.diagnoses, decision.diagnoses, strict=True)
            if decided.state is True and compiled.diagnosis.meanwhile is not None
        )
        return Message.joined(" ", dict.fromkeys(said))

    def _diagnosis(
        self,
        compiled: CompiledDiagnosis,
        decided: DiagnosisDecision,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> out.DiagnosisOutcome:
        diagnosis, state = compiled.diagnosis, decided.state
        missing = () if state is not None else missing_facts(self._program, fact_state, decided.undecided_tests)
        return out.DiagnosisOutcome(
            id=diagnosis.id,
            article=diagnosis.article,
            title=Message(diagnosis.title),
            state=_STATES[state],
            pursued=state is not False,
            besides=False,
            unless=(),
            members=tuple(self._members(compiled, decided, fact_state, decision, words)),
            because=self._because(compiled, decided, fact_state, decision, words),
            missing=missing,
            citation=diagnosis.citation,
        )

    def _members(
        self,
        compiled: CompiledDiagnosis,
        decided: DiagnosisDecision,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> Iterator[out.MemberOutcome]:
        collection = compiled.diagnosis.collection
        for position, instance in enumerate(compiled.instances):
            member = instance.instance.member
            if member is None or collection is None:
                continue
            state = decided.states[position]
            because: tuple[Message, ...]
            if state is True:
                because = (words.text(instance.instance.because),)
            elif state is False:
                failed = self._failed(compiled, decided, position)
                because = tuple(dict.fromkeys(self.failure(each, decision, words) for each in failed))
            else:
                tests = 0
                for requirement in (*compiled.scope, *instance.requires):
                    tests |= requirement.that.undecided(decision.true, decision.false)
                because = tuple(dict.fromkeys(self._why_open(tests, fact_state)))
            yield out.MemberOutcome(
                id=member,
                label=self._knowledge.member_label(collection, member),
                state=_STATES[state],
                because=because,
            )

    def _because(
        self,
        compiled: CompiledDiagnosis,
        decided: DiagnosisDecision,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> tuple[Message, ...]:
        """What shows it, what failed, or why it cannot be told; what holds of several members alike is said once."""
        if decided.state is None:
            return tuple(dict.fromkeys(self._why_open(decided.undecided_tests, fact_state)))
        if decided.state is True:
            shown = (
                MemberReason(instance.instance.because, self._own_facts(compiled, instance))
                for instance, state in zip(compiled.instances, decided.states, strict=True)
                if state is True
            )
            return folded(shown, words)
        if decided.failed_scope:
            failed = self._failed(compiled, decided, 0)
            return tuple(dict.fromkeys(self.failure(each, decision, words) for each in failed))
        return folded(self._failures(compiled, decided, decision, words), words)

    def _failures(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, decision: Decision, words: Words
    ) -> Iterator[MemberReason]:
        """What failed first of each instance."""
        for position, instance in enumerate(compiled.instances):
            for requirement in self._failed(compiled, decided, position):
                wording = self._program.choose(requirement.otherwise, decision)
                if wording is not None:
                    yield MemberReason(wording.message, self._own_facts(compiled, instance))
                else:
                    yield MemberReason(self.failure(requirement, decision, words))

    def _own_facts(self, compiled: CompiledDiagnosis, instance: CompiledInstance) -> str:
        """What the keys of the facts begin with that belong to the member of an instance."""
        collection, member = compiled.diagnosis.collection, instance.instance.member
        if collection is None or member is None:
            return ""
        return f"{self._knowledge.collection(collection).prefix}.{member}."

    def _why_open(self, tests: int, fact_state: FactState) -> Iterator[Message]:
        """Why what is known of derived facts does not suffice; nothing where nothing is known of them."""
        deriver = self._program.deriver
        for key in deriver.facts_of_tests(tests):
            reason = fact_state.reasons.get(key)
            if reason and any(base in fact_state.values for base in deriver.sources(key)):
                yield Message("This stays open: ", reason, ".")

    def _exclusions(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> Iterator[CompiledRequirement]:
        """What ruled a diagnosis out: the scope where that failed, else the first failure of every instance."""
        if decided.failed_scope:
            yield from (diagnosis.scope[position] for position in decided.failed_scope)
            return
        for instance, failures in zip(diagnosis.instances, decided.failed, strict=True):
            yield instance.requires[failures[0]]

    def _failed(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, instance: int
    ) -> Iterator[CompiledRequirement]:
        """What ruled one instance out."""
        if decided.failed_scope:
            yield from (compiled.scope[position] for position in decided.failed_scope)
        else:
            yield compiled.instances[instance].requires[decided.failed[instance][0]]

    def failure(self, requirement: CompiledRequirement, decision: Decision, words: Words) -> Message:
        """The words for a requirement that failed."""
        wording = self._program.choose(requirement.otherwise, decision)
        if wording is not None:
            return words.text(wording.message)
        return Message("It does not hold that ", describe(requirement.requirement.that, self._knowledge), ".")

    def _resolutions(self, fact_state: FactState, decision: Decision, words: Words) -> Iterator[out.ResolutionOutcome]:
        for position, compiled in enumerate(self._program.resolutions):
            worth = decision.resolutions[position]
            if worth is None or worth[0] is False:
                continue
            resolution = compiled.resolution
            uncertain = worth[0] is None
            reason = NOTHING
            if uncertain:
                reason = words.text(resolution.verify) if resolution.verify else _MAY_NOT_BE_OPEN
            yield out.ResolutionOutcome(
                id=resolution.id,
                diagnoses=(resolution.diagnosis,),
                kind=resolution.kind.value,
                title=Message(resolution.title),
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

    def _write_step(self, step: Step, state: out.StepState, reason: Message, words: Words) -> out.StepOutcome:
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
            risk=NOTHING if step.risk is None else words.text(step.risk),
            acts=step.acts,
            takes_effect=NOTHING if step.takes_effect is None else words.text(step.takes_effect),
            citation=step.citation,
        )

    def _step_state(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        decision: Decision,
        words: Words,
    ) -> tuple[out.StepState, Message]:
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
            return out.StepState.VERIFY, words.text(step.verify) if step.verify else _MAY_NOT_BE_NEEDED
        wording = self._program.choose(compiled.because, decision)
        if wording is not None:
            return out.StepState.DO, words.text(wording.message)
        if compiled.instance is not None:
            return out.StepState.DO, words.text(diagnosis.instances[compiled.instance].instance.because)
        return out.StepState.DO, NOTHING

    def _contradictions(self, decision: Decision, words: Words) -> Iterator[out.Contradiction]:
        for key in words.unfit:
            valid_when = self._knowledge.facts[key].valid_when
            if valid_when is not None:
                yield out.Contradiction(id=valid_when.id, facts=(key,), message=words.text(valid_when.otherwise))
        for position in decision.note_rules:
            compiled = self._program.note_rules[position]
            if compiled.note_rule.kind is NoteKind.CONTRADICTION:
                tested = self._program.deriver.facts_of_tests(compiled.when.mentioned)
                facts = tuple(dict.fromkeys(base for fact in tested for base in self._program.deriver.sources(fact)))
                yield out.Contradiction(
                    id=compiled.note_rule.id, facts=facts, message=words.text(compiled.note_rule.message)
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
                    message=words.text(wording.advice),
                    references=self._references(wording.references),
                    citation=requirement.requirement.citation,
                )
        for compiled, worth in zip(self._program.resolutions, decision.resolutions, strict=True):
            if worth is not None and worth[0] is False and compiled.resolution.otherwise is not None:
                yield out.Note(
                    id=compiled.resolution.id,
                    message=words.text(compiled.resolution.otherwise),
                    references=(),
                    citation=compiled.resolution.citation,
                )
        for position in decision.note_rules:
            note_rule = self._program.note_rules[position].note_rule
            if note_rule.kind is NoteKind.NOTE:
                yield out.Note(
                    id=note_rule.id,
                    message=words.text(note_rule.message),
                    references=self._references(note_rule.references),
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
