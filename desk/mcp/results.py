"""What the tools answer with: the engine's own outcomes and explanations, and nothing in other words."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine import Difference, Explanation, Outcome, OutcomeNext, Why
from evidence.diagnosis import ServerOutcomes


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class DiagnoseResult(_Result):
    """What follows from what is known, and what to ask next."""

    outcome: OutcomeNext | Outcome | ServerOutcomes
    """With the view next: summary, verdict, status, done, the next `question`, the causes with their commands.

    Where the evidence names several servers: `servers`, each with its outcome, and a summary.
    """


class ExplainResult(_Result):
    """One of the three, by what was asked."""

    explanation: Explanation | None = None
    """How the diagnosis came to its state."""
    why: Why | None = None
    """What an answer for the fact would decide."""
    difference: Difference | None = None
    """What would differ with the changed facts."""
