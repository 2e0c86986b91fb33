"""Replaying stored cases against another library: what it would say differently, case by case."""

from __future__ import annotations

from collections.abc import Callable

from desk.cases import CaseStore
from desk.cases.replay import replay
from engine import Engine
from kb import parse_texts
from kb.library import read_texts


def _without_2010() -> Engine:
    """The shipped library, changed so that it covers Exchange 2007 alone."""
    texts = read_texts()
    rules = texts["rules/KB940726.yaml"]
    changed = rules.replace('["2007", "2010"]', '"2007"')
    assert changed != rules
    return Engine(parse_texts({**texts, "rules/KB940726.yaml": changed}), "compiled")


def test_the_same_library_changes_nothing(store: CaseStore, contoso: Callable[..., dict[str, object]]) -> None:
    store.create(contoso(), who="Ada")

    assert list(replay(store, store.engine)) == []


def test_a_changed_library_names_each_case_that_it_sees_differently(
    store: CaseStore, contoso: Callable[..., dict[str, object]]
) -> None:
    store.create(contoso(), who="Ada", reference="stays")
    changes = store.create(contoso(exchange__version="2010"), who="Ada", reference="changes")

    differences = list(replay(store, _without_2010()))

    assert {each.case for each in differences} == {changes.id}
    verdict = next(each for each in differences if each.what == "verdict")
    assert (verdict.before, verdict.after, verdict.reference) == ("diagnosed", "not_covered", "changes")
    assert verdict.digest == store.engine.knowledge.digest
