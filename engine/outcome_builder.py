"""Builds the Outcome: a decision, put into words for the fact state it was made in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import cast

from engine import outcome as out
from engine.compiled import Decision, Program
from engine.description import describe
from engine.fact_state import FactState
from engine.memory import Memory, Same
from engine.program import (
    CompiledDiagnosis,
    CompiledRequirement,
)
from engine.question_selector import QuestionSelector
from engine.ranking import Ranking
from engine.reasons import Reasons
from engine.states import DiagnosisDecision
from engine.summary import Told, summary
from engine.ways_out import WaysOut
from engine.wording import Words
from kb.messages import Message
from kb.model import NoteKind

_STATES = {True: out.DiagnosisState.CONFIRMED, None: out.DiagnosisState.POSSIBLE, False: out.DiagnosisState.RULED_OUT}
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
        self._reasons = Reasons(program)
        self._ways_out = WaysOut(program, self._reasons)
        self._said: Memory[out.DiagnosisOutcome] = Memory(_REMEMBERED_BYTES)
        self._orders: Memory[_Order] = Memory(_REMEMBERED_BYTES)
        tried_facts = program.compiled.tried_facts
        ways_out = ((tried_facts.get(each.id), position) for position, each in enumerate(self._knowledge.resolutions))
        self._tried_ways = {key: position for key, position in ways_out if key is not None}
        self._plain = [self._asks_plainly(each) for each in program.diagnoses]
        self._stated = out.Knowledge(version=program.knowledge.version, digest=program.knowledge.digest)

    def outcome(self, fact_state: FactState, decision: Decision) -> out.Outcome:
        """The outcome of one decision."""
        words = Words(self._program, fact_state, decision)
        diagnoses = self._diagnoses(words)
        resolutions = tuple(self._ways_out.told(words))
        questions = self._question_selector.questions(words, resolutions)
        contradictions = tuple(self._contradictions(words))
        notes = tuple(self._notes(words))
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
        # Made of values that are what they have to be; checking them would copy each list of names once more.
        return out.Outcome.model_construct(
            status=told.status,
            done=status is out.Status.SETTLED and not self._can_be_completed(resolutions, words),
            verdict=told.verdict,
            summary=summary(told, self._knowledge, lambda fact: self._program.check_of(fact, decision)),
            meanwhile=self._meanwhile(words),
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
        resolutions = tuple(self._ways_out.told(words))
        return self._question_selector.questions(words, resolutions)

    def _diagnoses(self, words: Words) -> tuple[out.DiagnosisOutcome, ...]:
        """The diagnoses; what is said of one that no fact touched, or only its article's conditions, is remembered."""
        refused: dict[int, tuple[Message, ...]] = {}
        order = self._orders.recall(Same(words.decision), lambda: self._order(words), lambda made: made.size)
        said = list(order.said)
        for place, d, pursued in order.others:
            compiled, decided = self._program.diagnoses[d], words.decision.diagnoses[d]
            if not decided.failed_scope:
                said[place] = self._diagnosis(d, pursued, words)
                continue
            if compiled.article not in refused:
                refused[compiled.article] = self._reasons.because(compiled, decided, words)
            of = (d, Same(decided), refused[compiled.article])
            said[place] = self._remembered(of, d, pursued, words)
        return cast("tuple[out.DiagnosisOutcome, ...]", tuple(said))

    def _remembered(self, of: Hashable, d: int, pursued: bool, words: Words) -> out.DiagnosisOutcome:
        return self._said.recall(of, lambda: self._diagnosis(d, pursued, words), lambda _: _SAID_BYTES)

    def _asks_plainly(self, compiled: CompiledDiagnosis) -> bool:
        """Whether all that a diagnosis looks at is asked, so that what it lacks depends on nothing else."""
        requirements = (*compiled.scope, *(each for instance in compiled.instances for each in instance.requires))
        mentioned = 0
        for each in requirements:
            mentioned |= each.that.mentioned
        tested = self._program.deriver.facts_of_tests(mentioned)
        plain = not compiled.excluders and not mentioned & self._program.concluded_bits
        return plain and all(key in self._knowledge.facts for key in tested)

    def _order(self, words: Words) -> _Order:
        """The diagnoses as they are told: a matter of the decision alone.

        Causes in the order of what to do, then what is wrong besides, what was tried, what is possible, likeliest
        first, and what is ruled out.
        """
        causes, besides = set(words.decision.causes), set(words.decision.besides)

        places: list[tuple[float, float, int, bool]] = []
        for d, (compiled, decided) in enumerate(zip(self._program.diagnoses, words.decision.diagnoses, strict=True)):
            if decided.state is False:
                places.append((5, 0, d, False))
            elif decided.state is None:
                pursued = words.decision.pursuit.pursued(compiled, decided)
                places.append((3 if pursued else 4, -compiled.diagnosis.prior, d, pursued))
            else:
                first = min(compiled.resolutions, default=len(self._program.resolutions))
                places.append((0 if d in causes else 1 if d in besides else 2, first, d, d in causes))

        said: list[out.DiagnosisOutcome | None] = []
        others = []
        for _, _, d, pursued in sorted(places):
            decided = words.decision.diagnoses[d]
            if decided.state is None and self._plain[d]:
                of = (d, Same(decided), pursued)
                said.append(self._remembered(of, d, pursued, words))
            else:
                others.append((len(said), d, pursued))
                said.append(None)
        blank = self._program.blank.diagnoses
        own = sum(decided is not each for decided, each in zip(words.decision.diagnoses, blank, strict=True))
        size = self._program.size_of(words.decision) + 10 * len(said) + 150 * len(others) + _SAID_BYTES * own
        return _Order(tuple(said), tuple(others), size)

    def _unexplained(self, decision: Decision) -> Iterator[Message]:
        """What was seen and nothing explains."""
        for position, seen in enumerate(self._program.compiled.seen):
            if decision.unexplained >> position & 1:
                yield describe(seen, self._knowledge)

    def _tried(self, fact_state: FactState, result: str) -> Iterator[Message]:
        """The ways out that were tried with this result."""
        tried = (key for key, value in fact_state.given.items() if value == result and key in self._tried_ways)
        for position in sorted(self._tried_ways[key] for key in tried):
            yield Message(self._knowledge.resolutions[position].title)

    def _can_be_completed(self, resolutions: tuple[out.ResolutionOutcome, ...], words: Words) -> bool:
        """Whether a command lacks something that has not been asked yet, or a step waits to be known for sure."""
        lacking = any(
            key not in words.fact_state.given
            for resolution in resolutions
            for step in resolution.steps
            for missing in step.missing
            for key in self._program.deriver.sources(missing)
        )
        return lacking or any(True for each in resolutions for _ in self._question_selector.doubts(each, words))

    def _meanwhile(self, words: Words) -> Message:
        """Whether people can work until the cause is mended."""
        causes = (self._program.diagnoses[d].diagnosis for d in words.decision.causes)
        said = (words.text(each.meanwhile) for each in causes if each.meanwhile is not None)
        return Message.joined(" ", dict.fromkeys(said))

    def _diagnosis(
        self,
        d: int,
        pursued: bool,
        words: Words,
    ) -> out.DiagnosisOutcome:
        compiled, decided = self._program.diagnoses[d], words.decision.diagnoses[d]
        diagnosis, state = compiled.diagnosis, decided.state
        missing = () if state is not None else self._reasons.missing(words, decided.undecided_tests)
        return out.DiagnosisOutcome(
            id=diagnosis.id,
            article=diagnosis.article,
            title=Message(diagnosis.title),
            state=_STATES[state],
            pursued=pursued,
            besides=d in words.decision.besides,
            unless=tuple(self._knowledge.diagnoses[e].id for e in decided.caveats),
            members=tuple(self._members(compiled, decided, words)),
            because=self._reasons.because(compiled, decided, words),
            missing=missing,
            citation=diagnosis.citation,
        )

    def _members(
        self,
        compiled: CompiledDiagnosis,
        decided: DiagnosisDecision,
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
                because = tuple(dict.fromkeys(self._reasons.refusals(compiled, decided, position, words)))
            else:
                tests = 0
                for requirement in (*compiled.scope, *instance.requires):
                    tests |= requirement.that.undecided(words.decision.true, words.decision.false)
                because = tuple(dict.fromkeys(self._reasons.why_open(tests, words)))
            yield out.MemberOutcome(
                id=member,
                label=self._knowledge.member_label(collection, member),
                state=_STATES[state],
                because=because,
            )

    def _contradictions(self, words: Words) -> Iterator[out.Contradiction]:
        for key in words.unfit:
            valid_when = self._knowledge.facts[key].valid_when
            if valid_when is not None:
                message = self._reasons.why_unfit(key, words)
                yield out.Contradiction(id=valid_when.id, facts=(key,), message=message)
        for position in words.decision.note_rules:
            compiled = self._program.note_rules[position]
            if compiled.note_rule.kind is NoteKind.CONTRADICTION:
                tested = self._program.deriver.facts_of_tests(compiled.when.mentioned)
                facts = tuple(dict.fromkeys(base for fact in tested for base in self._program.deriver.sources(fact)))
                yield out.Contradiction(
                    id=compiled.note_rule.id, facts=facts, message=words.text(compiled.note_rule.message)
                )

    def _notes(self, words: Words) -> Iterator[out.Note]:
        told: set[str] = set()
        # Where else to look is of interest while the cause is not found.
        for requirement in () if words.decision.causes else self._refused_by(words.decision):
            wording = self._program.choose(requirement.otherwise, words.decision)
            if wording is None or wording.advice is None or requirement.requirement.id in told:
                continue
            told.add(requirement.requirement.id)
            yield out.Note(
                id=requirement.requirement.id,
                message=words.text(wording.advice),
                references=self._references(wording.references),
                citation=requirement.requirement.citation,
            )
        for compiled, worth in zip(self._program.resolutions, words.decision.resolutions, strict=True):
            if worth is not None and worth[0] is False and compiled.resolution.otherwise is not None:
                yield out.Note(
                    id=compiled.resolution.id,
                    message=words.text(compiled.resolution.otherwise),
                    references=(),
                    citation=compiled.resolution.citation,
                )
        for position in words.decision.note_rules:
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
                    yield from self._reasons.failed(compiled, decided, instance)

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
