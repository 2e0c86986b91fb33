"""Writes suggested examples into the files of examples, each marked as one that nobody has reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.library import EXAMPLES
from kb.problems import LibraryError
from kb.reading import parse_yaml, shaped
from kb.written import Example, ExamplesFile
from workbench.checks import LibrarySource, Witness
from workbench.checks.examples import UNREVIEWED
from workbench.proof.mutation import ExampleWithBase, Mutation, Survivor, notices


class NotWritable(Exception):
    """A file of examples that nothing can be added to; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An example that would notice a mistake that none notices yet.

    Attributes:
        path: the file of examples that it belongs to.
        base: the facts that this file gives to every example.
    """

    survivor: Survivor
    witness: Witness
    path: str
    base: Mapping[str, object]

    @property
    def text(self) -> str:
        """The example as it is written, marked."""
        return replace(self.witness, name=f"{UNREVIEWED}{self.witness.name}").as_example(self.base)


class Accepting:
    """The examples that are suggested, and those of them that were written."""

    def __init__(self, library: LibrarySource, folder: Path, mutation: Mutation) -> None:
        self._library = library
        self._folder = folder
        self._mutation = mutation
        self._articles = {document.path: written.article for document, written in library.rules}
        self.written: list[Suggestion] = []

    def left(self) -> Iterator[Suggestion]:
        """Those that are worth writing, in reading order of what they notice.

        One is left out whose mistake is noticed by one that was written meanwhile.
        """
        for suggestion in suggestions(self._library, self._mutation):
            article = self._articles[suggestion.survivor.beside]
            taken: list[ExampleWithBase] = [
                (_example(each.witness), {}, article) for each in self.written if each.path == suggestion.path
            ]
            if not any(notices(suggestion.survivor, example, self._library) for example in taken):
                yield suggestion

    def write(self, suggestion: Suggestion) -> None:
        """Write one.

        Raises:
            NotWritable: its file is not laid out so that an example can be added.
            OSError: the file cannot be written.
        """
        _append(self._folder / suggestion.path, suggestion.path, suggestion.text)
        self.written.append(suggestion)


def suggestions(library: LibrarySource, mutation: Mutation) -> Iterator[Suggestion]:
    """The examples that are suggested, in reading order of what they notice."""
    names = {each.name.removeprefix(UNREVIEWED) for _, written in library.examples for each in written.examples}
    for survivor in mutation.survivors:
        path = survivor.beside
        if survivor.example is not None:
            base = library.example_bases.get(path, {})
            name, number = survivor.example.name, 2
            while name in names:
                name, number = f"{survivor.example.name} ({number})", number + 1
            names.add(name)
            witness = replace(survivor.example, name=name)
            yield Suggestion(survivor, witness, f"{path.removesuffix('.yaml')}{EXAMPLES}", base)


def _example(witness: Witness) -> Example:
    return Example.model_validate(
        {"name": witness.name, "library": witness.library, "facts": witness.facts, "expect": witness.expect}
    )


def _append(path: Path, shown: str, text: str) -> None:
    """Add an example below the last one of a file, which is begun where there is none."""
    before = path.read_text(encoding="utf-8") if path.exists() else "examples:\n"
    lines = before.splitlines()
    began = next((number for number, line in enumerate(lines) if line.split("#")[0].rstrip() == "examples:"), None)
    if began is None:
        raise NotWritable(f"{shown} has no line that is only 'examples:', with the examples below it; write it so")
    end = next((n for n in range(began + 1, len(lines)) if lines[n][:1] not in ("", " ", "-", "#")), len(lines))
    while end > began + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    first = next((line for line in lines[began + 1 : end] if line.lstrip().startswith("- ")), "  - ")
    indent = first[: len(first) - len(first.lstrip())]
    added = [f"{indent}{line.removeprefix('  ')}" for line in text.splitlines()]
    gap = [""] if end > began + 1 and not lines[end - 1].startswith("examples") else []
    after = "\n".join([*lines[:end], *gap, *added, *lines[end:]]) + "\n"
    if _count(after, shown) != (_count(before, shown) if path.exists() else 0) + 1:
        raise NotWritable(f"{shown}: an example cannot be added below its last one; add this one by hand:\n{text}")
    path.write_text(after, encoding="utf-8")


def _count(text: str, shown: str) -> int:
    """How many examples a text has.

    Raises:
        LibraryError: it is not one of examples.
    """
    document, problems = parse_yaml(text, shown)
    if document is None or problems:
        raise LibraryError(problems)
    examples, problems = shaped(document, ExamplesFile)
    if examples is None:
        raise LibraryError(problems)
    return len(examples.examples)
