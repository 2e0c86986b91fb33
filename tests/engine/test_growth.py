"""What no fact touches costs next to nothing: counted in calls, which a busy machine does not change."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from benchmarks.__main__ import diagnosed, diagnosed_next, spread
from engine import Engine


def calls(run: Callable[[], object]) -> int:
    """How often Python code calls something while this runs."""
    count = 0

    def called(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(scope="module")
def engines() -> tuple[Engine, Engine]:
    return spread(10), spread(1000)


@pytest.mark.parametrize("outcome", [diagnosed, diagnosed_next])
def test_a_hundred_times_the_rules_take_few_more_calls(
    engines: tuple[Engine, Engine], outcome: Callable[[Engine], object]
) -> None:
    few, many = engines
    for engine in engines:
        outcome(engine)
    assert calls(lambda: outcome(many)) <= 2 * calls(lambda: outcome(few))


def test_every_open_diagnosis_and_question_is_told_all_the_same(engines: tuple[Engine, Engine]) -> None:
    _, many = engines
    told = diagnosed(many)
    assert [each.id for each in told.diagnoses if each.state == "confirmed"] == ["d1"]
    assert len({each.id for each in told.diagnoses}) == 1000
    asked = [part.fact for each in told.questions for part in each.parts]
    assert len(set(asked)) == len(asked)
    # f1 and f2 are known; what they rule out, d0 and d2, leaves f0 and f3 to the rules beside them.
    assert set(asked) == {f"f{number}" for number in range(1000)} - {"f1", "f2"}
