"""What all pages share: the frame, the style, and how words become HTML."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterable

NAVIGATION = (
    ("Start", "index.html"),
    ("Facts", "facts/index.html"),
    ("Questionnaire", "questionnaire.html"),
    ("Commands", "commands.html"),
    ("Issues", "docs/issues/index.html"),
)

STYLE = """
:root { color-scheme: light dark; --edge: #8886; --soft: #8882; --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem;
  background: light-dark(#fff, #121212); color: light-dark(#1c1f23, #e7e5e0); }
nav a { margin-right: 1rem; } a { color: var(--link); }
h1, h2, h3 { line-height: 1.25; } pre, code { font-family: ui-monospace, monospace; font-size: .92em; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; border-radius: 6px; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--edge); padding: .3rem .6rem; text-align: left; vertical-align: top; }
.cited { border-left: 3px solid var(--edge); padding: .1rem .8rem; margin: .3rem 0 .9rem; font-size: .9em; }
[id]:target { background: light-dark(#fff3b0, #5c4d00); } .background { opacity: .75; }
.picture { overflow-x: auto; } .picture svg { min-width: 100rem; max-width: none; background: #fff; }
details { margin-left: 1.1rem; } summary { cursor: pointer; }
@media print { nav { display: none; } }
""".strip()


def page(title: str, body: str, path: str, *, home: str) -> str:
    """A whole page.

    Args:
        path: where it stands in the site, which decides how it links to the others.
        home: the name of the library.
    """
    links = " ".join(link(words, target, path) for words, target in NAVIGATION)
    # What is wider than the page is scrolled by keyboard too.
    body = body.replace("<pre>", '<pre tabindex="0">')
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)} · {text(home)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<nav>{links}</nav>\n<main>\n<h1>{text(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def text(words: object) -> str:
    """Words, safe within HTML."""
    return html.escape(str(words))


def link(words: str, target: str, path: str) -> str:
    """A link from one page of the site to another, or to a place in it."""
    return f'<a href="{text(relative(target, path))}">{text(words)}</a>'


def relative(target: str, path: str) -> str:
    """The way from a page to a target, both as they stand in the site."""
    file, hash_, anchor = target.partition("#")
    return posixpath.relpath(file, posixpath.dirname(path) or ".") + hash_ + anchor


def listed(items: Iterable[str]) -> str:
    """A list of pieces of HTML; nothing where there are none."""
    inner = "".join(f"<li>{item}</li>\n" for item in items)
    return f"<ul>\n{inner}</ul>\n" if inner else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of pieces of HTML; one without words in its head has the names of its rows in the first column."""
    heads = [text(each) for each in head]
    named = not any(heads)
    first = ('<th scope="row">', "</th>") if named else ("<td>", "</td>")
    body = "".join(
        "<tr>"
        + "".join(f"{first[0]}{cell}{first[1]}" if not n else f"<td>{cell}</td>" for n, cell in enumerate(row))
        + "</tr>\n"
        for row in rows
    )
    above = "" if named else f"<tr>{''.join(f'<th>{each}</th>' if each else '<td></td>' for each in heads)}</tr>\n"
    return f"<table>\n{above}{body}</table>\n"
