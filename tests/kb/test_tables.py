"""What an author writes about commands and outputs is checked: every fault with its file, its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

import kb
from kb.library import read_texts

PRINTER = Path(__file__).resolve().parent.parent / "libraries" / "printer"
EVIDENCE = "rules/evidence.yaml"
COMMANDS = "rules/commands.yaml"
SCRIPT = "rules/collect/owner.ps1"


def found(path: str, old: str, new: str) -> str:
    texts = read_texts(PRINTER)
    assert old in texts[path]
    with pytest.raises(kb.LibraryError) as raised:
        kb.parse_texts({**texts, path: texts[path].replace(old, new)})
    return str(raised.value)


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (EVIDENCE, "InkLeft: ink,", "InkLeft: inc,", "rules/evidence.yaml:7:43: KB101"),
        (EVIDENCE, "label: printer", "labl: printer", "rules/evidence.yaml:3:5: KB003 there is no field 'labl'"),
        (
            EVIDENCE,
            "    object: printer\n",
            "    object: printr\n",
            "KB106 there is no object 'printr'",
        ),
        (EVIDENCE, "where: {model: [large]}", "where: {model: [lage]}", "rules/evidence.yaml:13:26: KB102"),
        (EVIDENCE, "where: {model: [large]}", "where: everywhere", "KB106 there is no place 'everywhere'"),
        (EVIDENCE, "Get-PrinterState | Format", "Get-Prnter | Format", "KB109 this does not run Get-PrinterState"),
        (
            EVIDENCE,
            "file: collect/owner.ps1",
            "file: collect/other.ps1",
            "KB001 there is no file rules/collect/other.ps1",
        ),
        (EVIDENCE, "file: collect/owner.ps1", "file: collect/other.ps1", "rules/collect/owner.ps1:1:1: KB005"),
        (EVIDENCE, "by: model", "by: ink", "KB101 ink is no choice"),
        (
            EVIDENCE,
            "This is {PrinterName}.",
            "This is {printer.name}.",
            "KB108 {printer.name} is no name of a property",
        ),
        (
            EVIDENCE,
            '{PrinterName: "virtual-*"}',
            "{PrinterName: {shown: null}}",
            "KB003 PrinterName: say what it lacks",
        ),
        (COMMANDS, "[large, huge]", "[large, hug]", "rules/commands.yaml:3:28: KB102"),
        (
            COMMANDS,
            "All: {where: {model: [huge]}}",
            "All: {where: {model: [small]}}",
            "itself does not exist for model small",
        ),
        (COMMANDS, "[From]", "[From, from]", "KB107 the parameter from stands twice"),
        (COMMANDS, "    source: the printer's handbook, page 7\n", "", "lacks 'source'; add it"),
        (
            COMMANDS,
            "Get-PrinterState",
            "Get-PrinterStatus",
            "KB106 Get-PrinterState is no command of rules/commands.yaml",
        ),
        (SCRIPT, "how it is", "how it is\u2026", "rules/collect/owner.ps1:1:1: KB109 write this in ASCII"),
        (SCRIPT, "# <outputs>", "# none", "rules/collect/owner.ps1:1:1: KB003 it lacks the line '# <outputs>'"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_do(path: str, old: str, new: str, says: str) -> None:
    assert says in found(path, old, new)


def test_what_marks_one_output_marks_no_other() -> None:
    texts = read_texts(PRINTER)
    second = "  Get-Paper:\n    label: paper\n    recognised_by: {properties: [InkLeft]}\n"
    text = texts[EVIDENCE].replace("scripts:\n", f"{second}scripts:\n")
    with pytest.raises(kb.LibraryError, match="the property InkLeft marks Get-PrinterState already"):
        kb.parse_texts({**texts, EVIDENCE: text})


def test_all_faults_of_both_tables_are_told_in_one_run() -> None:
    texts = read_texts(PRINTER)
    broken = {
        EVIDENCE: texts[EVIDENCE].replace("InkLeft: ink,", "InkLeft: inc,").replace("by: model", "by: ink"),
        COMMANDS: texts[COMMANDS].replace("[large, huge]", "[large, huge, hug]"),
    }
    with pytest.raises(kb.LibraryError) as raised:
        kb.parse_texts({**texts, **broken})
    assert {problem.path for problem in raised.value.problems} == {EVIDENCE, COMMANDS}
    assert len(raised.value.problems) == 3


def test_every_output_of_the_shipped_library_that_is_collected_exists_somewhere() -> None:
    knowledge = kb.load()
    for output in knowledge.outputs.outputs:
        if output.collect:
            assert output.where == knowledge.cmdlets[output.cmdlet].where
