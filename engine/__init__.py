"""Reasons over a KnowledgeBase and facts: `load`, then `Engine.diagnose`. Pure: no input, no output, no clock."""

from engine.engine import Engine, EngineChoice, load
from engine.explanation import Difference, Explanation, Why
from engine.fact_parser import FactProblem, FactsRefused
from engine.outcome import Outcome, OutcomeNext
from engine.rete import ReteUnavailable

__all__ = [
    "Difference",
    "Engine",
    "EngineChoice",
    "Explanation",
    "FactProblem",
    "FactsRefused",
    "Outcome",
    "OutcomeNext",
    "ReteUnavailable",
    "Why",
    "load",
]
