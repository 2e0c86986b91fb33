"""What the documentation shows of the command is what the command prints.

A fenced block marked ``console`` holds commands after ``$`` and what they print; a line of ``…`` stands for any lines.
A block marked ``yaml file=…`` or ``markdown file=…`` is a file that later commands of the page find in their folder.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.conftest import ROOT
from tests.desk import command

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
ANY = "…"


def blocks(page: Path) -> Iterator[tuple[str, str, int]]:
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and token.map:
            yield token.info.strip(), token.content, token.map[0] + 2


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with what is shown to follow from it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        yield line, shown


def matches(shown: str, printed: str) -> bool:
    pieces = re.split(rf"^{ANY}\n", shown.strip("\n") + "\n", flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(piece) for piece in pieces)
    return re.fullmatch(r"\n*" + pattern + r"\n*", printed.replace(" \n", "\n")) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_is_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for info, text, line in blocks(page):
        language, _, name = info.partition(" file=")
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        if language == "console":
            for typed, shown in steps(text):
                given = ""
                if "|" in typed:
                    echo, _, typed = typed.partition("|")
                    program, given = shlex.split(echo)
                    given = given.replace("\\n", "\n") if program == "printf" else given
                words = shlex.split(typed)
                assert words[0] == "resolvent", f"{page.name}:{line}"
                ran = command.resolvent(*words[1:], given=given, monkeypatch=monkeypatch, capsys=capsys)
                assert matches(shown, ran.out + ran.err), f"{page.name}:{line}: {typed} prints\n{ran.out}{ran.err}"
        elif language == "python":
            exec(compile(text, f"{page.name}:{line}", "exec"), {})  # its assertions, if any, have to hold


def test_every_verb_and_option_stands_in_the_documentation() -> None:
    import click

    from desk.main import cli

    everything = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    context = click.Context(cli)
    for name in cli.list_commands(context):
        verb: Any = cli.get_command(context, name)
        assert f"resolvent {name}" in everything, name
        for parameter in verb.params:
            if isinstance(parameter, click.Option):
                assert any(option in everything for option in parameter.opts), (name, parameter.opts)
