"""What a reader hands back: observations with provenance, notes, and the Evidence that holds both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from kb.values import Value

Detail = str | int | bool | tuple[str, ...]
"""One structured field of a note. Dates are ISO 8601 in UTC, key sizes are in bits."""


class Rank(IntEnum):
    """How much a source weighs; of two that differ, the higher rank holds."""

    PROPOSED = 0
    """Mentioned in plain words, or deduced: nobody has confirmed it, so that it is never reasoned with."""
    ON_FILE = 1
    """What the organisation has on file: true when it was written down."""
    STATED = 2
    """Somebody said so."""
    MACHINE_OUTPUT = 3
    """Printed by a program, then pasted: it can be old, cut or from another machine."""
    MEASURED = 4
    """Observed by this program itself, now."""

    @property
    def label(self) -> str:
        """The name that output uses: `proposed`, `on_file`, `stated`, `machine_output` or `measured`."""
        return self.name.lower()


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
class Sighting:
    """Which thing it was, in which output: what was read off one thing is taken as one.

    Attributes:
        run: where the output begins, as a line from 1; the same command printed twice is two runs.
        item: the n-th thing of that output, from 0.
        seen_at: the host that showed it; `None` where the kind of output says where it belongs.
        placed: false where the source does not say where the thing was seen, as with a certificate in a file.
    """

    run: int = 1
    item: int = 0
    seen_at: str | None = None
    placed: bool = True

    @property
    def here(self) -> bool:
        """Whether it is the thing that its facts are about, so that nobody has to find out where it was seen."""
        return self.placed and self.seen_at is None


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact as one source gives it."""

    fact: str
    """A key of the vocabulary, such as `endpoints.ews.url`."""
    value: Value
    """As the source gives it: `evidence.resolve` reads it as the fact's type, so text as it was printed will do."""
    provenance: Provenance
    rank: Rank = Rank.MACHINE_OUTPUT
    server: str | None = None
    """The server that the fact is about; `None` where the source names none."""
    sighting: Sighting | None = None
    quote: str = ""
    """The words that it rests on, where somebody has to judge them."""

    def confirmed(self) -> Observation:
        """Return the same observation after a person said that it is right: a proposal becomes their statement."""
        if self.rank >= Rank.STATED:
            return self
        where = self.sighting
        return replace(self, rank=Rank.STATED, sighting=None if where is not None and where.here else where)

    def proposed(self) -> Observation:
        """Return the same observation as one that somebody has to confirm first: it was deduced, not read."""
        return replace(self, rank=Rank.PROPOSED)


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


NOTHING: Final = Evidence()
"""What an input gives that says nothing."""


def combined(parts: Iterable[Evidence]) -> Evidence:
    """Put several pieces of evidence one after the other, dropping exact repetitions of an observation."""
    observations: dict[tuple[object, ...], Observation] = {}
    notes: list[ReadingNote] = []
    for part in parts:
        for observation in part.observations:
            key = (
                observation.fact,
                observation.value,
                observation.provenance,
                observation.rank,
                observation.server,
                observation.sighting,
            )
            observations.setdefault(key, observation)
        notes.extend(part.notes)
    return Evidence(tuple(observations.values()), tuple(notes))
