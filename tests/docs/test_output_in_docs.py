"""What the documentation shows of the command is what the command prints.

A fenced block marked ``console`` holds commands after ``$`` and what they print; a line of ``…`` stands for any lines,
and ``…`` within a line for any words. A block with a path behind its language is a file that later commands of the page
find in their folder. A block marked ``python`` is run.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from markdown_it import MarkdownIt

from desk.cli.main import cli
from kb.functions import FUNCTIONS
from tests.conftest import ROOT
from tests.desk.cli import command

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
ANY = "…"
SHELL = ("cp", "sed")


def blocks(page: Path) -> Iterator[tuple[str, str, str, int]]:
    """Each fenced block: its language, the file it is, its text and its line."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and token.map:
            language, _, name = token.info.strip().partition(" ")
            yield language, name, token.content, token.map[0] + 2


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with what is shown to follow from it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        yield line, shown


def pattern(shown: str) -> str:
    """What an output has to be."""
    parts = []
    for line in shown.strip("\n").splitlines():
        words = r"[^\n]*".join(re.escape(piece) for piece in line.split(ANY))
        parts.append(r"(?:.*\n)*?" if line.strip() == ANY else words + r" *\n")
    return r"\n*" + "".join(parts) + r"\n*"


def run(typed: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints, on either stream; it may be given something by ``echo`` or ``printf``."""
    given = ""
    if "|" in typed:
        before, _, typed = typed.partition("|")
        program, given = shlex.split(before)
        given = given.replace("\\n", "\n") if program == "printf" else given
    words = shlex.split(typed)
    if words[0] in SHELL:
        return subprocess.run(words, capture_output=True, text=True, check=True, cwd=folder).stdout
    assert words[0] == "resolvent", typed
    ran = command.resolvent(*words[1:], given=given, monkeypatch=monkeypatch, capsys=capsys)
    return ran.out + ran.err


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_is_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for language, name, text, line in blocks(page):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif language == "console":
            for typed, shown in steps(text):
                printed = run(typed, tmp_path, monkeypatch, capsys)
                assert re.fullmatch(pattern(shown), printed), f"{page.name}:{line}: {typed} prints\n{printed}"
        elif language == "python":
            exec(compile(text, f"{page.name}:{line}", "exec"), {})  # its assertions, if any, have to hold


def test_a_page_that_shows_something_else_would_be_noticed() -> None:
    assert re.fullmatch(pattern("a …\n…\nd\n"), "\na b\nc\nd  \n")
    assert not re.fullmatch(pattern("a …\n…\nd\n"), "a b\nc\ne\n")
    assert not re.fullmatch(pattern("a\n"), "a\nb\n")


def options(name: str, verb: click.Command) -> Iterator[tuple[str, click.Option]]:
    """Every option of a verb and of the verbs below it."""
    if isinstance(verb, click.Group):
        for inner in verb.commands:
            yield from options(f"{name} {inner}", verb.commands[inner])
    for parameter in verb.params:
        if isinstance(parameter, click.Option):
            yield name, parameter


def test_every_verb_and_option_stands_in_the_documentation() -> None:
    everything = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    context = click.Context(cli)
    for name in cli.list_commands(context):
        verb: Any = cli.get_command(context, name)
        assert f"resolvent {name}" in everything, name
        for of, option in options(name, verb):
            assert any(opt in everything for opt in option.opts), (of, option.opts)


def test_every_function_stands_in_the_documentation_with_its_types() -> None:
    lines = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8").splitlines()
    for name, function in FUNCTIONS.items():
        (line,) = (each for each in lines if each.startswith(f"| `{name}` |"))
        _, _, takes, gives, _, _ = line.split("|")
        assert re.findall(r"`(\w+)`", takes) == [each.value for each in function.parameters], name
        assert ("…" in takes) is function.repeats, name
        assert re.findall(r"`(\w+)`", gives) == [function.result.value], name
        assert all(outcome in gives for outcome in function.outcomes), name
