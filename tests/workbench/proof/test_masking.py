"""Causes that hide each other: who hides whom, and what leads on."""

from __future__ import annotations

from pathlib import Path

from workbench.checks import read_library
from workbench.proof import subject_of
from workbench.proof.masking import HiddenCause, masking
from workbench.proof.mutation import mutate

FACTS = """
name: Lamps
version: "1"
people: {me: {label: me}}
facts:
  lamp.dark: {label: whether it is dark, ask: Is it dark?, help: Look., type: boolean, answered_by: me}
  lamp.bulb: {label: whether the bulb is broken, ask: Is the bulb broken?, help: Look., type: boolean, answered_by: me}
  lamp.fuse: {label: whether the fuse is blown, ask: Is the fuse blown?, help: Look., type: boolean, answered_by: me}
"""

ARTICLE = """---
id: L1
title: Lamps
---
[The lamp is dark.]{#dark}
"""

CAUSES = """
article: L1
diagnoses:
  - id: bulb
    title: The bulb is broken
    explains: [{seen: {lamp.dark: true}}]
    when: {lamp.bulb: true}
    because: It is broken.
    citation: {at: dark, says: The lamp is dark}
  - id: fuse
    title: The fuse is blown
    explains: [{seen: {lamp.dark: true}}]
    when: {lamp.fuse: FUSE}
    because: It is blown.
    citation: {at: dark, says: The lamp is dark}
resolutions:
"""

FIX = """
  - id: ID
    for: FOR
    kind: fix
    title: Mend it
    citation: {at: dark, says: The lamp is dark}
    steps: [{id: step-ID, text: Mend it.}]
"""


def lamps(folder: Path, *fixes: tuple[str, str], fuse: str = "true") -> Path:
    """A library of two causes of one symptom, with ways out and what they are for."""
    for name, text in (
        ("rules/facts/lamps.yaml", FACTS),
        ("articles/L1.md", ARTICLE),
        (
            "rules/L1.yaml",
            CAUSES.replace("FUSE", fuse) + "".join(FIX.replace("ID", id_).replace("FOR", for_) for id_, for_ in fixes),
        ),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_each_cause_of_a_symptom_hides_the_other_until_its_way_out_was_tried(tmp_path: Path) -> None:
    subject = subject_of(read_library(lamps(tmp_path, ("new-bulb", "bulb"), ("new-fuse", "fuse"))))
    found = masking(subject)
    assert (found.pairs, found.unshown) == (2, 0)
    assert {(each.first, each.hidden): each.attempt for each in found.masked} == {
        ("bulb", "fuse"): "new-bulb",
        ("fuse", "bulb"): "new-fuse",
    }
    assert next(each.facts for each in found.masked if each.first == "bulb") == {"lamp.bulb": True}
    assert list(HiddenCause().issues(subject)) == []
    for each in found.masked:
        before = subject.engine.diagnose(each.facts)
        after = subject.engine.diagnose({**each.facts, f"tried.{each.attempt.replace('-', '_')}": "no_change"})
        pursued = [{one.id: one.pursued for one in outcome.diagnoses}[each.hidden] for outcome in (before, after)]
        assert pursued == [False, True]


def test_causes_that_are_never_so_at_once_hide_nothing(tmp_path: Path) -> None:
    folder = lamps(tmp_path, ("new-bulb", "bulb"), ("new-fuse", "fuse"))
    rules = folder / "rules" / "L1.yaml"
    rules.write_text(rules.read_text().replace("{lamp.fuse: true}", "{lamp.fuse: true, lamp.bulb: false}"))
    found = masking(subject_of(read_library(folder)))
    assert (found.pairs, found.masked, found.unshown) == (2, (), 0)


def test_a_way_out_of_both_hides_what_else_would_mend_the_second_for_good(tmp_path: Path) -> None:
    subject = subject_of(read_library(lamps(tmp_path, ("look", "[bulb, fuse]"), ("new-fuse", "fuse"))))
    (issue,) = HiddenCause().issues(subject)
    assert issue.code == "KB473"
    assert "fuse may be hidden for good by bulb, which explains the same: look is for both" in issue.message
    assert issue.witness is not None
    assert issue.witness.facts == {"lamp.bulb": True}
    outcome = subject.engine.diagnose({**issue.witness.facts, "tried.look": "no_change"})
    assert {each.id: each.pursued for each in outcome.diagnoses}["fuse"] is False
    assert [each for each in masking(subject).masked if each.hidden == "fuse"] == []


def test_a_way_out_of_both_and_nothing_else_hides_nothing(tmp_path: Path) -> None:
    subject = subject_of(read_library(lamps(tmp_path, ("look", "[bulb, fuse]"))))
    assert list(HiddenCause().issues(subject)) == []


def test_what_explains_what_is_no_mistake_that_says_the_same_for_all_answers(tmp_path: Path) -> None:
    folder = lamps(tmp_path, ("new-bulb", "bulb"), ("new-fuse", "fuse"))
    (folder / "rules" / "L1.examples.yaml").write_text(
        "examples:\n  - {name: the bulb, facts: {lamp.bulb: true}, expect: {diagnoses: {bulb: confirmed}}}\n"
    )
    source = read_library(folder)
    examples = [(example, written.base, "L1") for _, written in source.examples for example in written.examples]
    found = mutate(source, examples)
    assert found.equivalent == ()
    turned = [each for each in found.survivors if each.mutant.what == "the condition on lamp.dark is turned round"]
    assert [each.example.expect for each in turned if each.example is not None] == [
        {"pursued": {"fuse": False}},
        {"pursued": {"bulb": False}},
    ]
