"""Words and dates as the pages write them."""

from __future__ import annotations

from datetime import UTC, datetime

from desk.access import ANYONE_HERE


def capitalised(text: str) -> str:
    """A noun phrase of the library, as it begins a line."""
    return text[:1].upper() + text[1:]


def named(who: str) -> str:
    """Who it was, as pages name them; nobody where all who come in are the same to us."""
    return "" if who == ANYONE_HERE.name else who


def counted(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def machine_time(moment: datetime) -> str:
    """A moment for programs, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken_time(moment: datetime) -> str:
    """A moment for people, in UTC; the script of the pages turns it into their own time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
