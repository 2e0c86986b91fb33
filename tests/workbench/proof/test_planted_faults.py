"""Forty and more distinct faults, each planted in a copy of the shipped library: every one is found, and shown."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine import Engine
from kb.library import load
from kb.written import Example
from workbench.catalogue import catalogue
from workbench.examples import run_example
from workbench.review import Review, review

from .planting import FAULTS, Copy, Fault


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return review(Copy().write(tmp_path_factory.mktemp("clean") / "library"))


def test_the_faults_are_forty_and_more_of_every_kind_twice() -> None:
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    planted = Counter(fault.code for fault in FAULTS)
    new_kinds = {code for code in catalogue() if code >= "KB300"}
    assert {code for code in new_kinds if planted[code] < 2} == {"KB313", "KB490"}  # these have tests of their own


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_is_found_in_its_place_and_its_witness_shows_it(
    fault: Fault, clean: Review, tmp_path: Path
) -> None:
    copy = Copy()
    fault.plant(copy)
    folder = copy.write(tmp_path / "library")

    before = {(issue.code, issue.message) for issue in clean.issues}
    done = review(folder, proofs=fault.code >= "KB400")
    issues = [each for each in done.issues if (each.code, each.message) not in before]

    found = [each for each in issues if each.code == fault.code]
    assert found, f"found instead: {[str(each) for each in issues]}"
    places = [(each.at.path, _line(folder, each.at.path, each.at.line)) for each in found]
    assert any(path == fault.path and fault.line in line for path, line in places), places
    for issue in issues:
        if issue.code.startswith("KB4"):
            assert issue.witness is not None, issue
            example = Example.model_validate(
                {"name": issue.witness.name, "facts": issue.witness.facts, "expect": issue.witness.expect}
            )
            assert run_example(Engine(load(folder), "compiled"), example, {}) == ()
            assert issue.witness.expect


def _line(folder: Path, path: str, number: int) -> str:
    return (folder / path).read_text(encoding="utf-8").splitlines()[number - 1]
