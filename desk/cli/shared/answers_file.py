"""Keeps the answers of an interview in a file that ``diagnose`` and ``--resume`` read."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from desk.cli.shared.exits import DeskError, Exit
from kb.values import Value


def save(path: Path, answers: Mapping[str, Value]) -> None:
    """Write the answers; the file is replaced whole, and only its owner may read it.

    Raises:
        DeskError: it cannot be written.
    """
    text = json.dumps(answers, ensure_ascii=False, indent=2) + "\n"
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise DeskError(f"{path}: the answers cannot be written there ({reason})", Exit.NO_INPUT) from None


def fallback_path() -> Path:
    """Where the answers of an interrupted interview go when no ``--save`` was given."""
    base = os.environ.get("XDG_STATE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    folder = (Path(base) if base else Path.home() / ".local" / "state") / "resolvent"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "interrupted.json"
