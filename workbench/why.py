"""Says of one example what decided: requirements, exclusions, what is explained, and what is asked about and why."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import Explanation
from engine.engine import Engine
from engine.explanation import Ground, GroundState
from engine.fact_parser import FactsRefused
from engine.outcome import DiagnosisState
from engine.standing import Standing
from kb import KnowledgeBase
from kb.values import suggestion
from kb.written import Example, Expectation
from render.blocks import Block, Heading, Item, Paragraph
from render.reasoning import of_explanation, of_standing
from workbench.checks import LibrarySource, Location, read_library
from workbench.examples import ExampleEngines, facts_of, run_example
from workbench.part import require_article

_LISTED = 8
"""Names of examples that an error lists."""


class UnknownExample(Exception):
    """No example, or more than one, is meant by a name; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided the state of one diagnosis."""

    expected: bool
    explanation: Explanation
    standing: Standing


@dataclass(frozen=True, slots=True)
class ExampleWhy:
    """What decided in one example.

    Attributes:
        article: the article alone with which it is run; nothing where it is run with all of them.
        verdict: that of the outcome that it is held against.
        mismatches: in what it does not hold.
        decided: the diagnoses that it expects something of, or where it expects nothing of any, those it touches.
    """

    name: str
    at: Location
    article: str | None
    verdict: str
    mismatches: tuple[str, ...]
    decided: tuple[Decided, ...]
    knowledge: KnowledgeBase


def example_why(library: str | os.PathLike[str] | None, name: str, article: str | None = None) -> ExampleWhy:
    """What decided in an example.

    Args:
        name: the name of the example, or a part of it that no other name has.
        article: look among the examples of this one alone.

    Raises:
        LibraryError: the library, or a file of examples, cannot be read.
        UnknownArticle: the library has no such article.
        UnknownExample: the name is that of no example, or of several.
    """
    source = read_library(library)
    require_article(article, source.knowledge)
    example, at, base, own = _named(source, name, article)
    engines = ExampleEngines(source.knowledge)
    engine = engines.of(example, own)
    mismatches = run_example(engine, example, base, own)
    facts = facts_of(example, base)
    alone = None if example.library else own
    try:
        fact_state = engine.derive_state(facts)
    except FactsRefused:  # which the mismatches say
        return ExampleWhy(example.name, at, alone, "", mismatches, (), engine.knowledge)
    decision = engine.decide(fact_state)
    verdict = decision.verdict if alone is None else engine.program.verdict_of(decision, alone)
    expected = _expected(example.expect, engine.knowledge)
    return ExampleWhy(
        example.name,
        at,
        alone,
        str(verdict),
        mismatches,
        tuple(_decided(engine, facts, expected)),
        engine.knowledge,
    )


def blocks(why: ExampleWhy) -> Iterator[Block]:
    """What decided, as a report: the verdict, whether the example holds, and each diagnosis."""
    yield Heading(1, why.name)
    rules = "all articles together" if why.article is None else f"{why.article} alone"
    verdict = f"{why.verdict.replace('_', ' ').capitalize()}, by the rules of {rules}." if why.verdict else ""
    if verdict:
        yield Paragraph(verdict)
    if why.mismatches:
        yield Paragraph(f"{why.at}: it does not hold", "bad")
        for each in why.mismatches:
            yield Item("✗", each, "bad")
    for decided in why.decided:
        yield from of_explanation(decided.explanation, why.knowledge, short=True)
        yield from of_standing(decided.standing)


def as_json(why: ExampleWhy) -> str:
    """All of it, for programs."""
    document = {
        "example": why.name,
        "at": str(why.at),
        "article": why.article,
        "verdict": why.verdict or None,
        "mismatches": list(why.mismatches),
        "diagnoses": [
            {
                "expected": each.expected,
                "explanation": each.explanation.model_dump(mode="json"),
                "standing": each.standing.model_dump(mode="json"),
            }
            for each in why.decided
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


_Found = tuple[Example, Location, dict[str, object], str | None]


def _named(source: LibrarySource, name: str, article: str | None) -> _Found:
    """The one example that is meant, its place, the facts of its base, and its article."""
    found: list[_Found] = [
        (example, source.at(document, "examples", position, "name"), dict(written.base), source.article_of(document))
        for document, written in source.examples
        for position, example in enumerate(written.examples)
        if article in (None, source.article_of(document))
    ]
    wanted = " ".join(name.split()).casefold()
    exact = [each for each in found if " ".join(each[0].name.split()).casefold() == wanted]
    meant = exact or [each for each in found if wanted in " ".join(each[0].name.split()).casefold()]
    if len(meant) == 1:
        return meant[0]
    of = f" of {article}" if article else ""
    if not meant:
        names = [each[0].name for each in found]
        raise UnknownExample(f"no example{of} has that in its name{suggestion(name, names)}")
    raise UnknownExample(f"{len(meant)} examples{of} have that in their name; which one?{_listed(meant)}")


def _listed(meant: Sequence[_Found]) -> str:
    lines = [f"\n  {example.name} ({at})" for example, at, _, _ in meant[:_LISTED]]
    if len(meant) > _LISTED:
        lines.append(f"\n  … and {len(meant) - _LISTED} more")
    return "".join(lines)


def _expected(expect: Expectation, knowledge: KnowledgeBase) -> set[str]:
    """The diagnoses that an example expects something of, be it of a way out of theirs."""
    names = {*expect.diagnoses, *expect.pursued, *expect.members, *expect.because, *expect.unless}
    names |= {other for others in expect.unless.values() for other in others} | set(expect.besides or ())
    ids = {name.partition(".")[0] for name in names}
    offered = {*(expect.resolutions or ())}
    steps = {*expect.steps, *expect.reasons, *expect.commands, *expect.undo}
    for resolution in knowledge.resolutions:
        own = {name for step in resolution.steps for name in (step.id, f"{resolution.id}.{step.id}")}
        if resolution.id in offered or own & steps:
            ids |= set(resolution.diagnoses)
    return ids


def _decided(engine: Engine, facts: dict[str, object], expected: set[str]) -> Iterator[Decided]:
    for diagnosis in engine.knowledge.diagnoses:
        explanation = engine.explain(facts, diagnosis.id)
        if diagnosis.id in expected if expected else _is_touched(explanation):
            yield Decided(diagnosis.id in expected, explanation, engine.standing(facts, diagnosis.id))


def _is_touched(explanation: Explanation) -> bool:
    """Whether something that is known speaks for a diagnosis or against it."""
    return explanation.state is not DiagnosisState.POSSIBLE or any(map(_is_known, explanation.grounds))


def _is_known(ground: Ground) -> bool:
    return ground.state is not GroundState.OPEN or any(map(_is_known, ground.parts))
