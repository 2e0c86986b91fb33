"""Builds the whole site, and finds what is missing in it: links that lead nowhere, rules and options without a page."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import click

from workbench.checks import LibrarySource
from workbench.site.layout import page
from workbench.site.library_pages import LibraryPages, diagnosis_path, fact_path, resolution_path
from workbench.site.project_pages import command_pages, document_pages, issue_pages, undocumented, unwritten

_PICTURES = (".png", ".svg", ".jpg", ".webp")


@dataclass(frozen=True, slots=True)
class Site:
    """A site: its pages by path, further files to copy, and everything that is wrong with it."""

    pages: Mapping[str, str]
    files: Mapping[str, Path]
    problems: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write it below a folder, which is made where it is not there."""
        for path, content in self.pages.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        for path, source in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def build(library: LibrarySource, verbs: Mapping[str, click.Command], docs: Path | None) -> Site:
    """Build the site of a library.

    Args:
        verbs: the commands to describe.
        docs: the folder of the project's documentation; nothing leaves it out.
    """
    bodies = [
        *LibraryPages(library).pages(),
        *command_pages(verbs),
        *issue_pages(docs),
        *document_pages(docs),
    ]
    home = library.knowledge.name
    pages = {path: page(title, body, path, home=home) for path, title, body in bodies}
    files = {} if docs is None else {f"docs/{each.relative_to(docs).as_posix()}": each for each in _pictures(docs)}
    problems = [
        *undocumented(verbs),
        *unwritten(docs),
        *_without_page(library, pages),
        *broken_links(pages, files),
    ]
    return Site(pages, files, tuple(problems))


def broken_links(pages: Mapping[str, str], files: Mapping[str, object]) -> Iterator[str]:
    """Links within the site that lead nowhere."""
    read = {path: _read(content) for path, content in pages.items()}
    for path, (links, _) in read.items():
        for target in dict.fromkeys(links):
            if "://" in target or target.startswith(("mailto:", "data:")):
                continue
            file, _, anchor = unquote(target).partition("#")
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
            if wanted not in pages and wanted not in files:
                # Documentation may speak of files of the project, which are no part of the site.
                outside = path.startswith("docs/") and wanted.startswith("..")
                if outside or not file.endswith((".html", "/")):
                    continue
                yield f"{path}: the link {target} leads nowhere"
            elif anchor and wanted in read and anchor not in read[wanted][1]:
                yield f"{path}: {wanted} has no place {anchor!r}"


def _without_page(library: LibrarySource, pages: Mapping[str, str]) -> Iterator[str]:
    knowledge = library.knowledge
    wanted = [
        *((f"the diagnosis {each.id}", diagnosis_path(each.id)) for each in knowledge.diagnoses),
        *((f"the resolution {each.id}", resolution_path(each.id)) for each in knowledge.resolutions),
        *((f"the fact {key}", fact_path(key)) for key in (*knowledge.facts, *knowledge.derived)),
    ]
    for what, path in wanted:
        if path not in pages:
            yield f"{what} has no page"


def _pictures(docs: Path) -> list[Path]:
    return [each for each in sorted(docs.rglob("*")) if each.suffix in _PICTURES]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is not None and name in ("href", "src"):
                self.links.append(value)
            elif value is not None and name == "id":
                self.places.add(value)


def _read(content: str) -> tuple[list[str], set[str]]:
    reader = _Reader()
    reader.feed(content)
    return reader.links, reader.places
