"""The command as a fixture, run in this process or on a terminal, with a library of one article that stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

import kb
from engine import Engine
from tests.desk.cli import command
from tests.desk.terminal import Terminal
from tests.engine.libraries import CERTIFICATES


@pytest.fixture(scope="package", autouse=True)
def _one_article() -> Iterator[None]:
    """What is asked in which order is then what the tests say, whatever is shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESOLVENT_LIBRARY", str(CERTIFICATES))
        yield


@pytest.fixture(scope="session")
def knowledge() -> kb.KnowledgeBase:
    return kb.load(CERTIFICATES)


@pytest.fixture(scope="session")
def shipped(knowledge: kb.KnowledgeBase) -> Engine:
    return Engine(knowledge)


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
