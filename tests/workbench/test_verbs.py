"""The verbs of an author: what they write, in which form, and how they end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import desk.cli.main
import kb
from desk.cli.docs import verbs_of
from engine import Engine
from workbench.catalogue import catalogue, page
from workbench.checks import read_library
from workbench.site import build
from workbench.site.building import broken_links
from workbench.site.project_pages import undocumented
from workbench.watching import Watch

from .running import resolvent

ROOT = Path(__file__).resolve().parents[2]
AUTHOR_VERBS = {"check", "test", "graph", "docs", "new", "diff"}


@pytest.fixture
def drives(tmp_path: Path) -> Path:
    """A skeleton, which has nothing wrong with it."""
    assert resolvent("new", "article", "DRV1", "--library", str(tmp_path / "drives")).code == 0
    return tmp_path / "drives"


@pytest.fixture
def broken(drives: Path) -> Path:
    """The same without its resolution, which is found by proof, with a witness."""
    rules = drives / "rules" / "DRV1.yaml"
    rules.write_text(rules.read_text().partition("resolutions:")[0])
    return drives


def test_check_ends_with_0_1_64_66() -> None:
    assert resolvent("check", "--format", "xml").code == 64
    assert resolvent("check", "--library", "/there/is/none").code == 66


def test_notes_alone_do_not_fail_a_check(drives: Path) -> None:
    ran = resolvent("check", "--library", str(drives))
    assert ran.code == 0
    assert "KB391 note: TODO" in ran.out


def test_issues_come_as_json(broken: Path) -> None:
    ran = resolvent("check", "--library", str(broken), "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    found = {each["code"]: each for each in document["issues"]}
    assert found["KB461"]["severity"] == "error"
    assert found["KB461"]["path"] == "rules/DRV1.yaml"
    assert found["KB461"]["witness"]["facts"] == {"drv1.applies": True}
    assert document["proof"]["open"] == 0
    assert document["articles"] == {"statements": 3, "covered": 2}


def test_issues_come_as_sarif(broken: Path) -> None:
    log = json.loads(resolvent("check", "--library", str(broken), "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(catalogue())
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        assert result["level"] in ("error", "warning", "note")


def test_issues_come_as_annotations_on_one_line_each(broken: Path) -> None:
    out = resolvent("check", "--library", str(broken), "--format", "github").out
    assert (
        "::error file=rules/DRV1.yaml,line=5,col=9,title=KB461::drv1-cause may be confirmed with nothing to do" in out
    )


def test_what_keeps_a_library_from_being_read_is_an_issue(drives: Path) -> None:
    (drives / "rules" / "DRV1.yaml").write_text("article: DRV1\ndiagnoses: 5\n")
    ran = resolvent("check", "--library", str(drives))
    assert ran.code == 1
    assert "rules/DRV1.yaml:2:12: KB003 error" in ran.out
    assert "proof: none; mend what keeps the library from being read first" in ran.out


def test_proofs_can_be_left_out_and_that_is_said(broken: Path) -> None:
    out = resolvent("check", "--library", str(broken), "--no-proofs").out
    assert "KB461" not in out
    assert "proof: left out" in out


def test_watching_sees_a_change_and_only_that(drives: Path) -> None:
    waits = 0

    def wait(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 3:
            rules = drives / "rules" / "DRV1.yaml"
            rules.write_text(rules.read_text() + "\n# changed\n")
        assert waits < 50

    seen: Iterator[None] = Watch(drives, wait).changes()
    assert len(list(islice(seen, 2))) == 2
    assert waits >= 3


def test_a_failing_example_is_told_with_its_place(drives: Path) -> None:
    examples = drives / "rules" / "DRV1.examples.yaml"
    examples.write_text(examples.read_text().replace("ruled_out", "possible"))
    ran = resolvent("test", "--library", str(drives), "--mutate")
    assert ran.code == 1
    assert "rules/DRV1.examples.yaml:9:11: 'DRV1: it is not so' does not hold" in ran.out
    assert "drv1-cause is ruled_out, expected possible" in ran.out
    assert "mutants: not run before every example holds" in ran.out


def test_coverage_and_score_can_be_required(drives: Path) -> None:
    examples = drives / "rules" / "DRV1.examples.yaml"
    examples.write_text("examples:\n  - {name: it is so, facts: {drv1.applies: true}, expect: {}}\n")
    assert resolvent("test", "--library", str(drives)).code == 0
    assert resolvent("test", "--library", str(drives), "--min-coverage", "100").code == 1
    ran = resolvent("test", "--library", str(drives), "--min-score", "100", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["coverage"]["conditions"] == [1, 2]
    assert document["mutation"]["survivors"]
    assert all(each["example"] for each in document["mutation"]["survivors"])


def test_a_library_without_examples_does_not_pass(drives: Path) -> None:
    (drives / "rules" / "DRV1.examples.yaml").unlink()
    ran = resolvent("test", "--library", str(drives))
    assert ran.code == 1
    assert "there are none; write some" in ran.out


@pytest.mark.parametrize("of", ["rules", "questions"])
def test_pictures_come_as_mermaid_dot_and_svg(of: str, tmp_path: Path) -> None:
    mermaid = resolvent("graph", "--of", of).out
    assert "\nflowchart LR\n" in mermaid
    dot = resolvent("graph", "--of", of, "--format", "dot").out
    assert dot.startswith("digraph {")
    assert dot.count("{") == dot.count("}")
    assert resolvent("graph", "--of", of, "--format", "svg", "--output", str(tmp_path / "x.svg")).code == 0
    assert "<svg" in (tmp_path / "x.svg").read_text()
    assert resolvent("graph", "--output", str(tmp_path / "none" / "x")).code == 65


def test_svg_needs_no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert resolvent("graph", "--format", "svg").out.startswith("<svg")


def test_a_new_article_overwrites_nothing_and_keeps_the_vocabulary(drives: Path) -> None:
    assert resolvent("new", "article", "DRV1", "--library", str(drives)).code == 65
    assert resolvent("new", "article", "../x", "--library", str(drives)).code == 65
    files = {path: path.read_text() for path in drives.rglob("*") if path.is_file()}
    assert resolvent("new", "article", "DRV2", "--library", str(drives)).code == 0
    assert {path: path.read_text() for path in files} == files
    assert (drives / "rules" / "facts" / "drv2.yaml").is_file()
    assert resolvent("check", "--library", str(drives)).code == 0
    assert resolvent("test", "--library", str(drives), "--min-coverage", "100", "--min-score", "100").code == 0


def test_a_new_article_joins_the_shipped_library_and_changes_nothing_in_it(tmp_path: Path) -> None:
    for part in ("rules", "articles"):
        shutil.copytree(ROOT / part, tmp_path / part)
    assert resolvent("new", "article", "KB1", "--library", str(tmp_path)).code == 0
    found = json.loads(resolvent("check", "--library", str(tmp_path), "--format", "json").out)["issues"]
    shipped = json.loads(resolvent("check", "--format", "json").out)["issues"]
    assert {each["code"] for each in found} - {each["code"] for each in shipped} <= {"KB391"}
    tested = json.loads(resolvent("test", "--library", str(tmp_path), "--format", "json").out)
    alone = json.loads(resolvent("test", "--format", "json").out)
    assert (tested["examples"], tested["failures"]) == (alone["examples"] + 2, [])
    for facts in ({}, {"alert.kind": "security_alert"}, {"alert.kind": "other"}):
        with_it, without = Engine(kb.load(tmp_path)).diagnose(facts), Engine(kb.load(ROOT)).diagnose(facts)
        same = without.knowledge
        assert with_it.model_copy(update={"knowledge": same}) == without


def test_nothing_finished_rests_on_a_draft(drives: Path) -> None:
    assert resolvent("new", "article", "DRV2", "--library", str(drives)).code == 0
    rules = drives / "rules" / "DRV1.yaml"
    rules.write_text(rules.read_text().replace("for: drv1-cause", "for: drv2-cause"))
    ran = resolvent("check", "--library", str(drives))
    assert ran.code == 1
    assert "no diagnosis 'drv2-cause'" in ran.out


def test_the_same_library_differs_in_nothing() -> None:
    ran = resolvent("diff", str(ROOT), str(ROOT), "--exit-code")
    assert ran.code == 0
    assert "effects: the same for all" in ran.out


def test_a_difference_is_counted_and_shown_by_example(drives: Path, tmp_path: Path) -> None:
    old = shutil.copytree(drives, tmp_path / "old")
    rules = drives / "rules" / "DRV1.yaml"
    rules.write_text(rules.read_text().replace("drv1.applies: true}", "drv1.applies: false}"))
    ran = resolvent("diff", str(old), str(drives), "--format", "json", "--exit-code")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert len(document["changed_examples"]) == 2
    confirmed = next(each for each in document["effects"] if each["what"] == "confirmed")
    assert (confirmed["id"], confirmed["new"], confirmed["gone"]) == ("drv1-cause", 1, 1)
    assert confirmed["example"] in ({"drv1.applies": True}, {"drv1.applies": False})
    assert resolvent("diff", str(old), "/there/is/none").code == 66


def test_the_site_has_a_page_for_everything_and_no_broken_link(tmp_path: Path) -> None:
    library = read_library()
    site = build(library, {}, ROOT / "docs")
    assert [problem for problem in site.problems if not problem.startswith("docs/")] == []
    site.write(tmp_path / "site")
    knowledge = library.knowledge
    for path in (
        *(f"articles/{id_}.html" for id_ in knowledge.articles),
        *(f"diagnoses/{each.id}.html" for each in knowledge.diagnoses),
        *(f"resolutions/{each.id}.html" for each in knowledge.resolutions),
        *(f"facts/{key}.html" for key in (*knowledge.facts, *knowledge.derived)),
        *(f"docs/issues/{code}.html" for code in catalogue()),
        "docs/tutorial.html",
    ):
        assert (tmp_path / "site" / path).is_file(), path


def test_the_rules_stand_beside_the_sentences() -> None:
    article = build(read_library(), {}, None).pages["articles/KB940726.html"]
    sentence = article.index('id="cause-mismatch"')
    beside = article.index('<div class="cited">', sentence)
    assert "diagnoses/internal-url-name-mismatch.html" in article[beside : article.index("</div>", beside)]


def test_links_that_lead_nowhere_are_found() -> None:
    pages = {"a/x.html": '<a href="y.html#z">y</a><a href="../b.html">b</a>', "a/y.html": "<p id=q></p>"}
    assert list(broken_links(pages, {})) == [
        "a/x.html: a/y.html has no place 'z'",
        "a/x.html: the link ../b.html leads nowhere",
    ]


def test_every_kind_of_issue_has_its_page() -> None:
    for code, kind in catalogue().items():
        text = (ROOT / page(code)).read_text(encoding="utf-8")
        assert text.startswith(f"# {code}: {kind.title}\n")
        assert f"*{kind.severity.value.capitalize()}." in text
        assert "## What to do" in text
    assert {path.stem for path in (ROOT / "docs" / "issues").glob("*.md")} == set(catalogue())


def test_every_option_of_an_author_says_what_it_does() -> None:
    verbs = {name: command for name, command in verbs_of(desk.cli.main.cli).items() if name.split()[0] in AUTHOR_VERBS}
    assert {name.split()[0] for name in verbs} == AUTHOR_VERBS
    assert "new article" in verbs
    assert list(undocumented(verbs)) == []
