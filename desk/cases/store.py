"""The case store: creates, reads and changes cases, each change an entry in an append-only log.

Opening it::

    store = CaseStore.open(None, engine)           # the user's own SQLite file, or RESOLVENT_DATABASE_URL
    store = CaseStore.open("postgresql://…", engine)

Reading: ``store.get(id) -> Case`` (frozen; `answers`, `evidence`, `environments`, `outcome`, `conclusions`, `closing`,
`log`), ``store.list(state=…, limit=…, after=…) -> tuple[CaseSummary, …]``, ``store.each() -> Iterator[Case]``.

``store.same_names(case)`` says which host names other open cases name too.

Changing: ``create``, ``change`` (answers, withdrawals and settlements, in one entry), ``add_evidence``, ``close``,
``reopen``; each returns the Case as it then is. All but the first take ``revision``: the revision of the case that the
caller has seen. Where the case has moved on, nothing is written and `RevisionConflict` carries the present state as
``current``; unless the change would alter nothing (the same value again, a withdrawal of what is not there, the same
paste again), which returns the present state. ``mark`` ticks things off; nothing follows from it, so it takes none.
``revision=None`` says that the caller has seen nothing and wants the
change whatever the case is now.

A change is durable when the call returns. A `CaseStore` is safe to share between threads.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from desk.cases.case import Case, CaseState, CaseSummary, Conclusion, Entry, EntryKind, Mark, UnreadableCase
from desk.cases.database import Database
from desk.cases.errors import CaseClosed, CaseFull, RevisionConflict, StepRefused
from desk.cases.folding import Content, apply, conclude, fold, observed, told
from desk.cases.given import IdempotencyKey, Input
from desk.cases.rows import (
    ID_ALPHABET,
    ID_LENGTH,
    Stored,
    append,
    created_before,
    head,
    named,
    read_case,
    remember,
    write_mark,
    write_names,
)
from desk.cases.schema import cases, creations, names
from engine import Engine
from evidence import Evidence, resolve
from evidence.diagnosis import Diagnosed
from evidence.model import NOTHING
from kb.values import suggestion

__all__ = ["MAX_ENTRIES", "CaseStore", "IdempotencyKey", "Input"]

MAX_ENTRIES = 1000
"""Entries of one case. An interview has some twenty; more than this is a program gone wild."""

MAX_MARKS = 500
"""Marks of one kind on one case."""

MAX_MARK = 300
MAX_WHO = 200
MAX_REFERENCE = 200

_KEYS_KEPT = timedelta(days=2)


class CaseStore:
    """Cases in one database, concluded with one engine."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        *,
        on_file: Evidence = NOTHING,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take over a database.

        Args:
            database: where cases are kept.
            engine: what concludes.
            on_file: what the organisation has on file; it counts in every case, and is kept in none.
            clock: says when something is written.
        """
        self.database = database
        self.engine = engine
        self.on_file = on_file
        self._clock = clock

    @classmethod
    def open(cls, url: str | None, engine: Engine) -> CaseStore:
        """The store in a database; its schema is brought up to date.

        Args:
            url: an SQLAlchemy URL; ``None`` is ``RESOLVENT_DATABASE_URL`` or the user's own SQLite file.
            engine: what cases are concluded with.

        Raises:
            desk.cases.database.DatabaseUnusable: it cannot be opened.
        """
        return cls(Database(url), engine)

    def close_database(self) -> None:
        """Give all connections back."""
        self.database.close()

    def create(
        self,
        facts: Mapping[str, object] | None = None,
        evidence: Iterable[Input] = (),
        *,
        who: str,
        reference: str = "",
        settle: Mapping[str, str] | None = None,
        provenance: str = "answers",
        idempotency: IdempotencyKey | None = None,
    ) -> Case:
        """A new case. With an idempotency key that was used for the same content, the case that it made then.

        Raises:
            engine.FactsRefused: some facts cannot be taken; all are listed.
            evidence.UnknownSettlement: something is settled that there is none of.
            IdempotencyConflict: the key was used for another content.
        """
        taken = self.engine.parser.parse(facts or {})
        content: dict[str, object] = {"facts": taken, "provenance": dict.fromkeys(taken, provenance)}
        if settle:
            content["settle"] = dict(settle)
        inputs = [each.stored() for each in evidence]
        if inputs:
            content["evidence"] = inputs
        if idempotency is not None and (known := created_before(self.database, idempotency)):
            return self.get(known)
        now = self._clock()
        id_ = "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
        entry = Entry(1, EntryKind.CREATED, who[:MAX_WHO], now, _as_stored(content))
        folded = fold([entry], self.engine)
        self._check(folded, settle or {})
        every = conclude(self.engine, folded, self.on_file)
        try:
            with self.database.writing() as connection:
                connection.execute(
                    insert(cases).values(
                        id=id_,
                        revision=1,
                        reference=_one_line(reference)[:MAX_REFERENCE],
                        created_at=now,
                        created_by=entry.who,
                        **head(entry, folded, every),
                    )
                )
                append(connection, id_, entry, self._conclusion(entry, every))
                write_names(connection, id_, named(every, self.engine.knowledge))
                if idempotency is not None:
                    remember(connection, idempotency, id_, now)
        except IntegrityError:
            # The only key that can be taken is the caller's own: the same request, sent twice at once.
            if idempotency is None or not (known := created_before(self.database, idempotency)):
                raise
            return self.get(known)
        return self.get(id_)

    def blank(self) -> Case:
        """What a new case would be, with what is on file; it is kept nowhere and has no id."""
        now = self._clock()
        return self._case(Stored("", 0, "", now, "", now, (), (), {}), fold((), self.engine))

    def get(self, case: str) -> Case:
        """The case as it is now, concluded with the library at hand.

        Raises:
            CaseNotFound: there is none of that id.
        """
        stored = read_case(self.database, case)
        return self._case(stored, fold(stored.log, self.engine))

    def list(
        self,
        *,
        state: CaseState | None = None,
        wanted: str = "",
        name: str = "",
        since: datetime | None = None,
        limit: int = 50,
        after: tuple[datetime, str] | None = None,
    ) -> tuple[CaseSummary, ...]:
        """Cases, the last changed first.

        Args:
            state: only these.
            wanted: only those whose id begins with this, or whose reference holds it, letter case aside.
            name: only those that name this host.
            since: only those that were changed then or later.
            limit: at most so many.
            after: the last one of the page before: when it was changed, and its id, since several may share a moment.
        """
        query = select(cases).order_by(cases.c.changed_at.desc(), cases.c.id).limit(limit)
        if state is not None:
            query = query.where(cases.c.state == state.value)
        if wanted:
            begins = cases.c.id.startswith(wanted.lower(), autoescape=True)
            query = query.where(or_(begins, cases.c.reference.icontains(wanted, autoescape=True)))
        if name:
            query = query.where(cases.c.id.in_(select(names.c.case_id).where(names.c.name == name.lower())))
        if since is not None:
            query = query.where(cases.c.changed_at >= since)
        if after is not None:
            moment, id_ = after
            query = query.where(or_(cases.c.changed_at < moment, and_(cases.c.changed_at == moment, cases.c.id > id_)))
        with self.database.reading() as connection:
            return tuple(
                CaseSummary(**{**dict(row), "state": CaseState(row["state"])})
                for row in connection.execute(query).mappings()
            )

    def same_names(self, case: Case) -> Mapping[str, int]:
        """The host names that this case and others that are open name: how many others, the most first."""
        own = named(case.environments, self.engine.knowledge)
        if not own:
            return {}
        query = (
            select(names.c.name, func.count())
            .join(cases, cases.c.id == names.c.case_id)
            .where(names.c.name.in_(own), cases.c.id != case.id, cases.c.state == CaseState.OPEN.value)
            .group_by(names.c.name)
            .order_by(func.count().desc(), names.c.name)
        )
        with self.database.reading() as connection:
            return {str(name): int(count) for name, count in connection.execute(query)}

    def mark(self, case: str, kind: Mark, keys: Mapping[str, bool], *, who: str) -> Case:
        """Tick things off, or take the ticks away again; those that are not named stay as they are.

        Raises:
            CaseNotFound: there is none of that id.
            CaseFull: it has more marks than anybody sets.
        """
        current = read_case(self.database, case)
        if len(current.marks[kind] | {key for key, on in keys.items() if on}) > MAX_MARKS:
            raise CaseFull(MAX_MARKS)
        now = self._clock()
        with self.database.writing() as connection:
            for key, on in keys.items():
                write_mark(connection, case, kind, key[:MAX_MARK], who[:MAX_WHO], now, on=on)
        return self.get(case)

    def each(self) -> Iterator[Case | UnreadableCase]:
        """All cases, in the order of their ids, read one by one; those made meanwhile may be missing."""
        last = ""
        while True:
            with self.database.reading() as connection:
                ids = connection.scalars(select(cases.c.id).where(cases.c.id > last).order_by(cases.c.id).limit(200))
                page = [str(id_) for id_ in ids]
            if not page:
                return
            for id_ in page:
                try:
                    yield self.get(id_)
                except (KeyError, TypeError, ValueError) as error:
                    yield UnreadableCase(id_, f"its log cannot be read ({type(error).__name__})")
            last = page[-1]

    def change(
        self,
        case: str,
        facts: Mapping[str, object] | None = None,
        *,
        settle: Mapping[str, str] | None = None,
        revision: int | None,
        who: str,
        provenance: str | Mapping[str, str] = "answers",
        servers: Sequence[str] = (),
    ) -> Case:
        """Answer facts, new or anew, take answers back, and settle disputes: all of it or nothing, in one entry.

        Args:
            case: its id.
            facts: values by fact; ``None`` takes an answer back, so that it is asked again as soon as it matters.
            settle: what a person said who saw both sides of a dispute.
            revision: the revision of the case that the caller has seen.
            who: who says so.
            provenance: where it was said or taken from, for all or for each fact.
            servers: where the case is about several, all of them, the one first that this is about. What belongs to
                no server is about all.

        Raises:
            engine.FactsRefused: some facts cannot be taken; all are listed.
            evidence.UnknownSettlement: something is settled that there is none of.
            RevisionConflict: the case has moved on and this would change it.
            CaseNotFound, CaseClosed, CaseFull: as they say.
        """
        given = {} if facts is None else facts
        taken = self.engine.parser.parse({fact: value for fact, value in given.items() if value is not None})
        gone = [fact for fact, value in given.items() if value is None]

        def change(content: Content) -> tuple[EntryKind, dict[str, object]] | None:
            values = content.values(servers[0] if servers else "")
            stored: dict[str, object] = {"servers": list(servers)} if servers else {}
            nothing = dict(stored)
            new = {fact: value for fact, value in taken.items() if fact not in values or values[fact] != value}
            if new:
                stored["facts"] = new
                stored["provenance"] = {
                    fact: provenance if isinstance(provenance, str) else provenance.get(fact, "answers") for fact in new
                }
            decided = {key: each for key, each in (settle or {}).items() if content.settled.get(key) != each}
            if decided:
                stored["settle"] = decided
            told = values if servers else {**values, **{f: None for of in content.answers_of.values() for f in of}}
            withdrawn = [fact for fact in gone if fact in told]
            if withdrawn:
                stored["facts_withdrawn"] = withdrawn
                return EntryKind.WITHDRAWN, stored
            if stored == nothing:
                return None
            return EntryKind.SETTLED if decided and not new else EntryKind.ANSWERED, stored

        return self._change(case, change, revision=revision, who=who)

    def add_evidence(self, case: str, inputs: Iterable[Input], *, revision: int | None, who: str) -> Case:
        """Add what was read from one or several inputs; one that the case has already is passed over.

        Raises:
            RevisionConflict, CaseNotFound, CaseClosed, CaseFull: as they say.
        """
        given = tuple(inputs)

        def change(content: Content) -> tuple[EntryKind, dict[str, object]] | None:
            known = {(entry.digest, entry.name) for entry in content.evidence}
            new = [each.stored() for each in given if (each.digest, each.name) not in known]
            return (EntryKind.EVIDENCE, {"evidence": new}) if new else None

        return self._change(case, change, revision=revision, who=who)

    def close(self, case: str, *, helped: bool | None, step: str | None = None, revision: int | None, who: str) -> Case:
        """Close a case, with whether it helped and which step did, as ``RESOLUTION.STEP``.

        Raises:
            StepRefused: the library has no such step.
            RevisionConflict, CaseNotFound, CaseFull: as they say.
        """
        if step is not None and step not in self.steps():
            raise StepRefused(f"{step[:120]!r} is no step of this library{suggestion(step[:120], self.steps())}")

        def change(content: Content) -> tuple[EntryKind, dict[str, object]] | None:
            known = content.closing
            if known is not None and (known.helped, known.step) == (helped, step):
                return None
            return EntryKind.CLOSED, {"helped": helped, "step": step}

        return self._change(case, change, revision=revision, who=who, while_closed=True)

    def reopen(self, case: str, *, revision: int | None, who: str) -> Case:
        """Open a closed case again.

        Raises:
            RevisionConflict, CaseNotFound, CaseFull: as they say.
        """
        return self._change(
            case,
            lambda content: (EntryKind.REOPENED, {}) if content.state is CaseState.CLOSED else None,
            revision=revision,
            who=who,
            while_closed=True,
        )

    def steps(self) -> tuple[str, ...]:
        """The steps that can have helped, as ``RESOLUTION.STEP``."""
        return tuple(
            f"{resolution.id}.{step.id}"
            for resolution in self.engine.knowledge.resolutions
            for step in resolution.steps
        )

    def forget_old_keys(self) -> None:
        """Drop idempotency keys that no caller can still be repeating."""
        with self.database.writing() as connection:
            connection.execute(delete(creations).where(creations.c.at < self._clock() - _KEYS_KEPT))

    def _change(
        self,
        case: str,
        change: Callable[[Content], tuple[EntryKind, dict[str, object]] | None],
        *,
        revision: int | None,
        who: str,
        while_closed: bool = False,
    ) -> Case:
        """Append one entry, unless `change` says that it would alter nothing.

        The new entry is worked out outside the transaction and written only if the case is still at the revision that
        it was worked out from; otherwise all of it begins anew.
        """
        while True:
            current = read_case(self.database, case)
            content = fold(current.log, self.engine)
            changed = change(content)
            if changed is None:
                return self._case(current, content)
            kind, stored = changed
            if revision is not None and revision != current.revision:
                raise RevisionConflict(self._case(current, content), revision)
            if content.state is CaseState.CLOSED and not while_closed:
                raise CaseClosed(self._case(current, content))
            if current.revision >= MAX_ENTRIES:
                raise CaseFull(MAX_ENTRIES)
            entry = Entry(current.revision + 1, kind, who[:MAX_WHO], self._clock(), _as_stored(stored))
            apply(content, entry, self.engine)
            self._check(content, entry.content.get("settle", {}))
            every = conclude(self.engine, content, self.on_file)
            conclusion = self._conclusion(entry, every)
            with self.database.writing() as connection:
                moved = connection.execute(
                    update(cases)
                    .where(cases.c.id == case, cases.c.revision == current.revision)
                    .values(revision=entry.revision, **head(entry, content, every))
                )
                written = moved.rowcount == 1
                if written:
                    append(connection, case, entry, conclusion)
                    write_names(connection, case, named(every, self.engine.knowledge))
            if written:
                return self._case(current.with_(entry, conclusion), content, every)

    def _check(self, content: Content, settle: Any) -> None:
        """Refuse a settlement of what there is none of; later, when it has been replaced, it just counts no more."""
        if not settle:
            return
        resolve(self.engine.knowledge, observed(content, self.on_file), (), settle)

    def _conclusion(self, entry: Entry, every: Iterable[Diagnosed]) -> Conclusion:
        return Conclusion(entry.revision, self.engine.knowledge.digest, told(every))

    def _case(self, stored: Stored, content: Content, every: tuple[Diagnosed, ...] | None = None) -> Case:
        return Case(
            id=stored.id,
            revision=stored.revision,
            state=content.state,
            reference=stored.reference,
            created_at=stored.created_at,
            created_by=stored.created_by,
            changed_at=stored.changed_at,
            answers=content.answers,
            answers_of=content.answers_of,
            evidence=tuple(content.evidence),
            settled=content.settled,
            environments=every or conclude(self.engine, content, self.on_file),
            conclusions=stored.conclusions,
            closing=content.closing,
            log=stored.log,
            marks=stored.marks,
        )


def _one_line(text: str) -> str:
    """A text without line breaks and control characters, some of which PostgreSQL does not take."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _as_stored(content: Mapping[str, object]) -> dict[str, object]:
    """Content as it comes back out of JSON, so that a case is the same before and after it was stored."""
    stored: dict[str, object] = json.loads(json.dumps(content, ensure_ascii=False))
    return stored
