"""Issues that an author lets stand, with a reason; a reason that fits no issue any more is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.reading import Document, Path
from workbench.checks.issue import Issue, IssueKind, Location, Severity
from workbench.checks.source import LibrarySource

OUTDATED = IssueKind("KB392", Severity.WARNING, "An issue that is accepted and that there is not")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an author accepts: a code, and the lines of a file between which an issue of it is let stand."""

    code: str
    at: Location
    first: int
    last: int

    def covers(self, issue: Issue) -> bool:
        """Whether this is about an issue."""
        return issue.code == self.code and issue.at.path == self.at.path and self.first <= issue.at.line <= self.last


def acceptances(library: LibrarySource) -> Iterator[Acceptance]:
    """Everything that is accepted in a library."""
    documents = [library.vocabulary[0], *(document for document, _ in library.rules)]
    if library.shared is not None:
        documents.append(library.shared[0])
    for document in documents:
        yield from _within(document, document.data, ())


def is_accepted(issue: Issue, accepted: Iterable[Acceptance]) -> bool:
    """Whether an issue is let stand."""
    return any(each.covers(issue) for each in accepted)


def without_accepted(
    library: LibrarySource, issues: Iterable[Issue], unproven: Callable[[str], bool]
) -> tuple[Issue, ...]:
    """The issues that are not accepted, and with them every acceptance that fits none.

    Args:
        unproven: whether a code may be of more issues than were found, as its proof was not made, or not to its end.
    """
    accepted = list(acceptances(library))
    used: set[int] = set()
    left: list[Issue] = []
    for issue in issues:
        fitting = [number for number, each in enumerate(accepted) if each.covers(issue)]
        used.update(fitting)
        if not fitting:
            left.append(issue)
    for number, each in enumerate(accepted):
        if number not in used and not unproven(each.code):
            left.append(Issue(OUTDATED, each.at, f"there is no {each.code} here any more; take the acceptance out"))
    return tuple(left)


def _within(document: Document, data: object, at: Path) -> Iterator[Acceptance]:
    if isinstance(data, Mapping):
        for position, each in enumerate(data.get("accept", ()) if isinstance(data.get("accept"), list) else ()):
            here: Path = (*at, "accept", position)
            place = Location(document.home(here), *document.place(here))
            lines = [
                line
                for part, (line, _) in (*document.places.items(), *document.keys.items())
                if part[: len(at)] == at and document.home(part) == place.path
            ]
            first = 1 if not at else min(lines)
            yield Acceptance(str(each.get("code")), place, first, max(lines))
        for key, value in data.items():
            yield from _within(document, value, (*at, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _within(document, value, (*at, position))
