"""Masked outcomes: no name that somebody gave is left, no word of an author is touched."""

from __future__ import annotations

import json
from collections.abc import Callable

import tree_sitter_powershell
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Parser

import kb
from engine import Engine, Outcome
from engine.outcome import Proposal
from kb.commands import escaped
from kb.messages import Message, Slot
from kb.values import FactType
from render.masking import Masker
from tests.engine.environments import environments
from tests.engine.libraries import FACTS, diagnosis, library

SHIPPED = Engine(kb.load(), "compiled")
Contoso = Callable[..., dict[str, object]]


def masker(*servers: str) -> Masker:
    return Masker(SHIPPED.knowledge, (), servers)


def slot(text: str, type_: FactType = FactType.HOST_NAME) -> Slot:
    return Slot(text, type_, text)


def masked(outcome: Outcome) -> Outcome:
    return Masker(SHIPPED.knowledge, [outcome]).outcome(outcome)


def test_words_stay_to_the_letter_also_where_a_server_is_called_by_one() -> None:
    message = Message("The version of Exchange on ", slot("EXCHANGE", FactType.SERVER_NAME), ", seen at tesco.co.uk.")
    mask = masker("EXCHANGE")
    assert mask.message(message) == "The version of Exchange on server-1, seen at tesco.co.uk."
    assert mask.message(Message("tesco.co.uk, ", slot("www.contoso.co.uk"))) == "tesco.co.uk, host-1.example"


def test_one_name_has_one_stand_in_however_it_is_written() -> None:
    mask = masker("EX1")
    assert mask.text("Ex1.Contoso.local", FactType.HOST_NAME) == "server-1.example"
    assert mask.text("ex1.contoso.LOCAL.", FactType.HOST_NAME) == "server-1.example"
    assert mask.text("EX1", FactType.SERVER_NAME) == "server-1"
    assert mask.text("https://Ex1.Contoso.local:8443/ews", FactType.URL) == "https://server-1.example:8443/ews"
    assert mask.text("mail.contoso.com", FactType.HOST_NAME) == "host-1.example"
    assert mask.text("MAIL.contoso.com", FactType.CERTIFICATE_NAME) == "host-1.example"


def test_a_name_that_only_begins_like_another_is_another() -> None:
    mask = masker("EX1")
    assert mask.text("EX10", FactType.SERVER_NAME) != "server-1"
    assert len({mask.text(each, FactType.HOST_NAME) for each in ("a.example.org", "aa.example.org", "a.example")}) == 3


def test_wildcards_stay_wildcards_and_addresses_are_names() -> None:
    mask = masker()
    base = mask.text("contoso.com", FactType.HOST_NAME)
    assert mask.text("*.contoso.com", FactType.CERTIFICATE_NAMES) == f"*.{base}"
    assert (
        mask.text("https://[2001:db8::1]/ews", FactType.URL)
        == f"https://{mask.text('2001:db8::1', FactType.HOST_NAME)}/ews"
    )
    assert "10.1.2.3" not in mask.text("10.1.2.3", FactType.CERTIFICATE_NAMES)


def test_a_name_in_a_path_is_masked_there_too_and_other_parts_stay() -> None:
    assert (
        masker("EX1").text("https://ex1.contoso.com/EX1/oab", FactType.URL) == "https://server-1.example/server-1/oab"
    )


def test_free_text_is_masked_whole() -> None:
    mask = masker()
    said = mask.text("Contoso Root CA", FactType.CERTIFICATE_NAME), mask.text("call Ann at contoso", FactType.TEXT)
    assert said == ("text-1", "text-2")
    assert mask.text("Contoso Root CA", FactType.TEXT) == "text-1"


def test_facts_suggestions_and_proposals_of_an_outcome_are_masked(contoso: Contoso) -> None:
    names = ["mail.umbra.org", "owa.umbra.org"]
    facts = _elsewhere(contoso(certificate__subject_alternative_names=names, exchange__server=None))
    outcome = SHIPPED.diagnose(facts)
    told = Proposal(
        fact="endpoints.ews.url", value="https://mail.umbra.org/ews", provenance="a.txt", quote="at mail.umbra.org"
    )
    document = masked(outcome.model_copy(update={"proposed": (told,)}))
    written = document.model_dump_json()
    for name in ("umbra", "a.txt", "servername"):
        assert name not in written.lower()
    stand_ins = document.facts["certificate.subject_alternative_names"]
    assert isinstance(stand_ins, tuple)
    assert all(each.endswith(".example") for each in stand_ins)
    assert document.facts["exchange.version"] == "2007"
    asked = next(each for each in document.questions if each.fact == "namespace.host")
    assert asked.suggestions == stand_ins
    assert document.proposed[0].value == f"https://{stand_ins[0]}/ews"


def test_a_draft_still_names_what_is_missing(contoso: Contoso) -> None:
    document = masked(SHIPPED.diagnose(contoso(exchange__server=None)))
    drafts = [step.draft for resolution in document.resolutions for step in resolution.steps if step.draft]
    assert drafts
    assert all("<the name of the Exchange server>" in draft for draft in drafts)


def test_a_text_fact_is_masked_whole_in_another_domain_too() -> None:
    facts = FACTS + "  t: {label: t, ask: T?, type: text, answered_by: me}\n"
    rules = "diagnoses:\n" + diagnosis("{a: true}", because='"The owner is {t}, says the owner."')
    engine = Engine(library(rules, facts))
    outcome = engine.diagnose({"a": True, "t": "Ann of Contoso"})
    document = Masker(engine.knowledge, [outcome]).outcome(outcome)
    assert document.diagnoses[0].because == ("The owner is text-1, says the owner.",)
    assert document.facts["t"] == "text-1"


@given(environments(SHIPPED.knowledge))
def test_no_name_is_left_and_the_same_is_said(given_: dict[str, object]) -> None:
    outcome = SHIPPED.diagnose(_elsewhere(given_))
    document = masked(outcome)
    assert "umbra" not in document.model_dump_json().lower()
    assert [(each.id, each.state) for each in document.diagnoses] == [
        (each.id, each.state) for each in outcome.diagnoses
    ]
    assert document.facts.keys() == outcome.facts.keys()


def _elsewhere(facts: dict[str, object]) -> dict[str, object]:
    """The same environment at a domain that no text of the library names as an example."""
    moved: dict[str, object] = json.loads(json.dumps(facts).replace("contoso", "umbra"))
    return moved


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_a_masked_command_is_the_same_command(name: str) -> None:
    line = Message("Set-X -Identity '", Slot(name, FactType.SERVER_NAME, name, escaped), "\\ews'")
    told = masker(name).message(line)
    tree = Parser(Language(tree_sitter_powershell.language())).parse(told.encode())
    assert not tree.root_node.has_error
    assert told.startswith("Set-X -Identity '")
    assert told.endswith("\\ews'")
