"""Compares two libraries: every stored example run with both, and every effect over all combinations of answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from engine.engine import Engine
from engine.fact_parser import FactsRefused
from engine.outcome import Outcome
from engine.points import decided
from kb import KnowledgeBase
from kb.selection import without_drafts
from kb.written import Example
from workbench.checks import LibrarySource, read_library
from workbench.counting import EXACT, readable
from workbench.examples import ExampleEngines, facts_of
from workbench.part import facts_spoken_of, require_article, rule_ids
from workbench.proof.difference import LibraryDifference, OutcomeChange, difference, told
from workbench.proof.effects import Effect
from workbench.proof.mutation import expectation


@dataclass(frozen=True, slots=True)
class ChangedExample:
    """A stored example that comes out otherwise: what it came to, and what it comes to, where they differ."""

    name: str
    was: dict[str, object]
    is_: dict[str, object]


@dataclass(frozen=True, slots=True)
class RulesOfOneSide:
    """What only one of the two libraries has of an article: how many rules of which kind."""

    article: str
    diagnoses: int
    resolutions: int
    notes: int

    def __str__(self) -> str:
        parts = [
            f"{count} {name if count == 1 else names}"
            for count, name, names in (
                (self.diagnoses, "diagnosis", "diagnoses"),
                (self.resolutions, "resolution", "resolutions"),
                (self.notes, "note", "notes"),
            )
            if count
        ]
        return f"{self.article}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What two libraries differ in.

    Attributes:
        examples: how many stored examples were run with both.
        folded: how many of them say something else only of rules that the other side does not have.
        effects: those of rules that both have; what rules of one side alone come to is folded.
        added, removed: the rules that only the one or the other has, by article.
    """

    examples: int
    changed: tuple[ChangedExample, ...]
    folded: int
    effects: LibraryDifference
    added: tuple[RulesOfOneSide, ...]
    removed: tuple[RulesOfOneSide, ...]

    @property
    def differs(self) -> bool:
        """Whether anything does, or may."""
        found = self.effects
        return bool(
            self.changed
            or self.folded
            or found.changes
            or found.open
            or found.facts_added
            or found.facts_removed
            or self.added
            or self.removed
        )


def compare(old: str | os.PathLike[str], new: str | os.PathLike[str], article: str | None = None) -> Compared:
    """Compare two libraries by effect.

    Args:
        article: compare what its rules come to, and its examples run with its rules alone.

    Raises:
        LibraryError: one of them is not there, or cannot be read.
        UnknownArticle: neither has such an article.
    """
    sources = tuple(read_library(each) for each in (old, new))
    whole = [each.knowledge for each in sources]
    require_article(article, *whole)
    before, after = (without_drafts(each) for each in whole)
    stored = {name: each for source in sources for name, each in _stored(source, article)}
    engines = [ExampleEngines(each) for each in (whole if article else (before, after))]
    ids = [_rules(each) for each in (before, after)]
    both = ids[0] & ids[1]
    changed: list[ChangedExample] = []
    folded = 0
    for name, (example, base) in stored.items():
        outcomes = [_outcome(each.of(example, article), facts_of(example, base)) for each in engines]
        if (found := _changed(name, *outcomes)) is None:
            continue
        if ids[0] != ids[1] and _said_of(both, outcomes[0]) == _said_of(both, outcomes[1]):
            folded += 1
        else:
            changed.append(found)
    own = both if article is None else both & (rule_ids(whole[0], article) | rule_ids(whole[1], article))

    def about(effect: Effect) -> bool:
        # What is said of a value belongs to no rule.
        of_fact = effect.id in before.facts and effect.id in after.facts
        return (article is None and of_fact) or effect.id.partition(".")[0] in own

    effects = difference(before, after, about=about)
    if article is not None:
        spoken = facts_spoken_of(before, article) | facts_spoken_of(after, article)
        effects = replace(
            effects,
            facts_added=tuple(filter(spoken.__contains__, effects.facts_added)),
            facts_removed=tuple(filter(spoken.__contains__, effects.facts_removed)),
            derived_anew=tuple(filter(spoken.__contains__, effects.derived_anew)),
            values=tuple(filter(spoken.__contains__, effects.values)),
        )
    return Compared(
        len(stored),
        tuple(changed),
        folded,
        effects,
        tuple(_of_one_side(after, ids[1] - ids[0], article)),
        tuple(_of_one_side(before, ids[0] - ids[1], article)),
    )


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
        lines.append(f"{change.effect}: {_counts(change, found.combinations)}")
        lines.append(
            "    for no facts that were found"
            if change.example is None
            else f"    for example {json.dumps(change.example, ensure_ascii=False)}"
        )
    lines += [f"new in {each}" for each in compared.added]
    lines += [f"gone from {each}" for each in compared.removed]
    for what, keys in (
        ("facts added", found.facts_added),
        ("facts removed", found.facts_removed),
        ("choices changed, only those of both compared", found.values),
        ("derived anew, compared as if the same", found.derived_anew),
        ("too large to compare", tuple(map(str, found.open))),
    ):
        if keys:
            lines.append(f"{what}: {', '.join(keys)}")
    more = f", and {compared.folded} more only in what rules say that the other side does not have"
    lines.append(
        f"examples: {len(compared.changed)} of {compared.examples} come out otherwise{more if compared.folded else ''}"
    )
    lines.append(
        f"effects: {len(found.changes)} come about for other answers, of {readable(found.combinations)} combinations"
        if found.changes
        else f"effects: the same for all {readable(found.combinations)} combinations of answers"
    )
    return "\n".join(lines) + "\n"


