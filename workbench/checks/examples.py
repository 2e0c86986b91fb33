"""Checks of the examples: that they speak of what the library has, and each of something of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb.model import KnowledgeBase
from kb.values import suggestion
from kb.written import Example
from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Severity
from workbench.checks.source import LibrarySource

UNREVIEWED = "unreviewed: "
"""What the name of a suggested example begins with until somebody has looked at it and named it."""


class StrangerInExample(Check):
    """An example that speaks of a fact, diagnosis, resolution, step or note that the library does not have."""

    kind = IssueKind("KB341", Severity.ERROR, "An example that speaks of what the library does not have")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """In the order of the files."""
        known = _known(library.knowledge)
        for document, written in library.examples:
            for key in _flat(written.base):
                if key not in known["fact"]:
                    at = library.at(document, "base", key)
                    yield self.found(at, f"there is no fact {key!r}{suggestion(key, known['fact'])}")
            for position, example in enumerate(written.examples):
                for what, field, name in _names(example):
                    if name not in known[what]:
                        path = ("facts",) if field == "facts" else ("expect", field)
                        at = library.at(document, "examples", position, *path)
                        yield self.found(
                            at, f"{example.name!r}: there is no {what} {name!r}{suggestion(name, known[what])}"
                        )


class SameExampleName(Check):
    """Two examples of one file that bear the same name, so that a failure does not say which of them it is."""

    kind = IssueKind("KB342", Severity.WARNING, "Two examples of the same name")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """The later one is reported."""
        for document, written in library.examples:
            lines: dict[str, int] = {}
            for position, example in enumerate(written.examples):
                at = library.at(document, "examples", position, "name")
                if example.name in lines:
                    yield self.found(
                        at, f"the example {example.name!r} stands at line {lines[example.name]} already; rename one"
                    )
                lines.setdefault(example.name, at.line)


class UnreviewedExample(Check):
    """A suggested example that was written as it is, and that nobody has looked at and named yet."""

    kind = IssueKind("KB343", Severity.NOTE, "An example that nobody has reviewed")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each."""
        for document, written in library.examples:
            for position, example in enumerate(written.examples):
                if example.name.startswith(UNREVIEWED):
                    yield self.found(
                        library.at(document, "examples", position, "name"),
                        "see whether this is what should come of these facts, and name the example for what it shows",
                    )


def _known(knowledge: KnowledgeBase) -> Mapping[str, frozenset[str]]:
    diagnoses = {each.id for each in knowledge.diagnoses}
    diagnoses |= {f"{each.id}.{one.member}" for each in knowledge.diagnoses for one in each.instances if one.member}
    steps = {step.id for each in knowledge.resolutions for step in each.steps}
    steps |= {f"{each.id}.{step.id}" for each in knowledge.resolutions for step in each.steps}
    note_rules = {each.id for each in knowledge.note_rules}
    note_rules |= {fact.valid_when.id for fact in knowledge.facts.values() if fact.valid_when is not None}
    note_rules |= {each.id for each in knowledge.resolutions}
    for diagnosis in knowledge.diagnoses:
        note_rules |= {each.id for one in diagnosis.instances for each in (*diagnosis.applies_when, *one.requires)}
    return {
        "article": frozenset(knowledge.articles),
        "fact": frozenset(knowledge.facts),
        "diagnosis": frozenset(diagnoses),
        "resolution": frozenset(each.id for each in knowledge.resolutions),
        "step": frozenset(steps),
        "note": frozenset(note_rules),
    }


def _names(example: Example) -> Iterator[tuple[str, str, str]]:
    """What an example names: the kind of thing, the field where it does, and the name."""
    expect = example.expect
    yield from (("fact", "facts", key) for key in _flat(example.facts))
    for field in ("diagnoses", "members", "because", "pursued", "besides", "unless"):
        yield from (("diagnosis", field, name) for name in getattr(expect, field) or ())
    yield from (("diagnosis", "unless", name) for others in expect.unless.values() for name in others)
    yield from (("article", "article", name) for name in expect.article)
    yield from (("resolution", "resolutions", name) for name in expect.resolutions or ())
    for field in ("steps", "reasons", "commands", "undo"):
        yield from (("step", field, name) for name in getattr(expect, field))
    for field in ("asks", "asks_not"):
        yield from (("fact", field, name) for name in getattr(expect, field))
    for field in ("notes", "notes_not", "contradictions"):
        yield from (("note", field, name) for name in getattr(expect, field) or ())


def _flat(facts: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
