"""A library of printers teaches the readers its own tool's output, in each of their forms, without Python."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner

import evidence
import kb
from desk.interview.replies import Replies
from desk.interview.screen import Screen
from evidence.collection import collection_script
from tests.evidence.facts import facts, note
from tests.evidence.shell_output import convert_to_json, export_clixml, export_csv, format_list, format_table

PRINTER = Path(__file__).resolve().parent.parent / "libraries" / "printer"
COMMAND = "Get-PrinterState | Format-List"
STATE = {
    "PrinterName": "P1",
    "PrinterModel": "Laser 9000",
    "InkLeft": "4",
    "UpperTrayFilled": False,
    "Lamps": "Paper, Error",
    "Message": "Check the cartridge",
}
EXPECTED = {
    "printer.name": "P1",
    "model": "huge",
    "ink": 4,
    "trays.upper.filled": False,
    "lamps": ("paper", "error"),
    "message": "Check the cartridge",
}


@pytest.fixture(scope="module")
def printers() -> kb.KnowledgeBase:
    return kb.load(PRINTER)


@pytest.mark.parametrize(
    "text",
    [
        format_list(COMMAND, [STATE]),
        format_list("", [STATE]),
        format_table("Get-PrinterState | Format-Table", [STATE]),
        convert_to_json([STATE]),
        export_csv("Printers.State", [STATE]),
        export_clixml("Printers.State", [STATE]),
    ],
    ids=["list", "list without its command", "table", "json", "csv", "clixml"],
)
def test_its_output_is_read_in_each_form(text: str, printers: kb.KnowledgeBase) -> None:
    found = evidence.read(text, knowledge=printers)
    assert facts(found) == EXPECTED
    assert note(found, "printer").text == "This is P1."


def test_what_the_shipped_library_knows_is_nothing_there(printers: kb.KnowledgeBase) -> None:
    text = format_list(
        "Get-OabVirtualDirectory | fl", [{"Server": "EX1", "InternalUrl": "https://ex1.contoso.com/OAB"}]
    )
    assert facts(evidence.read(text)) != {}
    with pytest.raises(evidence.UnrecognisedInput):
        evidence.read(text, knowledge=printers)


def test_a_paste_is_evidence_where_it_tells_a_fact_of_the_library_in_use(printers: kb.KnowledgeBase) -> None:
    own = format_list(COMMAND, [STATE])
    alert = "The name on the security certificate is invalid or does not match the name of the site."
    in_use = Replies(io.StringIO(), Screen(io.StringIO()), printers)
    shipped = Replies(io.StringIO(), Screen(io.StringIO()), kb.load())
    assert [in_use.is_evidence(text) for text in (own, alert)] == [True, False]
    assert [shipped.is_evidence(text) for text in (own, alert)] == [False, True]


def test_its_script_has_the_lines_of_the_model(printers: kb.KnowledgeBase) -> None:
    script = printers.outputs.script("owner")
    assert script is not None
    assert script.values == ("large", "huge")
    assert "Get-PrinterState -All | Format-List" in collection_script(printers, script, "huge")
    assert "-All" not in collection_script(printers, script, "large")


def test_its_script_comes_through_the_command_line() -> None:
    from desk.cli.collect import command

    ran = CliRunner().invoke(command, ["--for", "owner", "--version", "Huge", "--library", str(PRINTER)])
    assert "Get-PrinterState -All" in ran.output


def test_what_it_skips_is_told(printers: kb.KnowledgeBase) -> None:
    found = evidence.read(format_list(COMMAND, [{**STATE, "PrinterName": "virtual-pdf"}]), knowledge=printers)
    assert facts(found) == {}
    assert note(found, "virtual").text == "virtual-pdf prints on no paper."
