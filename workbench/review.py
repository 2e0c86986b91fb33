"""Puts one library through all checks and proofs, and says what was covered in how long."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from kb import LibraryError
from kb.library import find_library
from workbench.checks import Issue, article_coverage, from_problem, in_order, read_library, static_issues, unchecked
from workbench.checks.acceptance import without_accepted
from workbench.proof import Covered, prove


@dataclass(frozen=True, slots=True)
class Review:
    """What came of checking a library.

    Attributes:
        statements: of its articles, how many are cited or marked as background, and how many there are; nothing
            where the library could not be read.
        covered: what the proofs ranged over; nothing where none were made.
        unchecked: commands that the table of commands does not know.
        example_base: the facts that the library's file of examples gives to every example.
        seconds: from reading to the last proof.
    """

    library: str
    issues: tuple[Issue, ...]
    statements: tuple[int, int] | None
    covered: Covered | None
    unchecked: tuple[str, ...]
    example_base: Mapping[str, object]
    seconds: float


def review(library: str | os.PathLike[str] | None, *, proofs: bool = True, article: str | None = None) -> Review:
    """Check a library.

    Args:
        proofs: whether to prove what can be proven over all combinations of answers.
        article: tell only what concerns the files of one article.

    Raises:
        LibraryError: there is no library there. What is wrong with one that is there is among the issues.
    """
    began = time.perf_counter()
    folder = find_library(library)
    try:
        source = read_library(folder)
    except LibraryError as error:
        issues = in_order([from_problem(problem) for problem in error.problems])
        return Review(str(folder), issues, None, None, (), {}, time.perf_counter() - began)
    issues = static_issues(source)
    covered = None
    if proofs:
        proof = prove(source)
        issues = in_order([*issues, *proof.issues])
        covered = proof.covered
    issues = in_order(list(without_accepted(source, issues, proofs)))
    if article is not None:
        own = {
            *(document.path for document, written in source.rules if written.article == article),
            *(document.path for document, _ in source.examples if source.article_of(document) == article),
            *(each.path for each in source.knowledge.articles.values() if each.id == article),
        }
        issues = tuple(issue for issue in issues if issue.at.path in own)
    return Review(
        str(folder),
        issues,
        article_coverage(source),
        covered,
        unchecked(source),
        source.example_base,
        time.perf_counter() - began,
    )
