"""Reads and writes the rows of cases; what they mean is worked out elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from desk.cases.case import Conclusion, Entry, EntryKind, Mark
from desk.cases.database import Database
from desk.cases.errors import CaseNotFound, IdempotencyConflict
from desk.cases.folding import Content
from desk.cases.given import IdempotencyKey
from desk.cases.schema import cases, creations, entries, marks, names
from evidence.diagnosis import Diagnosed
from kb import KnowledgeBase
from kb.values import UNKNOWN, FactType

ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: no letter that is taken for another on the phone."""

ID_LENGTH = 20
"""100 bits: nobody guesses the id of another's case."""

MAX_NAMES = 100
"""Host names that are kept of one case."""

_ID = re.compile(f"[{ID_ALPHABET}]{{{ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database has of a case."""

    id: str
    revision: int
    reference: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    log: tuple[Entry, ...]
    conclusions: tuple[Conclusion, ...]
    marks: Mapping[Mark, frozenset[str]]

    def with_(self, entry: Entry, conclusion: Conclusion) -> Stored:
        """The same after one more entry, as it would be read again."""
        return replace(
            self,
            revision=entry.revision,
            changed_at=entry.at,
            log=(*self.log, entry),
            conclusions=(*self.conclusions, conclusion),
        )


def read_case(database: Database, case: str) -> Stored:
    """What the database has of a case.

    Raises:
        CaseNotFound: nothing.
    """
    if not _ID.fullmatch(case):
        raise CaseNotFound(case)
    with database.reading() as connection:
        row = connection.execute(select(cases).where(cases.c.id == case)).one_or_none()
        if row is None:
            raise CaseNotFound(case)
        log = connection.execute(
            select(entries)
            .where(entries.c.case_id == case, entries.c.revision <= row.revision)
            .order_by(entries.c.revision)
        ).all()
        marked = connection.execute(select(marks.c.kind, marks.c.key).where(marks.c.case_id == case)).all()
    return Stored(
        row.id,
        row.revision,
        row.reference,
        row.created_at,
        row.created_by,
        row.changed_at,
        tuple(Entry(each.revision, EntryKind(each.kind), each.who, each.at, each.content) for each in log),
        tuple(Conclusion(each.revision, each.knowledge, each.conclusion) for each in log),
        {kind: frozenset(each.key for each in marked if each.kind == kind.value) for kind in Mark},
    )


def append(connection: Connection, case: str, entry: Entry, conclusion: Conclusion) -> None:
    """Add an entry to a case's log, with what was concluded after it."""
    connection.execute(
        insert(entries).values(
            case_id=case,
            revision=entry.revision,
            kind=entry.kind.value,
            who=entry.who,
            at=entry.at,
            content=dict(entry.content),
            knowledge=conclusion.digest,
            conclusion=conclusion.points,
        )
    )


def write_names(connection: Connection, case: str, known: Collection[str]) -> None:
    """Keep the host names that a case is about, in place of those of before."""
    connection.execute(delete(names).where(names.c.case_id == case))
    if known:
        connection.execute(insert(names), [{"case_id": case, "name": name} for name in sorted(known)])


def named(every: Iterable[Diagnosed], knowledge: KnowledgeBase) -> frozenset[str]:
    """The host names among the facts of outcomes, in small letters; of a case gone wild, some."""
    found = {
        str(value).lower().rstrip(".")
        for each in every
        for fact, value in each.environment.facts.items()
        if value != UNKNOWN and fact in knowledge.facts and knowledge.facts[fact].type is FactType.HOST_NAME
    }
    return frozenset(sorted(found)[:MAX_NAMES])


def write_mark(connection: Connection, case: str, kind: Mark, key: str, who: str, now: datetime, *, on: bool) -> None:
    """Set a mark or take it away; one that is there already stays as it is."""
    here = (marks.c.case_id == case) & (marks.c.kind == kind.value) & (marks.c.key == key)
    if not on:
        connection.execute(delete(marks).where(here))
    elif connection.execute(select(marks.c.key).where(here)).first() is None:
        connection.execute(insert(marks).values(case_id=case, kind=kind.value, key=key, who=who, at=now))


def created_before(database: Database, key: IdempotencyKey) -> str | None:
    """The case that a key has made already.

    Raises:
        IdempotencyConflict: of another content.
    """
    with database.reading() as connection:
        row = connection.execute(
            select(creations.c.fingerprint, creations.c.case_id).where(
                creations.c.caller == key.caller, creations.c.key == key.digest
            )
        ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != key.fingerprint:
        raise IdempotencyConflict(row.case_id)
    return str(row.case_id)


def remember(connection: Connection, key: IdempotencyKey, case: str, now: datetime) -> None:
    """Keep a key with the case that it made."""
    connection.execute(
        insert(creations).values(caller=key.caller, key=key.digest, fingerprint=key.fingerprint, case_id=case, at=now)
    )


def head(entry: Entry, content: Content, every: tuple[Diagnosed, ...]) -> dict[str, object]:
    """What the row of a case says after an entry. Of several servers, the one that needs most counts."""
    verdicts = {each.outcome.verdict.value for each in every}
    verdict = next(each for each in ("diagnosed", "undecided", "not_covered") if each in verdicts)
    status = "open" if any(each.outcome.status.value == "open" for each in every) else "settled"
    return {"state": content.state.value, "changed_at": entry.at, "verdict": verdict, "status": status}
