"""What a page shows of a question: its form, with what was answered before, or what was sent and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from desk.interview.form import CHECKLIST, NONE, PAGES, Control, Form, FormPart, FormReading, Texts
from engine import Engine, Outcome, Why
from engine.outcome import Purpose, Question
from kb.speech import typed
from kb.values import UNKNOWN, Value
from render.words import capitalised

VALUE = "value:"
"""Begins the name of the fields of a part; several may answer one, such as a box that says that there are none."""
NOBODY_KNOWS = "unknown"
"""The name of the button that says that it is not known; of several parts, those that are left empty."""


class SentFields(Protocol):
    """A form as it was sent: several values may share one name."""

    def getlist(self, key: str) -> Sequence[object]:
        """All values of one name, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a form as it stands on the page.

    Attributes:
        said: what stands in its fields: what was sent and refused, or else what holds now.
        error: what is wrong with what was sent, and what is taken.
    """

    part: FormPart
    said: tuple[str, ...]
    error: str = ""

    @property
    def id(self) -> str:
        """The id of its field in the page."""
        return "f-" + self.part.fact.replace(".", "-").replace("_", "-")

    @property
    def name(self) -> str:
        """The name of its fields."""
        return VALUE + self.part.fact

    @property
    def written(self) -> str:
        """What stands in its line."""
        return ", ".join(each for each in self.said if each not in (NONE, UNKNOWN))

    def says(self, value: str) -> bool:
        """Whether a value is chosen or ticked."""
        return value in self.said


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as it is put.

    Attributes:
        answered_by: those who can answer, in words.
        ticked: what is ticked of the checklist: facts, none of them, or that it is not known.
        ticks_error: what is wrong with the ticks taken together.
        revising: it was answered before, and is put again to change the answer.
    """

    form: Form
    fields: tuple[Field, ...]
    answered_by: tuple[str, ...]
    why: Why
    ticked: tuple[str, ...] = ()
    ticks_error: str = ""
    revising: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """What is asked for."""
        return self.form.facts

    @property
    def completes(self) -> bool:
        """Whether the answer decides nothing any more; it fills a command or says more exactly where to look."""
        return self.form.purpose is Purpose.COMPLETE

    @property
    def rows(self) -> tuple[tuple[Field, ...], ...]:
        """The fields in the order in which they are put; those that are ticked stand together."""
        ticks = tuple(each for each in self.fields if each.part.control is Control.TICK)
        rows: list[tuple[Field, ...]] = []
        for each in self.fields:
            row = ticks if each in ticks else (each,)
            if row not in rows:
                rows.append(row)
        return tuple(rows)

    @property
    def pressed(self) -> bool:
        """Whether pressing a button answers it, so that nothing has to be sent besides."""
        return len(self.fields) == 1 and self.fields[0].part.control is Control.CHOICE

    @property
    def ticks_name(self) -> str:
        """The name of the boxes of the checklist."""
        return VALUE + CHECKLIST

    def tick_label(self, field: Field) -> str:
        """What stands beside a box: what it is, and what a tick says."""
        marked = self.form.checklist.marked if self.form.checklist else ""
        meant = next((option.label for option in field.part.options if option.value == marked), "")
        return f"{capitalised(field.part.label)} ({meant})"

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """Where something is wrong, as the id of the field, and what."""
        found = [(each.id, each.error) for each in self.fields if each.error]
        if self.ticks_error:
            first = next(each.id for each in self.fields if each.part.control is Control.TICK)
            found.insert(0, (first, self.ticks_error))
        return tuple(found)


def next_question(engine: Engine, outcome: Outcome) -> QuestionPage | None:
    """The question to put now, or ``None`` where there is none left."""
    if not outcome.questions:
        return None
    return _asked(engine, outcome, outcome.questions[0])


def question_for(engine: Engine, outcome: Outcome, fact: str) -> QuestionPage:
    """The question for a fact, to answer it anew or ahead of its turn; with the others of its group that were asked.

    Raises:
        KeyError: there is no such fact.
    """
    pending = next((each for each in outcome.questions if fact == each.fact or fact in each.facts), None)
    if pending is not None and pending.purpose is Purpose.SETTLE:
        return _asked(engine, outcome, pending)
    asked = engine.knowledge.facts[fact]
    facts: tuple[str, ...] = (fact,)
    if asked.group is not None:
        wanted = () if pending is None else pending.facts
        facts = tuple(
            key
            for key in engine.knowledge.group(asked.group).facts
            if key == fact or key in outcome.facts or key in wanted
        )
    suggestions = {} if pending is None else {part.fact: part.suggestions for part in pending.parts}
    form = Form.asking(engine.knowledge, facts, PAGES, suggestions=suggestions)
    why = engine.why(outcome.facts, pending.fact if pending is not None else fact)
    return replace(_page(engine, outcome.facts, form, why), revising=fact in outcome.facts)


