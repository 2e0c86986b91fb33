"""durable-rules confirms what the compiled engine confirms; where it would not, that is seen."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb
from benchmarks import agreement
from engine import Engine, ReteUnavailable
from engine.compiled import Program
from engine.rete import Rete, is_installed
from engine.rete_rules import Confirmed, rule_set
from tests.engine.environments import environments
from tests.engine.libraries import PRINTER, diagnosis, library

needs_durable_rules = pytest.mark.skipif(
    not is_installed(), reason=f"durable-rules cannot be imported on Python {sys.version_info[0]}.{sys.version_info[1]}"
)
many = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)

_PLAIN = st.sampled_from(
    [
        {"a": True},
        {"a": False},
        {"b": True},
        {"c": "x"},
        {"c": ["x", "y"]},
        {"c": {"not": "z"}},
        {"c": {"not": ["x", "y"]}},
        {"n": {"above": 4}},
        {"n": {"at_most": 7}},
        {"n": 5},
    ]
)
CONDITIONS = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


def flow(condition: object) -> str:
    """A condition in YAML's flow style."""
    if isinstance(condition, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in condition.items()) + "}"
    if isinstance(condition, list):
        return "[" + ", ".join(flow(each) for each in condition) + "]"
    return str(condition).lower()


@needs_durable_rules
@pytest.mark.parametrize("engine", [Engine(kb.load()), Engine(kb.load(PRINTER))], ids=["shipped", "printer"])
@many
@given(data=st.data())
def test_both_engines_confirm_the_same(engine: Engine, data: st.DataObject) -> None:
    assert engine.engines == ("compiled", "durable")
    facts = data.draw(environments(engine.knowledge, gaps=data.draw(st.booleans())))
    engine.diagnose(facts)
    assert engine.disagreements == 0


@needs_durable_rules
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data(), first=CONDITIONS, second=CONDITIONS)
def test_both_engines_confirm_the_same_by_any_rules(data: st.DataObject, first: object, second: object) -> None:
    chained = "{diagnosis.d: confirmed, not: {diagnosis.e: confirmed}}"
    rules = diagnosis(flow(first)) + diagnosis(flow(second), "e") + diagnosis(chained, "f")
    knowledge = library(f"diagnoses:\n{rules}")
    try:
        engine = Engine(knowledge, "durable")
    except ReteUnavailable:
        return  # it multiplies out to more than durable-rules does safely
    compiled = Engine(knowledge, "compiled")
    for facts in data.draw(st.lists(environments(knowledge), min_size=1, max_size=5)):
        assert engine.diagnose(facts) == compiled.diagnose(facts)


