"""A library with the places of everything in it: what checks look at."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kb.files import read_text
from kb.library import EXAMPLES, MERGED_VOCABULARY, SHARED, example_files, find_library, parse_texts, read_texts
from kb.model import Diagnosis, KnowledgeBase, Requirement
from kb.problems import LibraryError, Problem
from kb.reading import Document, parse_yaml, shaped
from kb.reading import Path as At
from kb.written import (
    ExamplesFile,
    FactsFile,
    RulesFile,
    SharedFile,
    WrittenDiagnosis,
    WrittenNote,
    WrittenRequirement,
    WrittenResolution,
    WrittenStep,
)
from workbench.checks.issue import Location
from workbench.examples import flat


@dataclass(frozen=True)
class LibrarySource:
    """A library as it was written, beside the KnowledgeBase that came of it.

    Attributes:
        texts: the text of every file by its path, examples apart.
        vocabulary: its files, read as one.
        rules: every rules file, and `examples` every file of examples, with the places of their values.
        shared: the file of what several articles use, where there is one.
    """

    knowledge: KnowledgeBase
    texts: Mapping[str, str]
    vocabulary: tuple[Document, FactsFile]
    rules: tuple[tuple[Document, RulesFile], ...]
    examples: tuple[tuple[Document, ExamplesFile], ...]
    shared: tuple[Document, SharedFile] | None = None

    def fact(self, key: str, *below: str) -> Location:
        """Where a fact is declared, or a value below it."""
        document, written = self.vocabulary
        name = self.written_key(key)
        section = "facts" if name in written.facts else "derived"
        return _location(document, (section, name, *below))

    def written_key(self, key: str) -> str:
        """The key of a fact as the vocabulary has it: ``endpoint.url`` for ``endpoints.ews.url``."""
        fact = self.knowledge.fact(key)
        if fact is None or fact.member is None:
            return key
        collection = self.knowledge.collection(fact.member[0])
        rest = key.removeprefix(f"{collection.prefix}.{fact.member[1]}.")
        return f"{collection.id}.{rest}"

    def statement(self, article: str, anchor: str) -> Location:
        """Where an anchor stands in its article."""
        path = self.knowledge.articles[article].path
        for number, line in enumerate(self.texts.get(path, "").splitlines(), 1):
            column = line.find(f"{{#{anchor}")
            if column >= 0 and line[column + 2 + len(anchor)] in " }":
                return Location(path, number, column + 1)
        return Location(path)

    def diagnosis(self, id_: str, *below: str | int) -> Location:
        """Where a diagnosis is written, or a value below it."""
        return self._entry("diagnoses", id_, below)

    def requirement(self, diagnosis: Diagnosis, requirement: Requirement, *below: str | int) -> Location:
        """Where a requirement of a diagnosis is written: its article's, its own, or one that is shared."""
        if requirement.id == "when" and not requirement.otherwise:
            return self.diagnosis(diagnosis.id, "when")
        for document, written in self.rules:
            for i, each in enumerate(written.diagnoses):
                if each.id != diagnosis.id:
                    continue
                for j, own in enumerate(each.requires):
                    if own.name == requirement.id:
                        return self._used(document, own, ("diagnoses", i, "requires", j), below)
                for j, own in enumerate(written.applies_when):
                    if own.name == requirement.id:
                        return self._used(document, own, ("applies_when", j), below)
        return self.existence(diagnosis, requirement)

    def existence(self, diagnosis: Diagnosis, requirement: Requirement) -> Location:
        """Where it is written which member of a collection exists when."""
        document, _ = self.vocabulary
        for instance in diagnosis.instances:
            if requirement in instance.requires and diagnosis.collection and instance.member:
                return _location(document, ("collections", diagnosis.collection, "members", instance.member, "exists"))
        return self.diagnosis(diagnosis.id)

    def resolution(self, id_: str, *below: str | int) -> Location:
        """Where a resolution is written, or a value below it."""
        return self._entry("resolutions", id_, below)

    def step(self, resolution: str, step: str, *below: str | int) -> Location:
        """Where a step is written, or a value below it."""
        for document, written in self.rules:
            for i, each in enumerate(written.resolutions):
                for j, own in enumerate(each.steps):
                    if each.id == resolution and _is(own.name, step):
                        return self._used(document, own, ("resolutions", i, "steps", j), below)
        return self.resolution(resolution)

    def _used(
        self, document: Document, own: WrittenRequirement | WrittenStep, at: At, below: tuple[str | int, ...]
    ) -> Location:
        """A part of something that stands here, or of what it uses where the part is not its own."""
        if own.use is None or not below or str(below[0]) in own.model_dump(by_alias=True, exclude_unset=True):
            return _location(document, (*at, *(below or ("id",))))
        section = "requirements" if isinstance(own, WrittenRequirement) else "steps"
        for home, written in [*self.rules, *([self.shared] if self.shared else [])]:
            if own.use in getattr(written, section):
                return _location(home, (section, own.use, *below))
        return _location(document, at)

    def note_rule(self, id_: str, *below: str | int) -> Location:
        """Where a note is written; one for a member of a collection is written once for all of them."""
        return self._entry("notes", id_.partition(".")[0], below)

    def article_of(self, examples: Document) -> str | None:
        """The article beside whose rules a file of examples stands; none where there are no such rules."""
        stem = examples.path.removesuffix(EXAMPLES)
        return next((written.article for document, written in self.rules if document.path == f"{stem}.yaml"), None)

    @property
    def example_bases(self) -> Mapping[str, Mapping[str, object]]:
        """For each rules file the facts that the file of examples beside it gives to every example."""
        return {
            f"{document.path.removesuffix(EXAMPLES)}.yaml": flat(written.base) for document, written in self.examples
        }

    def at(self, document: Document, *path: str | int) -> Location:
        """The place of a value in a document of this library."""
        return _location(document, path)

    def beginning(self, path: str) -> Location:
        """The top of a file."""
        return Location(path)

    def _entry(self, section: str, id_: str, below: tuple[str | int, ...]) -> Location:
        document, at = self._entries.get((section, id_), (self.vocabulary[0], ()))
        return _location(document, (*at, *(below or ("id",))))

    @cached_property
    def _entries(self) -> dict[tuple[str, str], tuple[Document, At]]:
        entries: dict[tuple[str, str], tuple[Document, At]] = {}
        for document, written in self.rules:
            sections: tuple[tuple[str, Sequence[WrittenDiagnosis | WrittenResolution | WrittenNote]], ...] = (
                ("diagnoses", written.diagnoses),
                ("resolutions", written.resolutions),
                ("notes", written.notes),
            )
            for section, listed in sections:
                for position, each in enumerate(listed):
                    entries[(section, each.id)] = (document, (section, position))
        return entries


