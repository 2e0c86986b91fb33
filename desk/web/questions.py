"""What a page asks: a question, what can be answered besides, what was answered before, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from desk.interview.form import CHECKLIST, NONE, PAGES, Control, Form, FormPart, FormReading, Texts
from engine import Engine, Outcome, Why
from engine.outcome import Purpose, Question
from kb import KnowledgeBase
from kb.speech import typed
from kb.values import UNKNOWN, Value, read_value
from render.words import capitalised

VALUE = "value:"
"""Begins the name of the fields of a part; several may answer one, such as a box that says that there are none."""
NOBODY_KNOWS, OF_THE_PAGE = "unknown", "page"
"""The name of the buttons that say that it is not known; of several parts, those that are left empty. One says so of
the question, and one, with a value of its own, of what stands besides as well.
"""
_ON_A_PAGE = 6
"""How many things can be answered on one page, all in all, so that it can be taken in; lines to tick count as one."""
_OPTIONAL_SHOWN = 2
"""How many rows of a question that decide nothing are seen at once with those that do."""


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
        besides: what the same people can answer now as well; what is left empty is asked in its turn.
        only_for: by part, the values of the leading choice with which it is asked; all where it is missing.
        implied: the only value of the leading choice with which the lines to tick are there; empty if several.
    """

    form: Form
    fields: tuple[Field, ...]
    answered_by: tuple[str, ...]
    why: Why
    ticked: tuple[str, ...] = ()
    ticks_error: str = ""
    revising: bool = False
    besides: tuple[Field, ...] = ()
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    implied: str = ""

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
        """The fields of the question in the order in which they are put; those that are ticked stand together."""
        ticks = tuple(each for each in self.fields if each.part.control is Control.TICK)
        rows: list[tuple[Field, ...]] = []
        for each in self.fields:
            row = ticks if each in ticks else (each,)
            if row not in rows:
                rows.append(row)
        return tuple(rows)

    @property
    def rows_shown(self) -> tuple[tuple[Field, ...], ...]:
        """The rows that are seen at once: all of them, unless many of them decide nothing."""
        deciding = tuple(row for row in self.rows if not all(each.part.optional for each in row))
        return deciding if deciding and len(self.rows) - len(deciding) > _OPTIONAL_SHOWN else self.rows

    @property
    def rows_folded(self) -> tuple[tuple[Field, ...], ...]:
        """The other rows."""
        return tuple(row for row in self.rows if row not in self.rows_shown)

    @property
    def how_to_check(self) -> tuple[str, ...]:
        """The commands and places that show what is asked for on the page, each once."""
        parts = [each.part for each in (*self.fields, *self.besides)]
        return tuple(dict.fromkeys(part.how_to_check for part in parts if part.how_to_check))

    @property
    def alone(self) -> bool:
        """Whether there is one thing to answer on the page."""
        return len(self.fields) == 1 and not self.besides

    @property
    def pressed(self) -> Field | None:
        """The choice whose values are buttons that send the page: the last one, put last. None after a refusal."""
        if self.alone:
            return self.fields[0] if self.fields[0].part.control is Control.CHOICE else None
        choices = [each for each in self.besides if each.part.control is Control.CHOICE]
        if not choices and self.rows_shown[-1][0].part.control is Control.CHOICE:
            choices = list(self.rows_shown[-1])
        return None if self.errors or not choices or choices[-1].said else choices[-1]

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
        found = [(each.id, each.error) for each in (*self.fields, *self.besides) if each.error]
        if self.ticks_error:
            first = next(each.id for each in self.fields if each.part.control is Control.TICK)
            found.insert(0, (first, self.ticks_error))
        return tuple(found)


def next_question(engine: Engine, outcome: Outcome) -> QuestionPage | None:
    """The question to put now, or ``None`` where there is none left."""
    if not outcome.questions:
        return None
    return _with_besides(_asked(engine, outcome, outcome.questions[0]), engine, outcome)


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
    form = Form.asking(engine.knowledge, facts, PAGES, suggestions=suggestions, check_of=_check_of(engine, outcome))
    why = engine.why(outcome.facts, pending.fact if pending is not None else fact)
    return replace(_page(engine, outcome.facts, form, why), revising=fact in outcome.facts)


def question_that_asks(engine: Engine, outcome: Outcome, facts: Sequence[str]) -> QuestionPage | None:
    """The question that a form was made from which asks for these; ``None`` where the library knows none of them."""
    for question in outcome.questions:
        if set(question.facts) == set(facts):
            page = _asked(engine, outcome, question)
            return _with_besides(page, engine, outcome) if question is outcome.questions[0] else page
    known = tuple(fact for fact in facts if fact in engine.knowledge.facts)
    if not known:
        return None
    form = Form.asking(engine.knowledge, known, PAGES, check_of=_check_of(engine, outcome))
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


def read_question(
    page: QuestionPage, texts: Texts, engine: Engine, known: Mapping[str, Value], besides: Mapping[str, Value]
) -> FormReading:
    """Read what was sent. A part that the other answers have made pointless may stay empty.

    Args:
        page: the question as it was put.
        texts: what was sent for it.
        engine: tells what is asked after the answers.
        known: what was known before.
        besides: what was answered on the same page.
    """

    def still_asked(answers: Mapping[str, Value]) -> frozenset[str]:
        outcome = engine.diagnose({**known, **besides, **answers})
        asked = {fact for question in outcome.questions for fact in question.facts}
        # What was known and is emptied now is not kept in silence.
        return frozenset(asked | {fact for fact in page.facts if fact in known})

    settles = page.form.purpose is Purpose.SETTLE
    if not settles and besides and not any(texts.values()):
        return FormReading()  # Answered was what stands besides; the question is put again, if it still matters.
    several = len(page.facts) > 1 or besides
    return page.form.read(texts, still_asked if several and not settles else None)


