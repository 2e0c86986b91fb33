"""What an author writes once and uses anywhere: files, sets, words, requirements, steps, members, citations."""

from __future__ import annotations

from typing import Any

import pytest

import kb
from engine import Engine
from kb.library import parse_texts

FACTS = """
name: T
version: "1"
people: {me: {label: me}}
sets: {late: {v: [c, d]}}
words: {verb: {by: v, a: Get-Old, b: Get-Old, c: Get-New}}
collections:
  part:
    title: parts
    facts: parts
    members:
      left: {label: the left part, words: {noun: LeftThing}}
      right_one: {label: the right part, words: {noun: RightThing}}
  place:
    title: places
    facts: places
    members:
      left: {label: the left place}
facts:
  v: {label: the version, ask: V?, type: choice, choices: {a: A, b: B, c: C, d: D}, answered_by: me}
  h: {label: the host, ask: H?, type: host_name, answered_by: me, how_to_check: "{words.verb} -All"}
  seen: {label: seen, ask: Seen?, type: boolean, answered_by: me}
  part.broken: {label: "{part.label}", ask: "Broken?", type: boolean, answered_by: me}
  place.empty: {label: "{place.label}", ask: "Empty?", type: boolean, answered_by: me}
"""
SHARED = """
requirements:
  is-late:
    that: {use: late}
    otherwise: It is early.
    citation: {article: A, at: so, says: It is so}
steps:
  tell:
    text: Tell somebody.
    when: {seen: true}
    otherwise: Nobody has seen it.
"""
ARTICLE = (
    "---\nid: {id}\ntitle: T\n---\n"
    "[It is so.]{{#so}} [Left.]{{#at-left}} [Right.]{{#at-right-one from=X seen=excerpt}}\n"
)
CITATION = "{at: so, says: It is so}"


def texts(rules: str, **more: str) -> dict[str, str]:
    return {
        "rules/facts/a.yaml": FACTS,
        "rules/shared.yaml": SHARED,
        "rules/A.yaml": f"article: A\n{rules}",
        "articles/A.md": ARTICLE.format(id="A"),
        **more,
    }


def knowledge(rules: str, **more: str) -> kb.KnowledgeBase:
    return parse_texts(texts(rules, **more))


def refused(rules: str, **more: str) -> str:
    with pytest.raises(kb.LibraryError) as raised:
        knowledge(rules, **more)
    return str(raised.value)


def diagnosis(id_: str = "d", more: str = "when: {seen: true}") -> str:
    return f"  - {{id: {id_}, title: {id_}, {more}, because: so, citation: {CITATION}}}\n"


def resolution(steps: str, for_: str = "d", id_: str = "r", more: str = "") -> str:
    return (
        f"resolutions:\n  - {{id: {id_}, for: {for_}, kind: fix, title: mend it, citation: {CITATION}, {more}"
        f"steps: [{steps}]}}\n"
    )


def outcome(rules: str, facts: dict[str, Any]) -> Any:
    return Engine(knowledge(rules), "compiled").diagnose(facts)


def test_facts_of_many_files_are_one_vocabulary_and_nothing_stands_twice() -> None:
    more = {"rules/facts/b.yaml": 'facts:\n  w: {label: w, ask: "W?", type: boolean, answered_by: me}\n'}
    assert "w" in knowledge(f"diagnoses:\n{diagnosis(more='when: {w: true}')}", **more).facts
    for text, says in (
        ("facts: {seen: {label: w, ask: W?, type: boolean, answered_by: me}}\n", "seen stands in rules/facts/a.yaml:"),
        ("name: Another\n", "name stands in rules/facts/a.yaml:2 already"),
        ("sets: {late: {v: a}}\n", "late stands in rules/facts/a.yaml:"),
    ):
        assert "rules/facts/b.yaml:1:" in refused(f"diagnoses:\n{diagnosis()}", **{"rules/facts/b.yaml": text})
        assert says in refused(f"diagnoses:\n{diagnosis()}", **{"rules/facts/b.yaml": text})


@pytest.mark.parametrize("path", ["rules/facts.yaml", "rules/old/A.yaml", "rules/facts/deep/a.yaml", "rules/A.yml"])
def test_a_yaml_file_that_nobody_reads_is_told(path: str) -> None:
    assert f"{path}:1:1: KB005" in refused(f"diagnoses:\n{diagnosis()}", **{path: "a: 1\n"})


