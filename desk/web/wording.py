"""Who and when, as the pages write it."""

from __future__ import annotations

from datetime import UTC, datetime

from desk.access import ANYONE_HERE


def named(who: str) -> str:
    """Who it was, as pages name them; nobody where all who come in are the same to us."""
    return "" if who == ANYONE_HERE.name else who


def machine_time(moment: datetime) -> str:
    """A moment for programs, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken_time(moment: datetime) -> str:
    """A moment for people, in UTC; the script of the pages turns it into their own time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
