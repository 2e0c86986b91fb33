"""The verbs of an author: what they write, in which form, and how they end."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import ruamel.yaml

import desk.cli.main
import kb.articles
from desk.cli.docs import verbs_of
from engine import Engine
from workbench.catalogue import catalogue, page
from workbench.checks import read_library
from workbench.counting import readable
from workbench.proof import PROPERTIES
from workbench.review import review
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


def test_an_article_that_is_not_there_is_an_error_in_the_call_with_what_is_meant(drives: Path) -> None:
    for call in (("check",), ("test",), ("test", "--why", "so"), ("diff", str(drives))):
        arguments = (str(drives),) if call[0] == "diff" else ("--library", str(drives))
        ran = resolvent(*call, *arguments, "--article", "DRV")
        assert ran.code == 64, call
        assert "--article DRV: there is no article 'DRV'; did you mean DRV1?" in ran.err


def test_a_check_of_one_article_tells_of_it_alone(broken: Path) -> None:
    assert resolvent("new", "article", "DRV2", "--library", str(broken)).code == 0
    both = json.loads(resolvent("check", "--library", str(broken), "--format", "json").out)
    one = json.loads(resolvent("check", "--library", str(broken), "--format", "json", "--article", "DRV2").out)
    assert "KB461" in {each["code"] for each in both["issues"]}
    assert {each["path"] for each in one["issues"]} == {
        "articles/DRV2.md",
        "rules/DRV2.yaml",
        "rules/facts/drv2.yaml",
    }
    assert one["article"] == "DRV2"
    assert one["proof"]["questions"] < both["proof"]["questions"]


def test_what_stands_elsewhere_and_names_a_rule_of_the_article_is_told_with_it(drives: Path) -> None:
    facts = drives / "rules" / "facts" / "drv1.yaml"
    shared = drives / "rules" / "shared.yaml"
    shared.write_text("requirements: {unused: {that: {drv1.applies: true}, otherwise: It is not so.}}\n")
    facts.rename(facts.with_name("other.yaml"))
    examples = drives / "rules" / "DRV1.examples.yaml"
    examples.rename(examples.with_name("others.examples.yaml"))
    (drives / "rules" / "others.examples.yaml").write_text(
        "examples:\n  - {name: a, facts: {}, expect: {article: {DRV1: undecided}, steps: {drv1-fix.no: do}}}\n"
        "  - {name: b, facts: {}, expect: {steps: {no: do}}}\n"
    )
    found = json.loads(resolvent("check", "--library", str(drives), "--format", "json", "--article", "DRV1").out)
    told = [each["message"] for each in found["issues"] if each["path"] == "rules/others.examples.yaml"]
    assert [message.partition(":")[0] for message in told] == ["'a'"]
    assert not [each for each in found["issues"] if each["path"] == "rules/shared.yaml"]


def test_the_library_of_the_folder_is_looked_at_and_another_one_is_named(
    drives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drives)
    ran = resolvent("test")
    assert (ran.code, ran.err) == (0, "")
    assert "2 of 2 hold" in ran.out
    monkeypatch.chdir(drives / "rules")
    assert f"library: {drives}" in resolvent("test").err
    monkeypatch.chdir(tmp_path)
    ran = resolvent("test", "--article", "DRV1")
    assert ran.code == 64  # the shipped library has none
    assert "library: the shipped one" in ran.err
    monkeypatch.setenv("RESOLVENT_LIBRARY", str(drives))
    ran = resolvent("test")
    assert "2 of 2 hold" in ran.out
    assert "which RESOLVENT_LIBRARY names" in ran.err
    (tmp_path / "empty" / "rules").mkdir(parents=True)
    (tmp_path / "empty" / "rules" / "X.yaml").write_text("article: X\n")
    monkeypatch.delenv("RESOLVENT_LIBRARY")
    monkeypatch.chdir(tmp_path / "empty")
    ran = resolvent("test")
    assert ran.code == 66
    assert "has no rules/facts/*.yaml" in ran.err


def test_an_example_says_what_decided(drives: Path) -> None:
    out = resolvent("test", "--library", str(drives), "--why", "IT IS SO").out
    assert "Diagnosed, by the rules of DRV1 alone." in out
    assert "It is so: confirmed" in out
    assert "A cause: it is confirmed and does not say what it explains." in out
    out = resolvent("test", "--library", str(drives), "--why", "is not so").out
    assert "It is so: ruled out" in out
    assert "Not asked about: it is ruled out." in out
    document = json.loads(resolvent("test", "--library", str(drives), "--why", "it is so", "--format", "json").out)
    (decided,) = document["diagnoses"]
    assert document["verdict"] == "diagnosed"
    assert (decided["expected"], decided["standing"]["pursued"]) == (True, True)


def test_an_example_that_does_not_hold_says_in_what_and_fails(drives: Path) -> None:
    examples = drives / "rules" / "DRV1.examples.yaml"
    examples.write_text(examples.read_text().replace("ruled_out", "possible"))
    ran = resolvent("test", "--library", str(drives), "--why", "not so")
    assert ran.code == 1
    assert "rules/DRV1.examples.yaml:9:11: it does not hold" in ran.out
    assert "drv1-cause is ruled_out, expected possible" in ran.out


def test_a_name_that_fits_no_example_or_several_is_an_error_in_the_call(drives: Path) -> None:
    ran = resolvent("test", "--library", str(drives), "--why", "DRV1: it is sot")
    assert ran.code == 64
    assert "did you mean DRV1: it is so?" in ran.err
    ran = resolvent("test", "--library", str(drives), "--why", "it is")
    assert ran.code == 64
    assert "2 examples have that in their name" in ran.err
    assert "DRV1: it is not so (rules/DRV1.examples.yaml:9:11)" in ran.err
    assert resolvent("test", "--library", str(drives), "--why", "it is", "--mutate").code == 64


@pytest.fixture
def one_example(drives: Path) -> Path:
    """The skeleton with one example, which misses a mistake."""
    (drives / "rules" / "DRV1.examples.yaml").write_text(
        "examples:\n- name: it is so\n  facts: {drv1.applies: true}\n  expect: {diagnoses: {drv1-cause: confirmed}}\n"
        "# what follows the examples\nbase: {}\n"
    )
    return drives


def test_suggested_examples_are_written_marked_and_hold(one_example: Path) -> None:
    ran = resolvent("test", "--library", str(one_example), "--accept", "all")
    assert ran.code == 0
    assert "examples written, marked as unreviewed" in ran.out or "example written" in ran.out
    text = (one_example / "rules" / "DRV1.examples.yaml").read_text()
    assert '\n- name: "unreviewed: Notices that ' in text
    assert text.endswith("# what follows the examples\nbase: {}\n")
    tested = json.loads(resolvent("test", "--library", str(one_example), "--mutate", "--format", "json").out)
    assert tested["failures"] == []
    assert tested["mutation"]["survivors"] == []
    assert tested["unreviewed"] == tested["examples"] - 1 > 0
    found = json.loads(resolvent("check", "--library", str(one_example), "--format", "json").out)["issues"]
    assert sum(each["code"] == "KB343" for each in found) == tested["unreviewed"]
    assert resolvent("test", "--library", str(one_example), "--accept", "all").out == "no example written\n"


def test_what_several_articles_share_is_noticed_by_an_example_beside_one_that_uses_it(one_example: Path) -> None:
    rules = one_example / "rules" / "DRV1.yaml"
    rules.write_text(rules.read_text().replace("that: {drv1.applies: true}", "that: {use: so}"))
    (one_example / "rules" / "shared.yaml").write_text(
        "sets:\n  so: {any: [{drv1.applies: true}, {aaa1.applies: true}]}\n"
    )
    # Another article comes first, and its rules alone do not show it.
    assert resolvent("new", "article", "AAA1", "--library", str(one_example)).code == 0
    ran = resolvent("test", "--library", str(one_example), "--mutate")
    assert "rules/shared.yaml:2:" in ran.out
    assert "this example, in rules/DRV1.examples.yaml, would:" in ran.out
    ran = resolvent("test", "--library", str(one_example), "--accept", "all")
    assert ran.code == 0
    text = (one_example / "rules" / "DRV1.examples.yaml").read_text()
    assert '- name: "unreviewed: Notices that ' in text
    tested = json.loads(resolvent("test", "--library", str(one_example), "--mutate", "--format", "json").out)
    assert (tested["failures"], tested["mutation"]["survivors"]) == ([], [])


def test_each_suggested_example_is_asked_for(one_example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = one_example / "rules" / "DRV1.examples.yaml"
    before = examples.read_text()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\nq\n"))
    assert "no example written" in resolvent("test", "--library", str(one_example), "--accept").out
    assert examples.read_text() == before
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nq\n"))
    assert "1 example written" in resolvent("test", "--library", str(one_example), "--accept").out
    assert examples.read_text().count("unreviewed: ") == 1


def test_a_file_of_examples_in_another_layout_is_left_as_it_is(one_example: Path) -> None:
    examples = one_example / "rules" / "DRV1.examples.yaml"
    examples.write_text(
        "examples: [{name: so, facts: {drv1.applies: true}, expect: {diagnoses: {drv1-cause: confirmed}}}]\n"
    )
    before = examples.read_text()
    ran = resolvent("test", "--library", str(one_example), "--accept", "all")
    assert ran.code == 65
    assert "has no line that is only 'examples:'" in ran.err
    assert examples.read_text() == before


def test_watching_tells_what_needs_no_proof_first_and_stops_proving_at_a_change(broken: Path) -> None:
    told: list[list[str]] = []
    review(broken, told=lambda issues, _: told.append([each.code for each in issues]))
    assert "KB461" not in told[0]
    assert told[0]
    assert ["KB461"] in told[1:]
    assert resolvent("check", "--library", str(broken), "--watch", "--format", "json").code == 64


def test_a_change_stops_proofs_between_two_questions(broken: Path) -> None:
    class Stopped(Exception):
        pass

    asked = 0
    told: list[object] = []

    def between() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise Stopped

    with pytest.raises(Stopped):
        review(broken, told=lambda issues, _: told.append(issues), between=between)
    assert 1 <= len(told) < len(PROPERTIES), "what needs no proof was told, and most proofs were not made"


def test_whoever_watches_reads_only_the_files_that_changed(drives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_library(drives)
    read: list[str] = []

    def reading(kind: str, reader: Callable[..., object]) -> Callable[..., object]:
        def read_by(**given: object) -> object:
            read.append(kind)
            return reader(**given)

        return read_by

    monkeypatch.setattr("kb.reading.YAML", reading("YAML", ruamel.yaml.YAML))
    monkeypatch.setattr("kb.articles.markdown", reading("Markdown", kb.articles.markdown))
    read_library(drives)
    assert read == []
    rules = drives / "rules" / "DRV1.yaml"
    rules.write_text(rules.read_text() + "\n# changed\n")
    read_library(drives)
    assert read == ["YAML"]


def test_a_difference_of_one_article_leaves_the_others_out(drives: Path, tmp_path: Path) -> None:
    assert resolvent("new", "article", "DRV2", "--library", str(drives)).code == 0
    second = drives / "rules" / "DRV2.yaml"
    second.write_text(second.read_text().replace("draft: true\n", ""))
    old = shutil.copytree(drives, tmp_path / "old")
    second.write_text(second.read_text().replace("drv2.applies: true}", "drv2.applies: false}"))
    of_first = json.loads(resolvent("diff", str(old), str(drives), "--article", "DRV1", "--format", "json").out)
    assert (of_first["examples"], of_first["changed_examples"], of_first["effects"]) == (2, [], [])
    of_second = json.loads(resolvent("diff", str(old), str(drives), "--article", "DRV2", "--format", "json").out)
    assert len(of_second["changed_examples"]) == 2
    assert {each["id"].partition(".")[0] for each in of_second["effects"]} == {"drv2-cause", "drv2-fix"}


def test_what_only_one_side_has_is_folded_and_its_facts_are_not_asked_on_the_other(
    drives: Path, tmp_path: Path
) -> None:
    old = shutil.copytree(drives, tmp_path / "old")
    assert resolvent("new", "article", "DRV2", "--library", str(drives)).code == 0
    second = drives / "rules" / "DRV2.yaml"
    second.write_text(second.read_text().replace("draft: true\n", ""))
    out = resolvent("diff", str(old), str(drives)).out
    assert "new in DRV2: 1 diagnosis, 1 resolution\n" in out
    assert "facts added: drv2.applies, drv2.seen, tried.drv2_fix\n" in out
    assert "more only in what rules say that the other side does not have" in out
    assert "refused" not in out
    back = resolvent("diff", str(drives), str(old)).out
    assert "gone from DRV2: 1 diagnosis, 1 resolution\n" in back


def test_a_witness_leaves_out_the_base_of_the_examples_beside_its_rules(broken: Path) -> None:
    (broken / "rules" / "DRV1.examples.yaml").write_text(
        "base: {drv1: {applies: true}}\nexamples: [{name: a, facts: {}, expect: {}}]\n"
    )
    (broken / "rules" / "A.examples.yaml").write_text("examples: [{name: a, facts: {}, expect: {}}]\n")
    found = json.loads(resolvent("check", "--library", str(broken), "--format", "json").out)["issues"]
    (witness,) = (each["witness"] for each in found if each["code"] == "KB461")
    assert witness["facts"] == {"drv1.applies": True}
    assert "facts: {}\n" in witness["example"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (27, "27"),
        (1_000_000, "1,000,000"),
        (1_000_001, "about 1 × 10⁶"),
        (746 * 10**39, "about 7 × 10⁴¹"),
        (96 * 10**7, "about 1 × 10⁹"),
    ],
)
def test_a_number_of_combinations_can_be_read(count: int, said: str) -> None:
    assert readable(count) == said
