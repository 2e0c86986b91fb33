"""A message is its words, and knows which of them were filled in."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import kb
from kb.commands import escaped, read, render
from kb.messages import Message, Slot
from kb.speech import spoken, typed
from kb.templates import Blank, Word, parse
from kb.values import UNKNOWN, FactType, Value, read_value

HOST = Slot("mail.contoso.com", FactType.HOST_NAME, "mail.contoso.com")


class Letter(BaseModel):
    text: Message


def test_a_message_is_its_words_to_everything_else() -> None:
    message = Message("the host ", HOST, ".")
    assert message == "the host mail.contoso.com."
    assert Letter(text=message).model_dump_json() == '{"text":"the host mail.contoso.com."}'
    assert Letter.model_json_schema()["properties"]["text"]["type"] == "string"
    assert Letter.model_validate({"text": "plain"}).text.parts == ("plain",)
    with pytest.raises(ValidationError):
        Letter.model_validate({"text": 5})


def test_a_message_within_a_message_keeps_its_blanks_through_copies() -> None:
    outer = Message("See: ", Message("the host ", HOST), Message.joined(" and ", (Message(HOST), "more")))
    assert outer.parts == ("See: ", "the host ", HOST, HOST, " and ", "more")
    for other in (copy.deepcopy(outer), copy.copy(outer), Letter(text=outer).model_copy().text):
        assert (other, other.parts) == (outer, outer.parts)


def test_only_blanks_are_filled_otherwise() -> None:
    message = Message("mail.contoso.com is ", HOST)
    assert message.filled(lambda slot: "host-1.example") == "mail.contoso.com is host-1.example"


def test_a_template_fills_its_blanks_and_the_words_of_a_member_stand() -> None:
    template, strangers = parse(
        "{of.label} leads to {host}",
        lambda key: Word(name="label", text="EWS") if key == "of.label" else Blank(fact=key),
    )
    assert not strangers
    assert template.fill({"host": HOST}).parts == ("EWS leads to ", HOST)


@given(st.text(max_size=30).filter(lambda text: "\n" not in text and "\r" not in text))
def test_whatever_fills_a_command_is_one_literal(text: str) -> None:
    command, _ = read("Set-X -Y '{a}.z'", lambda key: Blank(fact=key), may_show=False)
    line = render(command, {"a": Slot("b", FactType.HOST_NAME, "b")})
    assert line == "Set-X -Y 'b.z'"
    assert line.filled(lambda slot: text) == f"Set-X -Y '{escaped(text)}.z'"


def test_one_function_says_every_value() -> None:
    facts = kb.load().facts
    listed = facts["certificate.subject_alternative_names"]
    said: list[tuple[Value, str, str]] = [
        (UNKNOWN, "exchange.version", "not known"),
        ("2007", "exchange.version", facts["exchange.version"].labels["2007"]),
        (True, "certificate.replaced", "yes"),
        (False, "certificate.replaced", "no"),
        ((), listed.key, "none"),
        (("a.example", "b.example"), listed.key, "a.example, b.example"),
    ]
    for value, key, words in said:
        assert spoken(value, facts[key]) == words
    assert [part.value for part in spoken(("a", "b"), listed).parts if isinstance(part, Slot)] == ["a", "b"]
    assert spoken(5, None) == "5"


@given(st.one_of(st.booleans(), st.lists(st.sampled_from(("a.example", "*.b.example")), unique=True).map(tuple)))
def test_what_is_typed_reads_as_the_same_value(value: Value) -> None:
    fact = kb.load().facts["certificate.replaced" if isinstance(value, bool) else "exchange.servers"]
    assert read_value(typed(value), fact) == value
