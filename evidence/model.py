"""What a reader hands back: observations with provenance, notes, and the Evidence that holds both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Final

FactValue = str | bool | tuple[str, ...]
"""A fact's value: text, a yes/no, or a list (frozen as a tuple; `()` says that the list is known to be empty)."""

Detail = str | int | bool | tuple[str, ...]
"""One structured field of a note. Dates are ISO 8601 in UTC, key sizes are in bits."""

UNKNOWN: Final = "unknown"
"""The answer of a person who was asked and cannot tell; it never outweighs a value."""


class Rank(IntEnum):
    """How much a source weighs; a higher rank decides where two sources disagree."""

    PROPOSED = 0
    """Gathered from plain words; nobody has confirmed it, so it is never asserted."""
    STATED = 1
    """Somebody said so."""
    MACHINE_OUTPUT = 2
    """Printed by a program, then pasted: it can be old, cut or from another machine."""
    MEASURED = 3
    """Observed by this program itself, now."""

    @property
    def label(self) -> str:
        """The name that output uses: `proposed`, `stated`, `machine_output` or `measured`."""
        return self.name.lower()


class Certainty(StrEnum):
    """Whether an observation stands in the source or was deduced from it."""

    CERTAIN = "certain"
    """The source says it in so many words."""
    LIKELY = "likely"
    """Deduced; the source would also admit another reading."""


@dataclass(frozen=True, slots=True, order=True)
class Provenance:
    """Where an observation or a note comes from."""

    what: str
    """What was read, in the field's words: `Get-OabVirtualDirectory`, `X.509 certificate`, `the alert's text`."""
    name: str
    """The file's name, `paste`, or the address that was connected to."""
    line: int | None = None
    """Its first line, counted from 1; `None` for binary input and for measurements."""

    def __str__(self) -> str:
        place = self.name if self.line is None else f"{self.name}, line {self.line}"
        return f"{self.what} ({place})"


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact as one source gives it."""

    fact: str
    """A key of the vocabulary, such as `endpoints.ews.url`."""
    value: FactValue
    provenance: Provenance
    rank: Rank = Rank.MACHINE_OUTPUT
    server: str | None = None
    """The Client Access server that the fact is about; `None` where the source names none."""
    certainty: Certainty = Certainty.CERTAIN

    def confirmed(self) -> Observation:
        """Return the same observation after a person said that it is right: a proposal becomes a statement."""
        return replace(self, rank=max(self.rank, Rank.STATED), certainty=Certainty.CERTAIN)


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something that was read and that no fact takes: shown to people, never reasoned with."""

    kind: str
    """A stable name for programs, such as `truncated-list` or `certificate`."""
    text: str
    """One or two sentences for people."""
    provenance: Provenance
    server: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    """The same in structured form."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that one input gave."""

    observations: tuple[Observation, ...] = ()
    notes: tuple[ReadingNote, ...] = ()

    @property
    def asserted(self) -> tuple[Observation, ...]:
        """The observations that may be reasoned with."""
        return tuple(observation for observation in self.observations if observation.rank > Rank.PROPOSED)

    @property
    def proposed(self) -> tuple[Observation, ...]:
        """The observations that a person has to confirm first."""
        return tuple(observation for observation in self.observations if observation.rank is Rank.PROPOSED)

    @property
    def servers(self) -> tuple[str, ...]:
        """The servers that observations name, as written, in order of appearance."""
        return tuple(
            dict.fromkeys(observation.server for observation in self.observations if observation.server is not None)
        )

    def __bool__(self) -> bool:
        return bool(self.observations or self.notes)


def combined(parts: Iterable[Evidence]) -> Evidence:
    """Put several pieces of evidence one after the other, dropping exact repetitions of an observation."""
    observations: dict[tuple[object, ...], Observation] = {}
    notes: list[ReadingNote] = []
    for part in parts:
        for observation in part.observations:
            key = (observation.fact, observation.value, observation.provenance, observation.rank, observation.server)
            observations.setdefault(key, observation)
        notes.extend(part.notes)
    return Evidence(tuple(observations.values()), tuple(notes))
