"""What explanations say to a person, as blocks of a report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine import Difference, Explanation, Why
from engine.explanation import Ground, GroundState
from engine.outcome import DiagnosisState
from render.blocks import Block, Heading, Item, Paragraph
from render.words import capitalised, cited, counted

MARKS: Final = {GroundState.HOLDS: "✓", GroundState.FAILS: "✗", GroundState.OPEN: "?"}
WORDS: Final = {GroundState.HOLDS: "holds", GroundState.FAILS: "fails", GroundState.OPEN: "open"}
TELLING: Final = {DiagnosisState.RULED_OUT: GroundState.FAILS, DiagnosisState.POSSIBLE: GroundState.OPEN}
"""What one wants to see first: what speaks against a diagnosis, or what is open where it is not decided."""
_TONES = {GroundState.HOLDS: "plain", GroundState.FAILS: "bad", GroundState.OPEN: "warn"}


def of_explanation(explanation: Explanation) -> Iterator[Block]:
    """The grounds of a diagnosis, as a tree."""
    yield Heading(1, f"{explanation.title}: {explanation.state.replace('_', ' ')}")
    yield Paragraph(cited(explanation.citation), "quiet")
    for ground in explanation.grounds:
        yield from _ground(ground, 0)


def _ground(ground: Ground, depth: int) -> Iterator[Block]:
    text = ground.text if not ground.because else f"{ground.text}. {capitalised(ground.because)}"
    inner = () if ground.citation is None else (Paragraph(cited(ground.citation), "quiet"),)
    yield Item(MARKS[ground.state], text, _TONES[ground.state], inner, depth)
    for part in ground.parts:
        yield from _ground(part, depth + 1)


def of_why(why: Why) -> Iterator[Block]:
    """What a question would decide, answer by answer."""
    yield Heading(1, why.ask)
    yield Paragraph(why.reason)
    if why.citation is not None:
        yield Paragraph(cited(why.citation), "quiet")
    for consequence in why.consequences:
        still = f"{counted(consequence.questions_left, 'question')} left"
        yield Item("•", f"{consequence.answer}: {'; '.join((*consequence.effects, still))}")


def of_difference(difference: Difference) -> Iterator[Block]:
    """What other facts would change."""
    yield Heading(1, "What would differ" if difference.changes else "Nothing would differ")
    for change in difference.changes:
        yield Item("•", f"{change.what}: {change.before or 'none'} → {change.after or 'none'}")
