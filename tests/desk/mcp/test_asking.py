"""The form that a client shows its user is the form of the question, disputes and things to tick included."""

from __future__ import annotations

import pytest

from desk.mcp.asking import Answers, answers_of, form_for, message_for
from engine import Engine, FactsRefused
from tests.desk.interview.test_form import dispute


def test_a_group_is_one_form_and_what_is_left_out_says_nothing(shipped: Engine) -> None:
    question = next(each for each in shipped.diagnose({}).questions if len(each.parts) > 1)
    form = form_for(question, shipped)
    assert set(form.model_fields) == {fact.replace(".", "__") for fact in question.facts}
    assert question.group is not None
    assert message_for(question, shipped).startswith(question.group.ask)

    reading = answers_of(form.model_validate({"alert__kind": "security_alert", "alert__name": "failed"}))
    assert reading.facts == {"alert.kind": "security_alert", "alert.name": "failed"}
    assert answers_of(form.model_validate({})).empty
    assert answers_of(Answers()).empty


def test_a_dispute_is_settled_and_its_field_has_a_name_that_clients_take(shipped: Engine) -> None:
    question = dispute()
    named_by_a_reading = question.model_copy(
        update={"fact": "0f0f0f0f", "parts": (question.parts[0].model_copy(update={"fact": "0f0f0f0f"}),)}
    )
    form = form_for(named_by_a_reading, shipped)
    assert list(form.model_fields) == ["settle_0f0f0f0f"]
    reading = answers_of(form.model_validate({"settle_0f0f0f0f": "99ffee00"}))
    assert (reading.settle, reading.facts) == ({"0f0f0f0f": "99ffee00"}, {})


def test_text_is_taken_as_people_write_it_and_refused_with_what_is_taken(shipped: Engine) -> None:
    facts = {"alert.kind": "security_alert", "alert.name": "failed", "client.location": "internal"}
    facts |= {"exchange.version": "2010", "certificate.replaced": "yes"}
    question = next(each for each in shipped.diagnose(facts).questions if "certificate.common_name" in each.facts)
    form = form_for(question, shipped)
    filled = {"certificate__common_name": "CN=mail.contoso.com, O=Contoso"}
    names = {"certificate__subject_alternative_names": "DNS Name=mail.contoso.com\nDNS Name=owa.contoso.com"}
    assert answers_of(form.model_validate(filled | names)).facts == {
        "certificate.common_name": "mail.contoso.com",
        "certificate.subject_alternative_names": ("mail.contoso.com", "owa.contoso.com"),
    }
    with pytest.raises(FactsRefused, match="is a URL"):
        answers_of(form.model_validate({"certificate__subject_alternative_names": "https://mail.contoso.com"}))
