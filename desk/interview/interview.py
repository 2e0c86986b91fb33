"""An interview: answers given so far, what is asked next, and the way back. Knows nothing of screens."""

from __future__ import annotations

from collections.abc import Mapping

from engine import Engine, Outcome
from engine.outcome import Purpose, Question, Status
from kb.model import Checklist, Fact
from kb.values import UNKNOWN, FactType, Value, ValueRefused, read_value


class Interview:
    """Leads through the questions of one environment.

    Every answer can be revised; what hung on it is worked out anew. Facts that an earlier answer has made pointless are
    kept, so that nothing is lost when that answer is revised again.

    Attributes:
        answers: what is known, by fact.
        provenance: for what was read rather than said, where it was read.
        outcome: what follows from the answers.
    """

    def __init__(self, engine: Engine, facts: Mapping[str, Value] | None = None) -> None:
        self._engine = engine
        self._steps: list[tuple[str, ...]] = []
        self.answers: dict[str, Value] = dict(facts or {})
        self.provenance: dict[str, str] = {}
        self.outcome: Outcome = engine.diagnose(self.answers)

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
        return sum(question.purpose is Purpose.DECIDE for question in self.outcome.questions)

    def wants(self, fact: str) -> bool:
        """Whether an answer for a fact is still of use: it is asked for, alone or together with others."""
        return any(fact == question.fact or fact in question.together for question in self.outcome.questions)

    def answer(
        self, answers: Mapping[str, Value], provenance: Mapping[str, str] | None = None, *, same_step: bool = False
    ) -> None:
        """Take in answers, new or revised.

        Args:
            answers: the values, by fact.
            provenance: for those that were read rather than said, where.
            same_step: they belong to the step before, and going back takes both back.
        """
        new = tuple(key for key in answers if key not in self.answers)
        if new and same_step and self._steps:
            self._steps[-1] += new
        elif new:
            self._steps.append(new)
        self.answers.update(answers)
        for key in answers:
            self.provenance.pop(key, None)
        self.provenance.update(provenance or {})
        self._conclude()

    def back(self) -> bool:
        """Take the last step back; false where there is none."""
        if not self._steps:
            return False
        for fact in self._steps.pop():
            self.answers.pop(fact, None)
            self.provenance.pop(fact, None)
        self._conclude()
        return True

    def marked(self, question: Question) -> tuple[str, ...]:
        """The facts of a question that are answered at one stroke, by marking those that have the marked value."""
        checklist = self.checklist(question)
        if checklist is None:
            return ()
        facts = self._engine.knowledge.facts
        return tuple(key for key in self.group_order(question) if checklist.answer(facts[key]))

    def group_order(self, question: Question) -> tuple[str, ...]:
        """The facts of a question in the order in which they stand where they are read off."""
        asked = {question.fact, *question.together}
        if question.group is None:
            return (question.fact,)
        return tuple(key for key in self._engine.knowledge.group(question.group).facts if key in asked)

    def checklist(self, question: Question) -> Checklist | None:
        """What a mark and the lack of one stand for, where a question is answered by marking."""
        if question.group is None or not question.together:
            return None
        return self._engine.knowledge.group(question.group).checklist

    def _conclude(self) -> None:
        self.outcome = self._engine.diagnose(self.answers)


class AnswerRefused(ValueError):
    """An answer that a question does not take; the message says what it does."""


def read_answer(text: str, fact: Fact, suggestions: tuple[str, ...] = ()) -> Value:
    """The value that somebody typed: a number from the list shown, a word, or the value itself.

    Raises:
        AnswerRefused: it is none of these.
    """
    typed = text.strip()
    options = [choice.value for choice in fact.choices] or list(suggestions)
    if typed.isdecimal() and typed not in options and fact.type is not FactType.INTEGER:
        if not 1 <= int(typed[:6]) <= len(options):
            raise AnswerRefused(_what_is_taken(fact, options))
        typed = options[int(typed[:6]) - 1]
    try:
        return read_value(typed, fact)
    except ValueRefused as refused:
        raise AnswerRefused(str(refused)) from None


def read_checklist(text: str, facts: tuple[Fact, ...], checklist: Checklist) -> dict[str, Value]:
    """The values of facts that are answered by naming those that bear a mark, by number or word; ``none`` for none.

    Raises:
        AnswerRefused: a word names none of them.
    """
    typed = text.strip().lower()
    if typed == UNKNOWN:
        return {fact.key: UNKNOWN for fact in facts}
    chosen: set[str] = set()
    words = [] if typed in ("none", "no", "0") else typed.replace(",", " ").replace(";", " ").split()
    if not words and typed not in ("none", "no", "0"):
        raise AnswerRefused("name those that bear it by number, or answer none or unknown")
    for word in words:
        if word == "and":
            continue
        if word == "all":
            chosen.update(fact.key for fact in facts)
            continue
        found = [
            fact.key
            for number, fact in enumerate(facts, 1)
            if word == str(number) or word in fact.key.lower().split(".") or word in fact.label.lower().split()
        ]
        if len(found) != 1:
            raise AnswerRefused(
                f"{word[:40]!r} is none of them; answer with numbers from 1 to {len(facts)}, none or unknown"
            )
        chosen.add(found[0])
    return {fact.key: checklist.marked if fact.key in chosen else checklist.unmarked for fact in facts}


def _what_is_taken(fact: Fact, options: list[str]) -> str:
    if options:
        return f"answer with a number from 1 to {len(options)}, a word of the list, or unknown"
    return f"this takes {'yes, no' if fact.type is FactType.BOOLEAN else 'text'} or unknown"
