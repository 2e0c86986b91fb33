"""Sees that ids are unique, and puts diagnoses and resolutions in the order in which each rests on those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from kb.conditions import Concluded, leaves
from kb.model import Diagnosis, Requirement, Resolution
from kb.problems import Code
from kb.reading import Document, Path
from kb.values import suggestion
from kb.vocabulary import Vocabulary
from kb.written import RulesFile, SharedFile

Files = Sequence[tuple[Document, RulesFile]]


def check_ids(files: Files, sharing: Sequence[tuple[Document, RulesFile | SharedFile]], vocabulary: Vocabulary) -> None:
    """Ids are unique: of diagnoses, resolutions, notes and external articles in the library, the rest where it is."""

    def unique(seen: dict[str, str], id_: str, document: Document, at: Path, *, of_key: bool = False) -> None:
        if id_ in seen:
            message = f"the id {id_} is taken at {seen[id_]}"
            vocabulary.naming.report(document, at, Code.DUPLICATE_ID, message, of_key=of_key)
        else:
            seen[id_] = ":".join(map(str, (document.home(at), *document.place(at, of_key=of_key))))

    seen: dict[str, dict[str, str]] = {"diagnoses": {}, "resolutions": {}, "notes": {}, "external": {}, "tried": {}}
    articles: dict[str, str] = {}
    for document, shared in sharing:
        for id_ in shared.external_articles:
            unique(seen["external"], id_, document, ("external_articles", id_), of_key=True)
    for document, written in files:
        if written.article in articles:
            message = f"the rules of {written.article} stand in {articles[written.article]} already; put them together"
            vocabulary.naming.report(document, ("article",), Code.DUPLICATE_ID, message)
        articles.setdefault(written.article, document.path)
        applies_when: dict[str, str] = {}
        for i, requirement in enumerate(written.applies_when):
            unique(applies_when, requirement.name, document, ("applies_when", i))
        for i, diagnosis in enumerate(written.diagnoses):
            unique(seen["diagnoses"], diagnosis.id, document, ("diagnoses", i, "id"))
            own = dict(applies_when)
            for j, requirement in enumerate(diagnosis.requires):
                unique(own, requirement.name, document, ("diagnoses", i, "requires", j))
        for i, resolution in enumerate(written.resolutions):
            unique(seen["resolutions"], resolution.id, document, ("resolutions", i, "id"))
            steps: dict[str, str] = {}
            for j, step in enumerate(resolution.steps):
                unique(steps, step.name, document, ("resolutions", i, "steps", j))
        for i, note_rule in enumerate(written.notes):
            unique(seen["notes"], note_rule.id, document, ("notes", i, "id"))


def diagnoses_in_order(diagnoses: list[Diagnosis], files: Files, vocabulary: Vocabulary) -> list[Diagnosis]:
    """Each after those that its conditions speak of and that exclude it; a circle is refused."""
    graph: dict[str, set[str]] = {diagnosis.id: _spoken_of(diagnosis) for diagnosis in diagnoses}
    for diagnosis in diagnoses:
        for other in diagnosis.excludes:
            graph.setdefault(other, set()).add(diagnosis.id)
    order = _sorted(
        graph, "these diagnoses rest on each other or exclude each other in a circle", "diagnoses", files, vocabulary
    )
    by_id = {diagnosis.id: diagnosis for diagnosis in diagnoses}
    return [by_id[id_] for id_ in order if id_ in by_id] if order else diagnoses


def resolutions_in_order(resolutions: list[Resolution], files: Files, vocabulary: Vocabulary) -> list[Resolution]:
    """Each after those that come first; otherwise as written. A circle is refused."""
    by_id = {resolution.id: resolution for resolution in resolutions}
    for document, written in files:
        for i, resolution in enumerate(written.resolutions):
            for j, first in enumerate(resolution.first):
                if first not in by_id:
                    message = f"there is no resolution {first!r}{suggestion(first, by_id)}"
                    at = ("resolutions", i, "first", j)
                    vocabulary.naming.report(document, at, Code.UNKNOWN_ID, message)
    graph = {resolution.id: {each for each in resolution.first if each in by_id} for resolution in resolutions}
    if not _sorted(graph, "these resolutions all come first in a circle", "resolutions", files, vocabulary):
        return resolutions
    done: dict[str, Resolution] = {}

    def place(id_: str) -> None:
        if id_ not in done:
            for first in by_id[id_].first:
                if first in by_id:
                    place(first)
            done[id_] = by_id[id_]

    for id_ in by_id:
        place(id_)
    return list(done.values())


def _sorted(graph: Mapping[str, set[str]], what: str, section: str, files: Files, vocabulary: Vocabulary) -> list[str]:
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = [str(id_) for id_ in error.args[1]]
        for document, written in files:
            for position, each in enumerate(getattr(written, section)):
                if each.id == circle[0]:
                    message = f"{what}: {' ← '.join(circle)}"
                    vocabulary.naming.report(document, (section, position, "id"), Code.CYCLE, message)
        return []


def _spoken_of(diagnosis: Diagnosis) -> set[str]:
    """The diagnoses that the conditions of one speak of; what it explains comes after every state is known."""
    requirements: list[Requirement] = [*diagnosis.applies_when]
    requirements += [each for instance in diagnosis.instances for each in instance.requires]
    return {leaf.diagnosis for each in requirements for leaf in leaves(each.that) if isinstance(leaf, Concluded)}
