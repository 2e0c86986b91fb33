"""An answer goes through every door to one Outcome, and what that takes can be counted."""

from __future__ import annotations

from benchmarks.walk import Counter, walks
from tests.engine.libraries import CERTIFICATES


def test_an_answer_writes_the_outcome_once() -> None:
    with Counter() as counter:
        gone = {door: first for door, first, _ in walks(str(CERTIFICATES), counter)}
    assert list(gone) == ["ask", "POST /v1/diagnose", "a pasted list in a case", "one web answer"]
    # A page's answer is two requests: the case as it was, as it is now, and as the page that follows shows it.
    assert [walk.outcomes for walk in gone.values()] == [1, 1, 1, 3]
    for walk in gone.values():
        assert walk.calls > len(walk.files) > 10
