"""Several sources become one environment for each server; nothing is overwritten in silence."""

from __future__ import annotations

import evidence
from evidence import Certainty, Evidence, Observation, Provenance, Rank
from tests.evidence.certificates import make

PASTE = Provenance("Get-OabVirtualDirectory", "paste", 3)
LIVE = Provenance("TLS handshake", "tls://mail.contoso.com:443")


def observation(
    fact: str,
    value: evidence.FactValue,
    rank: Rank = Rank.MACHINE_OUTPUT,
    server: str | None = None,
    provenance: Provenance = PASTE,
    certainty: Certainty = Certainty.CERTAIN,
) -> Observation:
    return Observation(fact, value, provenance, rank, server, certainty)


def merge(
    *observations: Observation, stated: dict[str, evidence.FactValue] | None = None
) -> tuple[evidence.Environment, ...]:
    return evidence.merge([Evidence(observations)], stated)


def only(*observations: Observation, stated: dict[str, evidence.FactValue] | None = None) -> evidence.Environment:
    (environment,) = merge(*observations, stated=stated)
    return environment


def test_nothing_is_one_empty_environment() -> None:
    assert evidence.merge([]) == (evidence.Environment(None, {}),)


def test_the_rank_decides_and_the_other_side_is_kept() -> None:
    low = observation("exchange.version", "2007", Rank.STATED)
    high = observation("exchange.version", "2010", Rank.MACHINE_OUTPUT)
    environment = only(low, high)
    record = environment.facts["exchange.version"]
    assert (record.value, record.rank, record.others) == ("2010", Rank.MACHINE_OUTPUT, (low,))
    assert environment.disputes == (evidence.Dispute("exchange.version", high, (low,)),)


def test_measured_outweighs_output_and_output_what_was_stated() -> None:
    environment = only(
        observation("certificate.common_name", "old.contoso.com"),
        observation("certificate.common_name", "mail.contoso.com", Rank.MEASURED, provenance=LIVE),
        stated={"certificate.common_name": "typed.contoso.com"},
    )
    assert environment.facts["certificate.common_name"].value == "mail.contoso.com"
    (dispute,) = environment.disputes
    assert [side.value for side in dispute.against] == ["old.contoso.com", "typed.contoso.com"]


def test_what_agrees_is_no_dispute() -> None:
    environment = only(
        observation("endpoints.ews.url", "https://EX1.contoso.com/EWS/"),
        observation("endpoints.ews.url", "https://ex1.contoso.com/EWS"),
        observation("certificate.subject_alternative_names", ("a.b", "C.d")),
        observation("certificate.subject_alternative_names", ("c.d", "A.b")),
        observation("alert.host", "Mail.contoso.com."),
        observation("alert.host", "mail.contoso.com"),
    )
    assert environment.disputes == ()


def test_a_path_in_another_case_is_another_url() -> None:
    environment = only(
        observation("endpoints.oab.url", "https://a.b/OAB"), observation("endpoints.oab.url", "https://a.b/oab2")
    )
    assert len(environment.disputes) == 1


def test_of_equal_rank_the_certain_one_holds() -> None:
    environment = only(
        observation("exchange.version", "2007", certainty=Certainty.LIKELY), observation("exchange.version", "2010")
    )
    assert environment.facts["exchange.version"].value == "2010"


def test_unknown_never_outweighs_a_value_and_contradicts_none() -> None:
    environment = only(observation("client.location", "internal"), stated={"client.location": "unknown"})
    assert environment.facts["client.location"].value == "internal"
    assert environment.disputes == ()
    assert only(stated={"client.location": "unknown"}).values() == {"client.location": "unknown"}


def test_proposals_are_kept_apart_until_they_are_confirmed() -> None:
    proposal = observation("client.outlook_version", "2010", Rank.PROPOSED)
    environment = only(proposal)
    assert (dict(environment.facts), environment.proposed) == ({}, (proposal,))
    settled = only(proposal, proposal.confirmed())
    assert settled.values() == {"client.outlook_version": "2010"}
    assert settled.proposed == ()


def test_one_environment_for_each_server_and_what_is_shared_in_each() -> None:
    first, second = merge(
        observation("endpoints.oab.url", "https://ex1.contoso.com/OAB", server="EX1"),
        observation("endpoints.oab.url", "https://ex2.contoso.com/OAB", server="EX2"),
        observation("certificate.common_name", "mail.contoso.com"),
        stated={"client.location": "internal"},
    )
    assert (first.server, second.server) == ("EX1", "EX2")
    assert first.values() == {
        "certificate.common_name": "mail.contoso.com",
        "client.location": "internal",
        "endpoints.oab.url": "https://ex1.contoso.com/OAB",
        "exchange.server": "EX1",
    }
    assert second.values()["endpoints.oab.url"] == "https://ex2.contoso.com/OAB"
    assert first.disputes == second.disputes == ()


