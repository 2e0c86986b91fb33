"""What a page shows of the reasoning: for each diagnosis the tree of its grounds, and every citation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk.web.wording import capitalised
from engine import Engine, Explanation, Outcome
from engine.explanation import Ground, GroundState
from engine.outcome import DiagnosisState
from kb.model import Citation

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
    citation: Citation | None
    parts: tuple[GroundNode, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class ReasoningTree:
    """How one diagnosis came to its state."""

    diagnosis: str
    title: str
    state: str
    words: str
    citation: Citation
    grounds: tuple[GroundNode, ...]


def reasoning(engine: Engine, outcome: Outcome) -> tuple[ReasoningTree, ...]:
    """The reasoning behind every diagnosis of an outcome."""
    return tuple(_tree(engine.explain(outcome.facts, each.id)) for each in outcome.diagnoses)


def citations(outcome: Outcome, trees: Iterable[ReasoningTree]) -> tuple[Citation, ...]:
    """Every place of an article that the outcome and its reasoning rest on, each once."""
    cited: dict[Citation, None] = {}
    for tree in trees:
        cited[tree.citation] = None
        for ground in tree.grounds:
            cited.update(dict.fromkeys(_citations(ground)))
    for resolution in outcome.resolutions:
        cited[resolution.citation] = None
        cited.update(dict.fromkeys(step.citation for step in resolution.steps if step.citation is not None))
    cited.update(dict.fromkeys(note.citation for note in outcome.notes if note.citation is not None))
    cited.update(dict.fromkeys(question.citation for question in outcome.questions if question.citation is not None))
    return tuple(cited)


def _tree(explanation: Explanation) -> ReasoningTree:
    return ReasoningTree(
        diagnosis=explanation.diagnosis,
        title=explanation.title,
        state=explanation.state.value,
        words=_STATES[explanation.state],
        citation=explanation.citation,
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
        citation=ground.citation,
        parts=parts,
        opened=ground.state is telling,
    )


def _citations(ground: Ground | GroundNode) -> Iterator[Citation]:
    if ground.citation is not None:
        yield ground.citation
    for part in ground.parts:
        yield from _citations(part)