def question_that_asks(engine: Engine, outcome: Outcome, facts: Sequence[str]) -> QuestionPage | None:
    """The question that a form was made from which asks for these; ``None`` where the library knows none of them."""
    for question in outcome.questions:
        if set(question.facts) == set(facts):
            return _asked(engine, outcome, question)
    known = tuple(fact for fact in facts if fact in engine.knowledge.facts)
    if not known:
        return None
    form = Form.asking(engine.knowledge, known, PAGES)
    return replace(
        _page(engine, outcome.facts, form, engine.why(outcome.facts, known[0])), revising=known[0] in outcome.facts
    )


def sent(fields: SentFields, form: Form) -> Texts:
    """What was sent for the parts of a form."""
    texts = {name: _texts(fields, VALUE + name) for name in (*form.facts, CHECKLIST)}
    if not _texts(fields, NOBODY_KNOWS):
        return texts
    if len(form.facts) == 1:
        return {form.facts[0]: UNKNOWN}
    ticks = form.checklist.facts if form.checklist is not None and texts[CHECKLIST] else ()
    return {name: each if each or name in (*ticks, CHECKLIST) else [UNKNOWN] for name, each in texts.items()}


def read_question(page: QuestionPage, texts: Texts, engine: Engine, known: Mapping[str, Value]) -> FormReading:
    """Read what was sent. A part that the other answers have made pointless may stay empty."""

    def still_asked(answers: Mapping[str, Value]) -> frozenset[str]:
        outcome = engine.diagnose({**known, **answers})
        asked = {fact for question in outcome.questions for fact in question.facts}
        # What was known and is emptied now is not kept in silence.
        return frozenset(asked | {fact for fact in page.facts if fact in known})

    several = len(page.facts) > 1 and page.form.purpose is not Purpose.SETTLE
    return page.form.read(texts, still_asked if several else None)


def refused(page: QuestionPage, texts: Texts, reading: FormReading) -> QuestionPage:
    """The same question with what was sent, and what is wrong with it beside each field."""
    fields = tuple(
        replace(each, said=_said(texts, each.part.fact), error=reading.errors.get(each.part.fact, ""))
        for each in page.fields
    )
    ticks_error = reading.errors.get(CHECKLIST, "")
    return replace(page, fields=fields, ticked=_said(texts, CHECKLIST), ticks_error=ticks_error)


def _asked(engine: Engine, outcome: Outcome, question: Question) -> QuestionPage:
    form = Form.of(question, engine.knowledge, PAGES)
    if question.purpose is Purpose.SETTLE:
        why = Why(
            fact=question.fact, ask=question.ask, reason=question.why, citation=question.citation, consequences=()
        )
    else:
        why = engine.why(outcome.facts, question.fact)
        why = why.model_copy(update={"reason": question.why, "citation": question.citation})
    return _page(engine, outcome.facts, form, why)


def _page(engine: Engine, known: Mapping[str, Value], form: Form, why: Why) -> QuestionPage:
    knowledge = engine.knowledge
    return QuestionPage(
        form=form,
        fields=tuple(Field(part, _held(known.get(part.fact), part)) for part in form.parts),
        answered_by=tuple(dict.fromkeys(knowledge.person(part.answered_by).label for part in form.parts)),
        why=why,
        ticked=_held_ticks(form, known),
    )


def _held(value: Value | None, part: FormPart) -> tuple[str, ...]:
    """What stands in the fields of a part by what holds now."""
    if value is None:
        return ()
    # A line that nobody could fill stands empty, to be filled.
    return () if value == UNKNOWN and part.control in (Control.LINE, Control.NAMES) else (typed(value),)


def _held_ticks(form: Form, known: Mapping[str, Value]) -> tuple[str, ...]:
    if form.checklist is None:
        return ()
    values = [known.get(fact) for fact in form.checklist.facts]
    if all(value == UNKNOWN for value in values):
        return (UNKNOWN,)
    if all(value == form.checklist.unmarked for value in values):
        return (NONE,)
    marked = form.checklist.marked
    return tuple(fact for fact in form.checklist.facts if known.get(fact) == marked)


def _said(texts: Texts, name: str) -> tuple[str, ...]:
    given: Iterable[str] = texts.get(name, ())
    return (given,) if isinstance(given, str) else tuple(given)


def _texts(fields: SentFields, name: str) -> list[str]:
    return [value for value in fields.getlist(name) if isinstance(value, str) and value]
