"""What can go wrong with a case; each error carries what a caller needs to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.cases.case import Case


class CasesError(Exception):
    """The root of all errors of the case store."""


class CaseNotFound(CasesError):
    """There is no case of that id."""

    def __init__(self, id_: str) -> None:
        super().__init__("there is no such case; 'resolvent cases list' and POST /v1/cases give ids")
        self.id = id_


class RevisionConflict(CasesError):
    """Somebody else has changed the case since the revision that the caller saw. Nothing was written.

    `current` is the case as it is now: show it, and let the caller decide anew.
    """

    def __init__(self, current: Case, expected: int) -> None:
        super().__init__(
            f"the case is at revision {current.revision}, not {expected}: somebody else has changed it; "
            "read it again and repeat what still applies"
        )
        self.current = current
        self.expected = expected


class CaseClosed(CasesError):
    """The case is closed, and takes no answer until it is reopened."""

    def __init__(self, current: Case) -> None:
        super().__init__("the case is closed; reopen it to change it")
        self.current = current


class CaseFull(CasesError):
    """The case has as many entries as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the case has {most} entries, which is the most that one takes; begin another")


class IdempotencyConflict(CasesError):
    """The same idempotency key came with another content."""

    def __init__(self, case_id: str) -> None:
        super().__init__("this Idempotency-Key was used for another case; take a new key for another content")
        self.case_id = case_id


class StepRefused(CasesError, ValueError):
    """The step that is said to have helped is none of the library's."""
