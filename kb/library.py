"""Finds a library, reads all its files, and returns the KnowledgeBase or everything that is wrong with it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kb.files import read_text
from kb.model import Article, KnowledgeBase
from kb.problems import Code, LibraryError, Problem
from kb.selection import without_drafts

if TYPE_CHECKING:
    from kb.reading import Document

ENVIRONMENT_VARIABLE = "RESOLVENT_LIBRARY"
"""Names the library to use where a command or a call names none."""

VOCABULARY = "rules/facts/"
SHARED = "rules/shared.yaml"
EXAMPLES = ".examples.yaml"
DRAWINGS = "rules/drawings/"
TABLES = ("rules/evidence.yaml", "rules/commands.yaml")
"""What a library says about outputs and commands, which is no part of its rules."""
SCRIPTS = "rules/collect/"
"""The scripts that collect outputs (`*.ps1`); rules/evidence.yaml names them."""

MERGED_VOCABULARY = "rules/facts"
"""The name by which `parse_texts` hands out the vocabulary's files, read as one."""

_IN_ONE_FILE = frozenset({"name", "version", "people"})
_MAX_FILES = 2000
_FORMAT = "3"
"""Changes whenever the stored form of a KnowledgeBase does, so that no older one is taken for it."""


def shipped_library() -> Path:
    """The folder of the library that came with this installation: in the wheel, or beside the source."""
    here = Path(__file__).resolve().parent
    inside = here / "library"
    return inside if inside.is_dir() else here.parent


def holds_library(folder: Path) -> bool:
    """Whether a folder is one of a library: it has a vocabulary."""
    return any((folder / VOCABULARY).glob("*.yaml"))


def find_library(named: str | os.PathLike[str] | None = None) -> Path:
    """The library to use: the one named, the one in ``RESOLVENT_LIBRARY``, or the shipped one.

    Raises:
        LibraryError: there is no library there.
    """
    folder = Path(named or os.environ.get(ENVIRONMENT_VARIABLE) or shipped_library())
    if not holds_library(folder):
        what = "is no folder" if not folder.is_dir() else f"has no {VOCABULARY}*.yaml"
        raise LibraryError(
            [Problem(str(folder), 1, 1, Code.UNREADABLE, f"{what}; name a folder that holds rules/ and articles/")]
        )
    return folder


def load(library: str | os.PathLike[str] | None = None) -> KnowledgeBase:
    """Read a library, without what its drafts say.

    A library that was read before, to the letter the same, is taken from a cache in the user's own cache folder.

    Raises:
        LibraryError: it has faults; all of them are listed.
    """
    folder = find_library(library)
    texts = _read_files(folder)
    stored = _cache_path(texts)
    kept = _from_cache(stored)
    if kept is not None:
        return kept
    knowledge = without_drafts(_build(texts))
    _to_cache(stored, knowledge)
    return knowledge


def parse_texts(texts: dict[str, str], documents: dict[str, Document] | None = None) -> KnowledgeBase:
    """Read a library, drafts and all, from ``{"rules/facts/x.yaml": text, "rules/X.yaml": text, …}``.

    Args:
        documents: where given, takes each YAML file of rules with the places of its values, by its path; those of the
            vocabulary as one, by the name ``rules/facts``.

    Raises:
        LibraryError: it has faults; all of them are listed.
    """
    return _build(texts, documents)