def read_besides(engine: Engine, facts: Sequence[str], fields: SentFields) -> tuple[Texts, FormReading]:
    """What was sent for what stood besides the question, and what was read of it; what is empty is passed over."""
    texts = {fact: _texts(fields, VALUE + fact) for fact in facts if fact in engine.knowledge.facts}
    if OF_THE_PAGE in _texts(fields, NOBODY_KNOWS):
        texts = {fact: said or [UNKNOWN] for fact, said in texts.items()}
    reading = FormReading()
    for fact, said in texts.items():
        if any(each.strip() for each in said):
            one = Form.asking(engine.knowledge, [fact], PAGES).read({fact: said})
            reading.facts.update(one.facts)
            reading.errors.update(one.errors)
    return texts, reading


def refused(page: QuestionPage, texts: Texts, errors: Mapping[str, str]) -> QuestionPage:
    """The same question with what was sent, and what is wrong with it beside each field."""

    def as_sent(fields: Iterable[Field]) -> tuple[Field, ...]:
        return tuple(
            replace(each, said=_said(texts, each.part.fact), error=errors.get(each.part.fact, "")) for each in fields
        )

    return replace(
        page,
        fields=as_sent(page.fields),
        besides=as_sent(page.besides),
        ticked=_said(texts, CHECKLIST),
        ticks_error=errors.get(CHECKLIST, ""),
    )


def _with_besides(page: QuestionPage, engine: Engine, outcome: Outcome) -> QuestionPage:
    """The page of the first question with what else is asked now that whoever answers it can tell.

    Where that is nothing, with what the next ones can tell. What gives most answers at one look comes first.
    """
    lead, *others = outcome.questions
    if lead.purpose is Purpose.SETTLE:
        return page
    knowledge = engine.knowledge
    reach = _reach(lead, knowledge)
    others = [each for each in others if each.purpose is not Purpose.SETTLE]
    near = [each for each in others if _reach(each, knowledge) <= reach] or others
    fields: list[Field] = []
    for needed in sorted((_needed(question, knowledge) for question in near), key=len, reverse=True):
        fits = len(page.rows_shown) + len(fields) + len(needed) <= _ON_A_PAGE
        if fits and not any(part.control is Control.TICK for part in needed):
            fields += [Field(part, ()) for part in needed]
    # Lines come before choices, of which the last one sends the page.
    fields.sort(key=lambda each: each.part.control is Control.CHOICE)
    people = [knowledge.person(each.part.answered_by).label for each in fields]
    return replace(page, besides=tuple(fields), answered_by=tuple(dict.fromkeys((*page.answered_by, *people))))


def _check_of(engine: Engine, outcome: Outcome) -> Callable[[str], str]:
    return partial(engine.how_to_check, outcome.facts)


def _needed(question: Question, knowledge: KnowledgeBase) -> list[FormPart]:
    """The parts of a question that are put besides another one."""
    parts = Form.of(question, knowledge, PAGES).parts
    return [part for part in parts if question.purpose is Purpose.COMPLETE or not part.optional]


def _reach(question: Question, knowledge: KnowledgeBase) -> float:
    """What it takes to get the answers out of whoever can tell."""
    needed = [part for part in question.parts if not part.optional] or question.parts
    return max(knowledge.person(part.answered_by).effort for part in needed)


def _only_for(engine: Engine, known: Mapping[str, Value], form: Form) -> Mapping[str, tuple[str, ...]]:
    """By part, the values of the leading choice with which it is still asked, where it is not with all."""
    lead, *others = form.parts
    if not others or lead.control is not Control.CHOICE or form.purpose is Purpose.SETTLE:
        return {}
    asked: dict[str, frozenset[str]] = {}
    for option in lead.options:
        supposed = read_value(option.value, engine.knowledge.facts[lead.fact])
        questions = engine.diagnose({**known, lead.fact: supposed}).questions
        asked[option.value] = frozenset(fact for question in questions for fact in question.facts)
    found = {part.fact: tuple(value for value, facts in asked.items() if part.fact in facts) for part in others}
    return {fact: values for fact, values in found.items() if len(values) < len(lead.options)}


def _asked(engine: Engine, outcome: Outcome, question: Question) -> QuestionPage:
    form = Form.of(question, engine.knowledge, PAGES)
    if question.purpose is Purpose.SETTLE:
        why = Why(
            fact=question.fact, ask=question.ask, reason=question.why, citation=question.citation, consequences=()
        )
    else:
        why = engine.why(outcome.facts, question.fact)
        why = why.model_copy(update={"reason": question.why, "citation": question.citation})
    only_for = _only_for(engine, outcome.facts, form)
    ticks = [set(only_for.get(fact, ())) for fact in form.checklist.facts] if form.checklist is not None else []
    implied = set.intersection(*ticks) if ticks else set()
    return replace(
        _page(engine, outcome.facts, form, why),
        only_for=only_for,
        implied=next(iter(implied)) if len(implied) == 1 else "",
    )


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
