"""Proves that nobody is told two things that undo each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from engine.outcome import StepState
from kb.commands import Command
from kb.model import Resolution, Step, StepKind
from kb.templates import Template
from workbench.checks import Issue, IssueKind, Severity
from workbench.proof.property import Property
from workbench.proof.realising import Facts
from workbench.proof.subject import SearchResult, Subject

OPPOSITES: Mapping[str, str] = {
    "add": "remove",
    "disable": "enable",
    "dismount": "mount",
    "enable": "disable",
    "mount": "dismount",
    "new": "remove",
    "start": "stop",
    "stop": "start",
}
"""Verbs of PowerShell of which the second takes back what the first does."""

_TARGETS = ("identity", "name", "server", "thumbprint")


@dataclass(frozen=True, slots=True)
class _Told:
    """A step that changes something: on what, and to which values by parameter."""

    r: int
    s: int
    resolution: Resolution
    step: Step
    verb: str
    noun: str
    target: tuple[tuple[str, str], ...]
    values: Mapping[str, str]


class ContradictingSteps(Property):
    """Two steps that may both be to be done, and set one thing to two values, or undo each other.

    Where one is an alternative or a workaround for the same diagnosis, it is done instead of the other, not as well.
    """

    kind = IssueKind("KB421", Severity.ERROR, "Two steps that may be told together and contradict each other")

    def issues(self, subject: Subject) -> Iterator[Issue]:
        """One for each pair; the later of the two is reported."""
        by_noun: dict[tuple[str, tuple[tuple[str, str], ...]], list[_Told]] = defaultdict(list)
        for r, resolution in enumerate(subject.model.knowledge.resolutions):
            for s, step in enumerate(resolution.steps):
                for each in step.run:
                    if isinstance(each.command, Command):
                        told = _told(r, s, resolution, step, each.command)
                        by_noun[(told.noun, told.target)].append(told)
        for steps in by_noun.values():
            for first, second in combinations(steps, 2):
                if (first.r, first.s) == (second.r, second.s):
                    continue  # alternatives, of which one is shown
                if _of_other_members(first.step, second.step):
                    continue  # the same for two things
                what = _clash(first, second)
                if what and not _instead(first.resolution, second.resolution):
                    yield from self._together(subject, first, second, what)

    def _together(self, subject: Subject, first: _Told, second: _Told, what: str) -> Iterator[Issue]:
        model = subject.model

        def both() -> int:
            return model.diagrams.both(
                model.step_done(first.resolution, first.step), model.step_done(second.resolution, second.step)
            )

        answer, facts = subject.search(both, lambda facts: _really(subject, facts, first, second), complete=True)
        at = subject.library.step(second.resolution.id, second.step.id)
        pair = f"{first.resolution.id}.{first.step.id} and {second.resolution.id}.{second.step.id}"
        if answer is SearchResult.OPEN:
            yield subject.unproven(at, f"{pair} are ever told together, which {what}")
        elif answer is SearchResult.FOUND:
            expect = {
                "steps": {
                    f"{first.resolution.id}.{first.step.id}": "do",
                    f"{second.resolution.id}.{second.step.id}": "do",
                }
            }
            yield self.found(
                at,
                f"{pair} may both be to be done, and {what}; give one a condition that leaves the other's answers out",
                subject.witness(f"{first.step.id} and {second.step.id} are told together", facts, expect),
            )


def _told(r: int, s: int, resolution: Resolution, step: Step, run: Command) -> _Told:
    verb, _, noun = run.name.lower().partition("-")
    values = {
        (argument.parameter or "").strip("-:").lower(): _written(argument.value, argument.constant)
        for argument in run.arguments
    }
    target = tuple(sorted((name, value) for name, value in values.items() if name in _TARGETS))
    return _Told(r, s, resolution, step, verb, noun, target, values)


def _clash(first: _Told, second: _Told) -> str:
    """In what two steps on the same thing contradict each other; empty where they don't."""
    if OPPOSITES.get(first.verb) == second.verb or OPPOSITES.get(second.verb) == first.verb:
        return "one takes back what the other does"
    if first.verb != second.verb:
        return ""
    differing = [name for name in first.values if name in second.values and first.values[name] != second.values[name]]
    return f"set -{differing[0]} of one thing to two values" if differing else ""


def _of_other_members(first: Step, second: Step) -> bool:
    """Whether two steps are for different members of a collection, so that they change different things."""
    return first.member is not None and second.member is not None and first.member != second.member


def _instead(first: Resolution, second: Resolution) -> bool:
    """Whether one resolution is told as another way out of the same, so that only one of them is taken."""
    different = first.id != second.id and bool(set(first.diagnoses) & set(second.diagnoses))
    return different and (first.kind is not StepKind.FIX or second.kind is not StepKind.FIX)


def _really(subject: Subject, facts: Facts, first: _Told, second: _Told) -> bool:
    """Whether both are to be done and their commands, filled in, are not the same."""
    told = {
        (resolution.id, step.id): step
        for resolution in subject.outcome(facts).resolutions
        for step in resolution.steps
        if step.state is StepState.DO
    }
    one = told.get((first.resolution.id, first.step.id))
    other = told.get((second.resolution.id, second.step.id))
    return one is not None and other is not None and (one.command or one.draft) != (other.command or other.draft)


def _written(value: Template | None, constant: str | None) -> str:
    if value is None:
        return (constant or "").lower()
    return value.fill({fact: f"{{{fact}}}" for fact in value.blanks}).lower()
