"""An interview: what is known so far, what is asked next, and the way back. Knows nothing of screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from desk.interview.form import TERMINAL, Face, Form
from desk.interview.last_question import deciding_question
from engine import Engine, Outcome
from engine.outcome import Purpose, Question, Status
from evidence import Environment, Evidence, Observation, resolve
from evidence.diagnosis import Diagnosed, diagnosed, stated
from evidence.model import NOTHING
from kb.values import UNKNOWN, Value


@dataclass(frozen=True, slots=True)
class _Known:
    """All that was said, read and settled, at one point of an interview."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    settle: Mapping[str, str] = field(default_factory=dict)
    server: str | None = None


class Interview:
    """Leads through the questions of one environment.

    Every answer can be revised; what hung on it is worked out anew. Facts that an earlier answer has made pointless are
    kept, so that nothing is lost when that answer is revised again.
    """

    def __init__(
        self,
        engine: Engine,
        facts: Mapping[str, Value] | None = None,
        evidence: Iterable[Evidence] = (),
        *,
        resumed: Mapping[str, Value] | None = None,
        on_file: Evidence = NOTHING,
    ) -> None:
        """Begin.

        Args:
            engine: what reasons.
            facts: what is stated from the start, and cannot be gone back on.
            evidence: what was read.
            resumed: what was answered before, in that order; going back takes these back one by one.
            on_file: what the organisation has on file.
        """
        self._engine = engine
        self._on_file = on_file
        begun = _Known(dict(facts or {}), tuple(evidence))
        earlier = [(key, value) for key, value in (resumed or {}).items() if key not in begun.answers]
        every = [replace(begun, answers={**begun.answers, **dict(earlier[:n])}) for n in range(len(earlier) + 1)]
        self._before, self._known = every[:-1], every[-1]
        self._conclude()

    @property
    def answers(self) -> Mapping[str, Value]:
        """What somebody said, by fact."""
        return self._known.answers

    @property
    def facts(self) -> Mapping[str, Value]:
        """What is known, said and read, by fact."""
        return self.environment.facts

    @property
    def to_keep(self) -> dict[str, Value]:
        """What is known, by fact: what somebody said first, in the order in which it was said."""
        facts = self.facts
        return {key: facts[key] for key in (*(each for each in self.answers if each in facts), *facts)}

    @property
    def servers(self) -> tuple[str, ...]:
        """The servers that were read, where there are several and nobody has said yet which one this is about."""
        if len(self._every) == 1 or self._known.server is not None:
            return ()
        return tuple(each.environment.server or "" for each in self._every)

    @property
    def environment(self) -> Environment:
        """What is known, and where each fact is from."""
        return self._chosen.environment

    @property
    def outcome(self) -> Outcome:
        """What follows from what is known."""
        return self._chosen.outcome

    @property
    def provenance(self) -> dict[str, str]:
        """For what was read rather than said, where it was read."""
        taken = self.environment.taken
        return {fact: str(each.provenance) for fact, each in taken.items() if fact not in self.answers}

    @property
    def settled(self) -> bool:
        """Whether no answer can change what is said any more."""
        return self.outcome.status is Status.SETTLED

    @property
    def question(self) -> Question | None:
        """The question to put now, or ``None`` when there is nothing left to ask."""
        return self.outcome.questions[0] if self.outcome.questions else None

    @property
    def open_questions(self) -> int:
        """How many questions could still decide something, those asked together counting once."""
        return sum(question.purpose is not Purpose.COMPLETE for question in self.outcome.questions)

    def form(self, question: Question, face: Face = TERMINAL) -> Form:
        """The form of a question."""
        return Form.of(question, self._engine.knowledge, face)

    def still_asked(self, answers: Mapping[str, Value]) -> frozenset[str]:
        """The facts that would be asked for if these answers came in besides."""
        outcome = self._engine.diagnose({**self.facts, **answers})
        return frozenset(fact for question in outcome.questions for fact in question.facts)

    def wants(self, fact: str) -> bool:
        """Whether an answer for a fact is still of use: it is asked for, alone or together with others."""
        return any(fact in question.facts for question in self.outcome.questions)

    def answer(
        self, answers: Mapping[str, Value], settle: Mapping[str, str] | None = None, *, same_step: bool = False
    ) -> None:
        """Take in answers, new or revised.

        Args:
            answers: the values, by fact.
            settle: which side of a dispute is right, by its key.
            same_step: they belong to the step before, and going back takes both back.
        """
        known = self._known
        self._change(
            replace(known, answers={**known.answers, **answers}, settle={**known.settle, **(settle or {})}),
            same_step=same_step,
        )

    def leave_the_rest(self) -> tuple[str, ...]:
        """Take all that is still asked as not known, in one step; gives the facts."""
        left: list[str] = []
        while (question := self.question) is not None:
            unknown = dict.fromkeys(question.facts, UNKNOWN)
            if question.purpose is Purpose.SETTLE:
                self.answer({}, unknown, same_step=bool(left))
            else:
                self.answer(unknown, same_step=bool(left))
            left += question.facts
        return tuple(left)

    def add(self, evidence: Evidence) -> None:
        """Take in what was read."""
        self._change(replace(self._known, evidence=(*self._known.evidence, evidence)))

    def confirm(self, observations: Iterable[Observation]) -> None:
        """Take what was only mentioned as said; where it was mentioned is kept."""
        confirmed = Evidence(tuple(each.confirmed() for each in observations))
        if confirmed:
            self._change(replace(self._known, evidence=(*self._known.evidence, confirmed)), same_step=True)

    def choose(self, server: str) -> None:
        """Say which of several servers this is about."""
        self._change(replace(self._known, server=server), same_step=True)

    def back(self) -> bool:
        """Take the last step back; false where there is none."""
        if not self._before:
            return False
        self._known = self._before.pop()
        self._conclude()
        return True

    def would_decide(self) -> Question | None:
        """Where it ends undecided: the question whose one answer would decide something after all."""
        return deciding_question(self._engine, self.outcome)

    def _change(self, known: _Known, *, same_step: bool = False) -> None:
        if known == self._known:
            return
        if not (same_step and self._before):
            self._before.append(self._known)
        self._known = known
        self._conclude()

    def _conclude(self) -> None:
        known = self._known
        observations = [each for evidence in (self._on_file, *known.evidence) for each in evidence.observations]
        observations += stated(known.answers)
        notes = [note for evidence in known.evidence for note in evidence.notes]
        # A settlement whose sides have changed since counts no more, and is asked for again.
        every = resolve(self._engine.knowledge, observations, notes, known.settle, strict=False)
        self._every = diagnosed(self._engine, every)
        self._chosen: Diagnosed = next(
            (each for each in self._every if each.environment.server == known.server), self._every[0]
        )
