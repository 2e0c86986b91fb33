"""What every check is: one class for one kind of issue, which looks at a library and yields what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from workbench.checks.issue import Issue, IssueKind, Location
from workbench.checks.source import LibrarySource


class Check(ABC):
    """A check for one kind of issue."""

    kind: ClassVar[IssueKind]

    @abstractmethod
    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """Everything of this kind in a library."""

    def found(self, at: Location, message: str) -> Issue:
        """An issue of this kind."""
        return Issue(self.kind, at, message)
