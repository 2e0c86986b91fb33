"""What the derived functions conclude, and what they leave open."""

from __future__ import annotations

import pytest

from kb.functions import FUNCTIONS
from kb.values import UNKNOWN, Value


def derived(name: str, *arguments: Value | None) -> Value | None:
    return FUNCTIONS[name].apply(arguments).value


def open_of(name: str, *arguments: Value | None) -> tuple[int, ...]:
    return FUNCTIONS[name].open_arguments(arguments)


class TestNamesServer:
    @pytest.mark.parametrize("server", ["EX1", "ex1.contoso.com"])
    def test_a_server_is_known_by_its_short_and_by_its_full_name(self, server: str) -> None:
        assert derived("names_server", "EX1.contoso.com", server, None) == "listed"
        assert derived("names_server", "EX1.contoso.com", None, (server,)) == "listed"

    def test_one_server_alone_does_not_say_that_a_host_is_none(self) -> None:
        assert derived("names_server", "mail.contoso.com", "EX1", None) is None
        assert derived("names_server", "mail.contoso.com", "EX1", UNKNOWN) is None

    def test_a_list_alone_leaves_the_one_server_open(self) -> None:
        assert derived("names_server", "mail.contoso.com", None, ("ex1.contoso.com",)) is None
        assert open_of("names_server", "mail.contoso.com", None, ("ex1.contoso.com",)) == (1,)

    def test_all_servers_do(self) -> None:
        assert derived("names_server", "mail.contoso.com", UNKNOWN, ("ex1.contoso.com",)) == "unlisted"
        assert derived("names_server", "mail.contoso.com", "EX1", ()) == "unlisted"

    def test_a_full_name_is_of_its_own_domain_alone(self) -> None:
        assert derived("names_server", "ex1.contoso.com", UNKNOWN, ("ex1.contoso.local",)) == "unlisted"

    def test_an_address_is_no_name_of_a_server(self) -> None:
        assert derived("names_server", "192.0.2.1", "EX1", ("ex1",)) is None

    def test_a_host_that_nobody_can_tell_leaves_nothing_to_ask(self) -> None:
        assert open_of("names_server", UNKNOWN, None, None) == ()


class TestNamesWithin:
    def test_names_in_the_domain_and_the_domain_itself_remain(self) -> None:
        names = ("mail.contoso.com", "contoso.com", "mail.fabrikam.com", "mail.notcontoso.com")
        assert derived("names_within", names, "contoso.com") == ("mail.contoso.com", "contoso.com")

    def test_without_a_domain_all_remain_and_nobody_is_asked(self) -> None:
        assert derived("names_within", ("mail.contoso.com",), None) == ("mail.contoso.com",)
        assert open_of("names_within", ("mail.contoso.com",), None) == ()


class TestComparedWithName:
    @pytest.mark.parametrize(
        ("host", "name", "expected"),
        [
            ("mail.contoso.com", "MAIL.contoso.com", "same"),
            ("mail.contoso.com", "*.contoso.com", "wildcard"),
            ("a.mail.contoso.com", "*.contoso.com", "different"),
            ("mail.contoso.com", "ex1.contoso.com", "different"),
            ("mail.contoso.com", "Microsoft Exchange", "different"),
        ],
    )
    def test_a_wildcard_is_not_the_same(self, host: str, name: str, expected: str) -> None:
        assert derived("compared_with_name", host, name) == expected

    def test_without_one_of_them_nothing_follows(self) -> None:
        assert derived("compared_with_name", "mail.contoso.com", None) is None
        assert derived("compared_with_name", UNKNOWN, "*.contoso.com") is None


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        ("contoso.com", "contoso.com", "inside"),
        ("autodiscover.Contoso.com", "contoso.COM", "inside"),
        ("autodiscover.eu.contoso.com", "contoso.com", "inside"),
        ("autodiscover.notcontoso.com", "contoso.com", "outside"),
        ("autodiscover.contoso.com", "eu.contoso.com", "outside"),
        (None, "contoso.com", None),
        ("autodiscover.contoso.com", UNKNOWN, None),
    ],
)
def test_a_host_lies_within_a_domain(host: str | None, domain: str, expected: str | None) -> None:
    assert derived("lies_within", host, domain) == expected


@pytest.mark.parametrize(
    ("name", "domain", "host"),
    [
        ("*.contoso.com", "contoso.com", None),
        ("mail.contoso.com", None, "mail.contoso.com"),
        ("EX1", None, None),
        ("Microsoft Exchange Server Auth Certificate", None, None),
        ("*.'; Remove-Item", None, None),
        (None, None, None),
    ],
)
def test_a_common_name_is_a_wildcard_a_host_or_neither(name: str | None, domain: str | None, host: str | None) -> None:
    assert derived("wildcard_domain", name) == domain
    assert derived("host_of_name", name) == host
