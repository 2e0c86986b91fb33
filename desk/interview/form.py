"""The form of a question: what it asks for, how each part is answered, and how answers are read.

One for the terminal, the pages and MCP. They differ in how a form looks and in the words of its errors, not in what it
takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from engine.outcome import Purpose, Question, QuestionChecklist, QuestionPart
from kb.model import Checklist, Choice, Fact, KnowledgeBase
from kb.values import UNKNOWN, FactType, Readable, Value, ValueAmbiguous, ValueRefused, read_value, suggestion

CHECKLIST: Final = "-ticks"
"""The name under which ticks are read that are given at one stroke. No fact can be called so."""

NONE: Final = "none"
"""What says that a list has no names, and a checklist no ticks."""

_SHORT_FOR_UNKNOWN = frozenset({"d", "dk"})
_NAMES = frozenset({FactType.HOST_NAME, FactType.SERVER_NAME, FactType.CERTIFICATE_NAME, FactType.CERTIFICATE_NAMES})
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_NO_TICKS = frozenset({"none", "no", "0", "none of them", "none of these"})


def span(count: int) -> str:
    """The numbers of some options, in words: ``1``, ``1 or 2``, ``1 to 4``."""
    return {1: "1", 2: "1 or 2"}.get(count, f"1 to {count}")


class Control(StrEnum):
    """How a part is answered."""

    CHOICE = "choice"
    """One of the options shown."""
    TICK = "tick"
    """A tick or none, together with the others of the checklist."""
    LINE = "line"
    """One line of text."""
    NAMES = "names"
    """Several names, or that there are none."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """A value to choose, and the words for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormPart:
    """One fact that a form asks for, or one dispute.

    Attributes:
        label: a short name for what is asked.
        options: the values to choose from, in the order shown.
        suggestions: likely answers, where any text is taken.
        optional: it decides nothing; left empty it is taken as not known.
        reads: what its values are read for.
    """

    fact: str
    label: str
    ask: str
    help: str
    type: FactType
    control: Control
    options: tuple[FormOption, ...]
    suggestions: tuple[str, ...]
    how_to_check: str
    answered_by: str
    optional: bool
    reads: Readable = field(repr=False, compare=False)

    @property
    def listed(self) -> tuple[str, ...]:
        """What a number picks from, in the order shown."""
        return tuple(option.value for option in self.options) or self.suggestions


@dataclass(frozen=True, slots=True)
class FormChecklist:
    """Parts that are answered at one stroke: those ticked have the value `marked`, the others `unmarked`."""

    ask: str
    help: str
    marked: str
    unmarked: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """How a form speaks of its answers where one is refused.

    Attributes:
        pick: what one does with options, with ``{n}`` for how many there are and ``{span}`` for their numbers.
        give: what one does elsewhere, with ``{what}`` for what is taken.
        unknown: how to say that it is not known.
    """

    pick: str
    give: str
    unknown: str


TERMINAL: Final = Face("type {span}", "type {what}", "d for don't know")
PAGES: Final = Face("choose one of the {n}", "type {what}", "choose “Don't know”")
PROGRAM: Final = Face("give one of the {n} values", "give {what}", "unknown")


@dataclass(frozen=True, slots=True)
class FormReading:
    """What was read of a form.

    Attributes:
        facts: the answers.
        settle: what was settled of disputes, by the key of each.
        errors: by part (`CHECKLIST` for ticks), what is wrong and what is taken.
        blanks: the parts that decide something and were left empty.
    """

    facts: dict[str, Value] = field(default_factory=dict)
    settle: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.facts and not self.settle


Texts = Mapping[str, str | Sequence[str]]
"""What was typed, chosen and ticked, by part."""

StillAsked = Callable[[Mapping[str, Value]], Collection[str]]
"""Tells, of some answers, which facts would be asked for if these were all."""


