"""Proofs against brute force: on a small library, every combination of answers is run through the engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from workbench.checks import read_library
from workbench.proof import subject_of
from workbench.proof.effects import Effect, effects
from workbench.proof.question_tree import Branch, Cut, Leaf, QuestionNode, QuestionTree
from workbench.proof.subject import Subject

SMALL = """\
name: Small
version: "1"
people: {caller: {label: the caller}}
facts:
  lamp.lit: {label: lamp, ask: "Is the lamp lit?", type: boolean, answered_by: caller}
  plug.in: {label: plug, ask: "Is it plugged in?", type: boolean, answered_by: caller}
  fuse.state:
    {label: fuse, ask: "How is it?", type: choice, choices: {fine: fine, blown: blown, gone: gone}, answered_by: caller}
  age.years: {label: age, ask: "How old is it?", help: See the label., type: integer, answered_by: caller}
"""
RULES = """\
article: S1
applies_when:
  - {id: dark, that: {lamp.lit: false}, otherwise: It is lit.}
diagnoses:
  - id: unplugged
    title: Unplugged
    requires: [{id: out, that: {plug.in: false}, otherwise: It is plugged in.}]
    because: It is out.
    citation: {at: a, says: A}
  - id: no-fuse
    title: No fuse
    requires:
      - id: bad
        that: {fuse.state: [blown, gone], any: [{plug.in: true}, {age.years: {at_least: 10}}]}
        otherwise: It is fine.
      - {id: other, that: {diagnosis.unplugged: ruled_out}, otherwise: It is unplugged.}
    because: It is blown.
    citation: {at: a, says: A}
resolutions:
  - id: plug-it
    for: unplugged
    kind: fix
    title: Plug it
    citation: {at: a, says: A}
    steps: [{id: plug, text: Plug it in.}]
  - id: mend-fuse
    for: no-fuse
    kind: fix
    title: Mend it
    when: {age.years: {below: 30}}
    otherwise: It is too old.
    citation: {at: a, says: A}
    steps:
      - {id: take-out, when: {fuse.state: blown}, otherwise: There is none., text: Take it out.}
      - {id: put-in, text: Put one in.}
notes:
  - {id: old, when: {age.years: {above: 20}}, message: It is old.}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    folder = tmp_path_factory.mktemp("small")
    for name, text in {
        "rules/facts/all.yaml": SMALL,
        "rules/S1.yaml": RULES,
        "articles/S1.md": "---\nid: S1\ntitle: S\n---\n\n[A]{#a}\n",
    }.items():
        path: Path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return subject_of(read_library(folder))


def environments() -> Iterator[dict[str, object]]:
    answers = {
        "lamp.lit": (None, "unknown", True, False),
        "plug.in": (None, "unknown", True, False),
        "fuse.state": (None, "unknown", "fine", "blown", "gone"),
        "age.years": (None, "unknown", 5, 9, 10, 11, 20, 21, 29, 30, 31),
    }
    for values in product(*answers.values()):
        yield {key: value for key, value in zip(answers, values, strict=True) if value is not None}


def test_every_effect_comes_about_for_the_answers_that_the_diagrams_say(small: Subject) -> None:
    regions = effects(small.model)
    tried = 0
    for facts in environments():
        outcome = small.engine.diagnose(facts)
        come_about = {Effect("diagnosis", each.id, each.state.replace("_", " ")) for each in outcome.diagnoses}
        come_about |= {Effect("note", each.id, "made") for each in outcome.notes if each.id == "old"}
        words = {"do": "to be done", "skip": "skipped", "verify": "?"}
        for told in outcome.resolutions:
            come_about.add(Effect("resolution", told.id, "told" if told.state == "do" else "told with a caution"))
            come_about |= {Effect("step", f"{told.id}.{step.id}", words[step.state]) for step in told.steps}
        assignment = small.realiser.assignment(small.engine.parser.parse(facts))
        for effect, region in regions.items():
            assert region is not None
            if effect.kind != "words":
                assert small.model.diagrams.contains(region, assignment) == (effect in come_about), (facts, effect)
        tried += 1
    assert tried == 4 * 4 * 5 * 11


def test_facts_that_are_found_come_to_what_was_looked_for(small: Subject) -> None:
    for region in effects(small.model).values():
        assert region is not None
        for path in small.model.diagrams.paths(region):
            for complete in (False, True):
                facts = small.realiser.facts(path, complete=complete)
                assert facts is not None
                found = small.realiser.assignment(facts)
                assert all(found[number] == value for number, value in path.items())
                assert not complete or set(facts) == set(small.model.space.asked())


def test_the_questionnaire_splits_all_environments_among_its_branches(small: Subject) -> None:
    drawn = QuestionTree(small.engine, unknown=True, depth=12)

    def check(node: QuestionNode | Leaf | Cut, count: int) -> None:
        assert not isinstance(node, Cut)
        if isinstance(node, QuestionNode):
            assert sum(branch.environments for branch in node.branches) == count
            for branch in node.branches:
                check(branch.to, branch.environments)

    check(drawn.tree(), drawn.environments)


def test_the_tree_is_cut_where_it_was_told_to(small: Subject) -> None:
    def depth(node: QuestionNode | Leaf | Cut) -> int:
        return 1 + max(depth(each.to) for each in node.branches) if isinstance(node, QuestionNode) else 0

    assert depth(QuestionTree(small.engine, depth=2).tree()) == 2
    assert isinstance(QuestionTree(small.engine, depth=2).tree(), QuestionNode)
    assert Branch  # a branch is what a question holds
