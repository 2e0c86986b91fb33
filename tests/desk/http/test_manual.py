"""The manual of those who run it names every option of `resolvent serve`."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.serve import command

_DEPLOYMENT = Path(__file__).resolve().parents[3] / "docs" / "deployment.md"


def test_every_option_of_serve_stands_in_the_manual() -> None:
    manual = _DEPLOYMENT.read_text(encoding="utf-8")

    for option in command.params:
        assert isinstance(option, click.Option)
        assert f"`{option.opts[0]}`" in manual
