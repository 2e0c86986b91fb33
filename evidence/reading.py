"""Reads one input with every reader that recognises a part of it."""

from __future__ import annotations

from dataclasses import replace

from evidence.decoding import valid_text
from evidence.errors import EvidenceError, UnrecognisedInput
from evidence.evidence_text import EvidenceText, Reader, Reading
from evidence.labels import not_of_today
from evidence.limits import MAX_NOTES, MAX_OBSERVATIONS
from evidence.model import Evidence, Observation, Provenance, ReadingNote, combined
from evidence.readers import BUILT_IN, failed_entry_points, readers
from kb import KnowledgeBase


def read(data: bytes | str, *, name: str = "paste", knowledge: KnowledgeBase | None = None) -> Evidence:
    """Read whatever an administrator can paste or point at, and return what it says.

    Several things in one input are all read: each reader claims the lines that it has understood and leaves the
    rest to the next. What a reader recognised but could not read becomes a note of the kind `unreadable`.

    Args:
        data: a file's bytes, in any encoding that Windows writes, or text.
        name: what to call the input in sources and errors: a file's name.
        knowledge: the library whose outputs are looked for; the shipped one, where none is named.

    Raises:
        EvidenceError: nothing in it can be read (`UnrecognisedInput` names what can be), all that was recognised is
            broken (`MalformedInput`), or it exceeds a limit (`InputTooLarge`).
    """
    evidence_text = whole = EvidenceText.of(data, name=name, knowledge=knowledge)
    parts: list[Evidence] = []
    problems: list[EvidenceError] = []
    notes: list[ReadingNote] = list(evidence_text.notes)
    for reader in readers():
        reading = _attempt(reader, evidence_text)
        if reading is None:
            continue
        parts.append(Evidence(reading.observations, reading.notes))
        problems.extend(reading.problems)
        evidence_text = evidence_text.without(reading.claimed, reading.left)
    evidence = combined(parts)
    if not evidence:
        raise problems[0] if problems else unrecognised(name)
    notes.extend(
        ReadingNote("unreadable", f"{error.what}. {error.remedy}.", Provenance("part of the input", name, error.line))
        for error in problems
    )
    notes.extend(
        ReadingNote("reader-failed", f"The reader {failed} could not be loaded.", Provenance("entry point", failed))
        for failed in failed_entry_points()
    )
    evidence = _of_today(evidence, whole)
    # Readers look one after the other; what was read is told in the order in which it stands there, since of two
    # outputs of one kind the later counts.
    in_order = sorted(evidence.observations, key=lambda each: each.provenance.line or 0)
    return _bounded(
        tuple(_valid(each) for each in in_order), tuple(_valid_note(each) for each in (*evidence.notes, *notes)), name
    )


def _of_today(evidence: Evidence, evidence_text: EvidenceText) -> Evidence:
    """Leave out what stands below words that say that it was so before, should be so, or is an example."""
    said: dict[int, int] = {}
    stretches = list(not_of_today(evidence_text.lines))
    for number, (span, _) in enumerate(stretches):
        said |= dict.fromkeys((index + 1 for index in span), number)
    left_out: dict[int, int] = {}
    for observation in evidence.observations:
        line = observation.provenance.line or 0
        if line in said:
            left_out.setdefault(said[line], line)
    notes = [
        note
        for note in evidence.notes
        if said.get(note.provenance.line or 0) not in left_out or note.kind == "session-secret"
    ]
    notes += (
        ReadingNote(
            "not-of-today",
            f"“{stretches[number][1]}” stands above this, so it was not taken for what is there now.",
            evidence_text.provenance("words above an output", line),
            details={"words": stretches[number][1]},
        )
        for number, line in left_out.items()
    )
    kept = (each for each in evidence.observations if (each.provenance.line or 0) not in said)
    return Evidence(tuple(kept), tuple(notes))


def unrecognised(name: str) -> UnrecognisedInput:
    """Make the error that says what can be read."""
    kinds = "; ".join(reader.reads for reader in readers())
    return UnrecognisedInput("nothing in it is known", name=name, remedy=f"What can be read: {kinds}")


def _attempt(reader: Reader, evidence_text: EvidenceText) -> Reading | None:
    """Let one reader read. What a reader of others throws ends that reader alone, not the reading."""
    try:
        return reader.read(evidence_text)
    except EvidenceError as error:
        return Reading(problems=(error,))
    except Exception:
        if reader in BUILT_IN:
            raise
        failure = ReadingNote(
            "reader-failed",
            f"The reader {reader.name} failed on this input.",
            evidence_text.provenance(reader.name, None),
        )
        return Reading(notes=(failure,))


def _valid(observation: Observation) -> Observation:
    """The same in valid Unicode: escapes in JSON and XML can spell half a character, which no database takes."""
    value = observation.value
    if isinstance(value, str):
        value = valid_text(value)
    elif isinstance(value, tuple):
        value = tuple(valid_text(each) for each in value)
    server = observation.server and valid_text(observation.server)
    return replace(observation, value=value, server=server, quote=valid_text(observation.quote))


def _valid_note(note: ReadingNote) -> ReadingNote:
    details = {
        name: valid_text(value)
        if isinstance(value, str)
        else tuple(valid_text(each) for each in value)
        if isinstance(value, tuple)
        else value
        for name, value in note.details.items()
    }
    return replace(note, text=valid_text(note.text), server=note.server and valid_text(note.server), details=details)


def _bounded(observations: tuple[Observation, ...], notes: tuple[ReadingNote, ...], name: str) -> Evidence:
    left_out = max(0, len(observations) - MAX_OBSERVATIONS), max(0, len(notes) - MAX_NOTES)
    if not any(left_out):
        return Evidence(observations, notes)
    remark = ReadingNote(
        "left-out",
        f"The input gives more than is kept: {left_out[0]} observations and {left_out[1]} notes were left out.",
        Provenance("the input", name),
        details={"observations": left_out[0], "notes": left_out[1]},
    )
    return Evidence(observations[:MAX_OBSERVATIONS], (*notes[:MAX_NOTES], remark))
