"""What an outcome says, point by point in few words, so that outcomes are kept, compared and told apart by it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.outcome import Outcome, StepState
from kb.speech import typed


def points(outcome: Outcome) -> dict[str, str]:
    """All that an outcome says: each point by its name, in reading order.

    The facts (``fact KEY``), what is decided (`decided`), and what is asked first (``first question``).
    """
    return {
        **{f"fact {key}": typed(value) for key, value in outcome.facts.items()},
        **decided(outcome),
        **({"first question": outcome.questions[0].fact} if outcome.questions else {}),
    }


def decided(outcome: Outcome) -> dict[str, str]:
    """What is decided, without what it rests on and what is asked.

    ``status``, ``verdict``, ``diagnosis X``, ``diagnosis X for MEMBER``, ``resolution X``, ``step X.Y`` and
    ``step X.Y: command``; a step that is skipped has no command, and what is not offered is no point.
    """
    return dict(_decided(outcome))


def _decided(outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "status", outcome.status.value
    yield "verdict", outcome.verdict.value
    for diagnosis in outcome.diagnoses:
        yield f"diagnosis {diagnosis.id}", diagnosis.state.value
        for member in diagnosis.members:
            yield f"diagnosis {diagnosis.id} for {member.id}", member.state.value
    for resolution in outcome.resolutions:
        yield f"resolution {resolution.id}", resolution.state.value
        for step in resolution.steps:
            name = f"step {resolution.id}.{step.id}"
            yield name, step.state.value
            if step.command is not None and step.state is not StepState.SKIP:
                yield f"{name}: command", str(step.command)
