"""The reasoning behind an outcome, and the places of the articles that all of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine import Engine, Explanation, Outcome
from engine.explanation import Ground, GroundState
from kb import KnowledgeBase
from kb.model import Citation
from kb.speech import spoken
from render.words import capitalised


def reasoning(engine: Engine, outcome: Outcome) -> tuple[Explanation, ...]:
    """How every diagnosis of an outcome came to its state.

    The grounds are those of the facts that are used; while sources differ on them, the state is that of the outcome,
    which is open where another side would change it.
    """
    return tuple(
        engine.explain(outcome.facts, each.id).model_copy(update={"state": each.state}) for each in outcome.diagnoses
    )


@dataclass(frozen=True, slots=True)
class ReasonOnPage:
    """One ground of a diagnosis, as the page tells it.

    Attributes:
        needs: what has to be so.
        has: what is known of it, and from whom; empty where that says the same as `needs`, or nothing is known.
        repeated: it was told before on the page, with all that it rests on.
    """

    ground: Ground
    needs: str
    has: str
    repeated: bool
    parts: tuple[ReasonOnPage, ...]

    @property
    def state(self) -> GroundState:
        """Whether it holds."""
        return self.ground.state


def reasons(explanation: Explanation, known: Mapping[str, bool], knowledge: KnowledgeBase) -> tuple[ReasonOnPage, ...]:
    """The grounds of a diagnosis; one that was told before with all that it rests on is not told again.

    Args:
        explanation: what is told.
        known: what is known, by fact: whether somebody said so, or else it was read.
        knowledge: the library.
    """
    told: set[Ground] = set()
    return tuple(_reason(each, known, knowledge, told) for each in explanation.grounds)


def _reason(ground: Ground, known: Mapping[str, bool], knowledge: KnowledgeBase, told: set[Ground]) -> ReasonOnPage:
    repeated = bool(ground.parts) and ground in told
    told.add(ground)
    parts = () if repeated else tuple(_reason(each, known, knowledge, told) for each in ground.parts)
    return ReasonOnPage(ground, capitalised(ground.text), _has(ground, known, knowledge), repeated, parts)


def _has(ground: Ground, known: Mapping[str, bool], knowledge: KnowledgeBase) -> str:
    """What is known of a fact, where the ground does not say it already."""
    if ground.fact is None or ground.value is None:
        return ""
    value = spoken(ground.value, knowledge.fact(ground.fact))
    if value.casefold() in ground.text.casefold():
        return ""
    who = known.get(ground.fact)
    return f"{'You said' if who else 'Read' if who is not None else 'It is'}: {value}"


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
