"""Questions in vain, of causes that others exclude: told where no answer matters, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from engine import Engine
from kb.library import load
from workbench.checks import Issue, read_library
from workbench.proof import subject_of
from workbench.proof.questions import PointlessQuestion

_FACT = "  lamp.{0}: {{label: whether {0}, ask: Is it {0}?, help: Look., type: boolean, answered_by: me}}\n"

FACTS = (
    'name: Lamps\nversion: "1"\npeople: {me: {label: me}}\nfacts:\n'
    + _FACT.format("dark")
    + _FACT.format("cold")
    + _FACT.format("old")
    + _FACT.format("broken")
    + _FACT.format("wet")
)

ARTICLE = "---\nid: L1\ntitle: Lamps\n---\n[The lamp is dark.]{#dark}\n"

CAUSES = """
article: L1
diagnoses:
  - id: storm
    title: A storm
    excludes: [bulb]
    explains: [{seen: {lamp.cold: true}}]
    when: STORM
    because: It storms.
    citation: {at: dark, says: The lamp is dark}
  - id: bulb
    title: The bulb is broken
    explains: [{seen: {lamp.dark: true}}]
    when: BULB
    because: It is broken.
    citation: {at: dark, says: The lamp is dark}
"""


BULB = "{any: [{lamp.old: true, lamp.broken: true}, {lamp.old: false, lamp.broken: true}]}"


def write_lamps(folder: Path, storm: str, bulb: str = BULB, applies: str = "") -> None:
    """A library of two causes, of which the first excludes the second."""
    for name, text in (
        ("rules/facts/lamps.yaml", FACTS),
        ("articles/L1.md", ARTICLE),
        (
            "rules/L1.yaml",
            CAUSES.replace("STORM", storm).replace("BULB", bulb).replace("diagnoses:", f"{applies}\ndiagnoses:"),
        ),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _told(folder: Path, storm: str, bulb: str = BULB, applies: str = "") -> list[Issue]:
    write_lamps(folder, storm, bulb, applies)
    return list(PointlessQuestion().issues(subject_of(read_library(folder))))


def test_a_question_in_vain_of_a_cause_that_another_one_excludes_is_told(tmp_path: Path) -> None:
    (told,) = _told(tmp_path, "{lamp.wet: true}")
    assert told.code == "KB441"
    assert "the diagnosis bulb asks for lamp.old where no answer can change it" in told.message
    assert told.witness is not None
    engine = Engine(load(tmp_path), "compiled")
    assert "lamp.old" in [fact for each in engine.diagnose(told.witness.facts).questions for fact in each.facts]
    for wet in (True, False):
        for broken in (True, False):
            rest = {"lamp.wet": wet, "lamp.broken": broken, **told.witness.facts}
            states = {
                each.state
                for old in (True, False)
                for each in engine.diagnose({**rest, "lamp.old": old}).diagnoses
                if each.id == "bulb"
            }
            assert len(states) == 1, rest


def test_a_question_that_decides_what_excludes_a_cause_is_not_in_vain(tmp_path: Path) -> None:
    # Where it is known not to be cold, the storm explains nothing and is not asked about for its own sake.
    assert [each.code for each in _told(tmp_path, "{lamp.old: true}")] == ["KB490"]


def test_before_an_article_applies_only_what_that_rests_on_is_asked(tmp_path: Path) -> None:
    # Once it is known to be wet, which the article needs, the age decides nothing, and is not asked any more.
    applies = (
        "applies_when: [{id: wet, that: {lamp.wet: true}, otherwise: It is dry., citation: {at: dark, says: The lamp}}]"
    )
    bulb = "{any: [{lamp.old: true}, {lamp.wet: true}]}"
    assert _told(tmp_path, "{lamp.wet: true}", bulb, applies) == []


def test_a_cause_that_explains_nothing_that_was_seen_asks_nothing_in_vain(tmp_path: Path) -> None:
    light = "{lamp.dark: false, lamp.old: true}, {lamp.dark: false, lamp.old: false}"
    bulb = f"{{any: [{light}, {{lamp.dark: true, lamp.old: true}}]}}"
    assert [each.message for each in _told(tmp_path, "{lamp.wet: true}", bulb) if "lamp.old" in each.message] == []
