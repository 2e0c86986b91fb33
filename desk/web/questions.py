"""What a page shows of a question: one fact, or several that are read off one place, with what was answered before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from desk.web.submitted import NO_MARK, Submitted, checklist_of
from desk.web.wording import capitalised
from engine import Engine, Outcome, Why
from engine.outcome import Purpose, Question
from kb import KnowledgeBase
from kb.model import Checklist, Fact
from kb.values import UNKNOWN, FactType, Value


class Control(StrEnum):
    """How a part of a question is answered."""

    BUTTONS = "buttons"
    """A choice by itself: each value is a button, and pressing it answers."""
    RADIO = "radio"
    """A choice among other parts."""
    MARK = "mark"
    """A check box: ticked is the marked value, unticked the other."""
    LINE = "line"
    """One line of text."""
    NAMES = "names"
    """Several names, or the statement that there are none."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose."""

    value: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One fact that a question asks for.

    Attributes:
        typed: what stands in the field: what was typed and refused, or else what holds now.
        none: for names, whether it is stated that there are none.
        error: what is wrong with what was typed, and what to do.
    """

    fact: str
    label: str
    help: str
    control: Control
    options: tuple[Option, ...]
    suggestions: tuple[str, ...]
    typed: str
    ticked: bool = False
    none: bool = False
    error: str = ""

    @property
    def id(self) -> str:
        """The id of its field in the page."""
        return "f-" + self.fact.replace(".", "-").replace("_", "-")


@dataclass(frozen=True, slots=True)
class Ticking:
    """What is asked of the parts that are ticked: which of them, none of them, or nobody can tell.

    Attributes:
        error: what is wrong with the ticks taken together, and what to do.
    """

    ask: str
    help: str
    none: bool = False
    unknown: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as it is put.

    Attributes:
        finds: commands or places that show the answer, each once.
        answered_by: those who can answer, in words.
        revising: it was answered before, and is put again to change the answer.
        completes: the answer decides nothing any more; it fills a command or says more exactly where to look.
        ticking: where some parts are answered by ticking them, what is asked of these.
    """

    title: str
    help: str
    answered_by: tuple[str, ...]
    how_to_check: tuple[str, ...]
    parts: tuple[Part, ...]
    why: Why
    revising: bool
    completes: bool
    ticking: Ticking | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are asked for."""
        return tuple(part.fact for part in self.parts)

    @property
    def rows(self) -> tuple[tuple[Part, ...], ...]:
        """The parts in the order in which they are put; those that are ticked stand together."""
        marks = tuple(part for part in self.parts if part.control is Control.MARK)
        rows: list[tuple[Part, ...]] = []
        for part in self.parts:
            row = marks if part in marks else (part,)
            if row not in rows:
                rows.append(row)
        return tuple(rows)

    @property
    def pressed(self) -> bool:
        """Whether pressing a button answers it, so that nothing has to be sent besides."""
        return len(self.parts) == 1 and self.parts[0].control is Control.BUTTONS

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """Where something is wrong, as the id of the field, and what."""
        found = [(part.id, part.error) for part in self.parts if part.error]
        if self.ticking is not None and self.ticking.error:
            first = next(part.id for part in self.parts if part.control is Control.MARK)
            found.insert(0, (first, self.ticking.error))
        return tuple(found)


def next_question(engine: Engine, outcome: Outcome, elsewhere: frozenset[str] = frozenset()) -> QuestionPage | None:
    """The question to put now, or ``None`` where there is none left; some facts are asked for in another place."""
    question = next((each for each in outcome.questions if each.fact not in elsewhere), None)
    if question is None:
        return None
    facts = _in_reading_order(engine.knowledge, question)
    page = _page(engine, outcome, facts, question.fact, question.suggestions)
    why = page.why.model_copy(update={"reason": question.why, "citation": question.citation})
    return replace(page, why=why, completes=question.purpose is Purpose.COMPLETE)


def question_for(engine: Engine, outcome: Outcome, fact: str) -> QuestionPage:
    """The question for a fact, to answer it anew or ahead of its turn; with the others of its group that were asked.

    Raises:
        KeyError: there is no such fact.
    """
    asked = engine.knowledge.facts[fact]
    pending = next((each for each in outcome.questions if fact == each.fact or fact in each.together), None)
    facts: tuple[str, ...] = (fact,)
    if asked.group is not None:
        wanted = set() if pending is None else {pending.fact, *pending.together}
        facts = tuple(
            key
            for key in engine.knowledge.group(asked.group).facts
            if key == fact or key in outcome.facts or key in wanted
        )
    suggestions = pending.suggestions if pending is not None and pending.fact == fact else ()
    lead = pending.fact if pending is not None else fact
    page = _page(engine, outcome, facts, lead, suggestions)
    return replace(page, revising=fact in outcome.facts)


def refused(page: QuestionPage, submitted: Submitted) -> QuestionPage:
    """The same question with what was typed kept, and what is wrong with it beside each field."""
    parts = tuple(
        replace(
            part,
            typed=submitted.typed.get(part.fact, ""),
            ticked=part.fact in submitted.ticked,
            none=part.fact in submitted.none,
            error=submitted.errors.get(part.fact, ""),
            options=tuple(
                replace(option, current=option.value == submitted.typed.get(part.fact)) for option in part.options
            ),
        )
        for part in page.parts
    )
    ticking = page.ticking and replace(
        page.ticking,
        none=NO_MARK in submitted.none,
        unknown=submitted.checklist_unknown,
        error=submitted.checklist_error,
    )
    return replace(page, parts=parts, ticking=ticking)


def _page(
    engine: Engine, outcome: Outcome, facts: tuple[str, ...], lead: str, suggestions: tuple[str, ...]
) -> QuestionPage:
    knowledge = engine.knowledge
    asked = knowledge.facts[lead]
    group = knowledge.group(asked.group) if asked.group is not None and len(facts) > 1 else None
    checklist = checklist_of(knowledge, facts)
    alone = group is None
    parts = tuple(
        _part(knowledge.facts[key], outcome.facts.get(key), checklist, suggestions if key == lead else (), alone=alone)
        for key in facts
    )
    return QuestionPage(
        title=asked.ask if group is None else group.ask,
        help=asked.help if group is None else group.help,
        answered_by=tuple(dict.fromkeys(knowledge.person(knowledge.facts[key].answered_by).label for key in facts)),
        how_to_check=tuple(
            dict.fromkeys(how_to_check for key in facts if (how_to_check := knowledge.facts[key].how_to_check))
        ),
        parts=parts,
        why=engine.why(outcome.facts, lead),
        revising=False,
        completes=False,
        ticking=_ticking(checklist, [part for part in parts if part.control is Control.MARK], outcome),
    )


def _ticking(checklist: Checklist | None, parts: Sequence[Part], outcome: Outcome) -> Ticking | None:
    if checklist is None or not parts:
        return None
    known = [outcome.facts.get(part.fact) for part in parts]
    return Ticking(
        ask=checklist.ask,
        help=checklist.help,
        none=all(value == checklist.unmarked for value in known),
        unknown=all(value == UNKNOWN for value in known),
    )


def _part(
    fact: Fact, known: Value | None, checklist: Checklist | None, suggestions: tuple[str, ...], *, alone: bool
) -> Part:
    control = _control(fact, checklist, alone=alone)
    options = tuple(
        Option(value, capitalised(label), current=known is not None and _written(known) == value)
        for value, label in _choices(fact, alone=alone)
    )
    label = fact.ask
    if control is Control.MARK and checklist is not None:
        label = f"{capitalised(fact.label)} ({fact.labels[checklist.marked]})"
    return Part(
        fact=fact.key,
        label=label,
        # What explains a question by itself stands beside its title.
        help="" if alone else fact.help,
        control=control,
        options=options,
        suggestions=suggestions,
        typed="" if known is None or known == UNKNOWN else _written(known),
        ticked=checklist is not None and known == checklist.marked,
        none=known == (),
    )


def _control(fact: Fact, checklist: Checklist | None, *, alone: bool) -> Control:
    if checklist is not None and checklist.answer(fact):
        return Control.MARK
    if fact.type.closed:
        return Control.BUTTONS if alone else Control.RADIO
    return Control.NAMES if fact.type is FactType.CERTIFICATE_NAMES else Control.LINE


def _choices(fact: Fact, *, alone: bool) -> Iterator[tuple[str, str]]:
    if fact.type is FactType.BOOLEAN:
        yield from (("yes", "yes"), ("no", "no"))
    yield from fact.labels.items()
    if not alone:
        yield UNKNOWN, "nobody can tell"


def _written(value: Value) -> str:
    """A value as somebody would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _in_reading_order(knowledge: KnowledgeBase, question: Question) -> tuple[str, ...]:
    if question.group is None or not question.together:
        return (question.fact,)
    asked = {question.fact, *question.together}
    return tuple(key for key in knowledge.group(question.group).facts if key in asked)
