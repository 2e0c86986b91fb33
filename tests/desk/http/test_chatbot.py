"""The example chatbot, run as it stands against a running server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk.http.serving import running

_EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "chatbot.py"


def test_it_leads_to_the_commands(
    tmp_path: Path,
    contoso: Callable[..., dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = json.loads(json.dumps(contoso(namespace__host="mail.contoso.com")))
    with running(f"sqlite:///{tmp_path / 'cases.sqlite3'}", "--no-mcp", "--no-pages") as server:
        code = _EXAMPLE.read_text(encoding="utf-8").replace("http://127.0.0.1:8940", server.url)
        asked = iter(_answers(known))
        monkeypatch.setattr("builtins.input", lambda prompt: next(asked))
        exec(compile(code, str(_EXAMPLE), "exec"), {})

    printed = capsys.readouterr().out
    assert "Which version of Exchange Server" in printed
    assert "Set-WebServicesVirtualDirectory" in printed


def _answers(known: dict[str, object]) -> list[str]:
    """What a person would type, one answer for each question that the bot puts."""
    import engine

    facts: dict[str, object] = {}
    typed: list[str] = []
    shipped = engine.load()
    while questions := shipped.diagnose(facts).questions:
        value = known.get(questions[0].fact, "unknown")
        facts[questions[0].fact] = value
        typed.append(value if isinstance(value, str) else json.dumps(value))
    return typed
