"""Tells whether examples would notice a mistake: each mutant of a library is run against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.fact_parser import FactsRefused
from engine.outcome import Outcome
from kb import KnowledgeBase
from kb.model import Diagnosis
from kb.written import Example, Expectation
from workbench.checks import LibrarySource, Witness
from workbench.examples import ExampleEngines, run_example, states
from workbench.proof.diagrams import TooLarge
from workbench.proof.difference import Comparison, told
from workbench.proof.model import Model
from workbench.proof.mutants import Mutant, build, mutants
from workbench.proof.realising import Facts
from workbench.proof.subject import plain

ExampleWithBase = tuple[Example, Mapping[str, object], str | None]
"""An example, the facts of its file's base, and the article beside whose rules it stands."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no example notices.

    Attributes:
        example: an example that would, with what the library as it is says; nothing where none was found.
        beside: the rules file whose examples it belongs to: the mutant's own, or the first that shows what was
            mistaken in what several share.
    """

    mutant: Mutant
    example: Witness | None
    beside: str

    def __str__(self) -> str:
        return f"{self.mutant.at}: {self.mutant.what}, and no example notices"


@dataclass(frozen=True, slots=True)
class Mutation:
    """How many mutants the examples notice.

    Attributes:
        unread: mutants that are refused when the library is read, before any example is run; they count as noticed.
        noticed: mutants that an example noticed.
        equivalent: mutants that say the same as the library for all answers; they do not count.
        survivors: mutants that no example notices though they say something else.
    """

    unread: int
    noticed: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]

    @property
    def score(self) -> float:
        """The share of mutants noticed, in percent."""
        counted = self.unread + self.noticed + len(self.survivors)
        return 100.0 if not counted else 100.0 * (counted - len(self.survivors)) / counted


def mutate(library: LibrarySource, examples: Sequence[ExampleWithBase], article: str | None = None) -> Mutation:
    """Run every mutant against examples all of which hold; those of one article alone, where it is named."""
    unread = noticed = 0
    equivalent: list[Mutant] = []
    survivors: list[Survivor] = []
    order = list(examples)
    articles = {document.path: written.article for document, written in library.rules}
    for mutant in mutants(library):
        if article is not None and articles.get(mutant.at.path) != article:
            continue
        knowledge = build(library, mutant)
        if knowledge is None:
            unread += 1
            continue
        position = _first_notice(knowledge, order)
        if position is not None:
            noticed += 1
            # What noticed one mistake often notices the next.
            order.insert(0, order.pop(position))
            continue
        same, facts = _compared(library.knowledge, knowledge)
        if same:
            equivalent.append(mutant)
        else:
            survivors.append(_survivor(library, knowledge, facts, mutant))
    return Mutation(unread, noticed, tuple(equivalent), tuple(survivors))


def _first_notice(knowledge: KnowledgeBase, examples: Sequence[ExampleWithBase]) -> int | None:
    """The position of the first example that does not hold."""
    engines = ExampleEngines(knowledge)
    return next(
        (
            position
            for position, (example, base, article) in enumerate(examples)
            if run_example(engines.of(example, article), example, base, article)
        ),
        None,
    )


def notices(survivor: Survivor, example: ExampleWithBase, library: LibrarySource) -> bool:
    """Whether an example would notice a mutant that survived so far."""
    knowledge = build(library, survivor.mutant)
    return knowledge is None or _first_notice(knowledge, [example]) is not None


def _compared(old: KnowledgeBase, new: KnowledgeBase) -> tuple[bool, Facts | None]:
    """Whether two libraries say the same for all answers, and if not, facts for which they do not, if found."""
    comparison = Comparison(old, new)
    differing = list(comparison.regions())
    if differing:
        return False, comparison.example([region for _, new, gone in differing for region in (new, gone) if region])
    explaining = _explaining_otherwise(old, new)
    if not explaining:
        return True, None
    # What explains what moves no state, so the diagrams see nothing of it; where the states are, it may show.
    model = Model(comparison.engines[0].program, comparison.space)
    regions = []
    for diagnosis in explaining:
        with suppress(TooLarge, RecursionError):
            worth = model.diagnosis(diagnosis)
            regions += [worth.true, model.diagrams.outside(model.diagrams.either(worth.true, worth.false))]
    return False, comparison.example(regions)


def _explaining_otherwise(old: KnowledgeBase, new: KnowledgeBase) -> list[Diagnosis]:
    """The diagnoses that explain something else in one library than in the other."""
    now = {each.id: [instance.explains for instance in each.instances] for each in new.diagnoses}
    return [each for each in old.diagnoses if now.get(each.id) != [instance.explains for instance in each.instances]]


def _survivor(library: LibrarySource, mutated: KnowledgeBase, facts: Facts | None, mutant: Mutant) -> Survivor:
    """A mutant with an example that expects what the library says now where the mutant says something else.

    It is run as it would be in a file of examples: with the rules beside it alone where that shows it.
    """
    own = [(document.path, written.article) for document, written in library.rules if document is mutant.document]
    places = own or [(document.path, written.article) for document, written in library.rules]
    pair = ExampleEngines(library.knowledge), ExampleEngines(mutated)
    for together in (False, True) if facts is not None else ():
        for path, article in places:
            base = library.example_bases.get(path, {})
            found = _example(pair, plain(facts or {}), base, article, together)
            if found is not None:
                given, expect = found
                return Survivor(mutant, Witness(f"Notices that {mutant.what}", given, expect, together), path)
    return Survivor(mutant, None, mutant.at.path)


def _example(
    pair: tuple[ExampleEngines, ExampleEngines],
    given: Mapping[str, object],
    base: Mapping[str, object],
    article: str | None,
    together: bool,
) -> tuple[dict[str, object], dict[str, object]] | None:
    """The facts and expectations of an example by which the second of two libraries is noticed.

    It stands on the facts of its base where these do not hide it, and on as few other facts as show it.
    """

    def expected(given: Mapping[str, object]) -> dict[str, object]:
        """What an example with these facts would expect so that the mutant is noticed; nothing where it would not."""
        return _expected_of(pair, Example(name="x", library=together, facts=dict(given), expect=Expectation()), article)

    for start in ({**base, **given}, dict(given)):
        if whole := expected(start):
            fewer = dict(start)
            for key in [key for key in start if key not in base]:
                without = {name: value for name, value in fewer.items() if name != key}
                # It is to show as much as with all of them: a verdict tells more than a question.
                if expected(without).keys() >= whole.keys():
                    fewer = without
            return fewer, expected(fewer)
    return None


def _expected_of(
    pair: tuple[ExampleEngines, ExampleEngines], example: Example, article: str | None
) -> dict[str, object]:
    """What an example expects so that the second of two libraries does not meet it, and the first does."""
    engines = [each.of(example, article) for each in pair]
    try:
        states = [engine.derive_state(example.facts) for engine in engines]
    except FactsRefused:
        return {}
    decisions = [engine.decide(state) for engine, state in zip(engines, states, strict=True)]
    now, other = (
        engine.outcome(state, decision) for engine, state, decision in zip(engines, states, decisions, strict=True)
    )
    expect = expectation(now, other)
    if article is not None and not example.library:  # there the verdict of the article counts
        expect.pop("verdict", None)
        own = [
            engine.program.verdict_of(decision, article) for engine, decision in zip(engines, decisions, strict=True)
        ]
        if own[0] != own[1]:
            expect = {"verdict": own[0].value, **expect}
    if not expect:
        return {}
    full = Example.model_validate({**example.model_dump(), "expect": expect})
    held = [not run_example(engine, full, {}, article) for engine in engines]
    return expect if held == [True, False] else {}


def expectation(now: Outcome, other: Outcome) -> dict[str, object]:
    """What to expect of an outcome so that another one is noticed, in the shape of an example."""
    expect: dict[str, object] = {}
    if now.verdict != other.verdict:
        expect["verdict"] = now.verdict.value
    known, others = _states(now), _states(other)
    changed = {name: state for name, state in known.items() if others.get(name) != state}
    if changed:
        expect["diagnoses"] = changed
    pursued = {each.id: each.pursued for each in now.diagnoses}
    other_pursued = {each.id: each.pursued for each in other.diagnoses}
    turned = {id_: is_ for id_, is_ in pursued.items() if id_ not in changed and other_pursued.get(id_, is_) != is_}
    if turned:
        expect["pursued"] = turned
    told_now, told_other = [each.id for each in now.resolutions], [each.id for each in other.resolutions]
    if told_now != told_other:
        expect["resolutions"] = told_now
    steps, other_steps = _steps(now), _steps(other)
    moved = {name: step[0] for name, step in steps.items() if other_steps.get(name, ("",))[0] != step[0]}
    if moved:
        expect["steps"] = moved
    reasons = {name: step[1] for name, step in steps.items() if name not in moved and other_steps[name][1] != step[1]}
    if reasons:
        expect["reasons"] = reasons
    other_grounds = {each.id: each.because for each in other.diagnoses}
    because = {
        each.id: str(each.because[0])
        for each in now.diagnoses
        if each.because and each.because[0] not in other_grounds.get(each.id, each.because)
    }
    if because:
        expect["because"] = because
    notes, other_notes = {each.id for each in now.notes}, {each.id for each in other.notes}
    for name, ids in (("notes", notes - other_notes), ("notes_not", other_notes - notes)):
        if ids:
            expect[name] = sorted(ids)
    if now.contradictions != other.contradictions:
        expect["contradictions"] = [each.id for each in now.contradictions]
    asked, other_asked = _asked(now), _asked(other)
    for name, keys in (("asks", asked - other_asked), ("asks_not", other_asked - asked)):
        if keys and not expect:
            expect[name] = sorted(keys)
    if not expect and told(now) != told(other):
        expect["status"] = now.status.value
    return expect


def _states(outcome: Outcome) -> dict[str, str]:
    """The states that an example would name: those of members where a diagnosis has some."""
    of_all = {each.id for each in outcome.diagnoses if each.members}
    return {name: state for name, state in states(outcome).items() if name not in of_all}


def _steps(outcome: Outcome) -> dict[str, tuple[str, str]]:
    return {
        f"{resolution.id}.{step.id}": (step.state.value, str(step.reason))
        for resolution in outcome.resolutions
        for step in resolution.steps
    }


def _asked(outcome: Outcome) -> set[str]:
    return {fact for question in outcome.questions for fact in question.facts}
