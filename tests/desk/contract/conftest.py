"""The contract between the doors holds for the library that is shipped, and for one of another domain."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import kb
from engine import Engine
from tests.desk.contract import certificates, printers
from tests.desk.contract.domain import Domain
from tests.desk.contract.situations import generated, settled
from tests.engine.libraries import PRINTER

_MANY = int(os.environ.get("RESOLVENT_CONTRACT", "30"))


@pytest.fixture(scope="package", autouse=True)
def _shipped_library(_one_article: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RESOLVENT_LIBRARY", raising=False)
        yield


@pytest.fixture(scope="package", params=["shipped", "printers"])
def domain(_shipped_library: None, request: pytest.FixtureRequest) -> Domain:
    """A library with what is handed in about it."""
    library, content = (None, certificates) if request.param == "shipped" else (str(PRINTER), printers)
    engine = Engine(kb.load(library))
    by_hand = tuple(content.by_hand())
    return Domain.of(
        library, engine, (*by_hand, *settled(engine, by_hand), *generated(engine, content.pieces(), _MANY))
    )