@dataclass(frozen=True, slots=True)
class Form:
    """A question as it is put.

    Attributes:
        title, help: the question, or for several parts, the place that they are read off.
        why: what the answer decides; empty where a form is put for another reason.
        parts: what is asked for, in the order in which it is read off.
        checklist: how some of the parts are answered by ticking them.
    """

    title: str
    help: str
    why: str
    purpose: Purpose
    parts: tuple[FormPart, ...]
    checklist: FormChecklist | None
    face: Face

    @classmethod
    def of(cls, question: Question, knowledge: KnowledgeBase, face: Face = TERMINAL) -> Form:
        """The form of a question of an Outcome."""
        group = question.group
        ticks = () if group is None or group.checklist is None else group.checklist.facts
        asked = {part.fact: part for part in question.parts}
        order = list(asked)
        if group is not None:
            order = [key for key in knowledge.group(group.id).facts if key in asked]
            # What decides comes before what is only worth knowing; ticks stay together.
            decides = any(not asked[key].optional for key in ticks)
            order.sort(key=lambda key: asked[key].optional and not (decides and key in ticks))
        parts = tuple(
            _part_of(asked[key], question.purpose, knowledge, tick=key in ticks and len(asked) > 1) for key in order
        )
        return cls(
            title=group.ask if group is not None and len(parts) > 1 else question.ask,
            help=group.help if group is not None and len(parts) > 1 else question.help,
            why=question.why,
            purpose=question.purpose,
            parts=parts,
            checklist=None if group is None else _checklist(group.checklist, parts),
            face=face,
        )

    @classmethod
    def asking(
        cls,
        knowledge: KnowledgeBase,
        keys: Sequence[str],
        face: Face = TERMINAL,
        *,
        suggestions: Mapping[str, tuple[str, ...]] | None = None,
        check_of: Callable[[str], str] | None = None,
    ) -> Form:
        """The form that asks for some facts, whether or not an Outcome asks for them: to answer them anew.

        Args:
            knowledge, keys, face: what is asked for, and how.
            suggestions: likely answers, by fact.
            check_of: how a fact is found out with what is known; as for every environment where it is missing.
        """
        facts = [knowledge.facts[key] for key in keys]
        group = knowledge.group(facts[0].group) if facts[0].group is not None and len(facts) > 1 else None
        checklist = None if group is None else group.checklist
        given = suggestions or {}
        parts = tuple(
            _part(fact, given.get(fact.key, ()), tick=checklist is not None and checklist.answer(fact))
            for fact in facts
        )
        if check_of is not None:
            parts = tuple(replace(part, how_to_check=check_of(part.fact)) for part in parts)
        return cls(
            title=facts[0].ask if group is None else group.ask,
            help=facts[0].help if group is None else group.help,
            why="",
            purpose=Purpose.DECIDE,
            parts=parts,
            checklist=_checklist(checklist, parts),
            face=face,
        )

    @property
    def facts(self) -> tuple[str, ...]:
        """What it asks for."""
        return tuple(part.fact for part in self.parts)

    @property
    def how_to_check(self) -> tuple[str, ...]:
        """The commands and places that show the answers, each once."""
        return tuple(dict.fromkeys(part.how_to_check for part in self.parts if part.how_to_check))

    def part(self, fact: str) -> FormPart:
        """The part that asks for a fact."""
        return next(part for part in self.parts if part.fact == fact)

    def only(self, *facts: str) -> Form:
        """The same form with some of its parts, as where they are put one after the other."""
        parts = tuple(part for part in self.parts if part.fact in facts)
        ticked = self.checklist is not None and any(part.control is Control.TICK for part in parts)
        return replace(self, parts=parts, checklist=self.checklist if ticked else None)

    def read(self, texts: Texts, still_asked: StillAsked | None = None) -> FormReading:
        """Read what was typed, chosen and ticked.

        A part is answered by the number of an option or a suggestion, by anything that `kb.values.read_value` takes, or
        by ``d`` or ``dk`` for unknown; an equals sign in front takes the rest as it stands. Nothing at all is an answer
        only to what is optional: unknown.

        Args:
            texts: by part; ticks by their fact, or at one stroke under `CHECKLIST`.
            still_asked: tells what would still be asked for after the answers. A part that was left empty and is not
                asked for any more is no error. Without it, every part that decides wants an answer.
        """
        reading = FormReading()
        blanks: list[str] = []
        for part in self.parts:
            entries = _entries(texts, part.fact)
            if not entries:
                blanks.append(part.fact)
                continue
            self._read_part(part, entries, reading)
        if self.checklist is not None:
            blanks = self._read_ticks(_entries(texts, CHECKLIST), blanks, reading)
        return self._with_blanks(reading, blanks, still_asked)

    def taken(self, part: FormPart) -> str:
        """What a part takes, as a sentence: "Type 1 to 4, or d for don't know."."""
        return _sentence(f"{self._wanted(part)}, or {self.face.unknown}")

    @property
    def ticks_taken(self) -> str:
        """What the checklist takes, as a sentence."""
        if self.face is PAGES:
            return _sentence(f"tick those that apply, or “None of these”, or {self.face.unknown}")
        return _sentence(f"{self.face.give.format(what='the numbers, e.g. 1 3, or none')}, or {self.face.unknown}")

    def _wanted(self, part: FormPart) -> str:
        face = self.face
        if part.type is FactType.BOOLEAN:
            return "choose yes or no" if face is PAGES else face.give.format(what="yes or no")
        if part.options:
            return face.pick.format(n=len(part.options), span=span(len(part.options)))
        what = _KINDS[part.type]
        if part.suggestions and face is TERMINAL:
            what = f"{span(len(part.suggestions))}, or {what}"
        return face.give.format(what=what)

    def _read_part(self, part: FormPart, entries: Sequence[str], reading: FormReading) -> None:
        try:
            value = _value(part, entries)
        except ValueRefused as refused:
            reading.errors[part.fact] = self._refusal(part, entries[0], refused)
            return
        if self.purpose is Purpose.SETTLE:
            reading.settle[part.fact] = str(value)
        else:
            reading.facts[part.fact] = value

    def _refusal(self, part: FormPart, typed: str, refused: ValueRefused) -> str:
        if isinstance(refused, ValueAmbiguous):
            could = str(refused).removesuffix("; say which")
            return f"{_sentence(could)} {self.taken(part)}"
        if part.options:
            near = suggestion(typed.strip()[:60], [option.label for option in part.options])
            return f"{_sentence(f'{typed.strip()[:60]!r} is not among them{near}')} {self.taken(part)}"
        return f"{_sentence(str(refused).removesuffix(' or unknown'))} {_sentence(f'or {self.face.unknown}')}"

    def _read_ticks(self, entries: Sequence[str], blanks: list[str], reading: FormReading) -> list[str]:
        """Take in ticks given at one stroke; the parts that are left empty."""
        checklist = self.checklist
        ticks = [part for part in self.parts if part.control is Control.TICK and part.fact in blanks]
        if checklist is None or not ticks or not entries:
            return blanks
        try:
            answered = _ticked(entries, ticks, checklist)
        except ValueRefused as refused:
            reading.errors[CHECKLIST] = f"{_sentence(str(refused))} {self.ticks_taken}"
            answered = {part.fact: UNKNOWN for part in ticks}
        else:
            reading.facts.update(answered)
        return [fact for fact in blanks if fact not in answered]

    def _with_blanks(self, reading: FormReading, blanks: Iterable[str], still_asked: StillAsked | None) -> FormReading:
        asked = None if still_asked is None or reading.errors else still_asked(reading.facts)
        wanted = [self.part(fact) for fact in blanks if asked is None or fact in asked]
        left = [part for part in wanted if not part.optional]
        for part in left:
            tick = part.control is Control.TICK
            empty = "This is empty." if self.face is PAGES else "An empty line is no answer here."
            what = self.ticks_taken if tick else self.taken(part)
            reading.errors.setdefault(CHECKLIST if tick else part.fact, f"{empty} {what}")
        if not reading.errors:
            reading.facts.update({part.fact: UNKNOWN for part in wanted})
        return replace(reading, blanks=tuple(part.fact for part in left))


