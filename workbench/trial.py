"""Runs the examples of a library, measures what they exercise, and writes it as text or JSON."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from engine.engine import Engine, EngineChoice
from kb.library import EXAMPLES
from workbench.checks import LibrarySource, Location, read_library
from workbench.checks.examples import UNREVIEWED
from workbench.examples import ExampleEngines, facts_of, run_example
from workbench.part import require_article
from workbench.proof.coverage import ExampleCoverage, coverage
from workbench.proof.mutation import Mutation, Survivor, mutate


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold, and in what."""

    at: Location
    example: str
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the examples.

    Attributes:
        mutation: what came of the mutants; nothing where none were run, which includes every example not holding.
        unreviewed: how many examples were written as suggested, and nobody has named them yet.
    """

    examples: int
    failures: tuple[Failure, ...]
    coverage: ExampleCoverage
    mutation: Mutation | None
    unreviewed: int
    source: LibrarySource
    seconds: float

    @property
    def example_bases(self) -> Mapping[str, Mapping[str, object]]:
        """For each rules file the facts that the file of examples beside it gives to every example."""
        return self.source.example_bases

    @property
    def rule_share(self) -> float:
        """How much of what rules can come to is covered, in percent."""
        return _share(self.coverage.rules_covered, self.coverage.rules)

    @property
    def condition_share(self) -> float:
        """How much of what tests can come to is covered, in percent."""
        return _share(self.coverage.conditions_covered, self.coverage.conditions)


def trial(library: str | os.PathLike[str] | None, *, mutants: bool, article: str | None = None) -> Trial:
    """Run the examples.

    Args:
        mutants: whether to see which mistakes they would notice.
        article: run those of one article alone, and measure what they exercise of it.

    Raises:
        LibraryError: the library, or a file of examples, cannot be read.
        UnknownArticle: the library has no such article.
    """
    began = time.perf_counter()
    source = read_library(library)
    require_article(article, source.knowledge)
    engine = Engine(source.knowledge, EngineChoice.COMPILED)
    failures = tuple(_failures(source, article))
    examples = [
        (example, written.base, source.article_of(document))
        for document, written in source.examples
        for example in written.examples
        if article is None or article == source.article_of(document)
    ]
    measured = coverage(source, engine, [facts_of(example, base) for example, base, _ in examples], article)
    mutation = mutate(source, examples, article) if mutants and examples and not failures else None
    unreviewed = sum(example.name.startswith(UNREVIEWED) for example, _, _ in examples)
    return Trial(len(examples), failures, measured, mutation, unreviewed, source, time.perf_counter() - began)


def as_text(done: Trial) -> str:
    """What failed, what is not covered, what is not noticed, and the sums."""
    lines: list[str] = []
    for failure in done.failures:
        lines.append(f"{failure.at}: {failure.example!r} does not hold")
        lines += [f"    {mismatch}" for mismatch in failure.mismatches]
    lines += [str(each) for each in done.coverage.missing]
    if done.mutation is not None:
        lines += _mutation_lines(done.mutation, done.example_bases)
    measured = done.coverage
    held = done.examples - len(done.failures)
    unreviewed = f", {done.unreviewed} not reviewed" if done.unreviewed else ""
    lines.append(
        f"examples: {held} of {done.examples} hold{unreviewed}"
        if done.examples
        else "examples: there are none; write some"
    )
    lines.append(f"rules: {measured.rules_covered} of {measured.rules} covered ({done.rule_share:.1f} %)")
    lines.append(
        f"conditions: {measured.conditions_covered} of {measured.conditions} covered ({done.condition_share:.1f} %)"
    )
    if done.mutation is not None:
        counted = done.mutation.noticed + done.mutation.unread + len(done.mutation.survivors)
        lines.append(
            f"mutants: {done.mutation.noticed + done.mutation.unread} of {counted} noticed "
            f"({done.mutation.score:.1f} %), {len(done.mutation.equivalent)} more say the same for all answers"
        )
    elif done.failures:
        lines.append("mutants: not run before every example holds")
    lines.append(f"{done.seconds:.2f} s")
    return "\n".join(lines) + "\n"


def as_json(done: Trial) -> str:
    """All of it, for programs."""
    measured, mutation = done.coverage, done.mutation
    document = {
        "examples": done.examples,
        "unreviewed": done.unreviewed,
        "failures": [
            {"at": str(each.at), "example": each.example, "mismatches": list(each.mismatches)} for each in done.failures
        ],
        "coverage": {
            "rules": [measured.rules_covered, measured.rules],
            "conditions": [measured.conditions_covered, measured.conditions],
            "missing": [str(each) for each in measured.missing],
        },
        "mutation": None
        if mutation is None
        else {
            "score": round(mutation.score, 2),
            "noticed": mutation.noticed + mutation.unread,
            "equivalent": [f"{each.at}: {each.what}" for each in mutation.equivalent],
            "survivors": [
                {
                    "at": str(each.mutant.at),
                    "what": each.mutant.what,
                    "example": each.example and each.example.as_example(done.example_bases.get(each.beside)),
                }
                for each in mutation.survivors
            ],
        },
        "seconds": round(done.seconds, 3),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _failures(source: LibrarySource, article: str | None) -> list[Failure]:
    failures = []
    engines = ExampleEngines(source.knowledge)
    for document, written in source.examples:
        own = source.article_of(document)
        if article is not None and own != article:
            continue
        for position, example in enumerate(written.examples):
            mismatches = run_example(engines.of(example, own), example, written.base, own)
            if mismatches:
                failures.append(Failure(source.at(document, "examples", position, "name"), example.name, mismatches))
    return failures


def _mutation_lines(mutation: Mutation, bases: Mapping[str, Mapping[str, object]]) -> list[str]:
    lines = []
    for survivor in mutation.survivors:
        lines.append(str(survivor))
        lines += _example_lines(survivor, bases.get(survivor.beside))
    lines += [
        f"{each.at}: {each.what}: says the same for all answers, so no example can notice"
        for each in mutation.equivalent
    ]
    return lines


def _example_lines(survivor: Survivor, base: Mapping[str, object] | None) -> list[str]:
    if survivor.example is None:
        return ["  no example was found that would; it may say the same for all answers that there can be"]
    shared = survivor.beside != survivor.mutant.at.path
    where = f", in {survivor.beside.removesuffix('.yaml')}{EXAMPLES}," if shared else ""
    return [f"  this example{where} would:", survivor.example.as_example(base)]


def _share(part: int, whole: int) -> float:
    return 100.0 if not whole else 100.0 * part / whole
