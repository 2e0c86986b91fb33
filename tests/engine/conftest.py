"""Tests of the engine by the rules of one article, which stay as they are whatever is shipped."""

from __future__ import annotations

import pytest

import kb
from engine import Engine
from tests.engine.libraries import CERTIFICATES


@pytest.fixture(scope="session")
def shipped() -> Engine:
    """An engine for a library of one article."""
    return Engine(kb.load(CERTIFICATES), "compiled")