_KINDS: Final = {
    FactType.CHOICE: "one of the options",
    FactType.BOOLEAN: "yes or no",
    FactType.INTEGER: "a whole number",
    FactType.HOST_NAME: "a host name",
    FactType.SERVER_NAME: "the server's name",
    FactType.URL: "the URL",
    FactType.CERTIFICATE_NAME: "the name",
    FactType.CERTIFICATE_NAMES: "the names, or none",
    FactType.CHOICES: "those that apply, or none",
    FactType.FLAGS: "the number",
    FactType.THUMBPRINT: "the thumbprint",
    FactType.TEXT: "the answer",
}


def _part_of(asked: QuestionPart, purpose: Purpose, knowledge: KnowledgeBase, *, tick: bool) -> FormPart:
    fact = None if purpose is Purpose.SETTLE else knowledge.facts.get(asked.fact)
    options = _options(asked.type, [FormOption(choice.value, choice.label) for choice in asked.choices])
    if fact is not None:
        part = _part(fact, asked.suggestions, tick=tick)
        return replace(
            part,
            ask=asked.ask,
            help=_help(asked.help, fact),
            options=options,
            how_to_check=asked.how_to_check,
            optional=asked.optional,
        )
    return FormPart(
        fact=asked.fact,
        label=asked.ask,
        ask=asked.ask,
        help=asked.help,
        type=asked.type,
        control=Control.CHOICE,
        options=options,
        suggestions=(),
        how_to_check=asked.how_to_check,
        answered_by=asked.answered_by,
        optional=asked.optional,
        reads=_Sides(tuple(Choice(value=option.value, label=option.label) for option in options)),
    )


