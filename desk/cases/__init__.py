"""The case store: what was answered and read in a case, who said so and when, and what followed from it."""

from desk.cases.case import (
    Answer,
    Case,
    CaseState,
    CaseSummary,
    Closing,
    Conclusion,
    Entry,
    EntryKind,
    EvidenceEntry,
    Mark,
)
from desk.cases.errors import (
    CaseClosed,
    CaseFull,
    CaseNotFound,
    CasesError,
    IdempotencyConflict,
    RevisionConflict,
    StepRefused,
)
from desk.cases.store import CaseStore

__all__ = [
    "Answer",
    "Case",
    "CaseClosed",
    "CaseFull",
    "CaseNotFound",
    "CaseState",
    "CaseStore",
    "CaseSummary",
    "CasesError",
    "Closing",
    "Conclusion",
    "Entry",
    "EntryKind",
    "EvidenceEntry",
    "IdempotencyConflict",
    "Mark",
    "RevisionConflict",
    "StepRefused",
]
