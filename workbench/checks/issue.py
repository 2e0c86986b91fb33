"""What a check finds: a code, how grave it is, the place, a message, and where it can be shown, facts that show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.problems import Problem


class Severity(StrEnum):
    """How grave an issue is. A note alone does not fail a check."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class IssueKind:
    """A kind of issue. Its code keeps its meaning for good, and names its page under docs/issues/."""

    code: str
    severity: Severity
    title: str


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file of a library; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Witness:
    """An environment that shows an issue.

    Attributes:
        name: what it shows, as the name of an example.
        facts: the environment, as `diagnose` takes it.
        expect: what comes of it now, in the shape that an examples file has.
        library: whether only all articles together show it.
    """

    name: str
    facts: Mapping[str, object]
    expect: Mapping[str, object]
    library: bool = False

    def as_example(self, base: Mapping[str, object] | None = None) -> str:
        """The witness as an entry for an examples file.

        Args:
            base: the facts that the file gives to every example; only what is otherwise here is written, and what the
                witness lacks is taken out.
        """
        base = base or {}
        facts = {key: value for key, value in self.facts.items() if key not in base or base[key] != value}
        facts.update({key: None for key in base if key not in self.facts})
        library = "    library: true\n" if self.library else ""
        return (
            f"  - name: {json.dumps(self.name, ensure_ascii=False)}\n{library}    facts: {_flow(facts)}\n"
            f"    expect: {_flow(self.expect)}"
        )


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing found in one place."""

    kind: IssueKind
    at: Location
    message: str
    witness: Witness | None = field(default=None, compare=False)

    @property
    def code(self) -> str:
        """The code of its kind."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.kind.severity

    def __str__(self) -> str:
        return f"{self.at}: {self.code} {self.severity}: {self.message}"


def from_problem(problem: Problem) -> Issue:
    """An error that keeps a library from being read, as an issue."""
    kind = IssueKind(problem.code.value, Severity.ERROR, problem.code.name.lower().replace("_", " "))
    return Issue(kind, Location(problem.path, problem.line, problem.column), problem.message)


def in_order(issues: list[Issue]) -> tuple[Issue, ...]:
    """Issues in reading order, each once."""
    return tuple(sorted(dict.fromkeys(issues), key=lambda each: (each.at, each.code, each.message)))


def _flow(value: object) -> str:
    """A value on one line of YAML; JSON is YAML, and its quoting leaves no room for a version read as a number."""
    return json.dumps(value, ensure_ascii=False, default=list)
