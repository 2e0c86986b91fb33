"""Static checks on a small library of another domain; the planted faults of tests/proof cover the shipped one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.problems import LibraryError
from workbench.checks import (
    CHECKS,
    Issue,
    Location,
    Severity,
    Witness,
    article_coverage,
    read_library,
    static_issues,
)
from workbench.checks.commands import table
from workbench.checks.knowing import Knowing

PRINTER = Path(__file__).resolve().parents[2] / "libraries" / "printer"


@pytest.fixture
def printer(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PRINTER, tmp_path / "printer"))


def codes(folder: Path) -> list[str]:
    return [issue.code for issue in static_issues(read_library(folder))]


def test_codes_are_unique_and_of_the_static_range() -> None:
    found = [check.kind.code for check in CHECKS]
    assert len(set(found)) == len(found)
    assert all("KB300" < code < "KB400" for code in found)


def test_an_article_without_rules_is_found(printer: Path) -> None:
    (printer / "articles" / "PR2.md").write_text("---\nid: PR2\ntitle: Two\n---\n\n[It is so.]{#so}\n")
    assert "KB313" in codes(printer)
    assert "KB311" not in [code for code in codes(printer) if code not in codes(PRINTER)]


def test_article_coverage_counts_cited_and_background(printer: Path) -> None:
    before = article_coverage(read_library(printer))
    article = printer / "articles" / "PR1.md"
    article.write_text(article.read_text() + "\n[New.]{#new}\n[Known.]{#known .background}\n")
    covered, all_ = article_coverage(read_library(printer))
    assert (covered - before[0], all_ - before[1]) == (1, 2)


def test_what_keeps_a_library_from_being_read_is_told_with_the_faults_of_its_examples(printer: Path) -> None:
    rules = printer / "rules" / "PR1.yaml"
    rules.write_text(rules.read_text().replace("below: 5", "below: five"))
    (printer / "rules" / "PR1.examples.yaml").write_text("examples:\n  - nam: x\n")
    with pytest.raises(LibraryError) as raised:
        read_library(printer)
    assert {problem.path for problem in raised.value.problems} == {"rules/PR1.yaml", "rules/PR1.examples.yaml"}


def test_a_fact_is_known_where_a_condition_could_not_hold_without_it() -> None:
    knowledge = read_library(PRINTER).knowledge
    knowing = Knowing(knowledge)
    ink = next(each for each in knowledge.diagnoses if each.id == "low-ink")
    assert knowing.confirmed(ink, ink.instances[0]) == {"ink"}
    both = next(each for each in knowledge.diagnoses if each.id == "both")
    # It rests on a diagnosis that either of two trays confirms, so of the trays nothing is sure.
    assert "ink" in knowing.confirmed(both, both.instances[0])
    assert "trays.upper.filled" not in knowing.confirmed(both, both.instances[0])


def test_places_are_those_of_the_written_rules() -> None:
    library = read_library(PRINTER)
    text = (PRINTER / "rules" / "PR1.yaml").read_text().splitlines()
    for location, words in (
        (library.diagnosis("empty-tray"), "empty-tray"),
        (library.step("fill-tray", "fill-lower"), "fill-lower"),
        (library.diagnosis("both", "when"), "when"),
    ):
        assert words in text[location.line - 1][location.column - 1 :]
    assert library.fact("trays.upper.filled").path == "rules/facts/printers.yaml"
    assert library.written_key("trays.lower.filled") == "tray.filled"


def test_every_command_of_the_table_names_its_source_and_knows_its_parameters() -> None:
    for cmdlet in table().values():
        assert cmdlet.source
        assert len(set(cmdlet.parameters)) == len(cmdlet.parameters)


def test_a_witness_becomes_an_example_that_says_only_what_differs_from_the_base() -> None:
    witness = Witness("It is so", {"a": "2007", "b": True}, {"verdict": "not_covered"})
    assert witness.as_example({"a": "2007", "c": 1}) == (
        '  - name: "It is so"\n    facts: {"b": true, "c": null}\n    expect: {"verdict": "not_covered"}'
    )


def test_an_issue_reads_as_place_code_severity_message() -> None:
    kind = CHECKS[0].kind
    issue = Issue(kind, Location("rules/x.yaml", 3, 5), "it is so")
    assert str(issue) == "rules/x.yaml:3:5: KB301 warning: it is so"
    assert issue.severity is Severity.WARNING
