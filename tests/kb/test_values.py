"""Values are taken in one way only, and refused with what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.values import UNKNOWN, FactType, Value, ValueRefused, from_text, normalise

VERSIONS = {"2007": "Exchange 2007", "14.10": "a build", "se": "SE"}


@pytest.mark.parametrize(
    ("raw", "type_", "value"),
    [
        ("2007", FactType.CHOICE, "2007"),
        ("SE", FactType.CHOICE, "se"),
        (" unknown ", FactType.CHOICE, UNKNOWN),
        (True, FactType.BOOLEAN, True),
        ("Unknown", FactType.BOOLEAN, UNKNOWN),
        (7, FactType.INTEGER, 7),
        ("mail.contoso.com", FactType.HOST_NAME, "mail.contoso.com"),
        ("EXCH1", FactType.SERVER_NAME, "EXCH1"),
        ("HTTPS://mail.contoso.com/ews", FactType.URL, "https://mail.contoso.com/ews"),
        ("CN=mail.contoso.com, O=Contoso, C=DE", FactType.CERTIFICATE_NAME, "mail.contoso.com"),
        ("*.contoso.com", FactType.CERTIFICATE_NAME, "*.contoso.com"),
        ([], FactType.CERTIFICATE_NAMES, ()),
        (
            ["a.contoso.com", "DNS:b.contoso.com", "a.contoso.com"],
            FactType.CERTIFICATE_NAMES,
            ("a.contoso.com", "b.contoso.com"),
        ),
        ("any words", FactType.TEXT, "any words"),
    ],
)
def test_a_value_is_taken(raw: object, type_: FactType, value: Value) -> None:
    assert normalise(raw, type_, VERSIONS) == value


@pytest.mark.parametrize(
    ("raw", "type_", "says"),
    [
        (2007, FactType.CHOICE, 'in quotes: "2007"'),
        (14.10, FactType.CHOICE, "takes one of"),
        ("2008", FactType.CHOICE, "did you mean 2007?"),
        (True, FactType.CHOICE, "takes one of"),
        (1, FactType.BOOLEAN, "true, false"),
        ("true", FactType.BOOLEAN, "true, false"),
        (None, FactType.BOOLEAN, "true, false"),
        (True, FactType.INTEGER, "whole number"),
        (2**60, FactType.INTEGER, "whole number"),
        ("a\nb", FactType.TEXT, "one line"),
        ("", FactType.TEXT, "empty"),
        (5, FactType.HOST_NAME, "text"),
        ("exch1\\EWS (Default Web Site)", FactType.SERVER_NAME, "without a virtual directory"),
        ("mail.contoso.com", FactType.CERTIFICATE_NAMES, "a list"),
        (["https://mail.contoso.com"], FactType.CERTIFICATE_NAMES, "is a URL"),
        ([1], FactType.CERTIFICATE_NAMES, "text"),
        (["a b"], FactType.CERTIFICATE_NAMES, "no name"),
        (["a.contoso.com"] * 1001, FactType.CERTIFICATE_NAMES, "at most 1000"),
    ],
)
def test_a_value_is_refused_with_what_to_write(raw: object, type_: FactType, says: str) -> None:
    with pytest.raises(ValueRefused, match=says.replace("(", r"\(").replace("?", r"\?")):
        normalise(raw, type_, VERSIONS)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("yes", FactType.BOOLEAN, True),
        ("N", FactType.BOOLEAN, False),
        ("-3", FactType.INTEGER, -3),
        ("none", FactType.CERTIFICATE_NAMES, ()),
        ("{a.contoso.com, b.contoso.com}", FactType.CERTIFICATE_NAMES, ("a.contoso.com", "b.contoso.com")),
        ("unknown", FactType.URL, UNKNOWN),
    ],
)
def test_what_somebody_types(text: str, type_: FactType, value: Value) -> None:
    assert from_text(text, type_, {}) == value


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())),
    st.sampled_from(FactType),
)
def test_a_value_once_taken_is_taken_again_as_it_is(raw: object, type_: FactType) -> None:
    try:
        value = normalise(raw, type_, VERSIONS)
    except ValueRefused:
        return
    again = list(value) if isinstance(value, tuple) else value
    assert normalise(again, type_, VERSIONS) == value
