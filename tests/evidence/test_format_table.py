"""Format-Table text, as far as its columns are unambiguous."""

from __future__ import annotations

import evidence
from tests.evidence.facts import facts, note, notes


def test_columns_are_told_by_the_hyphens() -> None:
    found = evidence.read(
        """[PS] C:\\>Get-ClientAccessServer | ft Name,AutoDiscoverServiceInternalUri -AutoSize

Name AutoDiscoverServiceInternalUri
---- ------------------------------
EX1  https://ex1.contoso.com/Autodiscover/Autodiscover.xml
EX2

"""
    )
    assert facts(found, "EX1")["endpoints.autodiscover.url"].endswith("Autodiscover.xml")  # type: ignore[union-attr]
    assert facts(found, "EX2") == {"exchange.server": "EX2"}
    assert note(found, "no-url").server == "EX2"


def test_a_cell_that_was_cut_is_not_trusted() -> None:
    found = evidence.read(
        "Get-OabVirtualDirectory | ft Server,InternalUrl\n\n"
        "Server InternalUrl\n------ -----------\nEX1    https://ex1.conto...\n"
    )
    assert facts(found) == {"exchange.server": "EX1"}
    assert "unusable-url" in notes(found)


def test_a_row_that_runs_across_its_borders_is_refused() -> None:
    found = evidence.read(
        "Get-OabVirtualDirectory | ft\n\nServer InternalUrl\n------ -----------\nEXCHANGE1 (old) https://ex1.contoso.com/OAB\n"
    )
    assert facts(found) == {}
    assert "ambiguous-row" in notes(found)


def test_collapsed_spacing_is_read_where_words_and_columns_agree_in_number() -> None:
    found = evidence.read(
        "Get-OabVirtualDirectory | ft\nServer Name InternalUrl\n------ ---- -----------\n"
        "EX1 OAB https://ex1.contoso.com/OAB\nEX2 OAB (Default Web Site) https://ex2.contoso.com/OAB\n"
    )
    assert facts(found, "EX1").get("endpoints.oab.url") == "https://ex1.contoso.com/OAB"
    assert "ambiguous-row" in notes(found)
