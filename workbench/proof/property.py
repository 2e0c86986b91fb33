"""What every proof is: one class for one property of all rules, which yields an issue wherever it does not hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from workbench.checks import Issue, IssueKind, Location, Witness
from workbench.proof.diagrams import TooLarge
from workbench.proof.subject import Subject


class Property(ABC):
    """A property that a library should have for every combination of answers."""

    kind: ClassVar[IssueKind]

    @abstractmethod
    def issues(self, subject: Subject) -> Iterator[Issue]:
        """Where it does not hold, each with a witness, and where that could not be settled."""

    def guarded(self, subject: Subject, at: Location, issues: Iterator[Issue]) -> Iterator[Issue]:
        """Issues of a part that takes diagrams; where those grow too large, that is what is found."""
        subject.model.diagrams.question()
        try:
            yield from issues
        except (TooLarge, RecursionError):
            subject.work.open += 1
            yield subject.unproven(at, f"there is one of {self.kind.code} here ({self.kind.title})")

    def found(self, at: Location, message: str, witness: Witness | None) -> Issue:
        """An issue of this kind."""
        return Issue(self.kind, at, message, witness)