def read_library(library: str | os.PathLike[str] | None = None) -> LibrarySource:
    """Read a library with its places.

    Raises:
        LibraryError: it has faults that keep it from being used; all of them are listed.
    """
    folder = find_library(library)
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    documents: dict[str, Document] = {}
    try:
        texts = read_texts(folder)
        knowledge = parse_texts(texts, documents)
    except LibraryError as error:
        problems += error.problems
    examples: list[tuple[Document, ExamplesFile]] = []
    for path in example_files(folder):
        document, found = _examples(path, str(path.relative_to(folder)))
        problems += found
        if document is not None:
            examples.append(document)
    if problems:
        raise LibraryError(problems)
    return _assemble(knowledge, texts, documents, tuple(examples))


def _assemble(
    knowledge: KnowledgeBase,
    texts: Mapping[str, str],
    documents: Mapping[str, Document],
    examples: tuple[tuple[Document, ExamplesFile], ...],
) -> LibrarySource:
    """Everything together; the shapes are known to fit, since the KnowledgeBase came of the same documents."""
    rules = [
        (document, RulesFile.model_validate(document.data))
        for path, document in documents.items()
        if path not in (MERGED_VOCABULARY, SHARED)
    ]
    vocabulary = documents[MERGED_VOCABULARY]
    shared = documents.get(SHARED)
    return LibrarySource(
        knowledge,
        texts,
        (vocabulary, FactsFile.model_validate(vocabulary.data)),
        tuple(rules),
        examples,
        None if shared is None else (shared, SharedFile.model_validate(shared.data)),
    )


def _examples(path: Path, shown: str) -> tuple[tuple[Document, ExamplesFile] | None, list[Problem]]:
    try:
        document, problems = parse_yaml(read_text(path, shown), shown)
    except LibraryError as error:
        return None, list(error.problems)
    if document is None or problems:
        return None, problems
    examples, problems = shaped(document, ExamplesFile)
    return (None if examples is None else (document, examples)), problems


def _location(document: Document, at: At) -> Location:
    return Location(document.home(at), *document.place(at))


def _is(written: str, id_: str) -> bool:
    """Whether a step of this id came of what is written under a name, in which a member may stand."""
    return written == id_ or re.fullmatch(re.escape(written).replace(r"\{member\}", "[a-z0-9-]+"), id_) is not None
