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

if TYPE_CHECKING:
    from kb.reading import Document

ENVIRONMENT_VARIABLE = "RESOLVENT_LIBRARY"
"""Names the library to use where a command or a call names none."""

VOCABULARY = "facts.yaml"
EXAMPLES = ".examples.yaml"
_MAX_FILES = 2000
_FORMAT = "1"
"""Changes whenever the stored form of a KnowledgeBase does, so that no older one is taken for it."""


def shipped_library() -> Path:
    """The folder of the library that came with this installation: in the wheel, or beside the source."""
    here = Path(__file__).resolve().parent
    inside = here / "library"
    return inside if inside.is_dir() else here.parent


def find_library(named: str | os.PathLike[str] | None = None) -> Path:
    """The library to use: the one named, the one in ``RESOLVENT_LIBRARY``, or the shipped one.

    Raises:
        LibraryError: there is no library there.
    """
    folder = Path(named or os.environ.get(ENVIRONMENT_VARIABLE) or shipped_library())
    if not (folder / "rules" / VOCABULARY).is_file():
        what = "is no folder" if not folder.is_dir() else f"has no rules/{VOCABULARY}"
        raise LibraryError(
            [Problem(str(folder), 1, 1, Code.UNREADABLE, f"{what}; name a folder that holds rules/ and articles/")]
        )
    return folder


def load(library: str | os.PathLike[str] | None = None) -> KnowledgeBase:
    """Read a library.

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
    knowledge = _build(texts)
    _to_cache(stored, knowledge)
    return knowledge


def parse_texts(texts: dict[str, str], documents: dict[str, Document] | None = None) -> KnowledgeBase:
    """Read a library given as ``{"rules/facts.yaml": text, "articles/X.md": text, …}``.

    Args:
        documents: where given, takes each YAML file with the places of its values, by its path.

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


def example_files(library: str | os.PathLike[str] | None = None) -> list[Path]:
    """The files of examples in a library."""
    return sorted((find_library(library) / "rules").glob(f"*{EXAMPLES}"))


def _read_files(folder: Path) -> dict[str, str]:
    paths = sorted((folder / "rules").glob("*.yaml")) + sorted((folder / "articles").glob("*.md"))
    if len(paths) > _MAX_FILES:
        message = f"has {len(paths)} files; a library has at most {_MAX_FILES}"
        raise LibraryError([Problem(str(folder), 1, 1, Code.LIMIT, message)])
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.name.endswith(EXAMPLES):
            continue
        name = str(path.relative_to(folder))
        try:
            texts[name] = read_text(path, name)
        except LibraryError as error:
            problems += error.problems
    if problems:
        raise LibraryError(problems)
    return texts


def _build(texts: dict[str, str], documents: dict[str, Document] | None = None) -> KnowledgeBase:
    # Reading YAML and Markdown is slow to import; a cached library needs neither.
    from kb.articles import read_article
    from kb.reading import parse_yaml, shaped
    from kb.rules import link_rules
    from kb.vocabulary import link_vocabulary
    from kb.written import FactsFile, RulesFile

    problems: list[Problem] = []
    articles: dict[str, Article] = {}
    for path, text in texts.items():
        if path.endswith(".md"):
            article, found = read_article(text, path)
            problems += found
            if article is not None and article.id in articles:
                message = f"the article {article.id} stands in {articles[article.id].path} already"
                problems.append(Problem(path, 1, 1, Code.DUPLICATE_ID, message))
            elif article is not None:
                articles[article.id] = article
    vocabulary = None
    files = []
    for path, text in texts.items():
        if not path.endswith(".yaml"):
            continue
        document, found = parse_yaml(text, path)
        problems += found
        if document is None or found:
            continue
        if documents is not None:
            documents[path] = document
        if Path(path).name == VOCABULARY:
            facts_file, found = shaped(document, FactsFile)
            problems += found
            if facts_file is not None:
                vocabulary = link_vocabulary(document, facts_file)
        else:
            rules_file, found = shaped(document, RulesFile)
            problems += found
            if rules_file is not None:
                files.append((document, rules_file))
    if vocabulary is None:
        # Without a vocabulary every name in the rules would be reported; what is wrong with it comes first.
        raise LibraryError(problems)
    rules = link_rules(files, vocabulary, articles)
    problems += vocabulary.naming.problems
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
        external_articles=rules.external_articles,
        articles=articles,
        diagnoses=tuple(rules.diagnoses),
        resolutions=tuple(rules.resolutions),
        note_rules=tuple(rules.note_rules),
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
