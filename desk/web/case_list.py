"""The list of all cases: what of it somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from desk.cases import CaseState, CaseSummary

_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """Which cases a list shows.

    Attributes:
        state: only these; ``None`` all.
        text: in the reference, or the beginning of the number.
        name: a host that they name.
        since, until: the days between which they were last changed, as they were typed; the last day is included.
        after: the last case of the page before.
    """

    state: CaseState | None
    text: str
    name: str
    since_day: str
    until_day: str
    last: tuple[datetime, str] | None

    @property
    def since(self) -> datetime | None:
        """The first moment that counts."""
        return _day(self.since_day)

    @property
    def after(self) -> tuple[datetime, str] | None:
        """Where the list goes on: after the last page, or from the end of the last day on."""
        until = _day(self.until_day)
        return self.last or ((until + timedelta(days=1), "") if until else None)

    @property
    def filtered(self) -> bool:
        """Whether not all cases are shown."""
        return bool(self.state or self.text or self.name or self.since or _day(self.until_day) or self.last)

    def onward(self, last: CaseSummary) -> str:
        """The address of the page after one that ends with this case."""
        query = {
            "state": self.state.value if self.state else "",
            "text": self.text,
            "name": self.name,
            "since": self.since_day,
            "until": self.until_day,
            "after": f"{last.changed_at.astimezone(UTC).isoformat()}~{last.id}",
        }
        return "/cases?" + urlencode({key: value for key, value in query.items() if value})


def cases_wanted(state: str, text: str, name: str, since: str, until: str, after: str) -> CasesWanted:
    """What an address asks for; what cannot be read of it is passed over."""
    return CasesWanted(
        state=CaseState(state) if state in set(CaseState) else None,
        text=text.strip()[:_MAX_TEXT],
        name=name.strip()[:_MAX_TEXT],
        since_day=since if _day(since) else "",
        until_day=until if _day(until) else "",
        last=_place(after),
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _place(text: str) -> tuple[datetime, str] | None:
    moment, _, id_ = text.partition("~")
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (read, id_[:40]) if id_ and read.tzinfo is not None else None