def as_document(compared: Compared) -> dict[str, object]:
    """All of it, for programs."""
    found = compared.effects
    return {
        "examples": compared.examples,
        "folded_examples": compared.folded,
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
        "rules_added": [asdict(each) for each in compared.added],
        "rules_removed": [asdict(each) for each in compared.removed],
        "facts_added": list(found.facts_added),
        "facts_removed": list(found.facts_removed),
        "choices_changed": list(found.values),
        "derived_anew": list(found.derived_anew),
    }


def _stored(source: LibrarySource, article: str | None) -> Iterator[tuple[str, tuple[Example, Mapping[str, object]]]]:
    for document, written in source.examples:
        if article in (None, source.article_of(document)):
            for example in written.examples:
                yield f"{document.path.removeprefix('rules/')}: {example.name}", (example, written.base)


def _rules(knowledge: KnowledgeBase) -> frozenset[str]:
    return frozenset(id_ for article in knowledge.articles for id_ in rule_ids(knowledge, article))


def _of_one_side(knowledge: KnowledgeBase, ids: frozenset[str], article: str | None) -> Iterator[RulesOfOneSide]:
    for id_ in knowledge.articles if article is None else (article,):
        counts = [
            sum(each.article == id_ and each.id in ids for each in rules)
            for rules in (knowledge.diagnoses, knowledge.resolutions, knowledge.note_rules)
        ]
        if any(counts):
            yield RulesOfOneSide(id_, *counts)


def _changed(name: str, was: Outcome | str, is_: Outcome | str) -> ChangedExample | None:
    """In what an example comes out otherwise; an outcome that is a text says why the facts are refused."""
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


def _said_of(rules: frozenset[str], outcome: Outcome | str) -> object:
    """What an outcome decides, and why, as far as it is of some rules; what is still asked is left out."""
    if isinstance(outcome, str):
        return outcome
    return (
        outcome.verdict,
        {
            name: said
            for name, said in decided(outcome).items()
            if name != "status" and re.split(r"[ .:]", f"{name} ", maxsplit=2)[1] in rules | {""}
        },
        {each.id: (each.because, each.besides, each.unless) for each in outcome.diagnoses if each.id in rules},
        [each for each in outcome.notes if each.id.partition(".")[0] in rules],
        outcome.contradictions,
    )


def _outcome(engine: Engine, facts: dict[str, object]) -> Outcome | str:
    """What comes of facts; one that the library does not have is not known to it."""
    known = engine.knowledge.facts
    try:
        return engine.diagnose({key: value for key, value in facts.items() if key in known})
    except FactsRefused as refused:
        return str(refused)


def _as_dict(outcome: Outcome | str) -> dict[str, object]:
    return {"refused": outcome} if isinstance(outcome, str) else {"verdict": outcome.verdict.value}


def _counts(change: OutcomeChange, of: int) -> str:
    parts: list[str] = []
    for what, count in (("new", change.new), ("gone", change.gone)):
        if count and of <= EXACT:
            parts.append(f"{what} for {count:,}" + ("" if parts else " combinations"))
        elif count:
            parts.append(f"{what} for {_share(count, of)}" + ("" if parts else " of all combinations"))
    return ", ".join(parts)


def _share(count: int, of: int) -> str:
    percent = 100 * count / of
    return f"{percent:.2g} %" if percent >= 0.01 else "less than 0.01 %"
