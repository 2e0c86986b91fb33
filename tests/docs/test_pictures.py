"""The picture of the terminal is drawn from a real run, which goes through with the shipped library."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "picture.py"


def test_the_terminal_is_drawn_up_to_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESOLVENT_LIBRARY", raising=False)
    spec = importlib.util.spec_from_file_location("picture", PICTURE)
    assert spec is not None
    assert spec.loader is not None
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)
    drawn = picture.draw().replace("&#160;", " ")
    assert "Cause found: Exchange sends Outlook to a server name that is not on the certificate" in drawn
    assert "What can be done here?" in drawn
