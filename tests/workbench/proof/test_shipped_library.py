"""The shipped library proves itself: no issue, every statement cited, every condition covered, mutants noticed."""

from __future__ import annotations

import pytest

from workbench.review import Review, review
from workbench.trial import Trial, trial


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return review(None)


@pytest.fixture(scope="module")
def tried() -> Trial:
    return trial(None, mutants=True)


def test_the_library_has_no_issue(reviewed: Review) -> None:
    assert [str(issue) for issue in reviewed.issues] == []


def test_every_statement_of_its_articles_is_cited_or_background(reviewed: Review) -> None:
    assert reviewed.statements is not None
    assert reviewed.statements[0] == reviewed.statements[1]


def test_every_proof_came_to_an_end(reviewed: Review) -> None:
    assert reviewed.covered is not None
    assert reviewed.covered.open == 0
    assert reviewed.covered.combinations > 10**12


def test_every_example_holds_and_every_condition_is_covered(tried: Trial) -> None:
    assert tried.failures == ()
    assert [str(each) for each in tried.coverage.missing] == []


def test_the_examples_notice_all_but_a_few_mutants(tried: Trial) -> None:
    assert tried.mutation is not None
    assert tried.mutation.score >= 95, [str(each) for each in tried.mutation.survivors]
