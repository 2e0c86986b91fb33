"""What every check is: one class for one kind of finding, which looks at a library and yields what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from workbench.checks.finding import Finding, Kind, Location
from workbench.checks.source import LibrarySource


class Check(ABC):
    """A check for one kind of finding."""

    kind: ClassVar[Kind]

    @abstractmethod
    def findings(self, library: LibrarySource) -> Iterator[Finding]:
        """Everything of this kind in a library."""

    def found(self, at: Location, message: str) -> Finding:
        """A finding of this kind."""
        return Finding(self.kind, at, message)
