"""Checks texts for blanks that may be empty when they are said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.model import Diagnosis, Requirement, Resolution, Step, Wording
from kb.templates import Template
from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Location, Severity
from workbench.checks.knowing import Alternatives, Knowing
from workbench.checks.source import LibrarySource

Said = tuple[Location, Iterable[str], Alternatives]
"""A text: its place, the facts that fill it, and what is known when it is said."""


class PlaceholderMayBeMissing(Check):
    """A blank that nothing makes sure to be known when the text is said; the reader gets its name in brackets.

    A blank of a command is no such thing: what is missing there is asked for, and with it the same step's text fills.
    """

    kind = IssueKind("KB321", Severity.WARNING, "A blank in a text that may have nothing to fill it")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each text and blank."""
        knowing = Knowing(library.knowledge)
        told: set[tuple[Location, str]] = set()
        for at, blanks, known in self._texts(library, knowing):
            for fact in blanks:
                written = library.written_key(fact)
                if (at, written) in told or knowing.certain(fact, known):
                    continue
                told.add((at, written))
                yield self.found(
                    at,
                    f"{{{written}}} may have nothing to fill it here: no condition makes sure that it is known; "
                    "test it, or say it without",
                )

    def _texts(self, library: LibrarySource, knowing: Knowing) -> Iterator[Said]:
        knowledge = library.knowledge
        for diagnosis in knowledge.diagnoses:
            for instance in diagnosis.instances:
                known = (knowing.confirmed(diagnosis, instance),)
                yield library.diagnosis(diagnosis.id, "because"), instance.because.blanks, known
                for requirement in instance.requires:
                    yield from self._failures(library, knowing, diagnosis, requirement)
            for requirement in diagnosis.applies_when:
                yield from self._failures(library, knowing, diagnosis, requirement)
        for resolution in knowledge.resolutions:
            yield from self._resolution(library, knowing, resolution)
        for note_rule in knowledge.note_rules:
            yield (
                library.note_rule(note_rule.id, "message"),
                note_rule.message.blanks,
                (knowing.where(note_rule.when, holds=True),),
            )
        for key, fact in knowledge.facts.items():
            if fact.valid_when is not None:
                known = (knowing.where(fact.valid_when.when, holds=False) | {key},)
                yield library.fact(key, "valid_when", "otherwise"), fact.valid_when.otherwise.blanks, known

    def _failures(
        self, library: LibrarySource, knowing: Knowing, diagnosis: Diagnosis, requirement: Requirement
    ) -> Iterator[Said]:
        failed = knowing.where(requirement.that, holds=False)
        at = library.requirement(diagnosis, requirement, "otherwise")
        yield from _wordings(at, requirement.otherwise, (failed,), knowing)

    def _resolution(self, library: LibrarySource, knowing: Knowing, resolution: Resolution) -> Iterator[Said]:
        known = tuple(each for id_ in resolution.diagnoses for each in knowing.alternatives(id_))
        failed = knowing.where(resolution.when, holds=False)
        for name, template, with_it in (
            ("otherwise", resolution.otherwise, _with(known, failed)),
            ("verify", resolution.verify, known),
        ):
            if template is not None:
                yield library.resolution(resolution.id, name), template.blanks, with_it
        for step in resolution.steps:
            yield from self._step(library, knowing, resolution, step, known)

    def _step(
        self, library: LibrarySource, knowing: Knowing, resolution: Resolution, step: Step, known: Alternatives
    ) -> Iterator[Said]:
        asked = frozenset(
            base
            for each in (*step.run, *step.check)
            for blank in each.command.blanks
            for base in (blank, *knowing.sources(blank))
        )
        called = tuple(each for id_ in resolution.diagnoses for each in knowing.alternatives(id_, step.member))
        done = _with(called, knowing.where(step.when, holds=True) | asked)
        texts: tuple[tuple[str, Template | None, Alternatives], ...] = (
            ("text", step.text, _with(known, asked)),
            ("otherwise", step.otherwise, _with(known, knowing.where(step.when, holds=False) | asked)),
            ("verify", step.verify, _with(known, asked)),
            ("expect", step.expect, _with(known, asked)),
        )
        for name, template, with_it in texts:
            if template is not None and template.blanks:
                yield library.step(resolution.id, step.id, name), template.blanks, with_it
        if step.because:
            yield from _wordings(library.step(resolution.id, step.id, "because"), step.because, done, knowing)
        for each in step.undo:
            yield library.step(resolution.id, step.id, "undo"), each.command.blanks, done


def _wordings(at: Location, wordings: tuple[Wording, ...], known: Alternatives, knowing: Knowing) -> Iterator[Said]:
    for wording in wordings:
        with_it = _with(known, knowing.where(wording.when, holds=True))
        for template in (wording.message, wording.advice):
            if template is not None and template.blanks:
                yield at, template.blanks, with_it


def _with(known: Alternatives, more: frozenset[str]) -> Alternatives:
    return tuple(each | more for each in known)
