"""What a shell and a person are helped with: examples of every verb, and completion."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete

from desk.cli.main import cli
from desk.cli.shared.examples import EXAMPLES

Run = Callable[..., Any]


def completed(*words: str) -> list[str]:
    """What a shell would offer for the last of these words."""
    *before, incomplete = words
    found = ShellComplete(cli, {}, "resolvent", "_RESOLVENT_COMPLETE").get_completions(list(before), incomplete)
    return [each.value for each in found]


def test_every_verb_has_an_example() -> None:
    assert list(EXAMPLES) == cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("example", [each for of_verb in EXAMPLES.values() for each in of_verb])
def test_an_example_is_called_as_it_stands(example: str, resolvent: Run) -> None:
    words = shlex.split(example.partition(" < ")[0])[1:]
    assert f"  {example}\n" in resolvent(words[0], "--help").out
    context = click.Context(cli)
    command: click.Command | None = cli
    while isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))
    assert command is not None
    command.make_context("example", words, parent=context)


def test_verbs_options_facts_and_choices_are_completed() -> None:
    assert completed("di") == ["diagnose", "diff"]
    assert completed("ask", "--re") == ["--resume", "--report"]
    assert completed("ask", "--set", "alert.ki") == ["alert.kind="]
    assert "alert.name=failed" in completed("ask", "--set", "alert.name=")
    assert completed("diagnose", "--set", "certificate.replaced=y") == ["certificate.replaced=yes"]
    assert completed("ask", "--set", "no.such.fact=") == []
    assert "client.location" in completed("explain", "--why", "client.")
    assert completed("explain", "--diagnosis", "internal-url") == ["internal-url-name-mismatch"]
    assert completed("diagnose", "--engine", "comp") == ["compiled"]


def test_a_library_that_cannot_be_read_completes_nothing_and_says_nothing() -> None:
    assert completed("ask", "--library", "nowhere", "--set", "a") == []
