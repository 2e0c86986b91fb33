"""The contract between the doors holds for the library that is shipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import kb
from engine import Engine


@pytest.fixture(scope="package", autouse=True)
def _shipped_library(_one_article: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RESOLVENT_LIBRARY", raising=False)
        yield


@pytest.fixture(scope="package")
def knowledge(_shipped_library: None) -> kb.KnowledgeBase:
    return kb.load(None)


@pytest.fixture(scope="package")
def shipped(knowledge: kb.KnowledgeBase) -> Engine:
    return Engine(knowledge)
