"""The command as a fixture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.desk.cli import command


@pytest.fixture
def resolvent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    return partial(command.resolvent, monkeypatch=monkeypatch, capsys=capsys)
