"""Writes evidence into an entry of the log as JSON, and reads it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evidence import Certainty, Evidence, Finding, Note, Rank, Source


def to_json(evidence: Evidence) -> dict[str, object]:
    """Evidence as JSON takes it."""
    return {
        "findings": [
            {
                "fact": finding.fact,
                "value": finding.value,
                "source": _source_to_json(finding.source),
                "rank": finding.rank.label,
                "server": finding.server,
                "certainty": finding.certainty.value,
            }
            for finding in evidence.findings
        ],
        "notes": [
            {
                "kind": note.kind,
                "text": note.text,
                "source": _source_to_json(note.source),
                "server": note.server,
                "details": dict(note.details),
            }
            for note in evidence.notes
        ],
    }


def from_json(stored: Mapping[str, Any]) -> Evidence:
    """Evidence as it was before `to_json`."""
    return Evidence(
        tuple(
            Finding(
                fact=each["fact"],
                value=_frozen(each["value"]),
                source=Source(**each["source"]),
                rank=Rank[each["rank"].upper()],
                server=each["server"],
                certainty=Certainty(each["certainty"]),
            )
            for each in stored["findings"]
        ),
        tuple(
            Note(
                kind=each["kind"],
                text=each["text"],
                source=Source(**each["source"]),
                server=each["server"],
                details={key: _frozen(value) for key, value in each["details"].items()},
            )
            for each in stored["notes"]
        ),
    )


def _source_to_json(source: Source) -> dict[str, object]:
    return {"what": source.what, "name": source.name, "line": source.line}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
