"""Everything that answers can bring about in a library, each effect as the region of the space where it comes about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.commands import render
from kb.model import Diagnosis, Resolution, Wording
from kb.templates import Template
from workbench.proof.diagrams import EMPTY, TooLarge
from workbench.proof.model import Model
from workbench.proof.subject import name_of


@dataclass(frozen=True, order=True, slots=True)
class Effect:
    """Something that comes about for some answers.

    Attributes:
        kind: diagnosis, resolution, step, note, or words.
        id: of what; an instance, or a step, after the id of its rule and a dot.
        what: the state that it is in there, or the words that are said.
    """

    kind: str
    id: str
    what: str

    def __str__(self) -> str:
        match self.kind:
            case "words":
                return f"{self.id} says {self.what!r}"
            case "note":
                return f"the note {self.id} is made"
            case _:
                return f"the {self.kind} {self.id} is {self.what}"


def effects(model: Model) -> Mapping[Effect, int | None]:
    """Every effect of a library with its region; ``None`` where that grew too large."""
    found: dict[Effect, int | None] = {}
    model.diagrams.question()
    for kind, id_, make in _sources(model):
        model.diagrams.question()
        try:
            for of, what, region in make:
                effect = Effect(of, id_, what)
                before = found.get(effect, EMPTY)
                found[effect] = None if before is None else model.diagrams.either(before, region)
        except (TooLarge, RecursionError):
            found[Effect(kind, id_, "any of its states")] = None
    return found


Parts = Iterator[tuple[str, str, int]]
"""Kind, state or words, and region."""


def _sources(model: Model) -> Iterator[tuple[str, str, Parts]]:
    """Each rule as what it is, its id, and its effects."""
    knowledge = model.knowledge
    for diagnosis in knowledge.diagnoses:
        for instance in diagnosis.instances:
            yield "diagnosis", name_of(diagnosis.id, instance.member), _states(model, diagnosis, instance.member)
        yield "words", diagnosis.id, _failures(model, diagnosis)
    for resolution in knowledge.resolutions:
        yield "resolution", resolution.id, _told(model, resolution)
        for step in resolution.steps:
            yield "step", f"{resolution.id}.{step.id}", _done(model, resolution, step.id)
    for note_rule in knowledge.note_rules:
        yield (
            "note",
            note_rule.id,
            iter(
                (
                    ("note", "made", model.worth(note_rule.when).true),
                    ("words", _text(note_rule.message), model.worth(note_rule.when).true),
                )
            ),
        )
    for key, fact in knowledge.facts.items():
        if fact.valid_when is not None:
            yield (
                "words",
                key,
                iter((("words", _text(fact.valid_when.otherwise), model.worth(fact.valid_when.when).false),)),
            )


def _states(model: Model, diagnosis: Diagnosis, member: str | None) -> Parts:
    instance = next(each for each in diagnosis.instances if each.member == member)
    worth = model.instance(diagnosis, instance)
    yield "diagnosis", "confirmed", worth.true
    yield "diagnosis", "ruled out", worth.false


def _failures(model: Model, diagnosis: Diagnosis) -> Parts:
    for requirement in diagnosis.applies_when:
        yield from _words(model, model.worth(requirement.that).false, requirement.otherwise)
    for instance in diagnosis.instances:
        yield "words", _text(instance.because), model.instance(diagnosis, instance).true
        for position, requirement in enumerate(instance.requires):
            if requirement.otherwise:
                failing = model.first_failure(diagnosis, instance, position)
                yield from _words(model, failing, requirement.otherwise)


def _told(model: Model, resolution: Resolution) -> Parts:
    confirmed = model.called_for(resolution)
    worth = model.worth(resolution.when)
    yield "resolution", "told", model.diagrams.both(confirmed, worth.true)
    yield "resolution", "told with a caution", model.diagrams.without(model.offered(resolution), worth.true)


def _done(model: Model, resolution: Resolution, id_: str) -> Parts:
    step = next(each for each in resolution.steps if each.id == id_)
    offered, diagrams = model.offered(resolution), model.diagrams
    own, instance = model.worth(step.when), model.step_instance(resolution, step)
    done = model.step_done(resolution, step)
    yield "step", "to be done", done
    for name, alternatives in (("run", step.run), ("check", step.check), ("undo", step.undo)):
        remaining = done
        for each in alternatives:
            shown = diagrams.both(remaining, model.worth(each.when).true)
            yield "words", f"{name}: {render(each.command, _named(each.command.blanks))}", shown
            remaining = diagrams.without(remaining, shown)
    yield from _words(model, done, step.because)
    by_itself = diagrams.both(offered, own.false)
    yield "step", "skipped", diagrams.both(offered, diagrams.either(own.false, instance.false))
    yield "words", _text(step.otherwise), by_itself


def _words(model: Model, context: int, wordings: Sequence[Wording]) -> Parts:
    remaining = context
    for wording in wordings:
        said = model.diagrams.both(remaining, model.worth(wording.when).true)
        yield "words", _text(wording.message), said
        remaining = model.diagrams.without(remaining, said)


def _text(template: Template) -> str:
    return str(template.fill(_named(template.blanks)))


def _named(blanks: Iterable[str]) -> Mapping[str, str]:
    return {fact: f"{{{fact}}}" for fact in blanks}
