"""Writes a review as text, JSON, SARIF 2.1.0, or annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from workbench.catalogue import catalogue, page
from workbench.checks import Finding, Severity
from workbench.review import Review

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_text(review: Review) -> str:
    """One line for each finding, witnesses as cases below them, and what was covered at the end."""
    lines: list[str] = []
    for finding in review.findings:
        lines.append(str(finding))
        if finding.witness is not None:
            lines += ["  shown by this case:", finding.witness.as_case(review.case_base)]
    return "\n".join([*lines, *_summary(review)]) + "\n"


def as_json(review: Review) -> str:
    """All of it, for programs."""
    covered = review.covered
    document = {
        "library": review.library,
        "findings": [_finding(finding, review.case_base) for finding in review.findings],
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
        },
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
            "ruleId": finding.code,
            "ruleIndex": numbers[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": finding.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(finding.at.path)},
                        "region": {"startLine": finding.at.line, "startColumn": finding.at.column},
                    }
                }
            ],
            "properties": {} if finding.witness is None else {"witness": _witness(finding, review.case_base)},
        }
        for finding in review.findings
    ]
    run = {"tool": {"driver": {"name": "resolvent", "rules": rules}}, "results": results}
    return (
        json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"
    )


def as_github(review: Review) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    lines = [
        f"::{_GITHUB[finding.severity]} file={_property(finding.at.path)},line={finding.at.line},"
        f"col={finding.at.column},title={_property(finding.code)}::{_escaped(finding.message)}"
        for finding in review.findings
    ]
    return "\n".join([*lines, *_summary(review)]) + "\n"


FORMATS: Mapping[str, Callable[[Review], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
"""The ways to write a review."""


def _summary(review: Review) -> list[str]:
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
            f"proof: {proof.combinations:,} combinations of answers in {proof.states:,} states; {proof.questions:,} "
            f"questions, {still_open}; {proof.witnesses:,} environments found and run"
        )
    elif review.statements is not None:
        lines.append("proof: left out")
    else:
        lines.append("proof: none; mend what keeps the library from being read first")
    count = len(review.findings)
    found = "no findings" if not count else "1 finding" if count == 1 else f"{count} findings"
    lines.append(f"{found} in {review.seconds:.2f} s")
    return lines


def _finding(finding: Finding, base: Mapping[str, object]) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "path": finding.at.path,
        "line": finding.at.line,
        "column": finding.at.column,
        "message": finding.message,
        "page": page(finding.code),
        "witness": None if finding.witness is None else _witness(finding, base),
    }


def _witness(finding: Finding, base: Mapping[str, object]) -> dict[str, object]:
    assert finding.witness is not None
    witness = finding.witness
    return {
        "name": witness.name,
        "facts": dict(witness.facts),
        "expect": dict(witness.expect),
        "case": witness.as_case(base),
    }


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