def test_a_set_is_a_condition_with_a_name_also_of_a_member() -> None:
    rules = (
        f"sets: {{bad: {{part.broken: true}}}}\ndiagnoses:\n{diagnosis(more='for_each: part, when: {use: bad, v: a}')}"
    )
    found = outcome(rules, {"v": "a", "parts.left.broken": True, "parts.right_one.broken": False})
    assert [(each.id, each.state.value) for each in found.diagnoses[0].members] == [
        ("left", "confirmed"),
        ("right_one", "ruled_out"),
    ]
    assert "did you mean late" in refused(f"diagnoses:\n{diagnosis(more='when: {use: latr}')}")
    circle = "sets: {a: {use: b}, b: {use: a}}\n"
    assert "in a circle: a ← b ← a" in refused(f"{circle}diagnoses:\n{diagnosis(more='when: {use: a}')}")


def test_a_requirement_is_written_once_and_says_where_another_article_has_it() -> None:
    rules = f"applies_when: [{{use: is-late}}]\ndiagnoses:\n{diagnosis()}"
    more = {"rules/B.yaml": f"article: B\n{rules}", "articles/B.md": ARTICLE.format(id="B")}
    read = knowledge(f"diagnoses:\n{diagnosis('e')}", **more)
    (requirement,) = next(each for each in read.diagnoses if each.id == "d").applies_when
    assert requirement.citation is not None
    assert (requirement.id, requirement.citation.article) == ("is-late", "A")
    assert "beside use there stands at most an id" in refused(
        f"applies_when: [{{use: is-late, otherwise: no}}]\ndiagnoses:\n{diagnosis()}"
    )
    assert "a requirement lacks that and otherwise" in refused(f"applies_when: [{{id: x}}]\ndiagnoses:\n{diagnosis()}")


def test_a_shared_step_takes_what_replaces_its_own() -> None:
    rules = f"diagnoses:\n{diagnosis()}" + resolution("{use: tell, text: Tell the boss.}")
    (step,) = outcome(rules, {"seen": True}).resolutions[0].steps
    assert (step.id, step.text) == ("tell", "Tell the boss.")


def test_a_step_for_each_member_has_the_member_in_its_id_its_words_and_its_citation() -> None:
    step = (
        '{id: "mend-{member}", for_each: part, text: "Mend {part.label}.", run: "Set-{part.noun} -Name \'{h}\'", '
        'citation: {at: "at-{member}", says: "Left"}}'
    )
    rules = f"diagnoses:\n{diagnosis(more='for_each: part, when: {part.broken: true}')}" + resolution(step)
    assert "does not say this at at-right-one" in refused(rules)
    rules = rules.replace('says: "Left"', "says: t")
    steps = (
        outcome(rules, {"parts.left.broken": True, "parts.right_one.broken": False, "h": "x.example"})
        .resolutions[0]
        .steps
    )
    assert [(each.id, each.state.value, each.command) for each in steps] == [
        ("mend-left", "do", "Set-LeftThing -Name 'x.example'"),
        ("mend-right-one", "skip", None),
    ]
    statement = knowledge(rules).articles["A"].statement("at-right-one")
    assert statement is not None
    assert (statement.source, statement.reported) == ("X", True)


def test_a_member_is_that_of_the_collection_of_the_diagnosis_that_is_served() -> None:
    step = '{id: s, for: left, text: "See {place.label}."}'
    rules = f"diagnoses:\n{diagnosis(more='for_each: place, when: {place.empty: true}')}" + resolution(step)
    assert outcome(rules, {"places.left.empty": True}).resolutions[0].steps[0].text == "See the left place."
    assert "'place.label' means something only" in refused(
        f"diagnoses:\n{diagnosis(more='for_each: part, when: {part.broken: true}')}" + resolution(step)
    )
    both = diagnosis("d", "for_each: part, when: {part.broken: true}") + diagnosis(
        "e", "for_each: place, when: {place.empty: true}"
    )
    assert "is a member of part and place" in refused(f"diagnoses:\n{both}" + resolution(step, "[d, e]"))


def test_a_collection_may_be_shared_in_part() -> None:
    rules = f"diagnoses:\n{diagnosis(more='for_each: {part: [left]}, when: {part.broken: true}')}"
    assert [one.member for one in knowledge(rules).diagnoses[0].instances] == ["left"]
    assert "part has no member 'lft'; did you mean left" in refused(rules.replace("[left]", "[lft]"))