def read_texts(library: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """The texts that a library is made of, by their paths in it; examples are not among them.

    Raises:
        LibraryError: there is no library, or a file in it cannot be read.
    """
    return _read_files(find_library(library))


def read_drawings(library: str | os.PathLike[str] | None = None) -> dict[str, bytes]:
    """The files that draw a library's choices, by their paths in it; `kb.drawings` says what they may hold.

    Raises:
        LibraryError: there is no library, or a file in it cannot be read.
    """
    folder = find_library(library)
    paths = sorted((folder / DRAWINGS).glob("*/*.svg"))
    if len(paths) > _MAX_FILES:
        message = f"has {len(paths)} drawings; a library has at most {_MAX_FILES}"
        raise LibraryError([Problem(str(folder), 1, 1, Code.LIMIT, message)])
    files: dict[str, bytes] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            raise LibraryError([Problem(name, 1, 1, Code.UNREADABLE, f"cannot be read: {error.strerror}")]) from error
    return files


def example_files(library: str | os.PathLike[str] | None = None) -> list[Path]:
    """The files of examples in a library."""
    return sorted((find_library(library) / "rules").glob(f"*{EXAMPLES}"))


def _read_files(folder: Path) -> dict[str, str]:
    paths = sorted(
        each for pattern in ("*.yaml", "*.yml") for each in (folder / "rules").rglob(pattern) if each.is_file()
    )
    paths += sorted((folder / "articles").glob("*.md"))
    paths += sorted((folder / SCRIPTS).glob("*.ps1"))
    if len(paths) > _MAX_FILES:
        message = f"has {len(paths)} files; a library has at most {_MAX_FILES}"
        raise LibraryError([Problem(str(folder), 1, 1, Code.LIMIT, message)])
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if name.endswith(EXAMPLES) and path.parent == folder / "rules":
            continue
        try:
            texts[name] = read_text(path, name)
        except LibraryError as error:
            problems += error.problems
    if problems:
        raise LibraryError(problems)
    return texts


def _place(path: str) -> str | None:
    """Which part of a library a file is: articles, vocabulary, shared, evidence, commands, scripts,
    rules, or none that anybody reads."""
    folder, _, name = path.rpartition("/")
    if folder == "articles" and name.endswith(".md"):
        return "articles"
    if path == SHARED:
        return "shared"
    if path in TABLES:
        return path.removeprefix("rules/").removesuffix(".yaml")
    if f"{folder}/" == SCRIPTS and name.endswith(".ps1"):
        return "scripts"
    if f"{folder}/" == VOCABULARY and name.endswith(".yaml"):
        return "vocabulary"
    return "rules" if folder == "rules" and name.endswith(".yaml") and path != "rules/facts.yaml" else None


def _build(texts: dict[str, str], documents: dict[str, Document] | None = None) -> KnowledgeBase:
    # Reading YAML and Markdown is slow to import; a cached library needs neither.
    from kb.articles import read_article
    from kb.reading import merged, parse_yaml, shaped
    from kb.rules import link_rules
    from kb.tables import CommandsFile, EvidenceFile, link_tables
    from kb.vocabulary import link_vocabulary
    from kb.written import FactsFile, RulesFile, SharedFile

    problems: list[Problem] = []
    articles: dict[str, Article] = {}
    parsed: dict[str, list[Document]] = {"vocabulary": [], "shared": [], "rules": [], "evidence": [], "commands": []}
    scripts: dict[str, str] = {}
    for path, text in texts.items():
        place = _place(path)
        if place is None:
            message = f"nobody reads this file; facts stand in {VOCABULARY}, rules in rules/<article>.yaml, no deeper"
            problems.append(Problem(path, 1, 1, Code.STRAY, message))
        elif place == "articles":
            article, found = read_article(text, path)
            problems += found
            if article is not None and article.id in articles:
                message = f"the article {article.id} stands in {articles[article.id].path} already"
                problems.append(Problem(path, 1, 1, Code.DUPLICATE_ID, message))
            elif article is not None:
                articles[article.id] = article
        elif place == "scripts":
            scripts[path.removeprefix("rules/")] = text
        elif place in parsed:
            document, found = parse_yaml(text, path)
            problems += found
            if document is not None and not found:
                parsed[place].append(document)
                if documents is not None and place in ("shared", "rules"):
                    documents[path] = document
    files: list[tuple[Document, RulesFile]] = []
    for document in parsed["rules"]:
        rules_file, found = shaped(document, RulesFile)
        problems += found
        if rules_file is not None:
            files.append((document, rules_file))
    shared: tuple[Document, SharedFile] | None = None
    for document in parsed["shared"]:
        shared_file, found = shaped(document, SharedFile)
        problems += found
        if shared_file is not None:
            shared = (document, shared_file)
    of_evidence: tuple[Document, EvidenceFile] | None = None
    for document in parsed["evidence"]:
        evidence_file, found = shaped(document, EvidenceFile)
        problems += found
        of_evidence = None if evidence_file is None else (document, evidence_file)
    of_commands: tuple[Document, CommandsFile] | None = None
    for document in parsed["commands"]:
        commands_file, found = shaped(document, CommandsFile)
        problems += found
        of_commands = None if commands_file is None else (document, commands_file)
    vocabulary = None
    if parsed["vocabulary"]:
        together, found = merged(parsed["vocabulary"], in_one=_IN_ONE_FILE)
        problems += found
        facts_file, found = shaped(together, FactsFile)
        problems += found
        if documents is not None:
            documents[MERGED_VOCABULARY] = together
        if facts_file is not None:
            vocabulary = link_vocabulary(together, facts_file, [*files, *([shared] if shared else [])])
    if vocabulary is None:
        # Without a vocabulary every name in the rules would be reported; what is wrong with it comes first.
        raise LibraryError(problems)
    rules = link_rules(files, vocabulary, articles, shared)
    problems += vocabulary.naming.problems
    tables, found = link_tables(of_commands, of_evidence, scripts, vocabulary.naming, vocabulary.objects)
    problems += found
    if problems:
        raise LibraryError(problems)
    return KnowledgeBase(
        name=vocabulary.name,
        version=vocabulary.version,
        people=vocabulary.people,
        objects=vocabulary.objects,
        collections=vocabulary.collections,
        groups=vocabulary.groups,
        facts=dict(vocabulary.naming.facts),
        derived=dict(vocabulary.naming.derived),
        words=dict(vocabulary.naming.words),
        external_articles=rules.external_articles,
        articles=articles,
        diagnoses=tuple(rules.diagnoses),
        resolutions=tuple(rules.resolutions),
        note_rules=tuple(rules.note_rules),
        drafts=tuple(rules.drafts),
        cmdlets=tables.cmdlets,
        outputs=tables.outputs,
    )


def _cache_path(texts: dict[str, str]) -> Path | None:
    """Where the KnowledgeBase of these texts is kept; the name is a hash of all that it is made from."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    try:
        folder = Path(base) if base else Path.home() / ".cache"
    except RuntimeError:  # no home folder
        return None
    content = hashlib.sha256(_code_digest())
    for name, text in sorted(texts.items()):
        for part in (name, text):
            encoded = part.encode()
            content.update(len(encoded).to_bytes(8) + encoded)
    return folder / "resolvent" / f"{content.hexdigest()[:40]}.json"


def _code_digest() -> bytes:
    """The code that reads libraries, by its files' sizes and times: changed code reads anew."""
    marks = [_FORMAT]
    for path in sorted(Path(__file__).parent.glob("*.py")):
        status = path.stat()
        marks.append(f"{path.name} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(marks).encode()


def _from_cache(path: Path | None) -> KnowledgeBase | None:
    if path is None:
        return None
    try:
        return KnowledgeBase.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _to_cache(path: Path | None, knowledge: KnowledgeBase) -> None:
    """Keep it for the next start; where that is not possible, the next start reads the library again."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False, encoding="utf-8") as file:
            file.write(knowledge.model_dump_json())
        os.replace(file.name, path)
    except OSError:
        return
