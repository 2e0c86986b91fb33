"""Turns objects that a shell printed into observations, as the library says, whatever format they came in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from evidence.exchange_certificates import THUMBPRINT, certificates_of
from evidence.hosts import clean_url, is_dns_name, is_host_name
from evidence.limits import MAX_OBJECTS
from evidence.model import Detail, Observation, Rank, ReadingNote, Sighting
from evidence.output_kind import OTHER, kind_of
from evidence.shell_object import ShellCommand, ShellObject, Value
from kb import KnowledgeBase
from kb.model import Choice, Fact
from kb.outputs import Output, OutputNote, PropertyTest
from kb.values import FactType, ValueRefused, read_value
from kb.values import Value as FactValue

Facts = tuple[list[Observation], list[ReadingNote]]

_BLANK: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_ANY_SERVER: Final = ("Server", "Name", "Fqdn")


@dataclass(frozen=True, slots=True)
class _ShownOnly:
    """A fact that the vocabulary does not declare, with the type that the table of outputs gives it."""

    label: str
    type: FactType
    choices: tuple[Choice, ...] = ()


def interpret(
    objects: Sequence[ShellObject], knowledge: KnowledgeBase
) -> tuple[tuple[Observation, ...], tuple[ReadingNote, ...]]:
    """Return what the objects say; of more than `MAX_OBJECTS` the first, and a note."""
    observations: list[Observation] = []
    notes: list[ReadingNote] = []
    certificates: list[ShellObject] = []
    if len(objects) > MAX_OBJECTS:
        text = f"More than {MAX_OBJECTS} objects: the rest was left out."
        notes.append(ReadingNote("left-out", text, objects[MAX_OBJECTS].provenance))
    for shell_object in _in_runs(objects[:MAX_OBJECTS]):
        kind, certain = kind_of(shell_object, knowledge.outputs)
        if kind is None:
            notes.append(_unknown_output(shell_object))
        elif kind.certificates:
            certificates.append(shell_object)
        elif kind is not OTHER:
            found, remarks = _Interpreter(shell_object, kind, certain, knowledge).read()
            observations += found
            notes += remarks
    found, remarks = certificates_of(certificates)
    return (*observations, *found), (*notes, *remarks)


def _in_runs(objects: Sequence[ShellObject]) -> Iterator[ShellObject]:
    """Say of each object in which output it stands.

    One output goes on until another command, or the same thing again: a remark between two objects does not end it.
    """
    run = 1
    command: ShellCommand | None = None
    met: set[str] = set()
    for position, shell_object in enumerate(objects):
        thing = _name_of_thing(shell_object)
        another = shell_object.command is not None and shell_object.command is not command
        if position == 0 or another or thing in met:
            run = shell_object.provenance.line or position + 1
            met = set()
            command = shell_object.command
        if thing:
            met.add(thing)
        yield replace(shell_object, run=run)


def _name_of_thing(shell_object: ShellObject) -> str:
    """What tells an object from the others of its output; empty where nothing does, as with a masked thumbprint."""
    thumbprint = shell_object.get("Thumbprint")
    if thumbprint is not None:
        return thumbprint.text.lower() if THUMBPRINT.fullmatch(thumbprint.text) else ""
    for names in (("Identity",), ("Server", "Name"), ("Name",), ("Server",)):
        values = [shell_object.get(name) for name in names]
        if all(value is not None and value.complete for value in values):
            return "|".join(value.text.lower() for value in values if value is not None)
    return ""


class _Interpreter:
    """Reads one object of a known output."""

    def __init__(self, shell_object: ShellObject, kind: Output, certain: bool, knowledge: KnowledgeBase) -> None:
        self._object = shell_object
        self._kind = kind
        self._certain = certain
        self._knowledge = knowledge
        self._every = knowledge.outputs.every
        self._server = server_of(shell_object, kind)
        self._notes: list[ReadingNote] = []

    def read(self) -> Facts:
        observations: list[Observation] = []
        owner = self._knowledge.owner
        if self._server is not None and owner is not None and owner.named_by is not None and self._kind.server:
            observations.append(self._observation(owner.named_by, self._server))
        for name, fact in self._every.facts.items():
            observations += self._fact(name, fact, certain=True, own=False)
        stated = {each.fact: each.value for each in observations}
        for skip in (*self._every.skip_when, *self._kind.skip_when):
            if all(self._holds(test, stated) for test in skip.where):
                return [], [] if skip.note is None else [self._told(skip.note)]
        for name, fact in self._kind.facts.items():
            observations += self._fact(name, fact, certain=self._certain, own=True)
        told = [
            self._told(note)
            for note in (*self._every.notes, *self._kind.notes)
            if not note.shows or self._object.get(*note.shows) is not None
        ]
        return observations, [*self._notes, *told]

    def _fact(self, name: str, fact: str, *, certain: bool, own: bool) -> list[Observation]:
        """What a property says of its fact; where it says nothing that can be used, a note says why."""
        if not self._object.has(name):
            return []
        declared = self._knowledge.facts.get(fact) or _ShownOnly(fact, self._knowledge.outputs.shown_only[fact])
        is_url = declared.type is FactType.URL
        value = self._object.get(name)
        if value is None:
            if declared.type is FactType.CHOICE and (said := _read(_EMPTY, declared)) is not None:
                return [self._observation(fact, said, place=self._object.properties[name.lower()] if own else None)]
            if is_url and name == next(iter(self._kind.facts), None):  # the one that counts; others may well be empty
                self._note("no-url", f"{name} is empty: no URL is set, or it was not printed.", {"fact": fact})
            return []
        read: FactValue | None = None
        if value.complete:
            read = clean_url(value.text) if is_url else _read(value, declared)
        if read is None:
            details: dict[str, Detail] = {"fact": fact, "text": value.text[:512]}
            if is_url:
                text = f"{name} is not a whole http(s) URL as it stands here, so it was not used"
                self._note("unusable-url", f"{text}: {value.text[:120]!r}.", details)
            else:
                text = f"{name} does not tell {declared.label}: {value.text[:120]!r}."
                self._note("undecided-value", text, details)
            return []
        if not certain:
            text = (
                f"That this is the {self._kind.label} was deduced from its URL's path; paste the command line with it, "
                "and it is certain."
            )
            self._note("deduced-directory", text, {"fact": fact})
        rank = Rank.MACHINE_OUTPUT if certain else Rank.PROPOSED
        if is_url and _may_be_cut(str(read), self._kind.usual_path):
            text = (
                f"{name} ends within its usual path, so it may have been cut and has to be confirmed: {str(read)[:200]}"
            )
            self._note("cut-url", text, {"fact": fact, "text": str(read)[:512]})
            rank = Rank.PROPOSED
        return [self._observation(fact, read, rank, value if own else None)]

    def _holds(self, test: PropertyTest, stated: dict[str, FactValue]) -> bool:
        if test.of_fact:
            return test.name in stated and test.fits(str(stated[test.name]))
        value = self._object.get(test.name)
        if test.shown is not None:
            return (value is not None) == test.shown
        if value is None:
            return False
        if test.lacks:
            items = {item.lower() for item in value.listed}
            return value.complete and items.isdisjoint(item.lower() for item in test.lacks)
        return test.fits(value.text)

    def _told(self, note: OutputNote) -> ReadingNote:
        details: dict[str, Detail] = {}

        def filled(blank: re.Match[str]) -> str:
            value = self._object.get(blank[1])
            if value is None:
                return "?"
            details[blank[1]] = value.listed if value.items is not None else value.text
            return ", ".join(value.listed) if value.items is not None else value.text

        text = _BLANK.sub(filled, note.text)
        for name in note.shows:
            if (value := self._object.get(name)) is not None:
                details[name] = value.listed if value.items is not None else value.text
        return ReadingNote(note.kind, text, self._object.provenance, self._server, details)

    def _note(self, kind: str, text: str, details: dict[str, Detail]) -> None:
        self._notes.append(ReadingNote(kind, text, self._object.provenance, self._server, details))

    def _observation(
        self, fact: str, value: FactValue, rank: Rank = Rank.MACHINE_OUTPUT, place: Value | None = None
    ) -> Observation:
        provenance = self._object.provenance
        if place is not None and place.line is not None:
            provenance = replace(provenance, line=place.line)
        return Observation(fact, value, provenance, rank, self._server, Sighting(self._object.run))


def server_of(shell_object: ShellObject, kind: Output | None) -> str | None:
    """Return the server that an object belongs to: by its properties, its identity, its command, or its session."""
    for name in kind.server if kind is not None else _ANY_SERVER:
        value = shell_object.get(name)
        if value is not None and value.complete and is_host_name(value.text):
            return value.text
    for name in ("Identity", "Server", "MailboxServer"):
        value = shell_object.get(name)
        if value is not None and value.complete:
            server = value.text.split("\\", 1)[0] if "\\" in value.text else ""
            if is_host_name(server):
                return server
    command = shell_object.command
    if command is None:
        return None
    named = command.server or (command.identity if kind is not None and kind.identity_is_server else None)
    return named if named is not None and is_host_name(named) else None


_EMPTY: Final = Value("empty")
"""How a property that is shown without a value is read, by a fact that has a choice for that."""


def _may_be_cut(url: str, usual: str) -> bool:
    """Tell whether a URL looks like one that a narrow column has cut: it ends within its usual path, or has none."""
    path = urlsplit(url).path.lower().rstrip("/")
    return usual.startswith(path) and usual != path


def _read(value: Value, declared: Fact | _ShownOnly) -> FactValue | None:
    """The value as the fact's type has it; `None` where it cannot be that, or could be one thing or another."""
    if value.text.count("(") != value.text.count(")"):
        return None  # cut
    if declared.type is FactType.HOST_NAME and not is_dns_name(value.text):
        return None
    try:
        return read_value(", ".join(value.items) if value.items is not None else value.text, declared)
    except ValueRefused:
        return None


def _unknown_output(shell_object: ShellObject) -> ReadingNote:
    text = (
        "This output does not tell which command printed it. Paste it with the command line above it, or with the "
        "property Identity."
    )
    return ReadingNote(
        "unknown-directory",
        text,
        shell_object.provenance,
        server_of(shell_object, None),
        {"properties": tuple(list(shell_object)[:20])},
    )
