"""How a diagnosis stands among its rivals, and in which words that is said."""

from __future__ import annotations

import pytest

import kb
from engine import Engine
from engine.explanation import GroundState
from tests.workbench.proof.test_masking import ARTICLE, CAUSES, FACTS, FIX

RULES = CAUSES.replace("FUSE", "true") + "".join(
    FIX.replace("ID", id_).replace("FOR", for_) for id_, for_ in (("new-bulb", "bulb"), ("new-fuse", "fuse"))
)


def engine(rules: str = RULES) -> Engine:
    return Engine(kb.parse_texts({"rules/facts/l.yaml": FACTS, "articles/L1.md": ARTICLE, "rules/L1.yaml": rules}))


@pytest.mark.parametrize(
    ("facts", "of", "pursued", "reason"),
    [
        ({}, "bulb", True, "Asked about: it could explain what nothing else explains."),
        ({"lamp.bulb": True}, "bulb", True, "A cause: it is confirmed and explains what was seen."),
        (
            {"lamp.bulb": True},
            "fuse",
            False,
            "Not asked about: what it could explain is explained by “The bulb is broken”.",
        ),
        ({"lamp.bulb": False}, "bulb", False, "Not asked about: it is ruled out."),
        ({"lamp.dark": False}, "bulb", False, "Not asked about: nothing was seen that it could explain."),
        ({"lamp.dark": False, "lamp.bulb": True}, "bulb", False, "Wrong besides: "),
        ({"lamp.bulb": True, "tried.new_bulb": "no_change"}, "bulb", False, "was tried without effect"),
        ({"lamp.bulb": True, "tried.new_bulb": "no_change"}, "fuse", True, "Asked about: "),
        (
            {"lamp.bulb": True, "tried.new_bulb": "helped"},
            "fuse",
            False,
            "Nothing is asked any more: a way",
        ),
    ],
)
def test_it_says_whether_it_is_asked_about_and_why(
    facts: dict[str, object], of: str, pursued: bool, reason: str
) -> None:
    standing = engine().standing(facts, of)
    assert standing.pursued is pursued
    assert reason in str(standing.reason)


def test_it_names_the_symptom_and_who_explains_it() -> None:
    (symptom,) = engine().standing({"lamp.dark": True, "lamp.bulb": True}, "fuse").grounds
    assert str(symptom.text) == "Explains whether it is dark: yes"
    assert symptom.state is GroundState.HOLDS
    assert [str(each.text) for each in symptom.parts] == ["“The bulb is broken” explains it"]


@pytest.mark.parametrize(
    ("facts", "words", "state"),
    [
        ({}, "would exclude it, and is not ruled out", GroundState.OPEN),
        ({"lamp.bulb": False}, "would exclude it, and is ruled out", GroundState.HOLDS),
        (
            {"lamp.bulb": "unknown", "lamp.fuse": True},
            "would exclude it, and nobody can tell any more whether that is so",
            GroundState.OPEN,
        ),
        ({"lamp.bulb": True, "tried.new_bulb": "no_change"}, "excludes it no more", GroundState.HOLDS),
    ],
)
def test_it_says_what_becomes_of_an_exclusion(facts: dict[str, object], words: str, state: GroundState) -> None:
    rules = RULES.replace("    when: {lamp.bulb: true}", "    excludes: [fuse]\n    when: {lamp.bulb: true}")
    first = engine(rules).standing(facts, "fuse").grounds[0]
    assert words in str(first.text)
    assert first.state is state


def test_what_is_not_there_is_no_key() -> None:
    with pytest.raises(KeyError):
        engine().standing({}, "none")
