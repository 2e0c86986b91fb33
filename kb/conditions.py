"""Conditions over facts, as a tree of frozen nodes. What a condition is *worth* is the engine's business."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Operator(StrEnum):
    """How a test compares a fact with its operands."""

    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    CONTAINS = "contains"
    EMPTY = "empty"
    LIKE = "like"


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(_Node):
    """One comparison of one fact. For ``one_of`` and ``like`` any operand may match; every other has exactly one."""

    __test__ = False  # not a test case, whatever its name suggests to pytest

    op: Literal["test"] = "test"
    fact: str
    operator: Operator
    operands: tuple[str | bool | int, ...]


class Concluded(_Node):
    """A diagnosis, or its instance for one member of a collection, is confirmed."""

    op: Literal["concluded"] = "concluded"
    diagnosis: str
    member: str | None = None


class All(_Node):
    """Every part holds; with no parts, always true."""

    op: Literal["all"] = "all"
    parts: tuple[Condition, ...]


class Any(_Node):
    """At least one part holds."""

    op: Literal["any"] = "any"
    parts: tuple[Condition, ...]


class Not(_Node):
    """The part does not hold."""

    op: Literal["not"] = "not"
    part: Condition


Condition = Annotated[Test | Concluded | All | Any | Not, Field(discriminator="op")]

for _model in (All, Any, Not):
    _model.model_rebuild()

ALWAYS = All(parts=())


def leaves(condition: Condition) -> Iterator[Test | Concluded]:
    """Every test and every reference to a diagnosis in a condition, in the order written."""
    match condition:
        case Test() | Concluded():
            yield condition
        case All() | Any():
            for part in condition.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(condition.part)


def facts_in(condition: Condition) -> tuple[str, ...]:
    """The keys of the facts that a condition tests, each once."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition) if isinstance(leaf, Test)))
