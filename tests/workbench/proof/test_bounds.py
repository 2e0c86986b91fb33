"""Large libraries: checked in bounded work, and what is not proven is said."""

from __future__ import annotations

from pathlib import Path

from workbench.reports import summary
from workbench.review import review

from .generated import write_library


def test_a_thousand_rules_are_proven_free_of_issues(tmp_path: Path) -> None:
    done = review(write_library(tmp_path / "library", 1000))
    assert done.covered is not None
    assert done.covered.open == 0
    assert {issue.code for issue in done.issues} <= {"KB301"}
    assert done.covered.witnesses > 3000


def test_what_is_too_large_for_a_proof_is_said_as_a_note(tmp_path: Path) -> None:
    done = review(write_library(tmp_path / "library", 20, tangled=1))
    assert done.covered is not None
    assert done.covered.open > 0
    unproven = [issue for issue in done.issues if issue.code == "KB490"]
    assert any("whether tangle0 can be confirmed" in issue.message for issue in unproven)
    assert all(issue.severity == "note" for issue in unproven)


def test_what_is_not_proven_in_the_time_is_said(tmp_path: Path) -> None:
    done = review(write_library(tmp_path / "library", 20), seconds=0)
    assert done.covered is not None
    assert any(each.startswith("KB401 (") for each in done.covered.unfinished)
    assert any(line.startswith("not proven to the end in the time") and "KB401" in line for line in summary(done))
    assert review(tmp_path / "library").covered.unfinished == ()  # type: ignore[union-attr]


def test_what_is_accepted_is_not_outdated_because_its_proof_ran_out_of_time() -> None:
    done = review(None, seconds=0)
    assert done.covered is not None
    assert any(each.startswith("KB441 (") for each in done.covered.unfinished)
    assert not [issue for issue in done.issues if issue.code == "KB392"]
