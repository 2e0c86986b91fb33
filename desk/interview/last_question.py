"""Where an interview would end undecided: the answer that would decide after all."""

from __future__ import annotations

from engine import Engine, Outcome
from engine.outcome import Purpose, Question, Status, Verdict
from kb.values import UNKNOWN


def deciding_question(engine: Engine, outcome: Outcome) -> Question | None:
    """The question whose one answer would decide what stayed open because it is not known, the likeliest first.

    Where no single answer would, the best question among those that were answered with unknown; ``None`` where the
    outcome is decided or is still asking.
    """
    if outcome.verdict is not Verdict.UNDECIDED or outcome.status is Status.OPEN:
        return None
    facts = outcome.facts
    unknown = [key for key, value in facts.items() if value == UNKNOWN]
    known = {key: value for key, value in facts.items() if value != UNKNOWN}
    every = engine.diagnose(known).questions
    for fact in [fact for question in every for fact in question.facts if fact in unknown]:
        alone = {key: value for key, value in facts.items() if key != fact}
        for question in engine.diagnose(alone).questions:
            if question.purpose is Purpose.DECIDE and fact in question.facts:
                return question
    return next((question for question in every if set(question.facts) & set(unknown)), None)
