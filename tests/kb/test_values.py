"""Values are taken in one way only, and refused with what to write instead."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import Choice
from kb.values import (
    UNKNOWN,
    FactType,
    Value,
    ValueAmbiguous,
    ValueRefused,
    is_pattern,
    normalise,
    read_value,
    same_value,
)

VERSIONS = {"2007": "Exchange 2007", "14.10": "a build", "se": "SE"}


@dataclass(frozen=True)
class Read:
    """Something that a value is read for."""

    type: FactType
    choices: tuple[Choice, ...] = ()


PRINTERS = Read(
    FactType.CHOICE,
    (
        Choice(value="laser_2", label="Laser printer, second floor", read_as=("lp 2*", "4.0", "4.0.0..4.0.99")),
        Choice(value="laser_3", label="Laser printer, third floor", read_as=("lp 3*", "4.0", "4.0.100..4.0.999")),
        Choice(value="ink", label="Ink: does not print black", read_as=("3.*", "*jet*")),
        Choice(value="dot", label="Dot matrix: prints black"),
    ),
)


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
    ("raw", "type_", "value"),
    [
        ("yes", FactType.BOOLEAN, True),
        ("N", FactType.BOOLEAN, False),
        (1, FactType.BOOLEAN, True),
        ("0", FactType.BOOLEAN, False),
        (False, FactType.BOOLEAN, False),
        ("-3", FactType.INTEGER, -3),
        (7, FactType.INTEGER, 7),
        (7.0, FactType.INTEGER, 7),
        ("none", FactType.CERTIFICATE_NAMES, ()),
        ([], FactType.CERTIFICATE_NAMES, ()),
        ("{a.contoso.com, b.contoso.com}", FactType.CERTIFICATE_NAMES, ("a.contoso.com", "b.contoso.com")),
        ("a.contoso.com b.contoso.com;", FactType.CERTIFICATE_NAMES, ("a.contoso.com", "b.contoso.com")),
        ("DNS Name=a.contoso.com\nDNS Name=*.b.com\n", FactType.CERTIFICATE_NAMES, ("a.contoso.com", "*.b.com")),
        ("DNS:a.contoso.com, DNS:b.com.", FactType.CERTIFICATE_NAMES, ("a.contoso.com", "b.com")),
        ('["a.contoso.com"]', FactType.CERTIFICATE_NAMES, ("a.contoso.com",)),
        ("mail.contoso.com.", FactType.HOST_NAME, "mail.contoso.com"),
        ("https://mail.contoso.com./ews", FactType.URL, "https://mail.contoso.com/ews"),
        ("unknown", FactType.URL, UNKNOWN),
        ("Don’t know.", FactType.BOOLEAN, UNKNOWN),
        ("dont know", FactType.SERVER_NAME, UNKNOWN),
        ("dk", FactType.INTEGER, UNKNOWN),
        ("DK", FactType.SERVER_NAME, "DK"),
    ],
)
def test_what_people_and_programs_write_is_read(raw: object, type_: FactType, value: Value) -> None:
    assert read_value(raw, Read(type_)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ink", "ink"),
        ("LASER 2", "laser_2"),
        ("laser printer,  Second floor", "laser_2"),
        ("third", "laser_3"),
        ("LP 3 east", "laser_3"),
        (3.5, "ink"),
        ("v4.0.7", "laser_2"),
        ("Version 4.00 (Build 0150.001)", "laser_3"),
        ("deskjet", "ink"),
        ("prints black", "dot"),
        ("does not print", "ink"),
        ("not known", UNKNOWN),
        ("dk", UNKNOWN),
    ],
)
def test_a_choice_is_read_from_its_words_and_patterns(raw: object, value: Value) -> None:
    assert read_value(raw, PRINTERS) == value


def test_a_part_that_a_label_negates_does_not_mean_it() -> None:
    checks = Read(
        FactType.CHOICE,
        (Choice(value="failed", label="Name: does not match"), Choice(value="ok", label="Name: matches")),
    )
    assert read_value("match", checks) == "ok"
    assert read_value("not match", checks) == "failed"


@pytest.mark.parametrize("raw", ["4.0", 4.0, "laser", "floor"])
def test_what_could_be_two_choices_is_refused_with_both_labels(raw: object) -> None:
    with pytest.raises(ValueAmbiguous, match="Laser printer, second floor or Laser printer, third floor"):
        read_value(raw, PRINTERS)


@pytest.mark.parametrize(
    ("raw", "of", "says"),
    [
        ("plotter", PRINTERS, "none of laser_2, laser_3, ink, dot, unknown"),
        ("in", PRINTERS, "none of"),
        ("", PRINTERS, "none of"),
        ("5.0.1", PRINTERS, "none of"),
        (True, PRINTERS, "one of laser_2"),
        (float("nan"), PRINTERS, "one of laser_2"),
        (None, Read(FactType.BOOLEAN), "yes, no or unknown"),
        ("maybe", Read(FactType.BOOLEAN), "yes, no or unknown"),
        (2, Read(FactType.BOOLEAN), "yes, no or unknown"),
        (True, Read(FactType.INTEGER), "whole number"),
        ("1.5", Read(FactType.INTEGER), "whole number"),
        ("", Read(FactType.CERTIFICATE_NAMES), "none; or unknown"),
        ("a.com https://b.com", Read(FactType.CERTIFICATE_NAMES), "is a URL"),
        ({"a": 1}, Read(FactType.CERTIFICATE_NAMES), "a list of names"),
    ],
)
def test_what_is_no_value_is_refused_with_what_is(raw: object, of: Read, says: str) -> None:
    with pytest.raises(ValueRefused, match=says):
        read_value(raw, of)


@pytest.mark.parametrize(
    ("pattern", "usable"),
    [("2010 sp*", True), ("*", False), ("? *", False), ("1.2..1.9", True), ("1.9..1.2", False), ("a..b", False)],
)
def test_a_pattern_says_something(pattern: str, usable: bool) -> None:
    assert is_pattern(pattern) is usable


@pytest.mark.parametrize(
    ("one", "other", "type_", "same"),
    [
        ("Mail.contoso.com", "mail.contoso.com.", FactType.HOST_NAME, True),
        ("10.0.0.1", "10.0.0.1.", FactType.HOST_NAME, True),
        ("mail.contoso.com", "contoso.com", FactType.HOST_NAME, False),
        ("EXCH1", "exch1.contoso.com", FactType.SERVER_NAME, True),
        ("exch1.fabrikam.com", "exch1.contoso.com", FactType.SERVER_NAME, False),
        ("https://MAIL.contoso.com:443/EWS/", "https://mail.contoso.com/ews", FactType.URL, True),
        ("http://mail.contoso.com/ews", "https://mail.contoso.com/ews", FactType.URL, False),
        ("https://mail.contoso.com/ews?a=1", "https://mail.contoso.com/ews", FactType.URL, False),
        (("a.com", "B.com"), ("b.com", "a.com"), FactType.CERTIFICATE_NAMES, True),
        (("2001:db8::1",), ("2001:0DB8:0::1",), FactType.CERTIFICATE_NAMES, True),
        ((), ("a.com",), FactType.CERTIFICATE_NAMES, False),
        ("AB cd", "ab  CD", FactType.TEXT, True),
        ("CN=x, O=Some Trust", "CN=X,O=SomeTrust", FactType.TEXT, True),
        ("CN=x, O=Some Trust", "CN=x", FactType.TEXT, False),
        (True, 1, FactType.BOOLEAN, True),
        (True, False, FactType.BOOLEAN, False),
        ("2010", UNKNOWN, FactType.CHOICE, False),
        (UNKNOWN, UNKNOWN, FactType.URL, True),
    ],
)
def test_two_values_say_the_same(one: Value, other: Value, type_: FactType, same: bool) -> None:
    assert same_value(one, other, Read(type_)) is same
    assert same_value(other, one, Read(type_)) is same


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())),
    st.sampled_from(FactType),
)
def test_a_value_once_read_reads_as_itself(raw: object, type_: FactType) -> None:
    read = PRINTERS if type_ is FactType.CHOICE else Read(type_)
    try:
        value = read_value(raw, read)
    except ValueRefused:
        return
    again = list(value) if isinstance(value, tuple) else value
    assert read_value(again, read) == value
    assert same_value(value, value, read)


@given(st.sampled_from(FactType), st.booleans(), st.integers(-(2**52), 2**52))
def test_what_conditions_are_written_with_reads_the_same(type_: FactType, truth: bool, number: int) -> None:
    raw: object = truth if type_ is FactType.BOOLEAN else number if type_ is FactType.INTEGER else "mail.contoso.com"
    if type_ in (FactType.CHOICE, FactType.CHOICES, FactType.FLAGS, FactType.URL, FactType.THUMBPRINT):
        return
    raw = [raw] if type_ is FactType.CERTIFICATE_NAMES else raw
    assert read_value(raw, Read(type_)) == normalise(raw, type_, {})


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
