"""Examples: facts with what must and must not come of them, held against an engine.

Words (`reasons`, `because`) are looked for within what was said, letter case and white space levelled. Lists say all
of it where completeness matters (`members`, `besides`, `unless`, `resolutions`, `contradictions`), and some of it
elsewhere (`asks`, `notes`). What an example does not mention is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from engine import outcome as out
from engine.engine import Engine, EngineChoice
from engine.fact_parser import FactsRefused
from kb.model import KnowledgeBase
from kb.selection import article_alone, without_drafts
from kb.values import suggestion

if TYPE_CHECKING:
    from kb.written import Example, Expectation


_VERDICT = "the verdict is "


def facts_of(example: Example, base: Mapping[str, object]) -> dict[str, object]:
    """The facts of an example, flat: those of the base, replaced by its own; one that it gives as null is taken out."""
    merged = {**flat(base), **flat(example.facts)}
    return {key: value for key, value in merged.items() if value is not None}


class ExampleEngines:
    """Engines for the examples of a library: one for each article alone, and one for all of them together.

    All of them together are those that are no drafts; only a draft's own examples see it.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._finished = without_drafts(knowledge)
        self._articles = {diagnosis.article for diagnosis in knowledge.diagnoses}
        self._made: dict[str | None, Engine] = {}

    def of(self, example: Example, article: str | None) -> Engine:
        """The engine that an example is run with, which stands beside the rules of an article, or of none."""
        alone = article if not example.library and article in self._articles and len(self._articles) > 1 else None
        if alone not in self._made:
            knowledge = self._finished if alone is None else article_alone(self._knowledge, alone)
            self._made[alone] = Engine(knowledge, EngineChoice.COMPILED)
        return self._made[alone]


def run_example(
    engine: Engine, example: Example, base: Mapping[str, object], article: str | None = None
) -> tuple[str, ...]:
    """Everything in which the outcome is not what the example expects, in words; nothing where it holds.

    Args:
        article: the article whose verdict counts; that of all together, where there is none.
    """
    try:
        fact_state = engine.derive_state(facts_of(example, base))
    except FactsRefused as refused:
        return tuple(f"the facts are refused: {problem}" for problem in refused.problems)
    decision = engine.decide(fact_state)
    outcome = engine.outcome(fact_state, decision)
    found = list(mismatches(example.expect, outcome))
    if example.expect.verdict is not None and article is not None and not example.library:
        own = engine.program.verdict_of(decision, article)
        found = [each for each in found if not each.startswith(_VERDICT)]
        if own != example.expect.verdict:
            found.insert(0, f"{_VERDICT}{own}, expected {example.expect.verdict}")
    verdicts = {id_: str(engine.program.verdict_of(decision, id_)) for id_ in engine.knowledge.articles}
    for id_, wanted in example.expect.article.items():
        found += _compare("the article", id_, wanted, verdicts)
    return tuple(found)


def mismatches(expect: Expectation, outcome: out.Outcome) -> Iterator[str]:
    """Everything in which an outcome is not what is expected."""
    if expect.status is not None and expect.status != outcome.status:
        yield f"the status is {outcome.status}, expected {expect.status}"
    if expect.verdict is not None and expect.verdict != outcome.verdict:
        yield f"{_VERDICT}{outcome.verdict}, expected {expect.verdict}"
    yield from _diagnoses(expect, outcome)
    yield from _resolutions(expect, outcome)
    yield from _questions(expect, outcome)
    yield from _notes(expect, outcome)


def _diagnoses(expect: Expectation, outcome: out.Outcome) -> Iterator[str]:
    by_id = {diagnosis.id: diagnosis for diagnosis in outcome.diagnoses}
    for name, wanted in expect.diagnoses.items():
        yield from _compare("the diagnosis", name, wanted, states(outcome))
    for name, pursued in expect.pursued.items():
        found = by_id.get(name)
        if found is None:
            yield _no_such("diagnosis", name, by_id)
        elif found.pursued is not pursued:
            yield f"{name} is {'' if found.pursued else 'not '}pursued, expected the opposite"
    besides = [diagnosis.id for diagnosis in outcome.diagnoses if diagnosis.besides]
    if expect.besides is not None and set(besides) != set(expect.besides):
        yield f"wrong besides are {_listed(besides)}, expected {_listed(expect.besides)}"
    for name, others in expect.unless.items():
        found = by_id.get(name)
        if found is None:
            yield _no_such("diagnosis", name, by_id)
        elif set(found.unless) != set(others):
            yield f"{name} is so unless {_listed(found.unless)}, expected {_listed(others)}"
    for name, members in expect.members.items():
        found = by_id.get(name)
        if found is None:
            yield _no_such("diagnosis", name, by_id)
        elif set(held := _held(found)) != set(members):
            yield f"{name} is {found.state} for {_listed(held)}, expected {_listed(members)}"
    for name, words in expect.because.items():
        found = by_id.get(name)
        if found is None:
            yield _no_such("diagnosis", name, by_id)
        elif not any(_says(said, words) for said in _grounds(found)):
            yield f"{name} does not say {words!r}; it says {' '.join(found.because) or 'nothing'!r}"


