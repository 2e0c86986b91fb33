"""Reads an article: its front matter, and the statements in it that carry an anchor."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from kb.model import Article, Statement
from kb.problems import Code, Problem
from kb.reading import parse_yaml

_ANCHOR = re.compile(r"[a-z][a-z0-9-]*")
_REQUIRED = ("id", "title")
_REMEMBERED = 512
"""Articles whose reading is kept."""

_SEEN = ("", "whole", "excerpt")
"""How a source was seen: as a whole, which is taken for granted, or an excerpt of it."""


def markdown() -> MarkdownIt:
    """The Markdown that articles are written in: no HTML, front matter, and ``[a statement]{#with-an-anchor}``."""
    return MarkdownIt("js-default").use(front_matter_plugin).use(attrs_plugin, spans=True)


def read_article(text: str, path: str) -> tuple[Article | None, list[Problem]]:
    """Read one article; the problems are all that was found wrong with it."""
    article, problems = _read(text, path)
    return article, list(problems)


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str, path: str) -> tuple[Article | None, list[Problem]]:
    """The same; remembered, since whoever watches a library reads all of it again where one file changed."""
    tokens = markdown().parse(text)
    problems: list[Problem] = []
    front = next((token for token in tokens if token.type == "front_matter"), None)
    metadata: dict[str, str] = {}
    if front is not None:
        document, yaml_problems = parse_yaml(front.content, path, first_line=2)
        problems += yaml_problems
        if document is not None and isinstance(document.data, dict):
            metadata = {str(key): _as_text(value) for key, value in document.data.items()}
    missing = [key for key in _REQUIRED if not metadata.get(key)]
    if missing:
        problems.append(
            Problem(path, 1, 1, Code.ARTICLE, f"begin the article with front matter that gives {' and '.join(missing)}")
        )
    statements = list(_statements(tokens, path, problems))
    if missing:
        return None, problems
    body = text if front is None or front.map is None else "\n".join(text.split("\n")[front.map[1] :])
    article = Article(
        id=metadata["id"],
        title=metadata["title"],
        path=path,
        metadata=metadata,
        markdown=body.strip() + "\n",
        statements=tuple(statements),
    )
    return article, problems


def comparable(text: str) -> str:
    """A text as words are looked for in it: case folded, white space and typographic marks levelled."""
    levelled = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    for mark, plain in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2013", "-")):
        levelled = levelled.replace(mark, plain)
    return " ".join(levelled.split())


def _statements(tokens: Iterable[Token], path: str, problems: list[Problem]) -> Iterable[Statement]:
    seen: set[str] = set()
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for anchor, attributes, text in _spans(token.children or []):
            if not _ANCHOR.fullmatch(anchor):
                problems.append(
                    Problem(
                        path,
                        line,
                        1,
                        Code.ANCHOR,
                        f"the anchor {anchor!r} is not of lower-case letters, digits and hyphens",
                    )
                )
            elif anchor in seen:
                problems.append(
                    Problem(path, line, 1, Code.ANCHOR, f"the anchor {anchor} stands twice in this article")
                )
            else:
                seen.add(anchor)
                seen_as = attributes.get("seen", "")
                if seen_as not in _SEEN:
                    message = f"{{#{anchor} seen={seen_as}}} says none of {', '.join(each for each in _SEEN if each)}"
                    problems.append(Problem(path, line, 1, Code.ANCHOR, message))
                yield Statement(
                    anchor=anchor,
                    text=text,
                    line=line,
                    background="background" in attributes.get("class", "").split(),
                    source=attributes.get("from", ""),
                    reported=seen_as == "excerpt",
                )


def _spans(children: list[Token]) -> Iterable[tuple[str, dict[str, str], str]]:
    """The anchored spans among the children of one block: anchor, attributes and plain text."""
    open_spans: list[tuple[Token, list[str]]] = []
    for child in children:
        if child.type == "span_open":
            open_spans.append((child, []))
        elif child.type == "span_close" and open_spans:
            opened, words = open_spans.pop()
            if opened.attrs.get("id"):
                attributes = {name: str(value) for name, value in opened.attrs.items()}
                yield attributes["id"], attributes, "".join(words)
        else:
            word = " " if child.type in ("softbreak", "hardbreak") else child.content
            for _, words in open_spans:
                words.append(word)


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_as_text(item) for item in value)
    return str(value)
