"""The pages about the tool: every verb with its options, every kind of issue, and the project's own documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from workbench.catalogue import catalogue
from workbench.site.layout import link, table, text

_HREF = re.compile(r"(?P<before>(?:href|src)=\")(?P<target>[^\"]+)\"")


def command_pages(verbs: Mapping[str, click.Command]) -> Iterator[tuple[str, str, str]]:
    """One page that has every verb and every option: path, title, body."""
    parts = []
    for name, command in verbs.items():
        rows = []
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                shown = ", ".join((*parameter.opts, *parameter.secondary_opts))
                rows.append(
                    (f'<code id="{_place(name)}{parameter.opts[0]}">{text(shown)}</code>', text(parameter.help or ""))
                )
            else:
                rows.append((f"<code>{text(parameter.make_metavar(click.Context(command)))}</code>", ""))
        summary = text((command.help or "").partition("\n\n")[0])
        parts.append(f'<h2 id="{_place(name)}">resolvent {text(name)}</h2><p>{summary}</p>{table(("", ""), rows)}')
    yield "commands.html", "Commands", "".join(parts)


def _place(name: str) -> str:
    return name.replace(" ", "-")


def undocumented(verbs: Mapping[str, click.Command]) -> Iterator[str]:
    """Options and verbs that say nothing of what they do."""
    for name, command in verbs.items():
        if not command.help:
            yield f"the verb {name} has no help text; write a docstring for it"
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.help and not parameter.hidden:
                yield f"the option {parameter.opts[0]} of {name} has no help text; give it one"


def issue_pages(docs: Path | None) -> Iterator[tuple[str, str, str]]:
    """A page for every kind of issue, and the list of them."""
    path = "docs/issues/index.html"
    rows = []
    for kind in catalogue().values():
        own = f"docs/issues/{kind.code}.html"
        rows.append((link(kind.code, own, path), text(kind.severity.value), text(kind.title)))
        yield own, f"{kind.code}: {kind.title}", f"<p>Severity: {kind.severity.value}.</p>" + _written(docs, kind.code)
    yield path, "Issues", table(("code", "severity", ""), rows)


def unwritten(docs: Path | None) -> Iterator[str]:
    """Kinds of issue that have no page in the documentation."""
    if docs is not None:
        for code in catalogue():
            if not (docs / "issues" / f"{code}.md").is_file():
                yield f"the issue {code} has no page; write docs/issues/{code}.md"


def document_pages(docs: Path | None) -> Iterator[tuple[str, str, str]]:
    """The project's own documentation, but for the pages of issues."""
    if docs is None:
        return
    for source in sorted(docs.rglob("*.md")):
        inside = source.relative_to(docs)
        if inside.parts[0] == "issues":
            continue
        title, body = _rendered(source.read_text(encoding="utf-8"))
        yield f"docs/{inside.with_suffix('.html').as_posix()}", title or inside.stem, body


def _written(docs: Path | None, code: str) -> str:
    source = None if docs is None else docs / "issues" / f"{code}.md"
    if source is None or not source.is_file():
        return ""
    return _rendered(source.read_text(encoding="utf-8"))[1]


def _rendered(markdown: str) -> tuple[str, str]:
    """The title and the body of a Markdown text; links to other texts become links to their pages."""
    parser = MarkdownIt("js-default").use(anchors_plugin, max_level=4)
    tokens = parser.parse(markdown)
    title = ""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = tokens[1].content.replace("`", "")
        tokens = tokens[3:]
    body = parser.renderer.render(tokens, parser.options, {})
    # A corner without words is no heading.
    body = body.replace("<th></th>", "<td></td>")
    return title, _HREF.sub(_as_page, body)


def _as_page(found: re.Match[str]) -> str:
    target = found["target"]
    file, hash_, anchor = target.partition("#")
    if "://" not in target and file.endswith(".md"):
        target = file.removesuffix(".md") + ".html" + hash_ + anchor
    return f'{found["before"]}{target}"'
