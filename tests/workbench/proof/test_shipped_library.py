"""The shipped library proves itself: no fault, every statement cited, examples that notice mistakes."""

from __future__ import annotations

from collections import Counter

import pytest

from engine import Engine
from workbench.checks import Severity, read_library
from workbench.examples import facts_of
from workbench.review import Review, review
from workbench.trial import Trial, trial


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return review(None)


@pytest.fixture(scope="module")
def tried() -> Trial:
    return trial(None, mutants=False)


def test_the_library_has_no_fault(reviewed: Review) -> None:
    assert [str(issue) for issue in reviewed.issues if issue.severity is not Severity.NOTE] == []


def test_every_statement_of_its_articles_is_cited_or_background(reviewed: Review) -> None:
    assert reviewed.statements is not None
    assert reviewed.statements[0] == reviewed.statements[1]


def test_few_questions_of_the_proofs_stay_open(reviewed: Review) -> None:
    assert reviewed.covered is not None
    assert reviewed.covered.open <= 0.02 * reviewed.covered.questions
    assert reviewed.covered.combinations > 10**12


def test_every_example_holds_and_every_condition_is_covered(tried: Trial) -> None:
    assert tried.failures == ()
    assert tried.rule_share == 100
    assert tried.condition_share == 100


def test_the_examples_of_its_first_article_notice_all_but_a_few_mutants() -> None:
    tried = trial(None, mutants=True, article="KB940726")
    assert tried.mutation is not None
    assert tried.mutation.score >= 95, [str(each) for each in tried.mutation.survivors]


def test_no_text_of_any_example_begins_in_lower_case_unless_with_a_name() -> None:
    library = read_library()
    engine = Engine(library.knowledge, "compiled")
    began = Counter(
        text.split(" ")[0]
        for _, written in library.examples
        for example in written.examples
        for outcome in (engine.diagnose(facts_of(example, written.base)),)
        for text in (
            *(reason for each in outcome.diagnoses for reason in each.because),
            *(text for each in outcome.resolutions for step in each.steps for text in (step.text, step.reason)),
            *(note.message for note in outcome.notes),
        )
    )
    assert began["The"] > 100
    assert [word for word in began if word[:1].islower() and "." not in word] == []
