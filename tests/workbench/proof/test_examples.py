"""Examples: how they are read, and that every expectation that does not hold is told in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kb
from engine import Engine
from kb.problems import LibraryError
from kb.written import Example
from tests.engine.libraries import CERTIFICATES
from workbench.checks import read_library
from workbench.examples import facts_of, run_example
from workbench.skeleton import new_article


@pytest.fixture(scope="module")
def shipped() -> Engine:
    """An engine for a library of one article."""
    return Engine(kb.load(CERTIFICATES), "compiled")


BASE: dict[str, object] = {
    "alert": {"kind": "security_alert", "name": "failed"},
    "client.location": "internal",
    "exchange.version": "2007",
    "certificate.replaced": True,
}
OUTSIDE = {"client.location": "external", "client.outlook_anywhere": True}


def mismatches(engine: Engine, facts: dict[str, Any], **expect: Any) -> tuple[str, ...]:
    return run_example(engine, Example.model_validate({"name": "x", "facts": facts, "expect": expect}), BASE)


def test_an_example_takes_the_base_replaces_and_takes_out(shipped: Engine) -> None:
    example = Example.model_validate(
        {"name": "x", "facts": {"alert.name": "ok", "exchange.version": None}, "expect": {}}
    )
    assert facts_of(example, BASE) == {
        "alert.kind": "security_alert",
        "alert.name": "ok",
        "client.location": "internal",
        "certificate.replaced": True,
    }


def test_what_holds_is_silent(shipped: Engine) -> None:
    assert (
        mismatches(
            shipped,
            OUTSIDE,
            status="settled",
            verdict="not_covered",
            diagnoses={"internal-url-name-mismatch": "ruled_out", "internal-url-name-mismatch.ews": "ruled_out"},
            resolutions=[],
            because={"internal-url-name-mismatch": "connects   through OUTLOOK Anywhere"},
            notes=["inside-network"],
            notes_not=["every-name-covered"],
            contradictions=[],
            asks_not=["endpoints.ews.url"],
        )
        == ()
    )


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"status": "open"}, "the status is settled, expected open"),
        ({"verdict": "diagnosed"}, "the verdict is not_covered, expected diagnosed"),
        ({"diagnoses": {"internal-url-name-mismatch": "confirmed"}}, "is ruled_out, expected confirmed"),
        ({"diagnoses": {"internal-url-name-mismach": "confirmed"}}, "did you mean internal-url-name-mismatch"),
        ({"members": {"internal-url-name-mismatch": ["ews"]}}, "for none, expected ews"),
        ({"resolutions": ["change-internal-urls"]}, "the resolutions are none, expected change-internal-urls"),
        ({"steps": {"set-ews-url": "do"}}, "the outcome has no step 'set-ews-url'"),
        ({"reasons": {"set-ews-url": "x"}}, "the outcome has no step 'set-ews-url'"),
        ({"commands": {"set-ews-url": "x"}}, "the outcome has no step 'set-ews-url'"),
        ({"because": {"internal-url-name-mismatch": "the moon"}}, "does not say 'the moon'"),
        ({"asks": ["exchange.server"]}, "exchange.server is not asked"),
        ({"notes": ["every-name-covered"]}, "there is no note every-name-covered"),
        ({"notes_not": ["inside-network"]}, "there is a note inside-network, and must not be"),
        ({"contradictions": ["x"]}, "the contradictions are none, expected x"),
    ],
)
def test_what_does_not_hold_is_told(shipped: Engine, expect: dict[str, Any], words: str) -> None:
    (found,) = mismatches(shipped, OUTSIDE, **expect)
    assert words in found


def test_facts_that_are_refused_are_told_and_not_raised(shipped: Engine) -> None:
    (found,) = mismatches(shipped, {"exchange.version": "2008"}, verdict="diagnosed")
    assert found.startswith("the facts are refused: exchange.version: '2008' is none of")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"examples: []\n", "x.examples.yaml:1:1: KB003"),
        (b"examples:\n  - {name: a, facts: {}, expect: {verdct: x}}\n", "x.examples.yaml:2:35: KB003"),
        (b"examples:\n\xff\n", "x.examples.yaml:2:1: KB001"),
        (b"examples: {\n", "x.examples.yaml:2:1: KB002"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_place(tmp_path: Path, text: bytes, place: str) -> None:
    new_article("x", tmp_path)
    (tmp_path / "rules" / "x.examples.yaml").write_bytes(text)
    with pytest.raises(LibraryError) as raised:
        read_library(tmp_path)
    assert str(raised.value).startswith(f"rules/{place}")
