"""What the tools answer with: the engine's own Outcome and explanations, and the next question in plain fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from desk.environments import Diagnosed
from desk.http.views import ServerOutcome, Summary, environments_of
from engine import Difference, Explanation, Outcome, Why
from engine.outcome import Question


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class DiagnoseResult(_Result):
    """What follows from what is known, and what to ask next."""

    status: str = Field(description="settled: no unanswered question could change it. open: one still could.")
    verdict: str = Field(description="diagnosed, not_covered or undecided")
    next_question: Question | None = Field(description="Put this to the person; none: there is nothing left to ask.")
    outcome: Outcome = Field(description="All that follows; with several servers, that of the first undecided one.")
    environments: tuple[ServerOutcome, ...] = Field(
        default=(), description="Where the evidence names several servers: the outcome of each."
    )
    summary: Summary | None = Field(default=None, description="Then also: which servers need which steps.")


class ExplainResult(_Result):
    """One of the three, by what was asked."""

    explanation: Explanation | None = None
    why: Why | None = None
    difference: Difference | None = None


def diagnose_result(every: tuple[Diagnosed, ...]) -> DiagnoseResult:
    """The answer of `diagnose`. Questions left on any server are asked before it is called settled."""
    first = next((each.outcome for each in every if each.outcome.questions), every[0].outcome)
    several = environments_of(every) if len(every) > 1 else None
    verdicts = [each.outcome.verdict.value for each in every]
    return DiagnoseResult(
        status="open" if any(each.outcome.status.value == "open" for each in every) else "settled",
        verdict=next(each for each in ("diagnosed", "undecided", "not_covered") if each in verdicts),
        next_question=first.questions[0] if first.questions else None,
        outcome=first,
        environments=several.environments if several else (),
        summary=several.summary if several else None,
    )
