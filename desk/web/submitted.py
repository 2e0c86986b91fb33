"""Reads the form of a question: values where it can be taken, and what is wrong beside each field where it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from desk.interview.interview import AnswerRefused, read_answer
from engine import Engine
from kb import KnowledgeBase
from kb.model import Checklist
from kb.values import UNKNOWN, FactType, Value

VALUE = "value:"
"""Begins the name of the field that holds the value of a fact."""
NONE = "none:"
"""Begins the name of the check box that says that a fact has no names."""
MARK = "mark"
"""The name of the check boxes of those that bear a mark; their values are facts."""
NO_MARK = "checklist"
"""What stands for the marks in `NONE`: none of them bears one. In `UNSEEN`: nobody can tell which."""
UNSEEN = "unseen:"
"""Begins the name of the check box that says that nobody can tell."""
NOBODY_KNOWS = "unknown"
"""The name of the button that says that nobody can tell."""


class Form(Protocol):
    """A form as it was sent: several values may share one name."""

    def getlist(self, key: str) -> Sequence[object]:
        """All values of one name, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a form says.

    Attributes:
        values: the answers.
        blanks: the parts of a question that were left empty.
        errors: what is wrong with what was typed for a fact; `checklist_error` with the ticks.
        typed, ticked, none, checklist_unknown: all that was typed and ticked, to be shown again.
    """

    values: dict[str, Value] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    checklist_error: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    checklist_unknown: bool = False

    @property
    def refused(self) -> bool:
        """Whether something has to be put right."""
        return bool(self.errors or self.checklist_error)


def read_question(form: Form, facts: tuple[str, ...], engine: Engine, known: Mapping[str, Value]) -> Submitted:
    """Read the form of a question that asks for these facts.

    Args:
        form: what was sent.
        facts: what the question asks for.
        engine: tells which parts still matter once the others are answered.
        known: what was known before.
    """
    knowledge = engine.knowledge
    if _texts(form, NOBODY_KNOWS):
        return Submitted(values=dict.fromkeys(facts, UNKNOWN))
    submitted = _read_fields(form, facts, knowledge)
    checklist = checklist_of(knowledge, facts)
    marked = marked_facts(knowledge, facts)
    if checklist is not None and marked and not submitted.errors:
        submitted = _read_checklist(submitted, checklist, marked, engine, known)
    if not submitted.values and not submitted.refused:
        nothing = sentence("nothing is filled in; give one of them, or choose “Nobody can tell”")
        return replace(submitted, errors={facts[0]: nothing})
    return submitted


def with_blanks(submitted: Submitted, engine: Engine, known: Mapping[str, Value]) -> dict[str, Value]:
    """The answers, and for each part left empty that would be asked again by itself, that nobody can tell."""
    if not submitted.blanks:
        return dict(submitted.values)
    wanted = _still_asked(engine, known, submitted.values)
    return submitted.values | {key: UNKNOWN for key in submitted.blanks if key in known or key in wanted}


def checklist_of(knowledge: KnowledgeBase, facts: tuple[str, ...]) -> Checklist | None:
    """What a tick and the lack of one stand for, where these facts are asked together and answered by ticking."""
    group = knowledge.facts[facts[0]].group
    return knowledge.group(group).checklist if group is not None and len(facts) > 1 else None


def marked_facts(knowledge: KnowledgeBase, facts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the facts asked together that are answered by ticking."""
    checklist = checklist_of(knowledge, facts)
    return () if checklist is None else tuple(key for key in facts if checklist.answer(knowledge.facts[key]))


def _read_fields(form: Form, facts: tuple[str, ...], knowledge: KnowledgeBase) -> Submitted:
    """What was typed and chosen; the ticks are kept as they are."""
    typed = {fact: ", ".join(text.strip() for text in _texts(form, VALUE + fact)) for fact in facts}
    none = frozenset(name for name in (*facts, NO_MARK) if _texts(form, NONE + name))
    values: dict[str, Value] = {}
    blanks: list[str] = []
    errors: dict[str, str] = {}
    for key in facts:
        if key in marked_facts(knowledge, facts):
            continue
        fact = knowledge.facts[key]
        try:
            if key in none and fact.type is FactType.CERTIFICATE_NAMES:
                if typed[key]:
                    raise AnswerRefused("there are names here, and it is ticked that there are none; keep one of both")
                values[key] = ()
            elif typed[key]:
                values[key] = read_answer(typed[key], fact)
            elif len(facts) == 1:
                raise AnswerRefused("this is empty; give the answer, or choose “Nobody can tell”")
            else:
                blanks.append(key)
        except AnswerRefused as refused:
            errors[key] = sentence(str(refused))
    return Submitted(
        values=values,
        blanks=tuple(blanks),
        errors=errors,
        typed=typed,
        ticked=frozenset(_texts(form, MARK)),
        none=none,
        checklist_unknown=bool(_texts(form, UNSEEN + NO_MARK)),
    )


def _read_checklist(
    submitted: Submitted, checklist: Checklist, marked: tuple[str, ...], engine: Engine, known: Mapping[str, Value]
) -> Submitted:
    """The answers that ticks give. No tick at all might be an oversight, so that none bears one has to be said."""
    chosen = submitted.ticked & set(marked)
    none = NO_MARK in submitted.none
    said = bool(chosen) + none + submitted.checklist_unknown
    if said > 1:
        return replace(submitted, checklist_error="These ticks exclude each other. Keep those that are right.")
    if submitted.checklist_unknown:
        return replace(submitted, values=submitted.values | dict.fromkeys(marked, UNKNOWN))
    if said:
        ticks: dict[str, Value] = {key: checklist.marked if key in chosen else checklist.unmarked for key in marked}
        return replace(submitted, values=submitted.values | ticks)
    if not submitted.values or _still_asked(engine, known, submitted.values) & set(marked):
        return replace(submitted, checklist_error="Tick those that apply, or “None of these”, or “Nobody can tell”.")
    return submitted


def _still_asked(engine: Engine, known: Mapping[str, Value], values: Mapping[str, Value]) -> frozenset[str]:
    """What would be asked for if these answers were all."""
    outcome = engine.diagnose({**known, **values})
    return frozenset(fact for question in outcome.questions for fact in (question.fact, *question.together))


def sentence(message: str) -> str:
    """A message of the library as a sentence by itself."""
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")


def _texts(form: Form, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str) and value]
