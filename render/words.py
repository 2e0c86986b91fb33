"""The words for what an outcome says in codes: verdicts, states, kinds; and how its steps are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.outcome import DiagnosisState, Outcome, OutcomeNext, Status, StepOutcome, StepState, Verdict
from kb.model import Citation

STATES: Final = {
    DiagnosisState.CONFIRMED: "Confirmed",
    DiagnosisState.POSSIBLE: "Still possible",
    DiagnosisState.RULED_OUT: "Ruled out",
}
KINDS: Final = {"fix": "Resolution", "alternative": "Alternative", "workaround": "Workaround"}


def verdict_words(outcome: Outcome | OutcomeNext) -> tuple[str, str]:
    """The verdict as a title, and its tone: good, bad or warn."""
    match outcome.verdict:
        case Verdict.DIAGNOSED:
            return "Cause found", "good"
        case Verdict.NOT_COVERED:
            return "Not covered", "bad"
        case Verdict.UNDECIDED:
            open_ = outcome.status is Status.OPEN
            return "Not decided yet" if open_ else "Not enough information yet", "warn"


def numbered(steps: Iterable[StepOutcome]) -> Iterator[tuple[int, StepOutcome]]:
    """The steps with their numbers; those that are skipped are not counted and have 0."""
    number = 0
    for step in steps:
        number += step.state is not StepState.SKIP
        yield (0 if step.state is StepState.SKIP else number), step


def capitalised(text: str) -> str:
    """A noun phrase of the library, as it begins a line."""
    return text[:1].upper() + text[1:]


def counted(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def cited(citation: Citation) -> str:
    """Where an article says so, in a line."""
    return f"{citation.article} says: “{citation.says}”"