def states(outcome: out.Outcome) -> dict[str, str]:
    """The state of each diagnosis, and of each of its members as ``diagnosis.member``, as examples name them."""
    return {
        name: state.value
        for each in outcome.diagnoses
        for name, state in ((each.id, each.state), *((f"{each.id}.{one.id}", one.state) for one in each.members))
    }


def _grounds(diagnosis: out.DiagnosisOutcome) -> Iterator[str]:
    """All that is said of it; what holds of several members alike also as it is said of each."""
    yield from diagnosis.because
    for member in diagnosis.members:
        yield from member.because


def _held(diagnosis: out.DiagnosisOutcome) -> tuple[str, ...]:
    """The members that a diagnosis is confirmed for, or where none is, those that it is possible for."""
    if diagnosis.state is out.DiagnosisState.RULED_OUT:
        return ()
    return diagnosis.members_in(diagnosis.state)


def _resolutions(expect: Expectation, outcome: out.Outcome) -> Iterator[str]:
    offered = [resolution.id for resolution in outcome.resolutions]
    if expect.resolutions is not None and set(offered) != set(expect.resolutions):
        yield f"the resolutions are {_listed(offered)}, expected {_listed(expect.resolutions)}"
    steps: dict[str, out.StepOutcome] = {}
    for resolution in outcome.resolutions:
        for step in resolution.steps:
            steps.setdefault(step.id, step)
            steps[f"{resolution.id}.{step.id}"] = step
    for name, wanted in expect.steps.items():
        yield from _compare("the step", name, wanted, {key: str(step.state) for key, step in steps.items()})
    for name, words in expect.reasons.items():
        if name not in steps:
            yield _no_such("step", name, steps)
        elif not _says(steps[name].reason, words):
            yield f"the reason of the step {name} does not say {words!r}; it says {steps[name].reason!r}"
    commands: tuple[tuple[str, Mapping[str, str], Callable[[out.StepOutcome], str | None]], ...] = (
        ("command", expect.commands, lambda step: step.command),
        ("undo", expect.undo, lambda step: step.undo),
    )
    for what, wanted_lines, line_of in commands:
        for name, line in wanted_lines.items():
            if name not in steps:
                yield _no_such("step", name, steps)
            elif (found := line_of(steps[name]) or "") != " ".join(line.split()):
                yield f"the {what} of the step {name} is {found or 'none'}, expected {line or 'none'}"


def _questions(expect: Expectation, outcome: out.Outcome) -> Iterator[str]:
    asked = {fact for question in outcome.questions for fact in question.facts}
    for fact in expect.asks:
        if fact not in asked:
            yield f"{fact} is not asked; asked are {_listed(sorted(asked))}"
    for fact in expect.asks_not:
        if fact in asked:
            yield f"{fact} is asked, and must not be"


def _notes(expect: Expectation, outcome: out.Outcome) -> Iterator[str]:
    notes = [note.id for note in outcome.notes]
    for id_ in expect.notes:
        if id_ not in notes:
            yield f"there is no note {id_}; there are {_listed(notes)}"
    for id_ in expect.notes_not:
        if id_ in notes:
            yield f"there is a note {id_}, and must not be"
    contradictions = [contradiction.id for contradiction in outcome.contradictions]
    if expect.contradictions is not None and set(contradictions) != set(expect.contradictions):
        yield f"the contradictions are {_listed(contradictions)}, expected {_listed(expect.contradictions)}"


def _compare(what: str, name: str, wanted: str, found: Mapping[str, str]) -> Iterator[str]:
    if name not in found:
        yield _no_such(what.removeprefix("the "), name, found)
    elif found[name] != wanted:
        yield f"{what} {name} is {found[name]}, expected {wanted}"


def _no_such(what: str, name: str, known: Iterable[str]) -> str:
    known = list(known)
    return f"the outcome has no {what} {name!r}{suggestion(name, known)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _says(said: str, words: str) -> bool:
    return " ".join(words.split()).casefold() in " ".join(said.split()).casefold()


def flat(facts: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Facts by their whole keys, as they may also be written one below the other."""
    found: dict[str, object] = {}
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found.update(flat(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = value
    return found
