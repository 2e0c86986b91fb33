"""Fills the blanks of texts and commands from a fact state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.compiled import Decision, Program
from engine.fact_state import FactState
from kb.commands import Command, Snippet, render
from kb.messages import NOTHING, Message, Slot
from kb.model import Derivation, WordTable
from kb.speech import spoken, typed
from kb.templates import WORDS, Blank, Template, Word
from kb.values import Value


@dataclass(frozen=True, slots=True)
class FilledCommand:
    """A command: complete, or as a draft that names its blanks, with the facts that would fill them."""

    command: Message | None
    draft: Message | None
    missing: tuple[str, ...]


NO_COMMAND = FilledCommand(None, None, ())


class _Memo(dict[str, Message]):
    """Words by fact, each made when it is first looked up."""

    def __init__(self, make: Callable[[str], Message]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Message:
        word = self[key] = self._make(key)
        return word


class Words:
    """The words for facts in one fact state; defaults stand in for what is not known, and unfit values don't stand.

    Attributes:
        fact_state, decision: what is put into words.
        unfit: the facts whose value does not fit what else is known.
    """

    def __init__(self, program: Program, fact_state: FactState, decision: Decision) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self.fact_state = fact_state
        self.decision = decision
        self._values: dict[str, Value | None] = {}
        self._spoken = _Memo(self._speak)
        self.unfit = tuple(
            key
            for key, valid_when in program.valid_when.items()
            if key in fact_state.values and valid_when.evaluate(decision.true, decision.false) is False
        )

    def value(self, key: str) -> Value | None:
        """What is known of a fact, its default where nothing is."""
        if key not in self._values:
            self._values[key] = self._find(key)
        return self._values[key]

    def known(self, key: str) -> Value | None:
        """What is known of a fact, defaults left aside."""
        return self._program.deriver.value(self.fact_state, key)

    def reason(self, key: str) -> Message:
        """Why a derived fact that conditions look at has its value, or none."""
        return self.fact_state.reasons.get(key, NOTHING)

    def spoken(self, key: str) -> Message:
        """What fills a blank of a text: the value in words, or the fact's name in angle brackets."""
        return self._spoken[key]

    def text(self, template: Template) -> Message:
        """A text; a blank that nothing fills is named in angle brackets.

        Labels are written as they stand within a sentence; one that begins a text begins with a capital.
        """
        filled = template.fill(self._spoken)
        begins_with = template.pieces[0] if template.pieces else ""
        return filled if isinstance(begins_with, str) or not self._is_label(begins_with) else _begun(filled)

    def values(self, keys: tuple[str, ...]) -> tuple[Value | None, ...]:
        """The values of several facts."""
        return tuple([self.value(key) for key in keys])

    def command(self, command: Command | Snippet) -> FilledCommand:
        """A command; complete only if every blank has a value that fits."""
        words: dict[str, Slot] = {}
        missing: list[str] = []
        for key in command.blanks:
            written = self._written(key)
            if written is None:
                missing.append(key)
            words[key] = _unfilled(self.label(key)) if written is None else written
        line = render(command, words)
        return FilledCommand(None, line, tuple(missing)) if missing else FilledCommand(line, None, ())

    def label(self, key: str) -> str:
        """The noun phrase for a fact; for a word that of the fact which chooses it."""
        table = self._table(key)
        fact = self._knowledge.fact(key if table is None else table.by)
        return key if fact is None else fact.label

    def derived(self, derivation: Derivation) -> Value | None:
        """What a function makes of this fact state."""
        return self._program.deriver.derive(self.fact_state, derivation)

    def _is_label(self, piece: Blank | Word) -> bool:
        """Whether words of the library stand there, and not what somebody typed."""
        if isinstance(piece, Word) or piece.fact.startswith(WORDS):
            return True
        fact = self._knowledge.fact(piece.fact)
        return fact is not None and fact.type.closed

    def _table(self, key: str) -> WordTable | None:
        return self._knowledge.words.get(key.removeprefix(WORDS)) if key.startswith(WORDS) else None

    def _find(self, key: str) -> Value | None:
        table = self._table(key)
        if table is not None:
            return table.words.get(typed(chosen)) if (chosen := self.value(table.by)) is not None else None
        value = self._program.deriver.value(self.fact_state, key)
        fact = self._knowledge.facts.get(key)
        if value is None and fact is not None and fact.default is not None:
            return self.derived(fact.default)
        return value

    def _speak(self, key: str) -> Message:
        value = self.value(key)
        return Message(_unfilled(self.label(key))) if value is None else spoken(value, self._knowledge.fact(key))

    def _written(self, key: str) -> Slot | None:
        """A value as it stands in a command."""
        if key in self.unfit:
            return None
        value = self.value(key)
        fact = self._knowledge.fact(key)
        if isinstance(value, tuple):
            # A list of nothing is no value that a parameter takes.
            safe = value and fact is not None and fact.type.command_safe
            return Slot(", ".join(value), fact.type, value) if safe and fact is not None else None
        if value is None:
            return None
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Slot(text, None if fact is None else fact.type, value)


def _begun(text: Message) -> Message:
    """A text with its first letter as a capital, unless its first word is a name such as ``mail.contoso.com``."""
    first, *others = text.parts or ("",)
    words = first if isinstance(first, str) else first.text
    word = words.partition(" ")[0].rstrip(",:")
    if not (word.replace("-", "").isalpha() and word.islower()):
        return text
    begun = words[0].upper() + words[1:]
    return Message(begun if isinstance(first, str) else replace(first, text=begun), *others)


def _unfilled(label: str) -> Slot:
    """What stands where a value is not known."""
    return Slot(f"<{label}>")