def test_words_go_by_a_fact_in_texts_commands_and_ways_to_find_out() -> None:
    step = '{id: s, text: "Use {words.verb}.", run: "{words.verb} -Name \'{h}\'"}'
    rules = f"diagnoses:\n{diagnosis()}" + resolution(step)
    engine = Engine(knowledge(rules), "compiled")

    def first(**facts: Any) -> Any:
        return engine.diagnose({"seen": True, **facts}).resolutions[0].steps[0]

    assert (first(v="a", h="x").text, first(v="a", h="x").command) == ("Use Get-Old.", "Get-Old -Name 'x'")
    assert first(v="c", h="x").command == "Get-New -Name 'x'"
    assert (first(h="x").command, first(h="x").missing) == (None, ("v",))
    assert "the version" in first(h="x").text
    questions = {each.fact: each for each in engine.diagnose({"seen": True, "v": "c"}).questions}
    assert questions["h"].how_to_check == "Get-New -All"
    questions = {each.fact: each for each in engine.diagnose({"seen": True}).questions}
    assert questions["v"].purpose == "complete"


def test_a_command_has_alternatives_by_condition_and_lists_of_literals() -> None:
    step = (
        "{id: s, text: t, run: [{when: {use: late}, run: \"Set-It -To 'X', '{h}' -Force\"}, {run: Set-It -To Y}], "
        "check: [{when: {v: a}, check: 'Get-It | fl A, B'}]}"
    )
    rules = f"diagnoses:\n{diagnosis()}" + resolution(step)
    late = outcome(rules, {"seen": True, "v": "c", "h": "x.example"}).resolutions[0].steps[0]
    early = outcome(rules, {"seen": True, "v": "a"}).resolutions[0].steps[0]
    assert (late.command, late.check) == ("Set-It -To 'X', 'x.example' -Force", None)
    assert (early.command, early.check) == ("Set-It -To 'Y'", "Get-It | Format-List A, B")


def test_a_snippet_is_several_commands_whose_blanks_are_literals() -> None:
    step = "{id: s, text: t, snippet: \"$x = Get-It -Name '{h}'\\nSet-It -From $x\\n\"}"
    rules = f"diagnoses:\n{diagnosis()}" + resolution(step)
    command = outcome(rules, {"seen": True, "h": "x.example"}).resolutions[0].steps[0].command
    assert command == "$x = Get-It -Name 'x.example'\nSet-It -From $x"
    assert "stands outside a literal" in refused(rules.replace("'{h}'", "{h}"))


def test_a_way_out_serves_several_diagnoses_and_comes_after_what_is_first() -> None:
    rules = f"diagnoses:\n{diagnosis('d')}{diagnosis('e', 'when: {v: a}')}"
    rules += resolution("{id: s, text: t}", "[d, e]", "late", "first: [soon], ")
    rules += resolution("{id: s, text: t}", "d", "soon").removeprefix("resolutions:\n")
    found = outcome(rules, {"seen": False, "v": "a"})
    assert [(each.id, each.diagnoses) for each in found.resolutions] == [("late", ("e",))]
    found = outcome(rules, {"seen": True, "v": "b"})
    assert [each.id for each in found.resolutions] == ["soon", "late"]
    assert "all come first in a circle" in refused(rules.replace("for: d, kind", "first: [late], for: d, kind"))


def test_whether_a_way_out_helped_is_a_fact_of_itself() -> None:
    rules = f"diagnoses:\n{diagnosis('d')}{diagnosis('e')}" + resolution("{id: s, text: t}", "d", "mend-it")
    engine = Engine(knowledge(rules), "compiled")
    assert [choice.value for choice in engine.knowledge.facts["tried.mend_it"].choices] == ["helped", "no_change"]
    vain = engine.diagnose({"seen": True, "tried.mend_it": "no_change"})
    assert [each.id for each in vain.diagnoses if each.pursued] == ["e"]
    assert engine.diagnose({"seen": True, "tried.mend_it": "helped"}).done
    assert "no condition rests on what came of trying" in refused(
        rules.replace("when: {seen: true}, because", "when: {tried.mend_it: helped}, because")
    )


def test_who_excludes_each_other_in_a_circle_is_refused() -> None:
    rules = "diagnoses:\n" + diagnosis("d", "when: {seen: true}, excludes: [e]")
    rules += diagnosis("e", "when: {v: a}, excludes: [d]")
    assert "exclude each other in a circle" in refused(rules)


def test_a_symptom_is_a_condition_on_facts() -> None:
    rules = (
        "diagnoses:\n" + diagnosis("d") + diagnosis("e", "when: {v: a}, explains: [{seen: {diagnosis.d: confirmed}}]")
    )
    assert "KB111 a symptom is something that is seen" in refused(rules)
