"""Runs the command in this process, as its entry point does, with what it printed and its exit code."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

import pytest

from desk.cli.main import run


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    exit: int
    out: str
    err: str


def resolvent(
    *arguments: str, given: str | bytes = "", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ran:
    """Run it with something on standard input."""
    raw = given if isinstance(given, bytes) else given.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
    capsys.readouterr()
    code = run(list(arguments))
    captured = capsys.readouterr()
    return Ran(int(code), captured.out, captured.err)
