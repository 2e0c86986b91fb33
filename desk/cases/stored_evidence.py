"""Writes evidence into an entry of the log as JSON, and reads it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evidence import Certainty, Evidence, Observation, Provenance, Rank, ReadingNote


def to_json(evidence: Evidence) -> dict[str, object]:
    """Evidence as JSON takes it."""
    return {
        "observations": [
            {
                "fact": observation.fact,
                "value": observation.value,
                "provenance": _provenance_to_json(observation.provenance),
                "rank": observation.rank.label,
                "server": observation.server,
                "certainty": observation.certainty.value,
            }
            for observation in evidence.observations
        ],
        "notes": [
            {
                "kind": note.kind,
                "text": note.text,
                "provenance": _provenance_to_json(note.provenance),
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
            Observation(
                fact=each["fact"],
                value=_frozen(each["value"]),
                provenance=Provenance(**each["provenance"]),
                rank=Rank[each["rank"].upper()],
                server=each["server"],
                certainty=Certainty(each["certainty"]),
            )
            for each in stored["observations"]
        ),
        tuple(
            ReadingNote(
                kind=each["kind"],
                text=each["text"],
                provenance=Provenance(**each["provenance"]),
                server=each["server"],
                details={key: _frozen(value) for key, value in each["details"].items()},
            )
            for each in stored["notes"]
        ),
    )


def _provenance_to_json(provenance: Provenance) -> dict[str, object]:
    return {"what": provenance.what, "name": provenance.name, "line": provenance.line}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
