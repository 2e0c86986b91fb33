"""Bytes become text, whatever Windows wrote them with."""

from __future__ import annotations

import codecs

import pytest

import evidence
from evidence.decoding import decode, split_lines
from tests.evidence.facts import facts, note, notes

OUTPUT = "Get-OabVirtualDirectory | fl\r\nServer      : EX1\r\nInternalUrl : https://ex1.contoso.com/OAB\r\n"


@pytest.mark.parametrize(
    "data",
    [
        OUTPUT.encode(),
        codecs.BOM_UTF8 + OUTPUT.encode(),
        codecs.BOM_UTF16_LE + OUTPUT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + OUTPUT.encode("utf-16-be"),
        OUTPUT.encode("utf-16-le"),
        OUTPUT.encode("utf-16-be"),
        OUTPUT.encode("utf-32"),
    ],
    ids=["utf-8", "utf-8-mark", "utf-16-le-mark", "utf-16-be-mark", "utf-16-le", "utf-16-be", "utf-32-mark"],
)
def test_every_encoding_gives_the_same_facts(data: bytes) -> None:
    assert facts(evidence.read(data)) == {
        "exchange.server": "EX1",
        "endpoints.oab.url": "https://ex1.contoso.com/OAB",
    }
    assert "guessed-encoding" not in notes(evidence.read(data))


def test_a_windows_code_page_is_read_and_the_guess_is_noted() -> None:
    data = ("Größe: überprüft\r\n" + OUTPUT).encode("cp1252")
    found = evidence.read(data)
    assert facts(found)["exchange.server"] == "EX1"
    assert note(found, "guessed-encoding").details["encoding"] == "cp1252"


def test_every_byte_has_a_code_page() -> None:
    assert decode(bytes(range(256)) * 3, name="x").guessed


def test_text_with_a_mark_of_its_own_is_read() -> None:
    assert facts(evidence.read("\ufeff" + OUTPUT))["exchange.server"] == "EX1"


def test_all_line_ends_count_and_no_other_character_does() -> None:
    assert split_lines("a\r\nb\rc\nd\u2028e\x0cf", name="x") == ("a", "b", "c", "d\u2028e\x0cf")
