"""Certificate names as Windows matches them, and the grammars of hosts and URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.names import Coverage, NameRefused, match_certificate, parse_host, parse_url, pattern_covers

MATCHED, MISMATCHED, UNKNOWN = Coverage.MATCHED, Coverage.MISMATCHED, Coverage.UNKNOWN

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
hosts = st.lists(labels, min_size=2, max_size=4).map(".".join).filter(lambda host: not host.replace(".", "").isdigit())


@pytest.mark.parametrize(
    ("pattern", "host", "covered"),
    [
        ("mail.contoso.com", "mail.contoso.com", True),
        ("mail.contoso.com", "MAIL.Contoso.COM", True),
        ("mail.contoso.com", "mail.contoso.com.au", False),
        ("mail.contoso.com", "xmail.contoso.com", False),
        ("*.contoso.com", "mail.contoso.com", True),
        ("*.contoso.com", "contoso.com", False),
        ("*.contoso.com", "www.eu.contoso.com", False),
        ("www.*.com", "www.contoso.com", False),
        ("*.*", "contoso.com", False),
        ("*", "contoso", False),
        ("*", "contoso.com", False),
        ("*w.contoso.com", "www.contoso.com", False),
        ("w*.contoso.com", "www.contoso.com", False),
        ("*.0.0.10", "10.0.0.10", False),
    ],
)
def test_a_name_covers_a_host(pattern: str, host: str, covered: bool) -> None:
    assert pattern_covers(pattern, host) is covered


@pytest.mark.parametrize(
    ("pattern", "host", "covered"),
    [
        ("w*.contoso.com", "www.contoso.com", True),
        ("w*.contoso.com", "mail.contoso.com", False),
        ("w*.contoso.com", "www.eu.contoso.com", False),
        ("*w.contoso.com", "www.contoso.com", False),
        ("w*w.contoso.com", "www.contoso.com", False),
        ("w**.contoso.com", "www.contoso.com", False),
    ],
)
def test_a_common_name_may_have_a_wildcard_at_the_end_of_its_first_label(
    pattern: str, host: str, covered: bool
) -> None:
    assert pattern_covers(pattern, host, partial_wildcards=True) is covered
    assert match_certificate(pattern, (), host).coverage is (MATCHED if covered else MISMATCHED)
    assert match_certificate(None, (pattern,), host).coverage is MISMATCHED


@pytest.mark.parametrize(
    ("common_name", "names", "host", "coverage"),
    [
        ("mail.contoso.com", (), "mail.contoso.com", MATCHED),
        ("mail.contoso.com", (), "exch1.contoso.com", MISMATCHED),
        ("exch1.contoso.com", ("mail.contoso.com",), "exch1.contoso.com", MISMATCHED),
        ("other", ("mail.contoso.com", "exch1.contoso.com"), "EXCH1.contoso.com", MATCHED),
        ("mail.contoso.com", None, "mail.contoso.com", UNKNOWN),
        (None, (), "mail.contoso.com", UNKNOWN),
        (None, ("mail.contoso.com",), "mail.contoso.com", MATCHED),
        ("mail.contoso.com", (), None, UNKNOWN),
        (None, ("10.0.0.5",), "10.0.0.5", UNKNOWN),
        (None, ("mail.contoso.com",), "10.0.0.5", MISMATCHED),
    ],
)
def test_the_common_name_counts_only_without_alternative_names(
    common_name: str | None, names: tuple[str, ...] | None, host: str | None, coverage: Coverage
) -> None:
    match = match_certificate(common_name, names, host)
    assert match.coverage is coverage
    assert match.reason


@given(host=hosts, others=st.lists(hosts, max_size=5))
def test_a_host_is_covered_by_its_own_name_and_by_its_wildcard(host: str, others: list[str]) -> None:
    wildcard = "*." + host.partition(".")[2]
    assert match_certificate(None, (*others, host.upper()), host).coverage is MATCHED
    if "." in host.partition(".")[2]:
        assert match_certificate(None, (wildcard,), host).coverage is MATCHED
        assert match_certificate(None, (wildcard,), f"x.{host}").coverage is MISMATCHED


@given(st.text(max_size=300))
def test_a_host_name_is_returned_as_written_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except NameRefused:
        return
    assert host == text.strip()
    assert host.isascii()
    assert not set(host) & set(" '\"`$;|&()<>{}\\\n\r\0*")


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "mail.contoso.com..", "*.contoso.com", "müller.de", "a b", "a'b", "-a.com", "a..b", "x" * 254],
)
def test_what_is_no_host_name(text: str) -> None:
    with pytest.raises(NameRefused):
        parse_host(text)


def test_the_parts_of_a_url() -> None:
    url = parse_url("HTTPS://ServerName.contoso.com:8443/EWS/Exchange.asmx?a=1")
    assert (url.scheme, url.host, url.port, url.rest) == (
        "https",
        "ServerName.contoso.com",
        8443,
        "/EWS/Exchange.asmx?a=1",
    )
    assert str(url) == "https://ServerName.contoso.com:8443/EWS/Exchange.asmx?a=1"


@pytest.mark.parametrize(
    "text",
    [
        "mail.contoso.com/ews",
        "ftp://mail.contoso.com/",
        "https://user:secret@mail.contoso.com/",
        "https://mail.contoso.com/#x",
        "https://mail.contoso.com/a b",
        "https://mail.contoso.com:0/",
        "https://mail.contoso.com:99999/",
        "https://mail.contoso.com/%zz",
        "https:///ews",
        "https://mail.contoso.com/\u2019; Remove-Mailbox",
        "https://mail.contoso.com/" + "a" * 3000,
    ],
)
def test_what_is_no_url_that_exchange_stores(text: str) -> None:
    with pytest.raises(NameRefused):
        parse_url(text)
