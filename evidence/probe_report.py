"""Reads what `resolvent probe --format json` wrote, elsewhere or earlier."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final

from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.handshake import is_address
from evidence.hosts import is_host_name
from evidence.limits import MAX_NAMES, MAX_NOTES, MAX_OBJECTS
from evidence.model import Observation, Provenance, Rank, ReadingNote, Sighting
from kb.values import Value

MADE_BY: Final = "resolvent probe"
"""Stands in the report under `made_by`."""
_MAX_TEXT: Final = 2048
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class ProbedFact(StrEnum):
    """The keys under which the vocabulary knows what a probe sees, beside those of a certificate."""

    MAIL_DOMAIN = "client.mail_domain"
    ROOT_ANSWERS = "root_domain.answers"
    ROOT_COVERED = "root_domain.certificate_covers"
    AUTODISCOVER_RESOLVES = "autodiscover_host.resolves"
    AUTODISCOVER_COVERED = "autodiscover_host.certificate_covers"
    WILDCARD = "dns.wildcard"
    SRV_TARGET = "dns.srv_target"
    # What a warning is known by; never measured, as no warning is seen.
    ALERT_KIND = "alert.kind"
    ALERT_HOST = "alert.host"
    ALERT_TRUST = "alert.trust"
    ALERT_DATE = "alert.date"
    ALERT_NAME = "alert.name"


_NEVER_MEASURED: Final = frozenset(fact for fact in ProbedFact if fact.startswith("alert."))


def read_probe_report(evidence_text: EvidenceText) -> Reading | None:
    """Read a report: what was measured then is machine output now."""
    start = next((index for index, line in enumerate(evidence_text.lines) if line.strip()), None)
    if start is None or not evidence_text.lines[start].lstrip().startswith("{") or MADE_BY not in evidence_text.text:
        return None
    text = evidence_text.text.strip()
    try:
        report, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(report, dict) or report.get("made_by") != MADE_BY:
        return None
    day = _DAY.match(_text(report.get("as_of")) or "")
    what = MADE_BY if day is None else f"{MADE_BY}, {day[0]}"
    provenance = evidence_text.provenance(what, start + 1)
    observations = [*_observations(report.get("facts"), provenance)]
    for run, shown in enumerate(_dicts(report.get("certificates")), 1):
        seen_at = shown.get("seen_at")
        if isinstance(seen_at, str) and (is_host_name(seen_at) or is_address(seen_at)):
            observations += _observations(shown.get("facts"), provenance, Sighting(run=run, seen_at=seen_at))
    notes = [
        ReadingNote("probe", told, provenance)
        for each in (*_dicts(report.get("forecast")), *_dicts(report.get("remarks")))
        if (told := _text(each.get("text"))) is not None
    ]
    claimed = range(start, start + text.count("\n", 0, end) + 1)
    return Reading(tuple(observations), tuple(notes[:MAX_NOTES]), (claimed,))


def _observations(facts: object, provenance: Provenance, shown: Sighting | None = None) -> Iterator[Observation]:
    for each in _dicts(facts):
        fact, value, server, item = each.get("fact"), _value(each.get("value")), each.get("server"), each.get("item")
        if not isinstance(fact, str) or not _is_measured(fact, shown) or value is None:
            continue
        if server is not None and not (isinstance(server, str) and is_host_name(server)):
            continue
        rank = Rank.STATED if each.get("rank") == Rank.STATED.label else Rank.MACHINE_OUTPUT
        sighting = shown
        if shown is not None and isinstance(item, str) and re.fullmatch("[0-9]{1,4}", item, re.ASCII):
            sighting = replace(shown, item=int(item))
        yield Observation(fact, value, provenance, rank, server, sighting)


def _is_measured(fact: str, shown: Sighting | None) -> bool:
    if shown is not None:
        return fact.startswith("certificate.")
    return fact in set(ProbedFact) and fact not in _NEVER_MEASURED


def _value(value: object) -> Value | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) <= MAX_NAMES:
        names = tuple(name for each in value if (name := _text(each)) is not None)
        return names if len(names) == len(value) else None
    return _text(value)


def _text(value: object) -> str | None:
    """A text of sensible length without what is no character: JSON can write half of one."""
    return value if isinstance(value, str) and len(value) <= _MAX_TEXT and value.isprintable() else None


def _dicts(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (each for each in value[:MAX_OBJECTS] if isinstance(each, dict))


READER: Final = Reader(
    name="probe-report",
    reads="the JSON of 'resolvent probe'",
    read=read_probe_report,
)
