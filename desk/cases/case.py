"""A case as it stands at one revision: frozen, worked out from its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from engine import Outcome
from evidence import Evidence
from evidence.diagnosis import Diagnosed
from kb.values import Value


class CaseState(StrEnum):
    """Whether a case takes answers."""

    OPEN = "open"
    CLOSED = "closed"


class Mark(StrEnum):
    """What people note on a case that nothing follows from."""

    TICKED = "ticked"
    """A step that was carried out, as ``SERVER/RESOLUTION.STEP``."""
    DISMISSED = "dismissed"
    """Something that was mentioned and is not so, as ``FACT=VALUE``."""


class EntryKind(StrEnum):
    """What an entry of the log records."""

    CREATED = "created"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EVIDENCE = "evidence"
    SETTLED = "settled"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Answer:
    """What holds for a fact because somebody said so."""

    fact: str
    value: Value
    who: str
    at: datetime
    provenance: str
    """Where it was said or taken from: `stated`, `api`, `web`, or for a confirmed proposal the place it was read."""
    revision: int
    """The revision at which it was given."""
    server: str = ""
    """The one of several servers that it is about; empty where it is about the only one, or about all."""


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One input that was read: what it gave, and not what it was, since a paste can hold more than was meant."""

    name: str
    digest: str
    """SHA-256 of the input, in hexadecimal."""
    size: int
    """Bytes of the input."""
    evidence: Evidence
    who: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was concluded at a revision, in the form that is kept and compared.

    Attributes:
        digest: the knowledge it rests on.
        points: for each server (`""` where none is named), what an outcome says, by name: `verdict`, `status`,
            as in `engine.points.points`.
    """

    revision: int
    digest: str
    points: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended: whether it helped (`None`: nobody said), and which step did, as `RESOLUTION.STEP`."""

    helped: bool | None
    step: str | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a case's log. Entries are added, never changed; the n-th makes revision n."""

    revision: int
    kind: EntryKind
    who: str
    at: datetime
    content: Mapping[str, object]
    """As stored: `facts`, `fact`, `evidence`, `settle`, `helped` and `step`, by kind."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What a list of cases shows of one."""

    id: str
    revision: int
    state: CaseState
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    verdict: str
    status: str


@dataclass(frozen=True, slots=True)
class UnreadableCase:
    """A case whose log cannot be read, as when a database was changed by hand; `reason` says why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Case:
    """A case at one revision.

    Attributes:
        reference: what the helpdesk calls it, such as a ticket's number; may be empty.
        answers: what somebody says, by fact; in the order in which each was first answered.
        answers_of: the same of one of several servers each, by its name.
        settled: what somebody decided who saw both sides of a dispute, as `evidence.resolve.resolve` takes it.
        environments: what is known and what follows now, by the library at hand: one for each server that the evidence
            names, otherwise the only one.
        conclusions: what was concluded at each revision, with the digest of the library of that time.
        closing: how it ended, while it is closed.
        marks: what people have ticked off or put aside, by the kind of mark.
    """

    id: str
    revision: int
    state: CaseState
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    answers: Mapping[str, Answer]
    evidence: tuple[EvidenceEntry, ...]
    settled: Mapping[str, str]
    environments: tuple[Diagnosed, ...]
    conclusions: tuple[Conclusion, ...]
    closing: Closing | None
    log: tuple[Entry, ...]
    marks: Mapping[Mark, frozenset[str]] = field(default_factory=dict)
    answers_of: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)

    def answer(self, fact: str, server: str | None) -> Answer | None:
        """What somebody says of a fact: of the server, or else of all."""
        return self.answers_of.get(server or "", {}).get(fact) or self.answers.get(fact)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the first environment, which is the only one unless the evidence names several servers."""
        return self.environments[0].outcome

    @cached_property
    def values(self) -> dict[str, Value]:
        """What somebody said, as plain values by fact."""
        return {fact: answer.value for fact, answer in self.answers.items()}
