"""Writes a review as text, JSON, SARIF 2.1.0, or annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from urllib.parse import quote

from workbench.catalogue import catalogue, page
from workbench.checks import Issue, Severity
from workbench.counting import readable
from workbench.proof import Caveats, Masking
from workbench.review import Review

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_text(review: Review) -> str:
    """One line for each issue, witnesses as examples below them, and what was covered at the end."""
    lines = [line for issue in review.issues for line in issue_lines(issue, review.example_base(issue))]
    return "\n".join([*lines, *summary(review)]) + "\n"


def issue_lines(issue: Issue, base: Mapping[str, object]) -> Iterator[str]:
    """An issue as text, its witness below it.

    Args:
        base: the facts that the file of examples for it gives to every example.
    """
    yield str(issue)
    if issue.witness is not None:
        yield "  shown by this example:"
        yield issue.witness.as_example(base)


def as_json(review: Review) -> str:
    """All of it, for programs."""
    covered = review.covered
    document = {
        "library": review.library,
        "article": review.article,
        "issues": [_issue(issue, review.example_base(issue)) for issue in review.issues],
        "articles": None
        if review.statements is None
        else {"statements": review.statements[1], "covered": review.statements[0]},
        "proof": None
        if covered is None
        else {
            "combinations": covered.combinations,
            "states": covered.states,
            "questions": covered.questions,
            "witnesses": covered.witnesses,
            "open": covered.open,
            "unfinished": list(covered.unfinished),
        },
        "masked": None
        if review.masking is None
        else {
            "pairs": review.masking.pairs,
            "unshown": review.masking.unshown,
            "left_out": review.masking.left_out,
            "shown": [asdict(each) for each in review.masking.masked],
        },
        "caveats": None
        if review.caveats is None
        else {"unshown": review.caveats.unshown, "shown": [asdict(each) for each in review.caveats.shown]},
        "unchecked_commands": list(review.unchecked),
        "seconds": round(review.seconds, 3),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_sarif(review: Review) -> str:
    """A SARIF log with one run; witnesses are in the properties of their results."""
    kinds = catalogue()
    numbers = {code: number for number, code in enumerate(kinds)}
    rules = [
        {
            "id": kind.code,
            "shortDescription": {"text": kind.title},
            "help": {"text": page(kind.code)},
            "defaultConfiguration": {"level": _LEVELS[kind.severity]},
        }
        for kind in kinds.values()
    ]
    results = [
        {
            "ruleId": issue.code,
            "ruleIndex": numbers[issue.code],
            "level": _LEVELS[issue.severity],
            "message": {"text": issue.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(issue.at.path)},
                        "region": {"startLine": issue.at.line, "startColumn": issue.at.column},
                    }
                }
            ],
            "properties": {} if issue.witness is None else {"witness": _witness(issue, review.example_base(issue))},
        }
        for issue in review.issues
    ]
    run = {"tool": {"driver": {"name": "resolvent", "rules": rules}}, "results": results}
    return (
        json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"
    )


def as_github(review: Review) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    lines = [
        f"::{_GITHUB[issue.severity]} file={_property(issue.at.path)},line={issue.at.line},"
        f"col={issue.at.column},title={_property(issue.code)}::{_escaped(issue.message)}"
        for issue in review.issues
    ]
    return "\n".join([*lines, *summary(review)]) + "\n"


FORMATS: Mapping[str, Callable[[Review], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
"""The ways to write a review."""


def summary(review: Review) -> list[str]:
    """What was covered, and how many issues there are."""
    lines = []
    if review.statements is not None:
        covered, all_ = review.statements
        share = 100 if not all_ else 100 * covered // all_
        lines.append(f"articles: {covered} of {all_} statements are cited or background ({share} %)")
    if review.unchecked:
        lines.append(f"commands: {', '.join(review.unchecked)} not in the table of commands, so not checked")
    if review.covered is not None:
        proof = review.covered
        still_open = f"{proof.open} could not be settled" if proof.open else "all settled"
        lines.append(
            f"proof: {readable(proof.combinations)} combinations of answers in {proof.states:,} states; "
            f"{proof.questions:,} questions, {still_open}; {proof.witnesses:,} environments found and run"
        )
        if proof.unfinished:
            lines.append(f"not proven to the end in the time (--seconds gives more): {', '.join(proof.unfinished)}")
        if review.masking is not None and review.masking.pairs:
            lines.append(_rivals(review.masking))
        if review.caveats is not None and review.caveats.shown:
            lines.append(_caveats(review.caveats))
    elif review.statements is not None:
        lines.append("proof: left out")
    else:
        lines.append("proof: none; mend what keeps the library from being read first")
    count = len(review.issues)
    found = "no issues" if not count else "1 issue" if count == 1 else f"{count} issues"
    of = f" of {review.article}" if review.article else ""
    lines.append(f"{found}{of} in {review.seconds:.2f} s")
    return lines


def _rivals(masking: Masking) -> str:
    """How many causes hide others, in a line."""
    unshown = f"; of {masking.unshown} it could not be shown" if masking.unshown else ""
    unshown += f"; {masking.left_out:,} were not looked at" if masking.left_out else ""
    return (
        f"rivals: in {len(masking.masked)} of {masking.pairs:,} pairs that explain the same, the one hides the other "
        f"until its way out was tried without effect (--format json names them){unshown}"
    )


def _caveats(caveats: Caveats) -> str:
    """How many facts leave caveats, in a line."""
    facts = len({each.fact for each in caveats.shown})
    causes = len({each.diagnosis for each in caveats.shown})
    unshown = f"; of {caveats.unshown} more it could not be shown" if caveats.unshown else ""
    return (
        f"caveats: where nobody can tell one of {facts} facts, one of {causes} causes is told with what it may be "
        f"instead (--format json names them){unshown}"
    )


def _issue(issue: Issue, base: Mapping[str, object]) -> dict[str, object]:
    return {
        "code": issue.code,
        "severity": issue.severity.value,
        "path": issue.at.path,
        "line": issue.at.line,
        "column": issue.at.column,
        "message": issue.message,
        "page": page(issue.code),
        "witness": None if issue.witness is None else _witness(issue, base),
    }


def _witness(issue: Issue, base: Mapping[str, object]) -> dict[str, object]:
    assert issue.witness is not None
    witness = issue.witness
    return {
        "name": witness.name,
        "facts": dict(witness.facts),
        "expect": dict(witness.expect),
        "example": witness.as_example(base),
    }


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
