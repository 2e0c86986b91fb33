"""Rival causes over random libraries, through the product's own engine: what docs/logic.md promises, and the oracle."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from benchmarks.question_order import ratio
from engine import Engine, ReteUnavailable
from engine.compiled import Decision, Program
from engine.outcome import Verdict
from engine.rete import Rete, is_installed
from kb import KnowledgeBase
from tests.engine.oracle import Oracle
from tests.engine.random_libraries import Draw, answers, tries

Facts = dict[str, str]
SEEDS = range(24)


def decide(program: Program, facts: Facts) -> Decision:
    return program.decide(program.deriver.derive_state(facts).key)


def environments(knowledge: KnowledgeBase, rng: random.Random, most: int = 250) -> Iterator[Facts]:
    """Facts, each absent, unknown or of some value: all of them, or as many as there may be."""
    known = answers(knowledge)
    space = list(product(*((None, *values) for values in known.values())))
    for chosen in rng.sample(space, most) if len(space) > most else space:
        yield {key: value for key, value in zip(known, chosen, strict=True) if value is not None}


def more(facts: Facts, knowledge: KnowledgeBase, rng: random.Random) -> Facts:
    """The same facts and further answers."""
    return {
        **{key: rng.choice(values) for key, values in answers(knowledge).items() if rng.random() < 0.5},
        **facts,
    }


def with_tries(facts: Facts, knowledge: KnowledgeBase, rng: random.Random) -> Facts:
    tried = [key for key in tries(knowledge) if rng.random() < 0.3]
    return {**facts, **dict.fromkeys(tried, "no_change")}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_comes_to_what_the_oracle_does(seed: int) -> None:
    knowledge, rng = Draw(seed).knowledge(), random.Random(seed)
    program, oracle = Program(knowledge), Oracle(knowledge)
    ids = [each.id for each in knowledge.diagnoses]
    for plain in environments(knowledge, rng):
        facts = with_tries(plain, knowledge, rng) if rng.random() < 0.4 else plain
        thorough = rng.random() < 0.15
        decision = program.decide(program.deriver.derive_state(facts).key, thorough)
        said = oracle.say(facts, thorough=thorough)
        states = {
            (diagnosis.id, one.member): decision.diagnoses[d].states[i]
            for d, diagnosis in enumerate(knowledge.diagnoses)
            for i, one in enumerate(diagnosis.instances)
        }
        assert states == said.states, facts
        caveats = {id_: {ids[e] for e in decision.diagnoses[d].caveats} for d, id_ in enumerate(ids)}
        assert caveats == said.caveats, facts
        explained = {seen for o, seen in enumerate(program.compiled.seen) if decision.explained >> o & 1}
        assert explained == said.explained, facts
        assert {id_ for d, id_ in enumerate(ids) if program.pursued(decision, d)} == said.pursued, facts
        assert {ids[d] for d in decision.causes} == said.causes, facts
        assert {ids[d] for d in decision.besides} == said.besides, facts
        assert set(program.facts_of(decision.to_decide)) == said.to_decide, facts
        assert decision.verdict == said.verdict, facts
        through_units = 0
        for unit in program.units(decision):
            through_units |= unit.opens
        assert through_units == decision.to_decide


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_never_takes_a_conclusion_back(seed: int) -> None:
    knowledge, rng = Draw(seed).knowledge(), random.Random(seed)
    program = Program(knowledge)
    for plain in environments(knowledge, rng):
        facts = with_tries(plain, knowledge, rng)
        before, after = decide(program, facts), decide(program, more(facts, knowledge, rng))
        for old, new in zip(before.diagnoses, after.diagnoses, strict=True):
            assert all(was is None or was is is_ for was, is_ in zip(old.states, new.states, strict=True)), facts


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_settled_stays_as_it_is(seed: int) -> None:
    knowledge, rng = Draw(seed).knowledge(), random.Random(seed)
    program = Program(knowledge)
    for plain in environments(knowledge, rng):
        facts = with_tries(plain, knowledge, rng)
        before = decide(program, facts)
        if before.to_decide:
            continue
        after = decide(program, more(facts, knowledge, rng))
        dormant = any(each.dormant for each in before.diagnoses)
        assert after.verdict is before.verdict or (
            dormant and (before.verdict, after.verdict) == (Verdict.UNDECIDED, Verdict.NOT_COVERED)
        ), facts
        assert set(before.causes) <= set(after.causes), facts
        assert before.explained & ~after.explained == 0, facts
        for d, (old, new) in enumerate(zip(before.diagnoses, after.diagnoses, strict=True)):
            if program.pursued(before, d):
                assert new.states == old.states, facts
        for r, worth in enumerate(before.resolutions):
            if worth is not None and set(program.resolutions[r].diagnoses) & set(before.causes):
                assert (after.resolutions[r], after.steps[r]) == (worth, before.steps[r]), facts
        if after.to_decide:
            assert set(after.causes) > set(before.causes), "reopened, and there is no cause more"


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_order_of_questions_the_end_is_one(seed: int) -> None:
    knowledge, rng = Draw(seed, facts=(3, 3)).knowledge(), random.Random(seed)
    program = Program(knowledge)
    known = answers(knowledge)
    for world in rng.sample(list(product(*known.values())), min(12, 3 ** len(known))):
        whole = dict(zip(known, world, strict=True))
        final = decide(program, whole)
        confirmed = {(d, i) for d, each in enumerate(final.diagnoses) for i, s in enumerate(each.states) if s is True}
        for end in _ends(program, whole):
            dormant = any(each.dormant for each in end.diagnoses)
            assert end.verdict is final.verdict or (
                dormant and (end.verdict, final.verdict) == (Verdict.UNDECIDED, Verdict.NOT_COVERED)
            )
            seen = final.pursuit.symptoms.seen
            assert end.explained & seen == final.explained & seen
            assert end.confirmed <= confirmed


def _ends(program: Program, whole: Facts) -> Iterator[Decision]:
    """Where interviews about a world end, whichever open question is asked next."""
    front: list[frozenset[str]] = [frozenset()]
    visited = set(front)
    while front:
        asked = front.pop()
        decision = decide(program, {key: whole[key] for key in asked})
        if not decision.to_decide:
            yield decision
        for fact in program.facts_of(decision.to_decide):
            further = asked | {fact}
            if further not in visited:
                visited.add(further)
                front.append(further)


@pytest.mark.parametrize("seed", SEEDS)
def test_still_there_goes_on_to_every_cause_and_ends(seed: int) -> None:
    knowledge, rng = Draw(seed, members=0.0).knowledge(), random.Random(seed)
    program = Program(knowledge)
    known = answers(knowledge)
    tried_facts = {
        each.id: key for key, fact in knowledge.facts.items() if (each := _resolution(knowledge, fact.tried))
    }
    for _ in range(10):
        whole = {key: rng.choice(values) for key, values in known.items()}
        facts: Facts = {}
        for _ in range(len(known) + len(tried_facts) + 1):
            decision = decide(program, facts)
            open_ = list(program.facts_of(decision.to_decide))
            if open_:
                fact = rng.choice(open_)
                facts[fact] = whole[fact]
                continue
            told = [
                tried_facts[program.resolutions[r].resolution.id]
                for d in decision.causes or decision.besides
                for r in program.diagnoses[d].resolutions
                if facts.get(tried_facts[program.resolutions[r].resolution.id]) is None
            ]
            if not told:
                break
            facts[rng.choice(told)] = "no_change"
        else:
            pytest.fail("the conversation does not end")
        unresolved = any(not program.diagnoses[d].resolutions for d in decision.causes)
        assert decision.verdict is not Verdict.DIAGNOSED or unresolved


def _resolution(knowledge: KnowledgeBase, id_: str | None):  # type: ignore[no-untyped-def]
    return next((each for each in knowledge.resolutions if each.id == id_), None)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_in_which_facts_come_changes_nothing(seed: int) -> None:
    knowledge, rng = Draw(seed).knowledge(), random.Random(seed)
    engine = Engine(knowledge, "compiled")
    for facts in list(environments(knowledge, rng, 20)):
        shuffled = list(facts.items())
        rng.shuffle(shuffled)
        one, other = engine.diagnose(facts), Engine(knowledge, "compiled").diagnose(dict(shuffled))
        assert one.model_dump(exclude={"facts"}) == other.model_dump(exclude={"facts"})


@pytest.mark.skipif(not is_installed(), reason="durable-rules cannot be imported")
@pytest.mark.parametrize("seed", SEEDS)
def test_durable_rules_confirms_the_same_exclusions_among_it(seed: int) -> None:
    knowledge, rng = Draw(seed).knowledge(), random.Random(seed)
    program = Program(knowledge)
    try:
        rete = Rete(program)
    except ReteUnavailable:
        return
    for plain in environments(knowledge, rng, 120):
        state = program.deriver.derive_state(with_tries(plain, knowledge, rng))
        assert rete.confirmed(state) == program.decide(state.key).confirmed, plain
    rete.close()


def test_the_order_of_questions_is_near_the_best_there_is() -> None:
    ratios = [found for seed in range(30) if (found := ratio(seed)) is not None]
    assert sum(ratios) / len(ratios) < 1.05
