"""Outcomes in the points that examples do not reach: defaults, suggestions, what completes and what decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import kb
from engine import Engine
from engine.outcome import Purpose, Status, StepState
from tests.engine.libraries import FACTS, PRINTER, diagnosis, library

Contoso = Callable[..., dict[str, object]]


def steps(engine: Engine, facts: dict[str, object]) -> dict[str, Any]:
    return {step.id: step for resolution in engine.diagnose(facts).resolutions for step in resolution.steps}


def test_the_only_name_on_the_certificate_stands_in_commands_unless_another_is_given(
    shipped: Engine, contoso: Contoso
) -> None:
    for given in (None, "unknown", "mail.contoso.com"):
        command = steps(shipped, contoso(namespace__host=given))["set-ews-url"].command
        assert "https://mail.contoso.com/ews/exchange.asmx" in command
    assert "namespace.host" not in {each.fact for each in shipped.diagnose(contoso()).questions}


def test_a_default_decides_nothing(shipped: Engine, contoso: Contoso) -> None:
    with_default = shipped.diagnose(contoso())
    stated = shipped.diagnose(contoso(namespace__host="mail.contoso.com"))
    assert with_default.diagnoses == stated.diagnoses
    assert with_default.resolutions == stated.resolutions


def test_of_several_names_the_question_suggests_them(shipped: Engine, contoso: Contoso) -> None:
    names = ["mail.contoso.com", "*.contoso.com", "AUTODISCOVER.contoso.com", "10.0.0.1"]
    url = "https://exch1.contoso.local/ews/exchange.asmx"
    outcome = shipped.diagnose(contoso(certificate__subject_alternative_names=names, endpoints__ews__url=url))
    (question,) = (each for each in outcome.questions if each.fact == "namespace.host")
    assert question.purpose is Purpose.COMPLETE
    assert question.suggestions == ("mail.contoso.com", "autodiscover.contoso.com")


def test_a_missing_server_name_leaves_a_draft_that_names_its_blank(shipped: Engine, contoso: Contoso) -> None:
    facts = contoso(exchange__server=None)
    step = steps(shipped, facts)["set-oab-url"]
    assert step.command is None
    assert step.draft.startswith("Set-OabVirtualDirectory -Identity '<the name of the Client Access server>\\oab")
    assert step.missing == ("exchange.server",)
    outcome = shipped.diagnose(facts)
    assert outcome.status is Status.SETTLED
    (question,) = outcome.questions
    assert (question.fact, question.suggestions) == ("exchange.server", ("ServerName",))


def test_a_new_certificate_has_to_carry_every_name_in_use(shipped: Engine, contoso: Contoso) -> None:
    facts = contoso(endpoints__ews__url="https://ews.contoso.local/ews/exchange.asmx")
    text = steps(shipped, facts)["get-san-certificate"].text
    assert "mail.contoso.com, ServerName.contoso.com, ews.contoso.local." in text


def test_what_cannot_be_known_is_verified(shipped: Engine, contoso: Contoso) -> None:
    found = steps(shipped, contoso(dns__resolves_internally="unknown", endpoints__oab__url="unknown"))
    assert found["add-dns-host-record"].state is StepState.VERIFY
    assert found["set-oab-url"].state is StepState.VERIFY
    assert found["set-oab-url"].undo is None


def test_chained_conclusions_and_a_member_that_does_not_exist() -> None:
    printers = Engine(kb.load(PRINTER))
    both = printers.diagnose({"ink": 3, "trays.upper.filled": False, "model": "small", "lamps": ["paper"]})
    assert {each.id: each.state for each in both.diagnoses} == {
        "low-ink": "confirmed",
        "empty-tray": "confirmed",
        "both": "confirmed",
        "refilled-cartridge": "ruled_out",
    }
    assert both.status is Status.SETTLED
    (fill,) = both.resolutions
    assert [step.state for step in fill.steps] == ["do", "skip"]
    assert fill.steps[1].reason == "This model has one tray."
    half = printers.diagnose({"ink": 3})
    (rests_on_both,) = (each for each in half.diagnoses if each.id == "both")
    assert set(rests_on_both.missing) == {"model", "trays.upper.filled", "trays.lower.filled"}


def test_a_text_that_begins_with_a_label_begins_with_a_capital_and_one_with_a_name_does_not() -> None:
    facts = FACTS.replace("{x: X, y: Y, z: Z}", "{x: the router, y: iPhone, z: mail.example.com}")
    rules = "diagnoses:\n" + "".join(
        diagnosis(f"{{c: {value}}}", f"d{value}", '"{c} answers, and {c} is asked."') for value in "xyz"
    )
    engine = Engine(library(rules + diagnosis("{a: true}", "host", '"{h} answers."'), facts), "compiled")

    def because(given: dict[str, object]) -> list[str]:
        found = engine.diagnose(given).diagnoses
        return [str(reason) for each in found if each.state == "confirmed" for reason in each.because]

    assert because({"c": "x"}) == ["The router answers, and the router is asked."]
    assert because({"c": "y"}) == ["iPhone answers, and iPhone is asked."]
    assert because({"c": "z"}) == ["mail.example.com answers, and mail.example.com is asked."]
    assert because({"a": True, "h": "server"}) == ["server answers."]
    assert because({"a": True}) == ["<h> answers."]
