"""Builds the Outcome: a decision, put into words for the fact state it was made in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import cast

from engine import outcome as out
from engine.compiled import Decision, Program
from engine.description import describe, describe_exclusion
from engine.fact_state import FactState
from engine.folding import MemberReason, folded, listed
from engine.logic import Truth
from engine.memory import Memory, Same, text_bytes
from engine.program import (
    CompiledCommands,
    CompiledDiagnosis,
    CompiledInstance,
    CompiledRequirement,
    CompiledResolution,
    CompiledStep,
)
from engine.question_selector import QuestionSelector
from engine.ranking import Ranking
from engine.states import DiagnosisDecision
from engine.summary import Told, summary
from engine.wording import NO_COMMAND, FilledCommand, Words
from kb.messages import NOTHING, Message
from kb.model import NoteKind, Step

_STATES = {True: out.DiagnosisState.CONFIRMED, None: out.DiagnosisState.POSSIBLE, False: out.DiagnosisState.RULED_OUT}
_MAY_NOT_BE_OPEN = Message("It is not known whether this way is open.")
_MAY_NOT_BE_NEEDED = Message("It is not known whether this is needed.")
_WAY_IS_OPEN_FIRST = Message("Only once it is known that this is the way.")
_WRONG_BESIDES = Message("This is wrong too, but it does not explain what was seen.")

_REMEMBERED_BYTES = 16 * 1024 * 1024
_SAID_BYTES = 3000


@dataclass(frozen=True, slots=True)
class _Order:
    """The diagnoses in the order in which they are told.

    Attributes:
        said: what is said of each, where that follows from the decision alone.
        others: of each of the others its place there, its position in the program, and whether it is asked about, or
            the cause where it is confirmed.
        size: about how many bytes it takes, the decision and what is said in no other one's order included.
    """

    said: tuple[out.DiagnosisOutcome | None, ...]
    others: tuple[tuple[int, int, bool], ...]
    size: int


class OutcomeBuilder:
    """Builds outcomes for one program."""

    def __init__(self, program: Program, ranking: Ranking) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._question_selector = QuestionSelector(program, ranking)
        self._steps: Memory[out.StepOutcome] = Memory(_REMEMBERED_BYTES)
        self._said: Memory[out.DiagnosisOutcome] = Memory(_REMEMBERED_BYTES)
        self._orders: Memory[_Order] = Memory(_REMEMBERED_BYTES)
        tried_facts = program.compiled.tried_facts
        ways_out = ((tried_facts.get(each.id), position) for position, each in enumerate(self._knowledge.resolutions))
        self._ways_out = {key: position for key, position in ways_out if key is not None}
        self._plain = [self._asks_plainly(each) for each in program.diagnoses]
        self._stated = out.Knowledge(version=program.knowledge.version, digest=program.knowledge.digest)

    def outcome(self, fact_state: FactState, decision: Decision) -> out.Outcome:
        """The outcome of one decision."""
        words = Words(self._program, fact_state, decision)
        diagnoses = self._diagnoses(fact_state, decision, words)
        resolutions = tuple(self._resolutions(fact_state, decision, words))
        questions = self._question_selector.questions(fact_state, decision, words, resolutions)
        contradictions = tuple(self._contradictions(decision, words))
        notes = tuple(self._notes(decision, words))
        status = out.Status.OPEN if decision.to_decide else out.Status.SETTLED
        told = Told(
            decision.verdict,
            status,
            diagnoses,
            resolutions,
            questions,
            contradictions,
            notes,
            tuple(self._unexplained(decision)),
            tuple(self._tried(fact_state, "helped")),
            tuple(self._tried(fact_state, "no_change")),
        )
        return out.Outcome(
            status=told.status,
            done=status is out.Status.SETTLED and not self._fillable(resolutions, fact_state),
            verdict=told.verdict,
            summary=summary(told, self._knowledge, lambda fact: self._program.check_of(fact, decision)),
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

    def questions(self, fact_state: FactState, decision: Decision) -> tuple[out.Question, ...]:
        """The questions of the outcome of one decision, without all else that it says."""
        words = Words(self._program, fact_state, decision)
        resolutions = tuple(self._resolutions(fact_state, decision, words))
        return self._question_selector.questions(fact_state, decision, words, resolutions)

    def _diagnoses(self, fact_state: FactState, decision: Decision, words: Words) -> tuple[out.DiagnosisOutcome, ...]:
        """The diagnoses; what is said of one that no fact touched, or only its article's conditions, is remembered."""
        refused: dict[int, tuple[Message, ...]] = {}
        order = self._orders.recall(
            Same(decision), lambda: self._order(fact_state, decision, words), lambda made: made.size
        )
        said = list(order.said)
        for place, d, pursued in order.others:
            compiled, decided = self._program.diagnoses[d], decision.diagnoses[d]
            if not decided.failed_scope:
                said[place] = self._diagnosis(d, pursued, fact_state, decision, words)
                continue
            if compiled.article not in refused:
                refused[compiled.article] = self._because(compiled, decided, fact_state, decision, words)
            of = (d, Same(decided), refused[compiled.article])
            said[place] = self._remembered(of, d, pursued, fact_state, decision, words)
        return cast("tuple[out.DiagnosisOutcome, ...]", tuple(said))

    def _remembered(
        self, of: Hashable, d: int, pursued: bool, fact_state: FactState, decision: Decision, words: Words
    ) -> out.DiagnosisOutcome:
        return self._said.recall(
            of, lambda: self._diagnosis(d, pursued, fact_state, decision, words), lambda _: _SAID_BYTES
        )

    def _asks_plainly(self, compiled: CompiledDiagnosis) -> bool:
        """Whether all that a diagnosis looks at is asked, so that what it lacks depends on nothing else."""
        requirements = (*compiled.scope, *(each for instance in compiled.instances for each in instance.requires))
        mentioned = 0
        for each in requirements:
            mentioned |= each.that.mentioned
        tested = self._program.deriver.facts_of_tests(mentioned)
        plain = not compiled.excluders and not mentioned & self._program.concluded_bits
        return plain and all(key in self._knowledge.facts for key in tested)

    def _order(self, fact_state: FactState, decision: Decision, words: Words) -> _Order:
        """The diagnoses as they are told: a matter of the decision alone.

        Causes in the order of what to do, then what is wrong besides, what was tried, what is possible, likeliest
        first, and what is ruled out.
        """
        causes, besides = set(decision.causes), set(decision.besides)

        places: list[tuple[float, float, int, bool]] = []
        for d, (compiled, decided) in enumerate(zip(self._program.diagnoses, decision.diagnoses, strict=True)):
            if decided.state is False:
                places.append((5, 0, d, False))
            elif decided.state is None:
                pursued = decision.pursuit.pursued(compiled, decided)
                places.append((3 if pursued else 4, -compiled.diagnosis.prior, d, pursued))
            else:
                first = min(compiled.resolutions, default=len(self._program.resolutions))
                places.append((0 if d in causes else 1 if d in besides else 2, first, d, d in causes))

        said: list[out.DiagnosisOutcome | None] = []
        others = []
        for _, _, d, pursued in sorted(places):
            decided = decision.diagnoses[d]
            if decided.state is None and self._plain[d]:
                of = (d, Same(decided), pursued)
                said.append(self._remembered(of, d, pursued, fact_state, decision, words))
            else:
                others.append((len(said), d, pursued))
                said.append(None)
        blank = self._program.blank.diagnoses
        own = sum(decided is not each for decided, each in zip(decision.diagnoses, blank, strict=True))
        size = self._program.size_of(decision) + 10 * len(said) + 150 * len(others) + _SAID_BYTES * own
        return _Order(tuple(said), tuple(others), size)

    def _unexplained(self, decision: Decision) -> Iterator[Message]:
        """What was seen and nothing explains."""
        for position, seen in enumerate(self._program.compiled.seen):
            if decision.unexplained >> position & 1:
                yield describe(seen, self._knowledge)

    def _tried(self, fact_state: FactState, result: str) -> Iterator[Message]:
        """The ways out that were tried with this result."""
        tried = (key for key, value in fact_state.given.items() if value == result and key in self._ways_out)
        for position in sorted(self._ways_out[key] for key in tried):
            yield Message(self._knowledge.resolutions[position].title)

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
        """Whether people can work until the cause is mended."""
        causes = (self._program.diagnoses[d].diagnosis for d in decision.causes)
        said = (words.text(each.meanwhile) for each in causes if each.meanwhile is not None)
        return Message.joined(" ", dict.fromkeys(said))

    def _diagnosis(
        self,
        d: int,
        pursued: bool,
        fact_state: FactState,
        decision: Decision,
        words: Words,
    ) -> out.DiagnosisOutcome:
        compiled, decided = self._program.diagnoses[d], decision.diagnoses[d]
        diagnosis, state = compiled.diagnosis, decided.state
        missing = () if state is not None else missing_facts(self._program, fact_state, decided.undecided_tests)
        return out.DiagnosisOutcome(
            id=diagnosis.id,
            article=diagnosis.article,
            title=Message(diagnosis.title),
            state=_STATES[state],
            pursued=pursued,
            besides=d in decision.besides,
            unless=tuple(self._knowledge.diagnoses[e].id for e in decided.caveats),
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
                because = tuple(dict.fromkeys(self._refusals(compiled, decided, position, decision, words)))
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
            return tuple(dict.fromkeys(self._refusals(compiled, decided, 0, decision, words)))
        return folded(self._failures(compiled, decided, decision, words), words)

    def _failures(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, decision: Decision, words: Words
    ) -> Iterator[MemberReason]:
        """What failed first of each instance."""
        for position, instance in enumerate(compiled.instances):
            for e in decided.excluded_by:
                yield MemberReason(self._excluded(e))
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

    def _refusals(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, instance: int, decision: Decision, words: Words
    ) -> Iterator[Message]:
        """Why one instance is ruled out, in words."""
        if not decided.failed_scope:
            yield from (self._excluded(e) for e in decided.excluded_by)
        for requirement in self._failed(compiled, decided, instance):
            yield self.failure(requirement, decision, words)

    def _excluded(self, d: int) -> Message:
        return describe_exclusion(self._knowledge.diagnoses[d].title)

    def _failed(
        self, compiled: CompiledDiagnosis, decided: DiagnosisDecision, instance: int
    ) -> Iterator[CompiledRequirement]:
        """What failed of one instance: its article's conditions, or else its own first one."""
        if decided.failed_scope:
            yield from (compiled.scope[position] for position in decided.failed_scope)
        elif decided.failed[instance]:
            yield compiled.instances[instance].requires[decided.failed[instance][0]]

    def failure(self, requirement: CompiledRequirement, decision: Decision, words: Words) -> Message:
        """The words for a requirement that failed."""
        wording = self._program.choose(requirement.otherwise, decision)
        if wording is not None:
            return words.text(wording.message)
        return Message("It does not hold that ", describe(requirement.requirement.that, self._knowledge), ".")

    def _caveat(self, excluders: set[int], fact_state: FactState, decision: Decision) -> Message:
        """What would have to be ruled out first, and what is not known of it."""
        titles = Message.joined("; ", (Message(self._knowledge.diagnoses[e].title) for e in sorted(excluders)))
        tests = 0
        for e in excluders:
            tests |= decision.diagnoses[e].undecided_tests
        missing = missing_facts(self._program, fact_state, tests)
        labels = [self._knowledge.facts[key].label for key in missing]
        return Message(
            "Unless it is this, which nobody could tell: ", titles, f". Not known: {listed(labels)}." if labels else "."
        )

    def _resolutions(self, fact_state: FactState, decision: Decision, words: Words) -> Iterator[out.ResolutionOutcome]:
        called_for = [r for r, worth in enumerate(decision.resolutions) if worth is not None and worth[0] is not False]
        called_for.sort(key=lambda r: not set(self._program.resolutions[r].diagnoses) & set(decision.causes))
        for position in called_for:
            compiled, worth = self._program.resolutions[position], decision.resolutions[position] or (None,)
            resolution = compiled.resolution
            served = [d for d in compiled.diagnoses if d in decision.causes]
            caveats = [decision.diagnoses[d].caveats for d in served]
            uncertain, reason = True, NOTHING
            if not served:
                served = [d for d in compiled.diagnoses if d in decision.besides]
                reason = _WRONG_BESIDES
            elif worth[0] is None:
                reason = words.text(resolution.verify) if resolution.verify else _MAY_NOT_BE_OPEN
            elif all(caveats):
                reason = self._caveat({e for each in caveats for e in each}, fact_state, decision)
            else:
                uncertain = False
            yield out.ResolutionOutcome(
                id=resolution.id,
                diagnoses=tuple(self._knowledge.diagnoses[d].id for d in served),
                kind=resolution.kind.value,
                title=Message(resolution.title),
                state=out.StepState.VERIFY if uncertain else out.StepState.DO,
                reason=reason,
                steps=tuple(
                    self._step(compiled, step, worths, uncertain, decision, words)
                    for step, worths in zip(compiled.steps, decision.steps[position], strict=True)
                ),
                citation=resolution.citation,
            )

    def _step(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        uncertain: bool,
        decision: Decision,
        words: Words,
    ) -> out.StepOutcome:
        step = compiled.step
        state, reason = self._step_state(resolution, compiled, worths, decision, words)
        unfit = next((key for key in step.blanks if key in words.unfit), None)
        if state is out.StepState.DO and unfit is not None:
            # What does not fit together is looked at before anything is done with it.
            state, reason = out.StepState.VERIFY, self._why_unfit(unfit, words)
        elif state is out.StepState.DO and uncertain:
            state, reason = out.StepState.VERIFY, words.text(step.verify) if step.verify else _WAY_IS_OPEN_FIRST
        commands = tuple(
            NO_COMMAND if state is out.StepState.SKIP else self._command(each, decision, words)
            for each in (compiled.run, compiled.check, compiled.undo)
        )
        # A step is a function of these; in the course of one conversation most steps stay as they were.
        values = words.values(step.blanks)
        key = (resolution.resolution.id, step.id, state, reason, commands, values)
        size = 2000 + text_bytes(values)
        return self._steps.recall(key, lambda: self._write_step(step, state, reason, commands, words), lambda _: size)

    def _command(self, commands: CompiledCommands, decision: Decision, words: Words) -> FilledCommand:
        """The command that is the one; where it is not known which, what would tell."""
        chosen, open_ = self._program.choose_command(commands, decision)
        if chosen is not None:
            return words.command(chosen.command)
        facts = tuple(self._program.deriver.facts_of_tests(open_))
        return FilledCommand(None, None, tuple(dict.fromkeys(facts)))

    def _write_step(
        self,
        step: Step,
        state: out.StepState,
        reason: Message,
        commands: tuple[FilledCommand, ...],
        words: Words,
    ) -> out.StepOutcome:
        run, check, undo = commands
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
        own, through = worths
        step = compiled.step
        if own is False:
            return out.StepState.SKIP, words.text(step.otherwise)
        if through is False:
            d, i = compiled.instances[0]
            diagnosis, decided = self._program.diagnoses[d], decision.diagnoses[d]
            refused = self._refusals(diagnosis, decided, i, decision, words)
            return out.StepState.SKIP, next(refused, NOTHING)
        if not set(resolution.diagnoses) & set(decision.causes):
            return out.StepState.VERIFY, words.text(step.verify) if step.verify else _WRONG_BESIDES
        if own is None or through is None:
            return out.StepState.VERIFY, words.text(step.verify) if step.verify else _MAY_NOT_BE_NEEDED
        wording = self._program.choose(compiled.because, decision)
        if wording is not None:
            return out.StepState.DO, words.text(wording.message)
        for d, i in compiled.instances:
            if d in decision.causes and decision.diagnoses[d].states[i] is True:
                return out.StepState.DO, words.text(self._program.diagnoses[d].instances[i].instance.because)
        return out.StepState.DO, NOTHING

    def _why_unfit(self, fact: str, words: Words) -> Message:
        valid_when = self._knowledge.facts[fact].valid_when
        return NOTHING if valid_when is None else words.text(valid_when.otherwise)

    def _contradictions(self, decision: Decision, words: Words) -> Iterator[out.Contradiction]:
        for key in words.unfit:
            valid_when = self._knowledge.facts[key].valid_when
            if valid_when is not None:
                message = self._why_unfit(key, words)
                yield out.Contradiction(id=valid_when.id, facts=(key,), message=message)
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
        # Where else to look is of interest while the cause is not found.
        for requirement in () if decision.causes else self._refused_by(decision):
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

    def _refused_by(self, decision: Decision) -> Iterator[CompiledRequirement]:
        """Whatever ruled a diagnosis out."""
        for compiled, decided in zip(self._program.diagnoses, decision.diagnoses, strict=True):
            if decided.state is False:
                for instance in range(1 if decided.failed_scope else len(compiled.instances)):
                    yield from self._failed(compiled, decided, instance)

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


def missing_facts(program: Program, fact_state: FactState, tests: int) -> tuple[str, ...]:
    """The asked facts behind open tests: not asked yet, or asked and not known."""
    deriver = program.deriver
    missing: dict[str, None] = {}
    for key in deriver.facts_of_tests(tests):
        opening = deriver.opening(fact_state.key, deriver.position[key])
        for base in deriver.sources(key):
            if base not in fact_state.values and (base in fact_state.given or opening & deriver.base_bits[base]):
                missing[base] = None
    return tuple(missing)
