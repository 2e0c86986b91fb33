"""Puts one library through all checks and proofs, and says what was covered in how long."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from kb import LibraryError
from kb.library import find_library
from workbench.checks import Issue, article_coverage, from_problem, in_order, read_library, static_issues, unchecked
from workbench.checks.acceptance import acceptances, is_accepted, without_accepted
from workbench.part import part_of
from workbench.proof import Caveats, Covered, Masking, prove

ExampleBases = Mapping[str, Mapping[str, object]]
"""For each rules file the facts that the file of examples beside it gives to every example."""


@dataclass(frozen=True, slots=True)
class Review:
    """What came of checking a library.

    Attributes:
        statements: of its articles, how many are cited or marked as background, and how many there are; nothing
            where the library could not be read.
        covered: what the proofs ranged over; nothing where none were made.
        unchecked: commands that the table of commands does not know.
        example_bases: for each rules file the facts that the file of examples beside it gives to every example.
        article: the one article that is told of; nothing where all of them are.
        masking: which causes hide which where both are so; nothing where no proofs were made.
        caveats: which facts, where nobody can tell them, leave a cause with a caveat; as with `masking`.
        seconds: from reading to the last proof.
    """

    library: str
    issues: tuple[Issue, ...]
    statements: tuple[int, int] | None
    covered: Covered | None
    unchecked: tuple[str, ...]
    example_bases: ExampleBases
    seconds: float
    masking: Masking | None = None
    caveats: Caveats | None = None
    article: str | None = None

    def example_base(self, issue: Issue) -> Mapping[str, object]:
        """The facts that the file of examples for an issue gives to every example."""
        return self.example_bases.get(issue.at.path, {})


def review(
    library: str | os.PathLike[str] | None,
    *,
    proofs: bool = True,
    article: str | None = None,
    seconds: float = inf,
    told: Callable[[Sequence[Issue], ExampleBases], None] = lambda *_: None,
    between: Callable[[], None] = lambda: None,
) -> Review:
    """Check a library.

    Args:
        proofs: whether to prove what can be proven over all combinations of answers.
        article: tell only what concerns one article, and leave out the proofs of others.
        seconds: what the proofs may take; what is not proven by then is told.
        told: is given the issues that need no proof, and then those of each proof, as soon as they are found, with the
            facts that files of examples give to every example.
        between: is called between the questions of proofs, many times a second; what it raises ends them.

    Raises:
        LibraryError: there is no library there. What is wrong with one that is there is among the issues.
        UnknownArticle: the library has no such article.
    """
    began = time.perf_counter()
    folder = find_library(library)
    try:
        source = read_library(folder)
    except LibraryError as error:
        issues = in_order([from_problem(problem) for problem in error.problems])
        return Review(str(folder), issues, None, None, (), {}, time.perf_counter() - began)
    part = None if article is None else part_of(source, article)
    accepted = list(acceptances(source))

    def tell(found: Sequence[Issue]) -> None:
        own = [each for each in found if (part is None or part.concerns(each)) and not is_accepted(each, accepted)]
        told(in_order(own), source.example_bases)

    issues = static_issues(source)
    tell(issues)
    covered = masking = caveats = None
    if proofs:
        proof = prove(source, article=article, seconds=seconds, told=tell, between=between)
        issues = in_order([*issues, *proof.issues])
        covered, masking, caveats = proof.covered, proof.masking, proof.caveats

    def unproven(code: str) -> bool:
        if covered is None:
            return code >= "KB400"
        return any(each.startswith(code) for each in covered.unfinished)

    issues = in_order(list(without_accepted(source, issues, unproven)))
    if part is not None:
        issues = tuple(filter(part.concerns, issues))
    return Review(
        str(folder),
        issues,
        article_coverage(source, article),
        covered,
        unchecked(source),
        source.example_bases,
        time.perf_counter() - began,
        masking,
        caveats,
        article,
    )
