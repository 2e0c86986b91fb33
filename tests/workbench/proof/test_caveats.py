"""Which facts, where nobody can tell them, leave a cause with a caveat."""

from __future__ import annotations

from pathlib import Path

from engine import Engine
from kb.library import load
from tests.workbench.proof.test_questions import write_lamps
from workbench.checks import read_library
from workbench.proof import subject_of
from workbench.proof.caveats import Caveats, caveats


def _caveats(folder: Path) -> Caveats:
    return caveats(subject_of(read_library(folder)))


def test_a_fact_that_what_excludes_a_cause_rests_on_leaves_a_caveat_where_nobody_can_tell_it(tmp_path: Path) -> None:
    write_lamps(tmp_path, storm="{lamp.wet: true}", bulb="{lamp.broken: true}")
    found = _caveats(tmp_path)
    (caveat,) = found.shown
    assert (caveat.diagnosis, caveat.unless, caveat.fact, found.unshown) == ("bulb", "storm", "lamp.wet", 0)
    assert caveat.facts == {"lamp.broken": True, "lamp.wet": "unknown"}
    engine = Engine(load(tmp_path), "compiled")
    told = {each.id: each for each in engine.diagnose(caveat.facts).diagnoses}
    assert told["bulb"].state == "confirmed"
    assert told["bulb"].unless == ("storm",)


def test_a_fact_whose_unknown_cannot_confirm_what_excludes_a_cause_leaves_none(tmp_path: Path) -> None:
    # Where the bulb is broken there is no storm, whether it is wet or not.
    write_lamps(tmp_path, storm="{lamp.wet: true, lamp.broken: false}", bulb="{lamp.broken: true}")
    assert _caveats(tmp_path) == Caveats((), 0)
