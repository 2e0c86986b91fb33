"""Checks that rival causes can be told apart by what they explain."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Severity
from workbench.checks.source import LibrarySource


class ExplainsNothing(Check):
    """A diagnosis that names no symptom where others do: it is asked about and told whatever was seen."""

    kind = IssueKind("KB306", Severity.WARNING, "A diagnosis that explains nothing where others do")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each such diagnosis."""
        knowledge = library.knowledge
        explaining = {each.id for each in knowledge.diagnoses if any(instance.explains for instance in each.instances)}
        asked_for = any(each.id in explaining for each in knowledge.diagnoses if each.article not in knowledge.drafts)
        for diagnosis in knowledge.diagnoses:
            if asked_for and diagnosis.id not in explaining:
                yield self.found(
                    library.diagnosis(diagnosis.id),
                    f"{diagnosis.id} says in no explains what is seen where it is the cause, so it is asked about and "
                    "told as a cause whatever was seen",
                )


class UnusedShared(Check):
    """A set, a table of words, a requirement or a step that is written for others to use, and that nobody uses."""

    kind = IssueKind("KB307", Severity.WARNING, "Something to be used by its name that nobody uses")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each."""
        documents = [library.vocabulary[0], *(document for document, _ in library.rules)]
        if library.shared is not None:
            documents.append(library.shared[0])
        texts = "\n".join(text for path, text in library.texts.items() if path.endswith(".yaml"))
        used = {name for document in documents for name in _used(document.data)}
        for document in documents:
            for section in ("sets", "requirements", "steps"):
                for id_ in document.data.get(section, ()):
                    if id_ not in used:
                        yield self.found(
                            library.at(document, section, id_), f"nobody says use: {id_}; use it, or take it out"
                        )
            for id_ in document.data.get("words", ()):
                if f"{{words.{id_}}}" not in texts:
                    yield self.found(
                        library.at(document, "words", id_), f"no text has {{words.{id_}}}; use it, or take it out"
                    )


def _used(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "use" and isinstance(value, str):
                yield value
            else:
                yield from _used(value)
    elif isinstance(data, list):
        for each in data:
            yield from _used(each)
