"""What all tests share: the shipped library, an engine for it, and no trace of the person who runs them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

import engine
import kb
from engine import Engine

# In CI every run draws the same examples, so that a failure there is one that can be had here.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("default", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Caches and kept answers go to a folder of the test run, not to the home of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    os.environ["XDG_CACHE_HOME"] = str(home / "cache")
    os.environ["XDG_STATE_HOME"] = str(home / "state")
    os.environ.pop("RESOLVENT_LIBRARY", None)


@pytest.fixture(scope="session")
def knowledge() -> kb.KnowledgeBase:
    return kb.load()


@pytest.fixture(scope="session")
def shipped(knowledge: kb.KnowledgeBase) -> Engine:
    return Engine(knowledge)


@pytest.fixture(scope="session")
def contoso() -> Callable[..., dict[str, object]]:
    """The article's example, with some facts changed; ``None`` takes one away."""
    example: dict[str, object] = engine.load().parser.parse(
        json.loads((ROOT / "examples" / "contoso-2007.json").read_text())
    )

    def with_changes(**changes: object) -> dict[str, object]:
        named = {key.replace("__", "."): value for key, value in changes.items()}
        return {key: value for key, value in {**example, **named}.items() if value is not None}

    return with_changes
