"""Whoever tells the truth is led to the cause, and nobody is told a step that is wrong for them."""

from __future__ import annotations

import random

import pytest

from benchmarks.interviews import Situation, faults, interview, situations
from engine import Engine, load
from engine.engine import EngineChoice

SITUATIONS = situations()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load(engine=EngineChoice.COMPILED)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_the_truth_leads_to_the_cause(engine: Engine, situation: Situation) -> None:
    assert list(faults(engine, situation, interview(engine, situation.truth))) == []


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_what_is_not_known_leads_to_no_wrong_step(engine: Engine, situation: Situation) -> None:
    led = interview(engine, situation.truth, random.Random(situation.name), not_known=0.2)
    assert [each for each in faults(engine, situation, led, to_the_end=False) if "would be wrong" in each] == []


def test_every_diagnosis_has_a_situation(engine: Engine) -> None:
    told = {cause for each in SITUATIONS for cause in each.causes}
    assert told == {each.id for each in engine.knowledge.diagnoses}


def test_a_wrong_step_would_be_seen(engine: Engine) -> None:
    """The judge is no rubber stamp: what is right in one situation is a fault in another."""
    one = next(each for each in SITUATIONS if each.causes == ("certificate-expired",))
    other = next(each for each in SITUATIONS if each.causes == ("client-clock-wrong",))
    found = list(faults(engine, other, interview(engine, one.truth)))
    assert any("would be wrong" in each for each in found)
    assert "certificate-expired is told, and is not so" in found
    assert "client-clock-wrong is not found" in found
