"""Every kind of issue with its severity, its title and its page: what is found, and where one reads about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kb.problems import Code
from workbench.checks import CHECKS, Issue, IssueKind, Severity
from workbench.checks.acceptance import OUTDATED
from workbench.proof import PROPERTIES, UNPROVEN

_ERRORS: Mapping[Code, str] = {
    Code.UNREADABLE: "A file that cannot be read",
    Code.YAML: "A text that is not the YAML rules are written in",
    Code.SHAPE: "A field that is missing, unknown, or not of its type",
    Code.NUMBER: "A number or a date where text is meant",
    Code.STRAY: "A YAML file that nobody reads",
    Code.UNKNOWN_FACT: "A fact that is not declared",
    Code.REFUSED_VALUE: "A value that the fact cannot have",
    Code.CONDITION: "A condition that cannot be read",
    Code.FUNCTION: "A function that does not exist, or is given the wrong facts",
    Code.CYCLE: "Conclusions that rest on each other in a circle",
    Code.UNKNOWN_ID: "An id that nothing has",
    Code.DUPLICATE_ID: "An id that stands twice",
    Code.BLANK: "A blank in a text that means no fact",
    Code.COMMAND: "A command that is not one plain command",
    Code.LIMIT: "A library that is larger than it may be",
    Code.SYMPTOM: "A diagnosis that explains what is no symptom",
    Code.ARTICLE: "An article that is missing, or does not begin as one",
    Code.ANCHOR: "An anchor that the article does not have",
    Code.WORDS: "Words that the article does not say",
}


@cache
def catalogue() -> Mapping[str, IssueKind]:
    """Every kind of issue by its code, in the order of the codes."""
    kinds = [IssueKind(code.value, Severity.ERROR, title) for code, title in _ERRORS.items()]
    kinds += [check.kind for check in CHECKS]
    kinds += [proof.kind for proof in PROPERTIES]
    kinds += [UNPROVEN, OUTDATED]
    return {kind.code: kind for kind in sorted(kinds, key=lambda kind: kind.code)}


def page(code: str) -> str:
    """The page about a kind of issue, from the top of the project."""
    return f"docs/issues/{code}.md"


def failing(issue: Issue) -> bool:
    """Whether an issue makes a check fail; a note does not."""
    return issue.severity is not Severity.NOTE
