"""The verbs diagnose, explain, read and schema, with good input and with every kind of bad."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Outcome, OutcomeNext
from engine.outcome import DiagnosisState, Purpose
from tests.conftest import ROOT
from tests.engine.libraries import PRINTER

Run = Callable[..., Any]
CONTOSO_2007, CONTOSO_2010 = str(ROOT / "examples" / "contoso-2007.json"), str(ROOT / "examples" / "contoso-2010.json")

OUTPUT = """[PS] C:\\>Get-ClientAccessServer | fl Name,AutoDiscoverServiceInternalUri

Name                           : {server}
AutoDiscoverServiceInternalUri : https://{host}/Autodiscover/Autodiscover.xml

[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,Name,InternalUrl

Server      : {server}
Name        : EWS (Default Web Site)
InternalUrl : https://{host}/EWS/Exchange.asmx

[PS] C:\\>Get-OabVirtualDirectory | fl Server,Name,InternalUrl

Server      : {server}
Name        : OAB (Default Web Site)
InternalUrl : http://{host}/OAB

[PS] C:\\>Get-ExchangeServer | fl Name,AdminDisplayVersion

Name                : {server}
AdminDisplayVersion : Version 14.3 (Build 123.4)
"""


def test_the_example_of_2007_prints_the_four_commands_of_the_article(resolvent: Run) -> None:
    ran = resolvent("diagnose", CONTOSO_2007)
    assert (ran.exit, ran.err) == (0, "")
    for line in (
        "Set-ClientAccessServer -Identity 'ServerName' -AutodiscoverServiceInternalUri "
        "'https://mail.contoso.com/autodiscover/autodiscover.xml'",
        r"Set-WebServicesVirtualDirectory -Identity 'ServerName\EWS (Default Web Site)' -InternalUrl "
        "'https://mail.contoso.com/ews/exchange.asmx'",
        r"Set-OabVirtualDirectory -Identity 'ServerName\oab (Default Web Site)' -InternalUrl 'https://mail.contoso.com/oab'",
        r"Set-UMVirtualDirectory -Identity 'ServerName\unifiedmessaging (Default Web Site)' -InternalUrl "
        "'https://mail.contoso.com/unifiedmessaging/service.asmx'",
    ):
        # Copy-ready: on a line of its own and never broken.
        assert f"\n       {line}\n" in ran.out


def test_the_example_of_2010_skips_unified_messaging_with_the_reason(resolvent: Run) -> None:
    outcome = Outcome.model_validate_json(resolvent("diagnose", CONTOSO_2010, "--format", "json").out)
    assert outcome.diagnoses[0].members_in(DiagnosisState.CONFIRMED) == ("autodiscover", "ews", "oab")
    steps = {step.id: step for step in outcome.resolutions[0].steps}
    assert (steps["set-um-url"].state, steps["set-um-url"].command) == ("skip", None)
    assert "no longer has this command" in steps["set-um-url"].reason
    assert sum(step.command is not None for step in steps.values()) == 4  # three URLs and the recycling


@pytest.mark.parametrize("choice", ["auto", "compiled"])
def test_json_is_the_outcome_that_python_gives(resolvent: Run, choice: str) -> None:
    printed = resolvent("diagnose", CONTOSO_2007, "--format", "json", "--engine", choice).out
    facts = json.loads(Path(CONTOSO_2007).read_text(encoding="utf-8"))
    assert Outcome.model_validate_json(printed) == engine.load().diagnose(facts)


def test_settings_lie_over_the_file_and_facts_come_through_a_pipe(resolvent: Run) -> None:
    given = json.dumps({"exchange": {"version": "2007"}, "alert.name": "unknown"})
    ran = resolvent(
        "diagnose",
        "-",
        "--set",
        "exchange.version=2010",
        "--set",
        "certificate.subject_alternative_names=a.contoso.com, b.contoso.com",
        "--format",
        "json",
        given=given,
    )
    assert json.loads(ran.out)["facts"] == {
        "exchange.version": "2010",
        "alert.name": "unknown",
        "certificate.subject_alternative_names": ["a.contoso.com", "b.contoso.com"],
    }


def test_nothing_known_is_an_open_outcome_with_questions(resolvent: Run) -> None:
    outcome = Outcome.model_validate_json(resolvent("diagnose", "-", "--format", "json", given="{}").out)
    assert (outcome.status, outcome.verdict) == ("open", "undecided")
    assert outcome.questions[0].fact == "alert.kind"
    assert {"alert.name", "alert.trust", "alert.date", "alert.host"} == set(outcome.questions[0].facts[1:])


def test_the_short_view_says_what_is_so_and_what_to_run(resolvent: Run) -> None:
    short = engine.load().diagnose(json.loads(Path(CONTOSO_2007).read_text(encoding="utf-8"))).next()
    printed = resolvent("diagnose", CONTOSO_2007, "--view", "next", "--format", "json").out
    assert OutcomeNext.model_validate_json(printed) == short
    text = resolvent("diagnose", CONTOSO_2007, "--view", "next").out
    assert "Cause found" in text
    for command in short.causes[0].commands:
        assert f"  {command}\n" in text
    assert "Undo" not in text
    asked = resolvent("diagnose", "-", "--view", "next", given="{}").out
    assert engine.load().diagnose({}).questions[0].ask in asked


def test_markdown_cannot_be_broken_by_a_value(resolvent: Run) -> None:
    ran = resolvent(
        "diagnose", CONTOSO_2007, "--set", "certificate.common_name=*a*|<b>`c`[d](e)", "--format", "markdown"
    )
    assert "\\*a\\*\\|\\<b\\>\\`c\\`\\[d\\](e)" in ran.out
    assert "<b>" not in ran.out
    assert "```powershell\n" in ran.out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "1:1: this is not JSON"),
        ("[]", "facts are an object"),
        ('{"a": }', "1:7: this is not JSON"),
        ('{"exchange.version": 2008}', "'2008' is none of 2007, 2010"),
        ('{"exchange.version": 15.2}', "could be Exchange Server 2019 or Exchange Server Subscription Edition"),
        ('{"exchange.verson": "2007"}', "did you mean exchange.version?"),
        ('{"exchange.version": "2007", "exchange": {"version": "2010"}}', "given twice"),
        ('{"exchange.version": "2007", "exchange.version": "2010"}', "stands twice"),
        ('{"endpoints.ews.host": "a.b"}', "follows from other facts"),
        ('{"namespace.host": NaN}', "NaN is no value"),
        ('{"namespace.host": "*.contoso.com"}', "is no host name"),
        pytest.param("\ufffe".encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep lists"),
        pytest.param('{"a":' * 50 + "1" + "}" * 50, "there is no such fact", id="deep objects"),
        pytest.param(" " * (1024 * 1024 + 1), "more than 1048576 bytes", id="too large"),
    ],
)
def test_bad_facts_are_refused_with_what_to_do(resolvent: Run, given: str | bytes, says: str) -> None:
    ran = resolvent("diagnose", "-", given=given)
    assert (ran.exit, ran.out) == (65, "")
    assert ran.err.startswith("resolvent: standard input")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_every_bad_fact_is_told_in_one_run(resolvent: Run) -> None:
    ran = resolvent("diagnose", "-", given='{"alert.name": "maybe", "exchange.version": 1, "x": 1}')
    assert len(ran.err.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 64, "Verbs:"),
        (["diagnos"], 64, "did you mean diagnose?"),
        (["diagnose"], 64, "name a file of facts"),
        (["diagnose", "nowhere.json"], 66, "nowhere.json: cannot be read"),
        (["diagnose", "."], 66, "cannot be read"),
        (["diagnose", "--engine", "best", "-"], 64, "--help' says how"),
        (["diagnose", "-", "--set", "exchange.version"], 64, "write it as KEY=VALUE"),
        (["diagnose", "-", "--set", "exchange.version=2008"], 65, "did you mean"),
        (["diagnose", "-", "--set", "exchange.versio=2007"], 65, "did you mean exchange.version?"),
        (["diagnose", "-", "--library", "nowhere"], 66, "KB001"),
        (["diagnose", "-", "--evidence", "-"], 64, "read once"),
        (["diagnose", "--evidence", "nowhere.txt"], 66, "nowhere.txt: cannot be read"),
        (["explain", "--why", "exchange.versio"], 65, "did you mean exchange.version?"),
        (["explain", "--diagnosis", "x"], 65, "no such diagnosis"),
        (["explain", "--why", "alert.name", "--what-if", "alert.name=ok"], 64, "one of"),
        (["explain", "--what-if", "alert.name"], 64, "KEY= to take a fact away"),
        (["schema", "nothing"], 64, "--help' says how"),
        (["read"], 64, "name a file"),
        (["read", "tls://a b"], 64, "tls://"),
        (["collect", "--for", "admin"], 64, "'Exchange Server 2007'"),
        (["collect", "--for", "admin", "--version", "2003"], 64, "there is no script for that"),
        (["collect", "--for", "admn"], 64, "did you mean admin"),
    ],
)
def test_wrong_usage_says_what_to_do(resolvent: Run, arguments: list[str], code: int, says: str) -> None:
    ran = resolvent(*arguments, given="{}")
    assert (ran.exit, ran.out) == (code, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    command_line = f"{sys.executable} -m desk.cli.main diagnose {CONTOSO_2007}; echo $? >&2"
    ran = subprocess.run(["bash", "-c", f"({command_line}) | head -n 2"], capture_output=True, text=True, check=True)
    assert "Diagnosis" in ran.stdout
    assert ran.stderr == "0\n"


def test_what_is_our_fault_says_so_and_shows_nothing_that_was_typed(
    resolvent: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("about secret.contoso.com")

    monkeypatch.setattr("engine.Engine.diagnose", fail)
    ran = resolvent("diagnose", "-", given="{}")
    assert ran.exit == 70
    assert "our fault" in ran.err
    assert "secret" not in ran.err


def test_an_explanation_has_the_words_of_the_article(resolvent: Run) -> None:
    ran = resolvent("explain", CONTOSO_2010)
    assert ran.exit == 0
    assert "✓ Needs the place of the client: inside the local network" in ran.out
    assert "Only Exchange 2007 keeps a URL of its own" in " ".join(ran.out.split())
    assert "“clients inside the local network only”" in ran.out


def test_why_and_what_if(resolvent: Run) -> None:
    why = json.loads(resolvent("explain", "--why", "client.location", "--format", "json").out)
    assert [each["verdict"] for each in why["consequences"]] == ["undecided", "not_covered"]
    what_if = json.loads(
        resolvent("explain", CONTOSO_2007, "--what-if", "exchange.version=2010", "--format", "json").out
    )
    changed = {change["what"]: (change["before"], change["after"]) for change in what_if["changes"]}
    assert changed["step change-internal-urls.set-um-url"] == ("do", "skip")
    taken = json.loads(resolvent("explain", CONTOSO_2007, "--what-if", "client.location=", "--format", "json").out)
    assert taken["after"]["verdict"] == "undecided"


@pytest.mark.parametrize(
    "what",
    [
        "outcome",
        "explanation",
        "why",
        "difference",
        "facts-file",
        "rules-file",
        "shared-file",
        "examples-file",
        "evidence-file",
        "commands-file",
    ],
)
def test_schemas_are_printed(resolvent: Run, what: str) -> None:
    schema = json.loads(resolvent("schema", what).out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["properties"]


def test_the_schema_of_facts_is_that_of_the_library(resolvent: Run) -> None:
    shipped = json.loads(resolvent("schema", "facts").out)
    assert shipped["properties"]["exchange.version"]["anyOf"][1] == {"const": "unknown"}
    printers = json.loads(resolvent("schema", "facts", "--library", str(PRINTER)).out)
    assert list(printers["properties"]) == [
        "model",
        "ink",
        "trays.upper.filled",
        "trays.lower.filled",
        "lamps",
        "message",
        "printer.name",
        "cartridge.serial",
        "cartridge.refilled",
        "cartridge.colours",
        "shelf",
        "tried.replace_cartridge",
        "tried.fill_tray",
    ]


def test_a_library_of_another_domain_works_in_every_verb(resolvent: Run) -> None:
    ran = resolvent("diagnose", "-", "--library", str(PRINTER), given='{"trays.upper.filled": false, "shelf": "S1"}')
    assert "Get-Paper -From 'S1'" in ran.out
    assert "Not known: the ink." in ran.out
    assert resolvent("explain", "--library", str(PRINTER)).exit == 0


def test_evidence_becomes_facts_with_their_provenance(resolvent: Run, tmp_path: Path) -> None:
    output = tmp_path / "exch1.txt"
    output.write_text(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"), encoding="utf-16")
    ran = resolvent("read", str(output), "--format", "json")
    (environment,) = json.loads(ran.out)["servers"]
    assert environment["server"] == "EXCH1"
    assert environment["facts"]["exchange.version"]["value"] == "2010"
    assert environment["facts"]["endpoints.ews.url"] == {
        "value": "https://exch1.contoso.local/EWS/Exchange.asmx",
        "provenance": f"Get-WebServicesVirtualDirectory ({output}, line 10)",
        "rank": "machine_output",
        "also": [],
    }
    outcome = json.loads(resolvent("diagnose", "--evidence", str(output), "--format", "json").out)
    assert outcome["facts"]["endpoints.autodiscover.url"].startswith("https://exch1.contoso.local/")


def test_what_was_read_names_each_file_once(resolvent: Run, tmp_path: Path) -> None:
    (tmp_path / "exch1.txt").write_text(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"), encoding="utf-8")
    (tmp_path / "alert.txt").write_text(
        "Security Alert\nexch1.contoso.local\nThe security certificate date is valid.\n"
    )
    ran = resolvent("read", str(tmp_path / "exch1.txt"), str(tmp_path / "alert.txt"))
    facts = ran.out.partition("Noticed")[0]
    assert facts.count("exch1.txt") == facts.count("alert.txt") == 1
    assert "Get-WebServicesVirtualDirectory, line 10, machine output" in facts


def test_several_servers_each_have_an_outcome_and_there_is_a_summary(resolvent: Run, tmp_path: Path) -> None:
    for server, host in (("EXCH1", "exch1.contoso.local"), ("EXCH2", "mail.contoso.com")):
        (tmp_path / server).write_text(OUTPUT.format(server=server, host=host), encoding="utf-8")
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(
            {
                "alert": {"kind": "security_alert", "name": "failed"},
                "client.location": "internal",
                "certificate": {
                    "replaced": True,
                    "subject_alternative_names": ["mail.contoso.com"],
                    "san_available": False,
                },
                "dns.resolves_internally": True,
            }
        ),
        encoding="utf-8",
    )
    arguments = ["diagnose", str(facts), "--evidence", str(tmp_path / "EXCH1"), "--evidence", str(tmp_path / "EXCH2")]
    both = json.loads(resolvent(*arguments, "--format", "json").out)
    assert [each["server"] for each in both["servers"]] == ["EXCH1", "EXCH2"]
    assert both["summary"] == "2 servers: the cause is found for EXCH1; not covered for EXCH2."
    text = resolvent(*arguments).out
    assert "EXCH1: cause found." in text
    assert "EXCH2: not covered." in text
    assert "Server EXCH1" in text
    shorter = json.loads(resolvent(*arguments, "--format", "json", "--view", "next").out)
    assert [list(each["outcome"]) for each in shorter["servers"]] == [list(OutcomeNext.model_fields)] * 2


def test_sources_that_disagree_are_shown_with_both_sides_and_asked_about(resolvent: Run, tmp_path: Path) -> None:
    output = tmp_path / "exch1.txt"
    output.write_text(OUTPUT.format(server="EXCH1", host="exch1.contoso.local"), encoding="utf-8")
    arguments = ["diagnose", CONTOSO_2007, "--set", "exchange.server=EXCH1", "--evidence", str(output)]
    outcome = Outcome.model_validate_json(resolvent(*arguments, "--format", "json").out)
    (about_version,) = (each for each in outcome.contradictions if each.facts == ("exchange.version",))
    assert "says Exchange Server 2010" in about_version.message
    assert "an answer says Exchange Server 2007" in about_version.message
    assert (outcome.status, outcome.resolutions) == ("open", ())
    asked = {each.fact: each for each in outcome.questions if each.purpose is Purpose.SETTLE}
    sides = {str(each.label): each.value for each in asked["exchange.version"].choices}
    stated = next(side for label, side in sides.items() if "2007" in label)
    settled = ("--settle", f"exchange.version={stated}")
    again = Outcome.model_validate_json(resolvent(*arguments, *settled, "--format", "json").out)
    assert again.facts["exchange.version"] == "2007"
    assert "exchange.version" not in {each.fact for each in again.questions}
    assert resolvent(*arguments, "--settle", "exchange.version=nobody").exit == 65
    assert resolvent(*arguments, "--settle", "nothing").exit == 64


@pytest.mark.parametrize("version", ["2007", "2010", "2013", "2016", "2019", "se"])
def test_the_script_that_collects_evidence_is_printed(resolvent: Run, version: str) -> None:
    ran = resolvent("collect", "--for", "admin", "--version", version)
    assert ran.exit == 0
    assert ("Get-UMVirtualDirectory" in ran.out) is (version == "2007")
    assert "Set-" not in ran.out
