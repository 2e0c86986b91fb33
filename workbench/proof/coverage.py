"""Measures what examples exercise: every rule come about, every test seen to hold and to fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.compiled import Decision
from engine.engine import Engine
from engine.fact_parser import FactsRefused
from kb.conditions import Concluded, Condition, Test, leaves
from workbench.checks import LibrarySource, Location
from workbench.proof.subject import name_of


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Something that no example exercises."""

    at: Location
    what: str

    def __str__(self) -> str:
        return f"{self.at}: {self.what}"


@dataclass(frozen=True, slots=True)
class ExampleCoverage:
    """How much is exercised: of what rules can come to, and of what tests can come to."""

    rules: int
    rules_covered: int
    conditions: int
    conditions_covered: int
    missing: tuple[Uncovered, ...]


class _Tally:
    """Counts what was seen of what there is to see."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, ...], Uncovered] = {}
        self.tests: dict[tuple[int, bool], Uncovered] = {}
        self.seen_rules: set[tuple[str, ...]] = set()
        self.seen_tests: set[tuple[int, bool]] = set()


def coverage(
    library: LibrarySource, engine: Engine, examples: Iterable[Mapping[str, object]], article: str | None = None
) -> ExampleCoverage:
    """What the facts of some examples exercise in a library, or of what is written in the rules of one article."""
    tally = _Tally()
    _list_rules(library, engine, tally)
    _list_tests(library, engine, tally)
    if article is not None:
        own = {document.path for document, written in library.rules if written.article == article}
        tally.rules = {key: each for key, each in tally.rules.items() if each.at.path in own}
        tally.tests = {key: each for key, each in tally.tests.items() if each.at.path in own}
    for facts in examples:
        try:
            fact_state = engine.derive_state(facts)
        except FactsRefused:  # the example fails for it, which is told there
            continue
        decision = engine.program.decide(fact_state.key)
        tally.seen_rules.update(_happened(engine, decision))
        for bit, _ in tally.tests:
            if decision.true & bit:
                tally.seen_tests.add((bit, True))
            elif decision.false & bit:
                tally.seen_tests.add((bit, False))
    missing = [what for key, what in tally.rules.items() if key not in tally.seen_rules]
    missing += [what for key, what in tally.tests.items() if key not in tally.seen_tests]
    return ExampleCoverage(
        len(tally.rules),
        len(tally.seen_rules & set(tally.rules)),
        len(tally.tests),
        len(tally.seen_tests & set(tally.tests)),
        tuple(sorted(missing, key=lambda each: (each.at, each.what))),
    )


def _list_rules(library: LibrarySource, engine: Engine, tally: _Tally) -> None:
    """Everything that rules can come to and that an example should show once."""
    knowledge = engine.knowledge
    for diagnosis in knowledge.diagnoses:
        at = library.diagnosis(diagnosis.id)
        for instance in diagnosis.instances:
            name = name_of(diagnosis.id, instance.member)
            for state in ("confirmed", "ruled out"):
                tally.rules[("diagnosis", name, state)] = Uncovered(at, f"no example has {name} {state}")
    for resolution in knowledge.resolutions:
        at = library.resolution(resolution.id)
        tally.rules[("resolution", resolution.id)] = Uncovered(at, f"no example is told {resolution.id}")
        for step in resolution.steps:
            at = library.step(resolution.id, step.id)
            tally.rules[("step", resolution.id, step.id, "do")] = Uncovered(at, f"no example is to do {step.id}")
            if step.when is not None or step.member is not None:
                tally.rules[("step", resolution.id, step.id, "skip")] = Uncovered(at, f"no example skips {step.id}")
    for note_rule in knowledge.note_rules:
        tally.rules[("note", note_rule.id)] = Uncovered(
            library.note_rule(note_rule.id), f"no example is told {note_rule.id}"
        )


def _list_tests(library: LibrarySource, engine: Engine, tally: _Tally) -> None:
    for at, name, condition in conditions(library):
        for leaf in leaves(condition):
            bit = engine.program.bits[leaf]
            for worth in (True, False):
                what = f"no example has {_described(leaf)} {'hold' if worth else 'fail'} in {name}"
                tally.tests.setdefault((bit, worth), Uncovered(at, what))


def conditions(library: LibrarySource) -> Iterator[tuple[Location, str, Condition]]:
    """Every condition of a library with its place and what it belongs to."""
    knowledge = library.knowledge
    for diagnosis in knowledge.diagnoses:
        for requirement in diagnosis.applies_when:
            yield library.requirement(diagnosis, requirement, "that"), requirement.id, requirement.that
            yield from _in_words(library.requirement(diagnosis, requirement, "otherwise"), requirement.id, requirement)
        for instance in diagnosis.instances:
            for account in instance.explains:
                name = f"what {name_of(diagnosis.id, instance.member)} explains"
                yield library.diagnosis(diagnosis.id, "explains"), name, account.seen
                if account.where is not None:
                    yield library.diagnosis(diagnosis.id, "explains"), name, account.where
            for requirement in instance.requires:
                name = f"{requirement.id} of {name_of(diagnosis.id, instance.member)}"
                yield library.requirement(diagnosis, requirement, "that"), name, requirement.that
                yield from _in_words(library.requirement(diagnosis, requirement, "otherwise"), name, requirement)
    for resolution in knowledge.resolutions:
        if resolution.when is not None:
            yield library.resolution(resolution.id, "when"), resolution.id, resolution.when
        for step in resolution.steps:
            if step.when is not None:
                yield library.step(resolution.id, step.id, "when"), step.id, step.when
            if step.verify_when is not None:
                yield library.step(resolution.id, step.id, "verify_when"), step.id, step.verify_when
            for wording in step.because:
                if wording.when is not None:
                    yield library.step(resolution.id, step.id, "because"), f"the words of {step.id}", wording.when
            for name, alternatives in (("run", step.run), ("check", step.check), ("undo", step.undo)):
                for each in alternatives:
                    if each.when is not None:
                        yield library.step(resolution.id, step.id, name), f"the command of {step.id}", each.when
    for note_rule in knowledge.note_rules:
        yield library.note_rule(note_rule.id, "when"), note_rule.id, note_rule.when
    for key, fact in knowledge.facts.items():
        if fact.valid_when is not None:
            yield library.fact(key, "valid_when"), key, fact.valid_when.when


def _in_words(at: Location, name: str, requirement: object) -> Iterator[tuple[Location, str, Condition]]:
    for wording in getattr(requirement, "otherwise", ()):
        if wording.when is not None:
            yield at, f"the words of {name}", wording.when


def _happened(engine: Engine, decision: Decision) -> Iterator[tuple[str, ...]]:
    """What a decision comes to."""
    program = engine.program
    for compiled, decided in zip(program.diagnoses, decision.diagnoses, strict=True):
        for instance, state in zip(compiled.instances, decided.states, strict=True):
            name = name_of(compiled.diagnosis.id, instance.instance.member)
            if state is not None:
                yield "diagnosis", name, "confirmed" if state else "ruled out"
    for resolution, worth, steps in zip(program.resolutions, decision.resolutions, decision.steps, strict=True):
        if worth is None or worth[0] is False:
            continue
        yield "resolution", resolution.resolution.id
        for step, worths in zip(resolution.steps, steps, strict=True):
            if False in worths:
                yield "step", resolution.resolution.id, step.step.id, "skip"
            elif None not in worths:
                yield "step", resolution.resolution.id, step.step.id, "do"
    for position in decision.note_rules:
        yield "note", program.note_rules[position].note_rule.id


def _described(leaf: Test | Concluded) -> str:
    if isinstance(leaf, Concluded):
        return f"{{diagnosis.{name_of(leaf.diagnosis, leaf.member)}: confirmed}}"
    operands = ", ".join(str(each).lower() if isinstance(each, bool) else str(each) for each in leaf.operands)
    return (
        f"{{{leaf.fact}: {operands}}}" if leaf.operator == "one_of" else f"{{{leaf.fact} {leaf.operator} {operands}}}"
    )