class _Broken:
    """durable-rules, with every second firing lost."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def complete_and_start_action(self, handle: int, offset: int) -> object:
        self._real.complete_and_start_action(handle, offset)
        return None


@needs_durable_rules
def test_a_disagreement_is_counted_logged_and_answered_from_the_compiled_engine(
    contoso: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import durable_rules_engine

    monkeypatch.setitem(sys.modules, "durable_rules_engine", _Broken(durable_rules_engine))
    engine = Engine(kb.load())
    with caplog.at_level(logging.ERROR, logger="resolvent.engine"):
        outcome = engine.diagnose(contoso())
    assert engine.disagreements == 1
    assert "the engines disagree" in caplog.text
    assert "contoso" not in caplog.text
    assert outcome == Engine(kb.load(), "compiled").diagnose(contoso())


@needs_durable_rules
def test_when_durable_rules_fails_it_is_left_out_and_the_answer_stands(
    contoso: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(kb.load())

    def fail(*_: object) -> None:
        raise ReteUnavailable("durable-rules failed: made to")

    assert engine._rete is not None
    monkeypatch.setattr(engine._rete, "confirmed", fail)
    with caplog.at_level(logging.WARNING, logger="resolvent.engine"):
        assert engine.diagnose(contoso()).verdict == "diagnosed"
    assert engine.engines == ("compiled",)
    assert "left out" in caplog.text


def test_all_works_without_durable_rules(contoso: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.engine.is_installed", lambda: False)
    engine = Engine(kb.load())
    assert engine.engines == ("compiled",)
    assert engine.diagnose(contoso()).verdict == "diagnosed"


def test_choosing_it_where_it_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(ReteUnavailable, match="cannot be imported"):
        Engine(kb.load(), "durable")


@needs_durable_rules
def test_the_comparison_over_random_environments_finds_none_that_differ(capsys: pytest.CaptureFixture[str]) -> None:
    assert agreement.main(200, 3) == 0
    assert "the engines differ in 0" in capsys.readouterr().out


@needs_durable_rules
def test_the_comparison_fails_where_the_engines_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import durable_rules_engine

    monkeypatch.setitem(sys.modules, "durable_rules_engine", _Broken(durable_rules_engine))
    assert agreement.main(200, 3) == 1
    assert "they differ" in capsys.readouterr().err


def test_the_comparison_fails_where_durable_rules_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert agreement.main(200, 3) == 1
    assert "nothing was compared" in capsys.readouterr().err


@needs_durable_rules
def test_rules_beyond_its_limits_are_refused_when_compiled() -> None:
    choices = ", ".join(f"v{i}: V" for i in range(40))
    facts = 'name: T\nversion: "1"\npeople: {me: {label: me}}\nfacts:\n' + "".join(
        f"  f{i}: {{label: f, ask: F?, type: choice, choices: {{{choices}}}, answered_by: me}}\n" for i in range(18)
    )
    some = [", ".join(f"{{f{i}: v1}}" for i in range(first, 18, 3)) for first in range(3)]
    more = [", ".join(f"{{f{i}: v2}}" for i in range(first, 18, 3)) for first in range(3)]
    both = ", ".join(f"{{any: [{each}]}}" for each in [*some, *more])
    wide = library("diagnoses:\n" + diagnosis(f"{{all: [{both}]}}"), facts)
    deep = library("diagnoses:\n" + diagnosis("{" + ", ".join(f"f{i}: v1" for i in range(16)) + "}"), facts)
    for knowledge, says in ((wide, "more than 4000"), (deep, "15 antecedents")):
        with pytest.raises(ReteUnavailable, match=says):
            Rete(Program(knowledge))
        assert Engine(knowledge).engines == ("compiled",)


@needs_durable_rules
def test_what_excludes_a_diagnosis_is_worked_out_by_durable_rules_wherever_that_multiplies_out(
    knowledge: kb.KnowledgeBase,
) -> None:
    rules = rule_set(knowledge)
    excluding = {each.id for each in knowledge.diagnoses if each.excludes}
    told = {knowledge.diagnoses[d].id for d in rules.attributes.clear.values()}
    assert len(excluding - told) >= 5, told
    assert len(rules.rules) < 1000


@needs_durable_rules
def test_the_rules_of_one_diagnosis_alone_confirm_what_they_confirm_among_all(
    knowledge: kb.KnowledgeBase, contoso: Any
) -> None:
    engine = Engine(knowledge, "compiled")
    whole = Rete(engine.program)
    holding = whole.holding(engine.derive_state(contoso()))
    found: set[Confirmed] = set()
    for d in range(len(knowledge.diagnoses)):
        rules = whole.rules.of(d)
        one = Rete(engine.program, rules)
        found |= one.fire(tuple(each for each in holding if each in rules.every_name))
        one.close()
    assert found == whole.fire(holding) == engine.decide(engine.derive_state(contoso())).confirmed != frozenset()
    whole.close()


@needs_durable_rules
def test_threads_share_an_engine(contoso: Any) -> None:
    engine = Engine(kb.load())
    expected = {version: engine.diagnose(contoso(exchange__version=version)) for version in ("2007", "2010", "2013")}
    engine = Engine(kb.load())
    wrong: list[str] = []

    def work() -> None:
        for _ in range(30):
            for version, outcome in expected.items():
                if engine.diagnose(contoso(exchange__version=version)) != outcome:
                    wrong.append(version)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, engine.disagreements) == ([], 0)


@needs_durable_rules
def test_a_closed_rete_gives_its_handles_back_and_fires_no_more(knowledge: kb.KnowledgeBase) -> None:
    engine = Engine(knowledge, "compiled")
    rete = Rete(engine.program)
    assert rete.confirmed(engine.derive_state({})) == frozenset()
    rete.close()
    with pytest.raises(ReteUnavailable, match="closed"):
        rete.confirmed(engine.derive_state({"alert.kind": "other"}))


@needs_durable_rules
def test_a_test_that_many_rules_share_goes_in_under_several_names() -> None:
    choices = ", ".join(f"v{i}: V" for i in range(40))
    facts = 'name: T\nversion: "1"\npeople: {me: {label: me}}\nfacts:\n' + "".join(
        f"  f{i}: {{label: f, ask: F?, type: choice, choices: {{{choices}}}, answered_by: me}}\n" for i in range(3)
    )
    rules = "".join(diagnosis(f"{{f0: v0, f1: v{i % 40}, f2: v{i // 40}}}", f"d{i}") for i in range(600))
    engine = Engine(library("diagnoses:\n" + rules, facts), "durable")
    for i in (0, 299, 599):
        outcome = engine.diagnose({"f0": "v0", "f1": f"v{i % 40}", "f2": f"v{i // 40}"})
        assert [each.id for each in outcome.diagnoses if each.state == "confirmed"] == [f"d{i}"]
