"""What a page shows of the reasoning: for each diagnosis the tree of its grounds, and every source that is cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk.web.wording import capitalised
from engine import Engine, Explanation, Outcome
from engine.explanation import Ground, GroundState
from engine.outcome import DiagnosisState
from kb.model import Source

_MARKS = {GroundState.HOLDS: "✓", GroundState.FAILS: "✗", GroundState.OPEN: "?"}
_WORDS = {GroundState.HOLDS: "holds", GroundState.FAILS: "fails", GroundState.OPEN: "open"}
_STATES = {
    DiagnosisState.CONFIRMED: "confirmed",
    DiagnosisState.POSSIBLE: "still possible",
    DiagnosisState.RULED_OUT: "ruled out",
}


@dataclass(frozen=True, slots=True)
class GroundNode:
    """One ground and what it rests on; `opened` where it is shown without being asked for."""

    text: str
    because: str
    state: str
    mark: str
    words: str
    source: Source | None
    parts: tuple[GroundNode, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class ReasoningTree:
    """How one diagnosis came to its state."""

    diagnosis: str
    title: str
    state: str
    words: str
    source: Source
    grounds: tuple[GroundNode, ...]


def reasoning(engine: Engine, outcome: Outcome) -> tuple[ReasoningTree, ...]:
    """The reasoning behind every diagnosis of an outcome."""
    return tuple(_tree(engine.explain(outcome.facts, each.id)) for each in outcome.diagnoses)


def cited_sources(outcome: Outcome, trees: Iterable[ReasoningTree]) -> tuple[Source, ...]:
    """Every place of an article that the outcome and its reasoning rest on, each once."""
    sources: dict[Source, None] = {}
    for tree in trees:
        sources[tree.source] = None
        for ground in tree.grounds:
            sources.update(dict.fromkeys(_sources(ground)))
    for resolution in outcome.resolutions:
        sources[resolution.source] = None
        sources.update(dict.fromkeys(step.source for step in resolution.steps if step.source is not None))
    sources.update(dict.fromkeys(note.source for note in outcome.notes if note.source is not None))
    sources.update(dict.fromkeys(question.source for question in outcome.questions if question.source is not None))
    return tuple(sources)


def _tree(explanation: Explanation) -> ReasoningTree:
    return ReasoningTree(
        diagnosis=explanation.diagnosis,
        title=explanation.title,
        state=explanation.state.value,
        words=_STATES[explanation.state],
        source=explanation.source,
        grounds=tuple(_node(ground, explanation.state) for ground in explanation.grounds),
    )


def _node(ground: Ground, state: DiagnosisState) -> GroundNode:
    parts = tuple(_node(part, state) for part in ground.parts)
    # What speaks against a diagnosis is what one wants to see of it first, and what is open where it is not decided.
    telling = {DiagnosisState.RULED_OUT: GroundState.FAILS, DiagnosisState.POSSIBLE: GroundState.OPEN}.get(state)
    return GroundNode(
        text=capitalised(ground.text),
        because=capitalised(ground.because),
        state=ground.state.value,
        mark=_MARKS[ground.state],
        words=_WORDS[ground.state],
        source=ground.source,
        parts=parts,
        opened=ground.state is telling,
    )


def _sources(ground: Ground | GroundNode) -> Iterator[Source]:
    if ground.source is not None:
        yield ground.source
    for part in ground.parts:
        yield from _sources(part)
