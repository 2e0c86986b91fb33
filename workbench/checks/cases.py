"""Checks of the worked cases: that they speak of what the library has, and each of something of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb.model import KnowledgeBase
from kb.values import suggestion
from kb.written import Case
from workbench.checks.check import Check
from workbench.checks.finding import Finding, Kind, Severity
from workbench.checks.source import LibrarySource


class StrangerInCase(Check):
    """A case that speaks of a fact, diagnosis, resolution, step or remark that the library does not have."""

    kind = Kind("KB341", Severity.ERROR, "A case that speaks of what the library does not have")

    def findings(self, library: LibrarySource) -> Iterator[Finding]:
        """In the order of the files."""
        known = _known(library.knowledge)
        for document, written in library.cases:
            for key in _flat(written.base):
                if key not in known["fact"]:
                    at = library.at(document, "base", key)
                    yield self.found(at, f"there is no fact {key!r}{suggestion(key, known['fact'])}")
            for position, case in enumerate(written.cases):
                for what, field, name in _names(case):
                    if name not in known[what]:
                        path = ("facts",) if field == "facts" else ("expect", field)
                        at = library.at(document, "cases", position, *path)
                        yield self.found(
                            at, f"{case.name!r}: there is no {what} {name!r}{suggestion(name, known[what])}"
                        )


class SameCaseName(Check):
    """Two cases of one file that bear the same name, so that a failure does not say which of them it is."""

    kind = Kind("KB342", Severity.WARNING, "Two cases of the same name")

    def findings(self, library: LibrarySource) -> Iterator[Finding]:
        """The later one is reported."""
        for document, written in library.cases:
            lines: dict[str, int] = {}
            for position, case in enumerate(written.cases):
                at = library.at(document, "cases", position, "name")
                if case.name in lines:
                    yield self.found(
                        at, f"the case {case.name!r} stands at line {lines[case.name]} already; rename one"
                    )
                lines.setdefault(case.name, at.line)


def _known(knowledge: KnowledgeBase) -> Mapping[str, frozenset[str]]:
    diagnoses = {each.id for each in knowledge.diagnoses}
    diagnoses |= {f"{each.id}.{one.member}" for each in knowledge.diagnoses for one in each.instances if one.member}
    steps = {step.id for each in knowledge.resolutions for step in each.steps}
    steps |= {f"{each.id}.{step.id}" for each in knowledge.resolutions for step in each.steps}
    remarks = {each.id for each in knowledge.remarks}
    remarks |= {fact.fits.id for fact in knowledge.facts.values() if fact.fits is not None}
    remarks |= {each.id for each in knowledge.resolutions}
    for diagnosis in knowledge.diagnoses:
        remarks |= {each.id for one in diagnosis.instances for each in (*diagnosis.scope, *one.requires)}
    return {
        "fact": frozenset(knowledge.facts),
        "diagnosis": frozenset(diagnoses),
        "resolution": frozenset(each.id for each in knowledge.resolutions),
        "step": frozenset(steps),
        "remark": frozenset(remarks),
    }


def _names(case: Case) -> Iterator[tuple[str, str, str]]:
    """What a case names: the kind of thing, the field where it does, and the name."""
    expect = case.expect
    yield from (("fact", "facts", key) for key in _flat(case.facts))
    for field in ("diagnoses", "endpoints", "because"):
        yield from (("diagnosis", field, name) for name in getattr(expect, field))
    yield from (("resolution", "resolutions", name) for name in expect.resolutions or ())
    for field in ("steps", "reasons", "commands", "undo"):
        yield from (("step", field, name) for name in getattr(expect, field))
    for field in ("asks", "asks_not"):
        yield from (("fact", field, name) for name in getattr(expect, field))
    for field in ("notes", "notes_not", "contradictions"):
        yield from (("remark", field, name) for name in getattr(expect, field) or ())


def _flat(facts: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
