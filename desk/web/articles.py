"""An article as a page shows it: the words that a case rests on are marked, and every statement can be linked to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from kb.articles import comparable, markdown
from kb.model import Article, Citation

ANCHOR = "at-"
"""Begins the id of every statement in a page, so that none is taken for the id of something else there."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article: its text as HTML that only the library's author has written, and what is said about it."""

    id: str
    title: str
    html: str
    about: tuple[tuple[str, str], ...]
    cited: int


def article_page(article: Article, cited: Iterable[Citation] = ()) -> ArticlePage:
    """The article, with the words of these citations marked; headings begin one level below the page's own."""
    wanted: dict[str, list[str]] = {}
    for citation in cited:
        if citation.article == article.id and citation.says not in wanted.setdefault(citation.at, []):
            wanted[citation.at].append(citation.says)
    parser = markdown()
    tokens = parser.parse(article.markdown)
    marked = 0
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        if token.children:
            token.children, count = _marked(_joined(token.children), wanted)
            marked += count
    html = parser.renderer.render(tokens, parser.options, {})
    about = tuple(
        (name.replace("_", " "), value) for name, value in article.metadata.items() if name not in ("id", "title")
    )
    return ArticlePage(article.id, article.title, html, about, marked)


def _joined(children: Sequence[Token]) -> list[Token]:
    """The children with line breaks of the source as spaces, so that words which run over a line stand in one text."""
    joined: list[Token] = []
    for child in children:
        text = " " if child.type == "softbreak" else child.content if child.type == "text" else None
        if text is None:
            joined.append(child)
        elif joined and joined[-1].type == "text":
            joined[-1].content += text
        else:
            joined.append(Token("text", "", 0, content=text))
    return joined


def _marked(children: Sequence[Token], wanted: dict[str, list[str]]) -> tuple[list[Token], int]:
    """The children of a block with marks around the cited words of each anchored span, and how many were found."""
    ranges: dict[int, list[tuple[int, int]]] = {}
    found = 0
    for first, last, anchor in _spans(children):
        letters = _letters(children, first, last)
        for words in wanted.get(anchor, ()):
            places = _places(letters, words)
            found += bool(places)
            for position, start, end in places:
                ranges.setdefault(position, []).append((start, end))
    marked: list[Token] = []
    for position, child in enumerate(children):
        if child.type == "span_open" and child.attrs.get("id"):
            child.attrs["id"] = f"{ANCHOR}{child.attrs['id']}"
            child.attrs.pop("class", None)
        marked.extend(_split(child, ranges.get(position, ())))
    return marked, found


def _spans(children: Sequence[Token]) -> Iterable[tuple[int, int, str]]:
    """The anchored spans: their first and last child, and the anchor."""
    opened: list[int] = []
    for position, child in enumerate(children):
        if child.type == "span_open":
            opened.append(position)
        elif child.type == "span_close" and opened:
            first = opened.pop()
            if anchor := children[first].attrs.get("id"):
                yield first, position, str(anchor)


def _letters(children: Sequence[Token], first: int, last: int) -> list[tuple[str, int, int]]:
    """The letters of a span as words are compared, each with the child and the place in it that it comes from."""
    letters: list[tuple[str, int, int]] = []
    for position in range(first + 1, last):
        child = children[position]
        text = " " if child.type == "hardbreak" else child.content
        for place, character in enumerate(text):
            plain = " " if character.isspace() else comparable(character) or unicodedata.normalize("NFKC", character)
            for letter in plain:
                if letter != " " or (letters and letters[-1][0] != " "):
                    letters.append((letter, position, place))
    return letters


def _places(letters: Sequence[tuple[str, int, int]], words: str) -> list[tuple[int, int, int]]:
    """Where the words stand: for each child that holds a part of them, the first letter and the one after the last."""
    start = "".join(letter for letter, _, _ in letters).find(comparable(words))
    if start < 0:
        return []
    places: dict[int, tuple[int, int]] = {}
    for _, child, place in letters[start : start + len(comparable(words))]:
        first, after = places.get(child, (place, place + 1))
        places[child] = (min(first, place), max(after, place + 1))
    return [(child, first, after) for child, (first, after) in places.items()]


def _split(child: Token, ranges: Iterable[tuple[int, int]]) -> Iterable[Token]:
    """A child cut up so that the marked parts stand in a mark of their own; code is marked whole."""
    merged = _merged(ranges)
    if not merged or child.type not in ("text", "code_inline"):
        yield child
        return
    if child.type == "code_inline":
        yield from (Token("mark_open", "mark", 1), child, Token("mark_close", "mark", -1))
        return
    at = 0
    for start, end in merged:
        yield Token("text", "", 0, content=child.content[at:start])
        yield Token("mark_open", "mark", 1)
        yield Token("text", "", 0, content=child.content[start:end])
        yield Token("mark_close", "mark", -1)
        at = end
    yield Token("text", "", 0, content=child.content[at:])


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
