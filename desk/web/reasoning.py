"""The reasoning behind an outcome, and the places of the articles that all of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import Engine, Explanation, Outcome
from engine.explanation import Ground
from kb.model import Citation


def reasoning(engine: Engine, outcome: Outcome) -> tuple[Explanation, ...]:
    """How every diagnosis of an outcome came to its state."""
    return tuple(engine.explain(outcome.facts, each.id) for each in outcome.diagnoses)


def citations(outcome: Outcome, explanations: Iterable[Explanation]) -> tuple[Citation, ...]:
    """Every place of an article that the outcome and its reasoning rest on, each once."""
    cited: dict[Citation, None] = {}
    for explanation in explanations:
        cited[explanation.citation] = None
        for ground in explanation.grounds:
            cited.update(dict.fromkeys(_citations(ground)))
    for resolution in outcome.resolutions:
        cited[resolution.citation] = None
        cited.update(dict.fromkeys(step.citation for step in resolution.steps if step.citation is not None))
    cited.update(dict.fromkeys(note.citation for note in outcome.notes if note.citation is not None))
    cited.update(dict.fromkeys(question.citation for question in outcome.questions if question.citation is not None))
    return tuple(cited)


def _citations(ground: Ground) -> Iterator[Citation]:
    if ground.citation is not None:
        yield ground.citation
    for part in ground.parts:
        yield from _citations(part)
