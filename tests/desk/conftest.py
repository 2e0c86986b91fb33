"""The command as a fixture, run in this process or on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.desk.cli import command
from tests.desk.terminal import Terminal


@pytest.fixture
def resolvent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    return partial(command.resolvent, monkeypatch=monkeypatch, capsys=capsys)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_(*arguments: str, **size: int) -> Terminal:
        opened.append(Terminal(list(arguments), **size))
        return opened[-1]

    yield open_
    for each in opened:
        each.process.close(force=True)
