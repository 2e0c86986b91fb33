"""Reads dates as programs print them, and leaves open what may be two different days.

`02/01/2021` is one day in the United States and another one in Britain. Which it is shows only where a second date of
the same output has a number beyond 12, or where another order is written with other marks: dots stand between day,
month and year, and a year in front is followed by the month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

MAX_DATE_CHARACTERS: Final = 100
"""Characters of a printed date that are looked at; the longest in use, with the day's name and the time, has 60."""

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_MONTH_FIRST: Final = re.compile(r"\b([A-Za-z]{3})[a-z]{0,6}\.?\s{1,3}(\d{1,2})(?:,|\s)[\s\d:]{0,16}?\b(\d{4})\b")
_DAY_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})[.\s-]\s?([A-Za-z]{3})[a-z]{0,6}[\s.,-]\s?(\d{4})(?!\d)")


def read_dates(texts: Sequence[str | None]) -> tuple[str | None, ...]:
    """Return the day that each text prints as `YYYY-MM-DD`, or `None` where it prints none or may mean two.

    Args:
        texts: dates of one output, so that one may show in which order the others are written.
    """
    shown = [(text or "")[:MAX_DATE_CHARACTERS] for text in texts]
    day_first = _order(shown)
    return tuple(_read(text, day_first) for text in shown)


def may_be_one_day(one: str, other: str) -> bool:
    """Tell whether two texts can print one moment.

    What does not say its time zone may print the day before or after, and where it does not say whether the day or the
    month stands first, either is meant.
    """
    return any(abs((first - second).days) <= 1 for first in _days(one) for second in _days(other))


def _days(text: str) -> set[date]:
    shown = text[:MAX_DATE_CHARACTERS]
    return {date.fromisoformat(day) for order in (True, False) if (day := _read(shown, order)) is not None}


def _order(texts: Sequence[str]) -> bool | None:
    """Tell whether the day stands before the month, where a date shows it; `None` where none does, or they differ."""
    told = set()
    for text in texts:
        match = _YEAR_LAST.search(text)
        if match is not None and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                told.add(True)
            elif second > 12 >= first:
                told.add(False)
    return told.pop() if len(told) == 1 else None


def _read(text: str, day_first: bool | None) -> str | None:
    if match := _YEAR_FIRST.search(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _YEAR_LAST.search(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "." or first == second:
            return _day(year, second, first)
        if day_first is None:
            return None
        return _day(year, second, first) if day_first else _day(year, first, second)
    if (match := _MONTH_FIRST.search(text)) and match[1].lower() in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[1].lower()], int(match[2]))
    if (match := _DAY_FIRST.search(text)) and match[2].lower() in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
