"""Checks a library for faults that reading alone does not show, without running any of it."""

from __future__ import annotations

from workbench.checks.articles import CitedBackground, SilentArticle, TodoLeft, UncitedStatement, article_coverage
from workbench.checks.check import Check
from workbench.checks.commands import CmdletElsewhere, UnknownCmdlet, UnknownParameter, unchecked
from workbench.checks.examples import SameExampleName, StrangerInExample, UnreviewedExample
from workbench.checks.issue import Issue, IssueKind, Location, Severity, Witness, from_problem, in_order
from workbench.checks.rivals import ExplainsNothing, UnusedShared
from workbench.checks.source import LibrarySource, read_library
from workbench.checks.texts import PlaceholderMayBeMissing
from workbench.checks.vocabulary import IdleTest, MissingQuestion, UnreachableChoice, UnusedEntry, UnusedFact

__all__ = [
    "CHECKS",
    "Check",
    "Issue",
    "IssueKind",
    "LibrarySource",
    "Location",
    "Severity",
    "Witness",
    "article_coverage",
    "from_problem",
    "in_order",
    "read_library",
    "static_issues",
    "unchecked",
]

CHECKS: tuple[Check, ...] = (
    UnusedFact(),
    UnusedEntry(),
    UnreachableChoice(),
    IdleTest(),
    MissingQuestion(),
    ExplainsNothing(),
    UnusedShared(),
    UncitedStatement(),
    CitedBackground(),
    SilentArticle(),
    PlaceholderMayBeMissing(),
    UnknownCmdlet(),
    UnknownParameter(),
    CmdletElsewhere(),
    StrangerInExample(),
    SameExampleName(),
    UnreviewedExample(),
    TodoLeft(),
)
"""Every check, in the order of their codes."""


def static_issues(library: LibrarySource) -> tuple[Issue, ...]:
    """Everything that the checks find, in reading order."""
    return in_order([issue for check in CHECKS for issue in check.issues(library)])
