"""A library with faults is refused with all of them, each with its place and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

import kb
from kb.library import find_library, load
from kb.problems import Code
from tests.engine.libraries import ARTICLE, CERTIFICATES, FACTS, PRINTER, diagnosis, library

BRACED = '"see {bb}"'


def problems(rules: str, facts: str = FACTS) -> list[str]:
    with pytest.raises(kb.LibraryError) as raised:
        library(rules, facts)
    return [str(problem) for problem in raised.value.problems]


def test_the_shipped_library_has_no_fault_and_a_digest_of_its_content(knowledge: kb.KnowledgeBase) -> None:
    assert {each.article for each in knowledge.diagnoses} <= knowledge.articles.keys()
    assert len(knowledge.digest) == 64
    changed = kb.parse_texts({"rules/facts/test.yaml": FACTS.replace('"1"', '"2"')})
    assert kb.parse_texts({"rules/facts/test.yaml": FACTS}).digest != changed.digest


def test_a_rule_for_each_member_is_written_out() -> None:
    knowledge = load(CERTIFICATES)
    (diagnosis_,) = knowledge.diagnoses
    assert [instance.member for instance in diagnosis_.instances] == ["autodiscover", "ews", "oab", "um"]
    assert "endpoints.ews.url" in knowledge.facts
    assert "endpoints.ews.coverage" in knowledge.derived
    assert "endpoint.url" not in knowledge.facts


def test_a_knowledge_base_cannot_be_changed(knowledge: kb.KnowledgeBase) -> None:
    with pytest.raises(ValueError, match="frozen"):
        knowledge.version = "2"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("rules", "code", "says"),
    [
        (f"diagnoses:\n{diagnosis('{aa: true}')}", "KB101", "there is no fact 'aa'; did you mean a?"),
        (f"diagnoses:\n{diagnosis('{c: w}')}", "KB102", "'w' is none of x, y, z"),
        (f"diagnoses:\n{diagnosis('{c: 3}')}", "KB004", "takes one of x, y, z"),
        (f"diagnoses:\n{diagnosis('{a: unknown}')}", "KB103", "nothing is concluded from what is unknown"),
        (f"diagnoses:\n{diagnosis('{a: {nott: true}}')}", "KB103", "did you mean not?"),
        (f"diagnoses:\n{diagnosis('{c: {at_least: x}}')}", "KB103", "have no order"),
        (f"diagnoses:\n{diagnosis('{h: mail.contoso.com}')}", "KB103", "through a derived fact"),
        (f"diagnoses:\n{diagnosis('{any: []}')}", "KB103", "with at least one"),
        (f"diagnoses:\n{diagnosis('{a: []}')}", "KB103", "can never match"),
        (f"diagnoses:\n{diagnosis('{diagnosis.e: confirmed}')}", "KB106", "there is no diagnosis 'e'"),
        (f"diagnoses:\n{diagnosis('{diagnosis.d: confirmed}')}", "KB105", "in a circle"),
        (f"diagnoses:\n{diagnosis('{diagnosis.e: possible}')}{diagnosis('{a: true}', 'e')}", "KB103", "possible one"),
        (f"diagnoses:\n{diagnosis('{a: true}')}{diagnosis('{b: true}')}", "KB107", "the id d is taken"),
        (f"diagnoses:\n{diagnosis('{a: true}', because=BRACED)}", "KB108", "there is no fact 'bb'"),
        ("diagnoses:\n" + diagnosis("{a: true}").replace("at: so", "at: sow"), "KB202", "did you mean so?"),
        ("diagnoses:\n" + diagnosis("{a: true}").replace("It is so", "It was so"), "KB203", "it says: It is so."),
        ("diagnoses:\n" + diagnosis("{a: true}").replace("when", "whn"), "KB003", "did you mean when?"),
        ("diagnoses:\n" + diagnosis("{a: true}").replace("title: d, ", ""), "KB003", "lacks 'title'; add it"),
        ("diagnoses: [\n", "KB002", ""),
        ("external_articles: {1: {title: x, where: y}}\n", "KB004", "put it in quotes"),
        ("scope: &s []\nnotes: *s\n", "KB002", "anchors and merges are not used"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_do(rules: str, code: str, says: str) -> None:
    found = problems(rules)
    assert any(line.startswith("rules/T1.yaml:") and f" {code} " in line and says in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("answered_by: me}\n  b", "answered_by: mee}\n  b", "KB106", "did you mean me?"),
        ("type: integer", "type: choice", "KB003", "needs choices"),
        ("n: {label", "a: {label", "KB002", "duplicate key"),
        ("choices: {x: X", "choices: {1: X", "KB004", 'in quotes: "1"'),
        ("ask: H?", "ask: 5", "KB004", "in quotes"),
        ("type: host_name", "type: host_nam", "KB003", "'host_name'"),
        ("people: {me: {label: me}}", "people: {}", "KB003", "at least 1"),
        ("ask: N?", "ask: 'N {x}?'", "KB108", "no word of a member"),
    ],
)
def test_a_fault_in_the_vocabulary(old: str, new: str, code: str, says: str) -> None:
    assert old in FACTS
    found = problems("", FACTS.replace(old, new))
    assert any(line.startswith("rules/facts/test.yaml:") and f" {code} " in line and says in line for line in found), (
        found
    )


def test_derived_facts_are_checked_against_the_signature_of_their_function() -> None:
    facts = FACTS + "derived:\n  d1: {label: d1, function: first_label, of: [%s]}\n"
    assert "a is a boolean" in problems("", facts % "a")[0]
    assert "takes 1 facts, not 2" in problems("", facts % "h, h")[0]
    assert "there is no function" in problems("", (facts % "h").replace("first_label", "first_lable"))[0]
    circle = (
        FACTS
        + "derived:\n  d1: {label: x, function: all_names, of: [d2, h]}\n"
        + "  d2: {label: x, function: all_names, of: [d1, h]}\n"
    )
    assert "KB105" in problems("", circle)[0]


def test_every_fault_of_a_library_is_told_in_one_run() -> None:
    found = problems(f"diagnoses:\n{diagnosis('{aa: true}')}{diagnosis('{c: w}', 'e')}{diagnosis('{n: x}', 'f')}")
    assert [line.split()[1] for line in found] == ["KB101", "KB102", "KB102"]
    assert [line.split(":")[1] for line in found] == ["3", "4", "5"]


def test_the_place_of_a_fault_is_exact() -> None:
    (line,) = problems(
        "diagnoses:\n  - id: d\n    title: d\n    when:\n      all:\n        - {a: true}\n        - {bb: true}\n"
        "    because: so\n    citation: {at: so, says: It is so}\n"
    )
    assert line.startswith("rules/T1.yaml:8:12: KB101 ")


@pytest.mark.parametrize("run", ["Set-X -Y '{h}'; Remove-Y", "Set-X $a", "Set-X | Format-List a"])
def test_a_command_that_is_not_one_plain_command_is_refused(run: str) -> None:
    resolution = (
        "resolutions:\n  - id: r\n    for: d\n    kind: fix\n    title: r\n"
        "    citation: {at: so, says: It is so}\n    steps:\n"
        f'      - {{id: s, text: t, run: "{run}"}}\n'
    )
    assert any(" KB109 " in line for line in problems(f"diagnoses:\n{diagnosis('{a: true}')}{resolution}"))


def test_a_value_without_a_strict_grammar_cannot_stand_in_a_command() -> None:
    facts = FACTS + "  t: {label: t, ask: T?, type: text, answered_by: me}\n"
    rules = (
        f"diagnoses:\n{diagnosis('{a: true}')}resolutions:\n  - id: r\n    for: d\n    kind: fix\n    title: r\n"
        "    citation: {at: so, says: It is so}\n    steps:\n      - {id: s, text: t, run: \"Set-X '{t}'\"}\n"
    )
    assert "no grammar strict enough" in problems(rules, facts)[0]


@pytest.mark.parametrize(
    ("article", "says"),
    [
        ("no front matter", "front matter"),
        ("---\nid: T1\n---\n", "gives title"),
        (ARTICLE + "[Again.]{#so}\n", "stands twice"),
        (ARTICLE + "[Again.]{#So_}\n", "lower-case"),
    ],
)
def test_a_fault_in_an_article(article: str, says: str) -> None:
    with pytest.raises(kb.LibraryError) as raised:
        kb.parse_texts({"rules/facts/test.yaml": FACTS, "articles/T1.md": article})
    assert says in str(raised.value)


def test_no_yaml_brings_a_traceback() -> None:
    for text in (
        "\t",
        "{",
        "- a\n- b",
        "!!python/object:os.system x",
        "a: *b",
        "[" * 3000,
        "a: &a [*a]",
        "\x00",
        "? {a: b}\n: c",
        "2007: x",
    ):
        with pytest.raises(kb.LibraryError):
            kb.parse_texts({"rules/facts/test.yaml": text})


def test_a_folder_that_is_no_library(tmp_path: Path) -> None:
    for folder, says in ((tmp_path / "none", "is no folder"), (tmp_path, r"has no rules/facts/\*\.yaml")):
        with pytest.raises(kb.LibraryError, match=says) as raised:
            find_library(folder)
        assert raised.value.problems[0].code is Code.UNREADABLE


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "rules" / "facts").mkdir(parents=True)
    (tmp_path / "rules" / "facts" / "test.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(kb.LibraryError, match="is not UTF-8"):
        load(tmp_path)


def test_another_library_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVENT_LIBRARY", str(PRINTER))
    assert load().name == "Printers"


def test_a_library_from_the_cache_is_the_same_and_a_broken_cache_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load(PRINTER)
    (stored,) = (tmp_path / "resolvent").iterdir()
    assert load(PRINTER) == first
    stored.write_text("{}")
    assert load(PRINTER) == first
    assert load(PRINTER).digest == first.digest


def test_a_pattern_that_fits_everything_is_refused_where_it_stands() -> None:
    facts = FACTS.replace("{x: ", "{x: {label: ex, read_as: ['*']}, was: ")
    assert facts != FACTS
    assert any("KB" in problem and "fits everything or nothing" in problem for problem in problems("", facts))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("    because: {x} does not hold", 'stands in quotes: because: "{x} does not hold"'),
        ("    because: it is so: really", 'a colon in it stands in quotes: because: "it is so: really"'),
        ("    because: @host", 'a text that begins with @ stands in quotes: because: "@host"'),
        ("    because: {x} does not hold  # really", 'stands in quotes: because: "{x} does not hold"'),
        ("    because: {x}", 'a text that begins with a brace stands in quotes: because: "{x}"'),
        ("    because: [so] it is", 'a text that begins with a bracket stands in quotes: because: "[so] it is"'),
        ("    because: *so* it is", 'a text that begins with * stands in quotes: because: "*so* it is"'),
        ("    because: - so it is", 'a text that begins with - stands in quotes: because: "- so it is"'),
        ("    because: So, {x}: not that", 'a colon in it stands in quotes: because: "So, {x}: not that"'),
        ("    because: 'It's so'", 'an apostrophe stands in double quotes: because: "It\'s so"'),
        ("    because:so", "a blank is missing behind the colon: because: so"),
        ("    when: x: y", "a condition stands in braces: when: {x: y}"),
        ("    citation: {at: so, says: it is so: now}", 'a colon in it stands in quotes: says: "it is so: now"'),
        ("\tbecause: so", "indent with blanks"),
        ("    citation: {at: so, says: a, and b}", 'a text ends at a comma; put it in quotes: says: "…, and b"'),
        ('    because: "so', "a quote is opened and not closed"),
    ],
)
def test_slips_of_yaml_are_told_in_an_author_s_words(line: str, says: str) -> None:
    rules = f"article: T1\ndiagnoses:\n  - id: d\n    title: d\n{line}\n"
    with pytest.raises(kb.LibraryError) as raised:
        kb.parse_texts({"rules/facts/test.yaml": FACTS, "rules/T1.yaml": rules})
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{c:y}", "'c:y' lacks a blank behind the colon: write {c: y}"),
        ("{c y}", "'c y' lacks a colon: write {c: y}"),
    ],
)
def test_a_condition_that_lacks_its_colon_is_told_as_such(condition: str, says: str) -> None:
    rules = f"""
article: T1
diagnoses:
  - {{id: d, title: d, when: {condition}, because: so, citation: {{at: so, says: so}}}}
"""
    with pytest.raises(kb.LibraryError) as raised:
        kb.parse_texts({"rules/facts/test.yaml": FACTS, "rules/T1.yaml": rules})
    assert says in str(raised.value)
