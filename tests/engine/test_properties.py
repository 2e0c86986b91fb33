"""What holds for every environment, whatever the rules say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb
from engine import Engine, Outcome
from engine.outcome import DiagnosisOutcome, DiagnosisState, Purpose, Status, StepState, Verdict
from tests.engine.environments import environments, values
from tests.engine.libraries import PRINTER

SHIPPED = Engine(kb.load(), "compiled")
PRINTERS = Engine(kb.load(PRINTER), "compiled")
ENGINES = pytest.mark.parametrize("engine", [SHIPPED, PRINTERS], ids=["shipped", "printer"])
many = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
some = settings(many, max_examples=50)
"""Where one example is a whole interview, or asks what each answer would do."""

CONFIRMED, RULED_OUT = DiagnosisState.CONFIRMED, DiagnosisState.RULED_OUT


def members(diagnosis: DiagnosisOutcome) -> dict[str, DiagnosisState]:
    return {member.id: member.state for member in diagnosis.members}


@ENGINES
@many
@given(data=st.data())
def test_answering_more_never_takes_a_conclusion_back(engine: Engine, data: st.DataObject) -> None:
    facts = data.draw(environments(engine.knowledge))
    more = {**data.draw(environments(engine.knowledge)), **facts}
    before, after = engine.diagnose(facts), engine.diagnose(more)
    later = {each.id: each for each in after.diagnoses}
    for old in before.diagnoses:
        new = later[old.id]
        for member, state in {**members(old), "": old.state}.items():
            if state in (CONFIRMED, RULED_OUT):
                assert {**members(new), "": new.state}[member] is state


@ENGINES
@many
@given(data=st.data())
def test_once_settled_no_answer_changes_what_is_pursued(engine: Engine, data: st.DataObject) -> None:
    facts = data.draw(environments(engine.knowledge))
    before = engine.diagnose(facts)
    if before.status is Status.OPEN:
        return
    after = engine.diagnose({**data.draw(environments(engine.knowledge)), **facts})
    # Of an article of which nobody can tell whether it applies, further answers may still rule diagnoses out.
    dormant = before.verdict is Verdict.UNDECIDED and not any(each.pursued for each in before.diagnoses)
    assert after.verdict is before.verdict or (dormant and after.verdict is Verdict.NOT_COVERED)
    now = {each.id: each for each in after.diagnoses}
    for old in before.diagnoses:
        if old.pursued:
            assert (now[old.id].state, members(now[old.id])) == (old.state, members(old))
    causes = {each.id for each in before.diagnoses if each.state is CONFIRMED and each.pursued}
    assert causes <= {each.id for each in after.diagnoses if each.state is CONFIRMED and each.pursued}
    steps = {(one.id, step.id): step.state for one in after.resolutions for step in one.steps}
    for resolution in before.resolutions:
        if causes.intersection(resolution.diagnoses):
            assert all(steps[resolution.id, step.id] is step.state for step in resolution.steps)


@ENGINES
@some
@given(data=st.data())
def test_every_walk_of_answers_settles(engine: Engine, data: st.DataObject) -> None:
    facts: dict[str, object] = {}
    outcome = engine.diagnose(facts)
    for _ in range(len(engine.knowledge.facts)):
        deciding = [question for question in outcome.questions if question.purpose is Purpose.DECIDE]
        assert bool(deciding) is (outcome.status is Status.OPEN)
        if not deciding:
            break
        question = data.draw(st.sampled_from(deciding))
        assert question.fact not in facts
        facts[question.fact] = data.draw(values(engine.knowledge.facts[question.fact]))
        outcome = engine.diagnose(facts)
    assert outcome.status is Status.SETTLED


@ENGINES
@many
@given(data=st.data())
def test_an_outcome_is_whole(engine: Engine, data: st.DataObject) -> None:
    facts = data.draw(environments(engine.knowledge))
    outcome = engine.diagnose(facts)
    assert Outcome.model_validate_json(outcome.model_dump_json()) == outcome
    assert engine.diagnose(outcome.facts) == outcome
    confirmed = {each.id for each in outcome.diagnoses if each.state is CONFIRMED}
    assert {id_ for each in outcome.resolutions for id_ in each.diagnoses} <= confirmed
    for question in outcome.questions:
        assert question.why
        assert not set(question.facts) & facts.keys()
    for diagnosis in outcome.diagnoses:
        assert bool(diagnosis.missing) is (diagnosis.state is DiagnosisState.POSSIBLE)
        assert diagnosis.because or diagnosis.state is DiagnosisState.POSSIBLE
    for step in (step for resolution in outcome.resolutions for step in resolution.steps):
        assert step.reason or step.state is StepState.DO
        assert step.command is None or step.draft is None
        if step.state is StepState.SKIP:
            assert (step.command, step.draft, step.undo) == (None, None, None)


@ENGINES
@some
@given(data=st.data())
def test_a_question_that_decides_can_change_the_outcome_or_lead_on(engine: Engine, data: st.DataObject) -> None:
    facts = data.draw(environments(engine.knowledge))
    outcome = engine.diagnose(facts)
    for question in outcome.questions:
        if question.purpose is Purpose.DECIDE:
            why = engine.why(facts, question.fact)
            closed = engine.knowledge.facts[question.fact].type.closed
            if closed:
                # Otherwise the consequences are those of what follows from the fact.
                assert len(why.consequences) >= 2
            assert why.reason


@many
@given(environments(SHIPPED.knowledge))
def test_explanations_agree_with_the_outcome(facts: dict[str, object]) -> None:
    outcome = SHIPPED.diagnose(facts)
    for diagnosis in outcome.diagnoses:
        explanation = SHIPPED.explain(facts, diagnosis.id)
        assert explanation.state is diagnosis.state
        failing = [ground for ground in explanation.grounds if ground.state == "fails"]
        assert bool(failing) is (diagnosis.state is RULED_OUT) or diagnosis.state is CONFIRMED or failing


@some
@given(environments(SHIPPED.knowledge), environments(SHIPPED.knowledge))
def test_what_if_is_the_difference_of_two_outcomes(facts: dict[str, object], changes: dict[str, object]) -> None:
    difference = SHIPPED.what_if(facts, changes)
    assert difference.before == SHIPPED.diagnose(facts)
    assert difference.after == SHIPPED.diagnose({**facts, **changes})
    assert bool(difference.changes) is (difference.before.facts != difference.after.facts)
