"""Compares two libraries: every stored example run with both, and every effect over all combinations of answers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from engine.engine import Engine, EngineChoice
from engine.fact_parser import FactsRefused
from engine.outcome import Outcome
from kb.library import example_files, find_library, load
from workbench.example_files import read_examples
from workbench.examples import facts_of
from workbench.proof.difference import LibraryDifference, OutcomeChange, difference, told
from workbench.proof.mutation import expectation


@dataclass(frozen=True, slots=True)
class ChangedExample:
    """A stored example that comes out otherwise: what it came to, and what it comes to, where they differ."""

    name: str
    was: dict[str, object]
    is_: dict[str, object]


@dataclass(frozen=True, slots=True)
class Compared:
    """What two libraries differ in.

    Attributes:
        examples: how many stored examples were run with both.
    """

    examples: int
    changed: tuple[ChangedExample, ...]
    effects: LibraryDifference

    @property
    def differs(self) -> bool:
        """Whether anything does, or may."""
        found = self.effects
        return bool(self.changed or found.changes or found.open or found.facts_added or found.facts_removed)


def compare(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Compared:
    """Compare two libraries by effect.

    Raises:
        LibraryError: one of them is not there, or cannot be read.
    """
    engines = tuple(Engine(load(find_library(each)), EngineChoice.COMPILED) for each in (old, new))
    facts = dict(_stored(old)) | dict(_stored(new))
    changed = tuple(
        example for name, given in facts.items() if (example := _changed(name, given, engines[0], engines[1]))
    )
    return Compared(len(facts), changed, difference(engines[0].knowledge, engines[1].knowledge))


def as_text(compared: Compared) -> str:
    """Examples first, then effects, each with how many combinations it concerns and one example."""
    lines: list[str] = []
    for example in compared.changed:
        lines.append(f"example {example.name!r} comes out otherwise")
        lines += [
            f"    was {json.dumps(example.was, ensure_ascii=False)}",
            f"    is  {json.dumps(example.is_, ensure_ascii=False)}",
        ]
    found = compared.effects
    for change in found.changes:
        lines.append(f"{change.effect}: {_counts(change)}")
        lines.append(
            "    for no facts that were found"
            if change.example is None
            else f"    for example {json.dumps(change.example, ensure_ascii=False)}"
        )
    for what, keys in (
        ("facts added", found.facts_added),
        ("facts removed", found.facts_removed),
        ("choices changed, only those of both compared", found.values),
        ("derived anew, compared as if the same", found.derived_anew),
        ("too large to compare", tuple(map(str, found.open))),
    ):
        if keys:
            lines.append(f"{what}: {', '.join(keys)}")
    lines.append(f"examples: {len(compared.changed)} of {compared.examples} come out otherwise")
    lines.append(
        f"effects: {len(found.changes)} come about for other answers, of {found.combinations:,} combinations"
        if found.changes
        else f"effects: the same for all {found.combinations:,} combinations of answers"
    )
    return "\n".join(lines) + "\n"


def as_document(compared: Compared) -> dict[str, object]:
    """All of it, for programs."""
    found = compared.effects
    return {
        "examples": compared.examples,
        "changed_examples": [{"name": each.name, "was": each.was, "is": each.is_} for each in compared.changed],
        "combinations": found.combinations,
        "effects": [
            {
                "kind": each.effect.kind,
                "id": each.effect.id,
                "what": each.effect.what,
                "new": each.new,
                "gone": each.gone,
                "example": each.example,
            }
            for each in found.changes
        ],
        "open": [str(each) for each in found.open],
        "facts_added": list(found.facts_added),
        "facts_removed": list(found.facts_removed),
        "choices_changed": list(found.values),
        "derived_anew": list(found.derived_anew),
    }


def _stored(library: str | os.PathLike[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for path in example_files(library):
        written = read_examples(path)
        for example in written.examples:
            yield f"{path.name}: {example.name}", facts_of(example, written.base)


def _changed(name: str, facts: dict[str, object], old: Engine, new: Engine) -> ChangedExample | None:
    was, is_ = _outcome(old, facts), _outcome(new, facts)
    if isinstance(was, str) or isinstance(is_, str):
        if was == is_:
            return None
        return ChangedExample(name, _as_dict(was), _as_dict(is_))
    if told(was) == told(is_):
        return None
    before, after = expectation(was, is_), expectation(is_, was)
    if before == after:  # the same is concluded, in other words
        parts = [key for key, part in told(was).items() if part != told(is_)[key]]
        after = {"in other words": parts}
    return ChangedExample(name, before, after)


def _outcome(engine: Engine, facts: dict[str, object]) -> Outcome | str:
    try:
        return engine.diagnose(facts)
    except FactsRefused as refused:
        return str(refused)


def _as_dict(outcome: Outcome | str) -> dict[str, object]:
    return {"refused": outcome} if isinstance(outcome, str) else {"verdict": outcome.verdict.value}


def _counts(change: OutcomeChange) -> str:
    parts = []
    if change.new:
        parts.append(f"new for {change.new:,} combinations")
    if change.gone:
        parts.append(f"gone for {change.gone:,}" + ("" if parts else " combinations"))
    return ", ".join(parts)
