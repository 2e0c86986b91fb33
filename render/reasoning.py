"""What explanations say to a person, as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine import Difference, Explanation, Why
from engine.explanation import Consequence, Ground, GroundState
from engine.outcome import DiagnosisState
from engine.standing import Standing
from kb import KnowledgeBase
from kb.speech import spoken
from render.blocks import Block, Heading, Item, Paragraph
from render.words import capitalised, cited, counted

MARKS: Final = {GroundState.HOLDS: "✓", GroundState.FAILS: "✗", GroundState.OPEN: "?"}
WORDS: Final = {GroundState.HOLDS: "holds", GroundState.FAILS: "fails", GroundState.OPEN: "open"}
TELLING: Final = {DiagnosisState.RULED_OUT: GroundState.FAILS, DiagnosisState.POSSIBLE: GroundState.OPEN}
"""What one wants to see first: what speaks against a diagnosis, or what is open where it is not decided."""
_NAMED: Final = 2
"""Effects of one kind that are named one by one."""
_NOUNS: Final = {"calls for": "step", "skips": "step", "offers": "resolution", "withholds": "resolution"}
_SAID: Final = "You said: "
_TONES = {GroundState.HOLDS: "plain", GroundState.FAILS: "bad", GroundState.OPEN: "warn"}


def of_explanation(
    explanation: Explanation, knowledge: KnowledgeBase | None = None, *, short: bool = False
) -> Iterator[Block]:
    """The grounds of a diagnosis, as a tree: what it needs and what was said, nothing twice.

    Args:
        explanation: what is told.
        knowledge: the library, for the words of values.
        short: of what is ruled out only what rules it out, without the words of the article.
    """
    yield Heading(1, f"{explanation.title}: {explanation.state.replace('_', ' ')}")
    telling = explanation.grounds
    if short and explanation.state is DiagnosisState.RULED_OUT:
        telling = tuple(each for each in telling if each.state is GroundState.FAILS)
    if not short:
        yield Paragraph(cited(explanation.citation), "quiet")
    yield from _Tree(knowledge, cites=not short).lines(telling, 0)


def of_standing(standing: Standing) -> Iterator[Block]:
    """How a diagnosis stands among its rivals: whether it is asked about, what excludes it, what it explains."""
    yield Paragraph(str(standing.reason), "good" if standing.pursued else "quiet")
    for ground in standing.grounds:
        yield from _plainly(ground, 0)


def _plainly(ground: Ground, depth: int) -> Iterator[Block]:
    yield Item(MARKS[ground.state], str(ground.text), _TONES[ground.state], (), depth)
    for part in ground.parts:
        yield from _plainly(part, depth + 1)


class _Tree:
    """Lays grounds out, each part once."""

    def __init__(self, knowledge: KnowledgeBase | None, *, cites: bool) -> None:
        self._knowledge = knowledge
        self._cites = cites
        self._shown: set[str] = set()

    def lines(self, grounds: Iterable[Ground], depth: int, *, given: bool = False) -> Iterator[Block]:
        """The lines of some grounds; `given` are those from which a value was worked out."""
        told: set[GroundState] = set()
        for ground in grounds:
            text = str(ground.text) if given else self._said(ground)
            if depth and not ground.parts and text in self._shown:
                continue
            self._shown.add(text)
            yield Item(MARKS[ground.state], text, _TONES[ground.state], self._citation(ground), depth)
            # Members that hold for the same reasons are told with them once; of the others only what tells.
            alike = ground.fact is None and bool(ground.because) and ground.state in told
            if not alike:
                yield from self.lines(ground.parts, depth + 1, given=ground.fact is not None)
            if ground.fact is None:
                told.add(ground.state)

    def _said(self, ground: Ground) -> str:
        text = str(ground.text)
        if ground.fact is not None:
            said = "" if ground.parts else self._value(ground)
            # What is needed to the letter was said: that is told by the mark.
            text = f"Needs {text}" + (f" · {said}" if said and not text.endswith(said.removeprefix(_SAID)) else "")
        return f"{text}. {capitalised(ground.because)}" if ground.because else text

    def _value(self, ground: Ground) -> str:
        if ground.value is None:
            return "Not known yet"
        fact = None if self._knowledge is None or ground.fact is None else self._knowledge.fact(ground.fact)
        return f"{_SAID}{spoken(ground.value, fact)}"

    def _citation(self, ground: Ground) -> tuple[Paragraph, ...]:
        line = "" if ground.citation is None or not self._cites else cited(ground.citation)
        if not line or line in self._shown:
            return ()
        self._shown.add(line)
        return (Paragraph(line, "quiet"),)


def effects_of(consequence: Consequence) -> tuple[str, ...]:
    """What an answer would do, with many of a kind as their number, and what is then still asked."""
    by_verb: dict[str, list[str]] = {}
    for effect in consequence.effects:
        verb = str(effect).partition(": ")[0]
        by_verb.setdefault(verb, []).append(str(effect))
    told: list[str] = []
    for verb, effects in by_verb.items():
        many = f"{verb} {counted(len(effects), _NOUNS.get(verb, 'cause'))}"
        told += effects if len(effects) <= _NAMED else [many]
    left = consequence.questions_left
    return (*told, f"about {counted(left, 'question')} left" if left else "ends the interview")


def of_why(why: Why) -> Iterator[Block]:
    """What a question would decide; answers that come to the same are told together."""
    yield Heading(1, why.ask)
    yield Paragraph(why.reason)
    if why.citation is not None:
        yield Paragraph(cited(why.citation), "quiet")
    alike: dict[tuple[str, ...], list[str]] = {}
    for consequence in why.consequences:
        alike.setdefault(effects_of(consequence), []).append(str(consequence.answer))
    for told, answers in alike.items():
        yield Item("•", f"{', '.join(answers)}: {'; '.join(told)}")


def of_difference(difference: Difference) -> Iterator[Block]:
    """What other facts would change."""
    yield Heading(1, "What would differ" if difference.changes else "Nothing would differ")
    for change in difference.changes:
        yield Item("•", f"{change.what}: {change.before or 'none'} → {change.after or 'none'}")