def _part(fact: Fact, suggestions: tuple[str, ...], *, tick: bool) -> FormPart:
    options = _options(fact.type, [FormOption(choice.value, choice.label) for choice in fact.choices])
    control = Control.CHOICE if options else Control.LINE
    if fact.type is FactType.FLAGS:
        control = Control.LINE
    elif fact.type.several:
        control = Control.NAMES
    return FormPart(
        fact=fact.key,
        label=fact.label,
        ask=fact.ask,
        help=_help(fact.help, fact),
        type=fact.type,
        control=Control.TICK if tick else control,
        options=options,
        suggestions=suggestions,
        how_to_check=fact.how_to_check,
        answered_by=fact.answered_by,
        optional=False,
        reads=fact,
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides of a dispute, as something that an answer is read for."""

    choices: tuple[Choice, ...]
    type: FactType = FactType.CHOICE


def _options(type_: FactType, choices: Sequence[FormOption]) -> tuple[FormOption, ...]:
    if type_ is FactType.BOOLEAN:
        return (FormOption("yes", "yes"), FormOption("no", "no"))
    return () if type_.several else tuple(choices)


def _help(help_: str, fact: Fact) -> str:
    """The help of a question, with what a list may be made of; a number says that itself."""
    if fact.type is not FactType.CHOICES:
        return help_
    return f"{help_} Any of: {', '.join(choice.label for choice in fact.choices)}.".strip()


def _checklist(checklist: Checklist | QuestionChecklist | None, parts: Sequence[FormPart]) -> FormChecklist | None:
    ticks = tuple(part.fact for part in parts if part.control is Control.TICK)
    if checklist is None or not ticks:
        return None
    return FormChecklist(checklist.ask, checklist.help, checklist.marked, checklist.unmarked, ticks)


def _entries(texts: Texts, name: str) -> list[str]:
    given = texts.get(name, ())
    return [text for text in ((given,) if isinstance(given, str) else given) if text.strip()]


def _value(part: FormPart, entries: Sequence[str]) -> Value:
    if len(entries) > 1:
        said = {entry.strip().casefold() for entry in entries}
        if UNKNOWN in said:
            raise ValueRefused("this is answered, and it is ticked that it is not known; keep one of both")
        if part.control is not Control.NAMES:
            raise ValueRefused("this takes one answer")
        if NONE in said:
            raise ValueRefused("there are names here, and it is ticked that there are none; keep one of both")
        return read_value(", ".join(entries), part.reads)
    typed = entries[0].strip()
    if typed.startswith("="):
        return read_value(typed[1:], part.reads)
    if typed.casefold() in _SHORT_FOR_UNKNOWN:
        return UNKNOWN
    listed = part.listed
    if _NUMBER.fullmatch(typed) and typed not in listed and part.type is not FactType.INTEGER:
        if 1 <= int(typed) <= len(listed):
            return read_value(listed[int(typed) - 1], part.reads)
        if part.type in _NAMES:
            raise ValueRefused(f"{typed} is no name")
    return read_value(typed, part.reads)


def _ticked(entries: Sequence[str], parts: Sequence[FormPart], checklist: FormChecklist) -> dict[str, Value]:
    """The values that ticks give: by the part's key, its number, or a word of its name."""
    keys = {part.fact for part in parts}
    chosen: set[str] = set()
    none = unknown = False
    for entry in entries:
        typed = " ".join(entry.strip().casefold().removeprefix("=").split())
        if entry in keys:
            chosen.add(entry)
        elif typed in _NO_TICKS:
            none = True
        elif typed in _SHORT_FOR_UNKNOWN or _is_unknown(typed):
            unknown = True
        else:
            chosen.update(_named(typed, parts))
    if bool(chosen) + none + unknown > 1:
        raise ValueRefused("these ticks exclude each other; keep those that are right")
    if unknown:
        return {part.fact: UNKNOWN for part in parts}
    return {part.fact: checklist.marked if part.fact in chosen else checklist.unmarked for part in parts}


def _is_unknown(typed: str) -> bool:
    return read_value(typed, _Sides((), FactType.TEXT)) == UNKNOWN


def _named(typed: str, parts: Sequence[FormPart]) -> set[str]:
    chosen: set[str] = set()
    for word in re.split(r"[\s,;.]+", typed):
        if word in ("", "and"):
            continue
        if word == "all":
            chosen.update(part.fact for part in parts)
            continue
        found = [
            part.fact
            for number, part in enumerate(parts, 1)
            if word == str(number) or word in part.fact.casefold().split(".") or word in part.label.casefold().split()
        ]
        if len(found) != 1:
            raise ValueRefused(f"{word[:40]!r} is none of them")
        chosen.add(found[0])
    return chosen


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
