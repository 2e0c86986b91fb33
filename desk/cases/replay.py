"""Replays stored cases against another library: which conclusions change, and in what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desk.cases.case import Case
from desk.cases.folding import conclude, fold, told
from desk.cases.store import CaseStore
from engine import Engine
from evidence import Evidence
from evidence.model import NOTHING


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One thing that another library says differently of a case.

    Attributes:
        server: the server that it is about; empty where the case names none.
        what: as in `desk.cases.case.Conclusion.points`.
        before, after: what was said when the case was last changed, and what would be said now; empty where absent.
        digest: the knowledge that the earlier conclusion rests on.
    """

    case: str
    reference: str
    server: str
    what: str
    before: str
    after: str
    digest: str


def replay(store: CaseStore, engine: Engine) -> Iterator[CaseChange]:
    """What differs between the last recorded conclusion of each case and what `engine` concludes from the same log.

    The engine's library may be any; answers that its vocabulary does not take count for nothing there.
    """
    for case in store.each():
        if isinstance(case, Case):
            yield from replay_case(case, engine, store.on_file)


def replay_case(case: Case, engine: Engine, on_file: Evidence = NOTHING) -> Iterator[CaseChange]:
    """The same for one case."""
    recorded = case.conclusions[-1]
    content = fold(case.log, engine)
    now = told(conclude(engine, content, on_file))
    for server in dict.fromkeys((*recorded.points, *now)):
        old, new = recorded.points.get(server, {}), now.get(server, {})
        for what in dict.fromkeys((*old, *new)):
            before, after = old.get(what, ""), new.get(what, "")
            if before != after:
                yield CaseChange(case.id, case.reference, server, what, before, after, recorded.digest)
