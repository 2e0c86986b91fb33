"""A library, what is handed in about it, and what Python answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import Engine
from evidence.diagnosis import Diagnosed, diagnose, outcomes
from tests.desk.contract.situations import Situation


@dataclass(frozen=True)
class Domain:
    """What holds through every door.

    Attributes:
        library: where it stands; ``None`` is the one that is shipped.
        every: what Python answers to each situation, for each server.
        expected: the same as JSON.
    """

    library: str | None
    engine: Engine
    situations: tuple[Situation, ...]
    every: tuple[tuple[Diagnosed, ...], ...]
    expected: tuple[Any, ...]

    @staticmethod
    def of(library: str | None, engine: Engine, situations: tuple[Situation, ...]) -> Domain:
        every = tuple(diagnose(engine, situation.given(engine)) for situation in situations)
        return Domain(
            library, engine, situations, every, tuple(outcomes(each).model_dump(mode="json") for each in every)
        )