def test_a_name_and_its_fqdn_are_one_server_and_the_short_one_is_shown() -> None:
    environment = only(
        observation("exchange.server", "ex1.contoso.com", server="ex1.contoso.com"),
        observation("exchange.server", "EX1", server="EX1"),
        observation("endpoints.oab.url", "https://a.b/OAB", server="Ex1"),
    )
    assert environment.server == "EX1"
    assert environment.disputes == ()


def test_two_domains_are_two_servers_even_with_one_label() -> None:
    servers = [
        environment.server
        for environment in merge(
            observation("endpoints.oab.url", "https://a.b/OAB", server="ex1.contoso.com"),
            observation("endpoints.oab.url", "https://c.d/OAB", server="ex1.fabrikam.com"),
        )
    ]
    assert servers == ["ex1.contoso.com", "ex1.fabrikam.com"]


def test_a_label_that_two_fqdns_begin_with_means_neither() -> None:
    urls = ("https://a.b/OAB", "https://c.d/OAB", "https://e.f/OAB")
    for servers in (("EX1", "ex1.contoso.com", "ex1.fabrikam.com"), ("ex1.contoso.com", "ex1.fabrikam.com", "EX1")):
        environments = merge(
            *(observation("endpoints.oab.url", url, server=server) for url, server in zip(urls, servers, strict=True))
        )
        assert tuple(environment.server for environment in environments) == servers
        assert [environment.values()["endpoints.oab.url"] for environment in environments] == list(urls)


def test_what_names_no_server_belongs_to_the_only_one() -> None:
    environment = only(
        observation("endpoints.oab.url", "https://a.b/OAB", server="EX1"),
        observation("endpoints.ews.url", "https://a.b/EWS"),
    )
    assert environment.values()["endpoints.ews.url"] == "https://a.b/EWS"


def test_an_autodiscover_answer_is_about_the_server_that_has_its_url() -> None:
    first, second = merge(
        observation("endpoints.ews.url", "https://ex1.b/EWS", server="EX1"),
        observation("endpoints.ews.url", "https://ex2.b/EWS", server="EX2"),
        observation("endpoints.ews.url", "https://ex2.b/EWS", provenance=LIVE),
    )
    assert first.disputes == second.disputes == ()
    assert len(second.facts["endpoints.ews.url"].others) == 1


def test_an_answer_that_no_server_has_contradicts_each() -> None:
    environments = merge(
        observation("endpoints.ews.url", "https://ex1.b/EWS", server="EX1"),
        observation("endpoints.ews.url", "https://ex2.b/EWS", server="EX2"),
        observation("endpoints.ews.url", "https://old.b/EWS", provenance=LIVE),
    )
    assert [len(environment.disputes) for environment in environments] == [1, 1]


def test_a_server_of_which_only_the_version_is_known_is_passed_over_and_named() -> None:
    environment = only(
        observation("exchange.version", "2010", server="EX1"),
        observation("endpoints.oab.url", "https://a.b/OAB", server="EX1"),
        observation("exchange.version", "2010", server="MBX1"),
        observation("exchange.server", "MBX1", server="MBX1"),
    )
    assert environment.server == "EX1"
    (remark,) = environment.notes
    assert (remark.kind, "MBX1" in remark.text) == ("server-without-urls", True)


def test_two_certificates_are_not_mixed_into_one() -> None:
    live = make("mail.contoso.com", addresses=["192.0.2.1"])
    pasted = evidence.read(make("old.contoso.com", names=["old.contoso.com"]).pem)
    measured = Evidence(
        (
            observation(
                "certificate.common_name", live.certificate.subject.rfc4514_string()[3:], Rank.MEASURED, provenance=LIVE
            ),
            observation("certificate.replaced", True, Rank.MEASURED, provenance=LIVE),
        )
    )
    (environment,) = evidence.merge([pasted, measured])
    assert environment.facts["certificate.common_name"].value == "mail.contoso.com"
    assert "certificate.subject_alternative_names" not in environment.facts
    assert [dispute.fact for dispute in environment.disputes] == ["certificate.common_name"]


def test_a_stated_server_is_the_environment() -> None:
    environment = only(stated={"exchange.server": "EX1", "endpoints.oab.url": "https://a.b/OAB"})
    assert (environment.server, environment.values()["endpoints.oab.url"]) == ("EX1", "https://a.b/OAB")


def test_notes_go_to_their_server() -> None:
    notes = (
        evidence.ReadingNote("build", "one", PASTE, "EX1"),
        evidence.ReadingNote("build", "two", PASTE, "EX2"),
        evidence.ReadingNote("tls", "all", PASTE),
    )
    observations = (
        observation("endpoints.oab.url", "https://a.b", server="EX1"),
        observation("endpoints.oab.url", "https://a.c", server="EX2"),
    )
    first, second = evidence.merge([Evidence(observations, notes)])
    assert [remark.text for remark in first.notes] == ["one", "all"]
    assert [remark.text for remark in second.notes] == ["two", "all"]
