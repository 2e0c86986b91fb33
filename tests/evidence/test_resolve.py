"""What is known of an environment, and who wins: one policy, whole objects, nothing lost in silence."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from evidence import Observation, Provenance, Rank, Sighting, UnknownSettlement, read, resolve
from evidence.environment import ELSEWHERE, Dispute, Environment
from kb.values import UNKNOWN, Value
from tests.evidence.certificates import make

SERVER = "EXCH1"
One = Callable[..., Environment]


def printed(
    fact: str,
    value: Value,
    what: str = "Get-WebServicesVirtualDirectory",
    *,
    server: str | None = SERVER,
    run: int = 1,
    item: int = 0,
    name: str = "paste",
) -> Observation:
    return Observation(fact, value, Provenance(what, name, run), Rank.MACHINE_OUTPUT, server, Sighting(run, item))


def said(fact: str, value: Value, server: str | None = None) -> Observation:
    return Observation(fact, value, Provenance("stated", "answers"), Rank.STATED, server)


def measured(host: str, thumbprint: str, common_name: str) -> list[Observation]:
    provenance = Provenance("TLS handshake", f"tls://{host}:443")
    return [
        Observation(fact, value, provenance, Rank.MEASURED, None, Sighting(seen_at=host))
        for fact, value in (
            ("certificate.thumbprint", thumbprint),
            ("certificate.common_name", common_name),
        )
    ]


def certificate(thumbprint: str, common_name: str, names: tuple[str, ...] = (), **where: object) -> list[Observation]:
    where.setdefault("what", "Get-ExchangeCertificate")
    return [
        printed(f"certificate.{fact}", value, **where)  # type: ignore[arg-type]
        for fact, value in (
            ("thumbprint", thumbprint),
            ("common_name", common_name),
            ("subject_alternative_names", names),
        )
    ]


@pytest.fixture
def one(knowledge: kb.KnowledgeBase) -> One:
    def resolved(*observations: Observation, settle: dict[str, str] | None = None) -> Environment:
        (environment,) = resolve(knowledge, observations, (), settle)
        return environment

    return resolved


def dispute_over(environment: Environment, key: str) -> Dispute:
    (found,) = [each for each in environment.disputes if each.key == key]
    return found


EWS = "endpoints.ews.url"
OLD, NEW = "https://exch1.contoso.local/EWS/Exchange.asmx", "https://mail.contoso.com/EWS/Exchange.asmx"


class TestWhoWins:
    def test_what_was_measured_outweighs_print_and_print_outweighs_words(self, one: One) -> None:
        by_rank = {
            Rank.MEASURED: Observation("exchange.version", "2010", Provenance("probe", "here"), Rank.MEASURED, SERVER),
            Rank.MACHINE_OUTPUT: printed("exchange.version", "2013", "Get-ExchangeServer"),
            Rank.STATED: said("exchange.version", "2007", SERVER),
            Rank.ON_FILE: Observation("exchange.version", "2016", Provenance("on file", "org"), Rank.ON_FILE, SERVER),
        }
        for ranks in itertools.permutations(by_rank):
            environment = one(*(by_rank[rank] for rank in ranks))
            assert environment.facts["exchange.version"] == "2010"
            assert {str(each.value) for each in environment.taken["exchange.version"].also} == {"2013", "2007", "2016"}

    def test_what_is_on_file_gives_way_to_anything_and_is_no_dispute(self, one: One) -> None:
        on_file = Observation("namespace.host", "old.contoso.com", Provenance("on file", "org"), Rank.ON_FILE)
        assert one(on_file).facts["namespace.host"] == "old.contoso.com"
        environment = one(on_file, said("namespace.host", "mail.contoso.com"))
        assert environment.facts["namespace.host"] == "mail.contoso.com"
        assert not environment.disputes

    def test_what_is_only_proposed_is_never_taken(self, one: One) -> None:
        proposed = Observation("alert.host", "mail.contoso.com", Provenance("plain words", "mail"), Rank.PROPOSED)
        environment = one(proposed)
        assert not environment.facts
        assert [each.fact for each in environment.proposed] == ["alert.host"]
        assert not one(proposed, said("alert.host", "MAIL.contoso.com")).proposed

    def test_that_nobody_can_tell_outweighs_nothing(self, one: One) -> None:
        assert (
            one(printed("exchange.version", "2010"), said("exchange.version", UNKNOWN)).facts["exchange.version"]
            == "2010"
        )
        assert one(said("exchange.version", UNKNOWN)).facts["exchange.version"] == UNKNOWN

    def test_a_value_is_read_as_the_vocabulary_reads_it(self, one: One) -> None:
        assert one(printed("exchange.version", "Version 14.3 (Build 123.4)")).facts["exchange.version"] == "2010"
        unreadable = one(printed("exchange.version", "Version 99"))
        assert "exchange.version" not in unreadable.facts
        assert "Get-WebServicesVirtualDirectory" in unreadable.unused[0]


class TestLaterReplacesEarlier:
    def test_get_set_get_again_in_one_paste(self, one: One) -> None:
        environment = one(printed(EWS, OLD, run=1), printed(EWS, NEW, run=20))
        assert environment.facts[EWS] == NEW
        assert not environment.disputes
        assert [each.value for each in environment.taken[EWS].also] == [OLD]

    def test_get_set_get_again_in_two_pastes(self, one: One) -> None:
        assert one(printed(EWS, OLD, name="paste 1"), printed(EWS, NEW, name="paste 2")).facts[EWS] == NEW
        assert one(printed(EWS, NEW, name="paste 2"), printed(EWS, OLD, name="paste 1")).facts[EWS] == OLD

    def test_read_from_real_output(self, one: One) -> None:
        def output(url: str) -> str:
            return (
                "[PS] C:\\>Get-WebServicesVirtualDirectory | fl Server,Name,InternalUrl\n\n"
                f"Server      : EXCH1\nName        : EWS (Default Web Site)\nInternalUrl : {url}\n\n"
            )

        set_ = "[PS] C:\\>Set-WebServicesVirtualDirectory -Identity 'EXCH1\\EWS (Default Web Site)' -InternalUrl x\n\n"
        assert one(*read(output(OLD) + set_ + output(NEW)).observations).facts[EWS] == NEW
        first, second = read(output(OLD), name="a"), read(output(NEW), name="b")
        assert one(*first.observations, *second.observations).facts[EWS] == NEW

    def test_another_kind_of_output_is_a_dispute_and_not_a_replacement(self, one: One) -> None:
        environment = one(printed(EWS, OLD), printed(EWS, NEW, "Autodiscover answer", server=None, run=30))
        assert environment.facts[EWS] == OLD
        dispute = dispute_over(environment, EWS)
        assert [side.facts[EWS] for side in dispute.sides] == [OLD, NEW]
        assert [side.held for side in dispute.sides] == [True, False]


class TestWholeObjects:
    def test_two_certificates_are_two_certificates(self, one: One) -> None:
        """Of one nothing is put into the gaps of the other: here the first shows no alternative names."""
        first = certificate("A1" * 20, "mail.contoso.com", what="Get-ExchangeCertificate")[:2]
        second = certificate("B2" * 20, "www.hoster.example", ("www.hoster.example",), what="Other output", run=9)
        environment = one(*first, *second)
        assert environment.facts["certificate.common_name"] == "mail.contoso.com"
        assert "certificate.subject_alternative_names" not in environment.facts
        dispute = dispute_over(environment, "certificate")
        assert [side.facts["certificate.common_name"] for side in dispute.sides] == [
            "mail.contoso.com",
            "www.hoster.example",
        ]

    def test_a_dispute_is_settled_once_for_the_whole_object(self, one: One) -> None:
        observations = [
            *certificate("A1" * 20, "mail.contoso.com", ("mail.contoso.com",)),
            *certificate("B2" * 20, "www.hoster.example", ("www.hoster.example",), what="Other output", run=9),
        ]
        other = dispute_over(one(*observations), "certificate").sides[1]
        environment = one(*observations, settle={"certificate": other.id})
        assert environment.facts["certificate.common_name"] == "www.hoster.example"
        assert environment.facts["certificate.subject_alternative_names"] == ("www.hoster.example",)
        assert not environment.disputes

    def test_that_nobody_can_tell_which_leaves_what_differs_unknown(self, one: One) -> None:
        observations = [
            *certificate("A1" * 20, "mail.contoso.com", ("mail.contoso.com",)),
            *certificate("B2" * 20, "mail.contoso.com", ("other.contoso.com",), what="Other output", run=9),
        ]
        environment = one(*observations, settle={"certificate": UNKNOWN})
        assert environment.facts["certificate.common_name"] == "mail.contoso.com"
        assert environment.facts["certificate.subject_alternative_names"] == UNKNOWN
        assert not environment.disputes

    def test_a_settlement_for_what_was_stated_lasts_when_more_is_stated_of_that_object(self, one: One) -> None:
        read_ = certificate("A1" * 20, "www.hoster.example", ("www.hoster.example",))
        stated = said("certificate.common_name", "mail.contoso.com")
        ours = next(each for each in dispute_over(one(*read_, stated), "certificate").sides if not each.held)
        later = one(*read_, stated, said("certificate.issuer", "CN=Contoso CA"), settle={"certificate": ours.id})
        assert later.facts["certificate.common_name"] == "mail.contoso.com"
        assert later.facts["certificate.issuer"] == "CN=Contoso CA"
        assert "certificate.thumbprint" not in later.facts
        assert not later.disputes

    def test_what_is_stated_after_nobody_could_tell_wins(self, one: One) -> None:
        observations = [
            *certificate("A1" * 20, "mail.contoso.com", ("mail.contoso.com",)),
            *certificate("B2" * 20, "www.hoster.example", ("www.hoster.example",), what="Other output", run=9),
        ]
        stated = said("certificate.common_name", "post.contoso.com")
        environment = one(*observations, stated, settle={"certificate": UNKNOWN})
        assert environment.facts["certificate.common_name"] == "post.contoso.com"
        assert environment.facts["certificate.subject_alternative_names"] == UNKNOWN
        assert not environment.disputes

    def test_what_was_stated_is_not_what_settles_a_dispute_over_it(self, one: One, knowledge: kb.KnowledgeBase) -> None:
        observations = [printed("exchange.version", "2007", "Get-ExchangeServer"), said("exchange.version", "2010")]
        settle = {"exchange.version": UNKNOWN}
        assert one(*observations, settle=settle).facts["exchange.version"] == UNKNOWN
        (later,) = resolve(knowledge, observations, (), settle, since={"exchange.version"})
        assert later.facts["exchange.version"] == "2010"

    def test_what_is_stated_of_a_settled_object_adds_to_it_and_changes_nothing(
        self, knowledge: kb.KnowledgeBase
    ) -> None:
        observations = [
            *certificate("A1" * 20, "www.hoster.example"),
            said("certificate.common_name", "mail.contoso.com"),
            said("certificate.self_signed", True),
            said("certificate.issuer", "CN=Contoso CA"),
        ]
        (before,) = resolve(knowledge, observations)
        settle = {"certificate": dispute_over(before, "certificate").sides[0].id}
        (environment,) = resolve(knowledge, observations, (), settle, since={"certificate.issuer"})
        assert environment.facts["certificate.common_name"] == "www.hoster.example"
        assert environment.facts["certificate.issuer"] == "CN=Contoso CA"
        assert "certificate.self_signed" not in environment.facts  # said before, of the other certificate

    @pytest.mark.parametrize(
        ("first", "second", "same"),
        [
            ("2027-04-02", "2027-04-03", True),  # 22:00 UTC is the next day in Berlin
            ("2027-04-02", "2027-04-04", False),
            ("2027-04-03", "03.04.2027 01:59:59", True),
            ("2027-04-03", "4/3/2027", True),
            ("2027-04-03", "3/4/2027", True),
            ("2027-04-03", "Apr 3 01:59:59 2027 GMT", True),
            ("2027-04-03", "2028-04-03", False),
            ("2027-04-03", "next spring", False),
        ],
    )
    def test_a_day_that_two_programs_print_in_two_time_zones_is_no_dispute(
        self, one: One, first: str, second: str, same: bool
    ) -> None:
        for day, other in ((first, second), (second, first)):
            environment = one(
                printed("certificate.not_after", day, "openssl"),
                printed("certificate.not_after", other, "Get-ExchangeCertificate", run=9),
            )
            assert bool(environment.disputes) is not same
            assert environment.facts["certificate.not_after"] == day

    def test_two_certificates_that_serve_iis_in_one_list(self, one: One) -> None:
        environment = one(
            *certificate("A1" * 20, "mail.contoso.com", run=4, item=0), *certificate("B2" * 20, "EXCH1", run=4, item=1)
        )
        assert len(dispute_over(environment, "certificate").sides) == 2

    def test_the_list_of_certificates_after_a_renewal_replaces_the_one_before(self, one: One) -> None:
        environment = one(*certificate("A1" * 20, "EXCH1", run=4), *certificate("B2" * 20, "mail.contoso.com", run=40))
        assert environment.facts["certificate.common_name"] == "mail.contoso.com"
        assert not environment.disputes

    def test_two_alerts_with_two_titles_are_two_alerts(self, one: One) -> None:
        def alert(host: str, name: str, run: int) -> list[Observation]:
            return [
                printed(fact, value, "the alert's text", server=None, run=run)
                for fact, value in (("alert.host", host), ("alert.name", name))
            ]

        environment = one(*alert("ex1.contoso.com", "failed", 1), *alert("autodiscover.contoso.com", "ok", 20))
        assert (environment.facts["alert.host"], environment.facts["alert.name"]) == ("ex1.contoso.com", "failed")
        assert dispute_over(environment, "alert").asks_where is False

    def test_facts_of_the_organisation_stand_by_themselves(self, one: One) -> None:
        """A dispute over one of them takes none of the others along."""
        environment = one(
            printed("namespace.host", "mail.contoso.com", "some output", server=None),
            said("namespace.host", "post.contoso.com"),
            said("dns.resolves_internally", True),
        )
        assert environment.facts["dns.resolves_internally"] is True
        assert [each.key for each in environment.disputes] == ["namespace.host"]


class TestWhereAThingWasSeen:
    def test_a_certificate_in_a_file_is_nobodys_until_somebody_says_where_it_was_seen(self, one: One) -> None:
        observations = read(make("mail.contoso.com", names=["mail.contoso.com"]).pem).observations
        environment = one(*observations)
        assert not any("certificate" in fact for fact in environment.facts)
        (dispute,) = environment.disputes
        assert dispute.asks_where
        assert [side.id for side in dispute.sides] == ["certificate", "alert.certificate", ELSEWHERE]
        at_alert = one(*observations, settle={dispute.key: "alert.certificate"})
        assert at_alert.facts["alert.certificate.common_name"] == "mail.contoso.com"
        assert "certificate.common_name" not in at_alert.facts
        assert (
            one(*observations, settle={"certificate": dispute.key}).facts["certificate.common_name"]
            == "mail.contoso.com"
        )
        assert not one(*observations, settle={dispute.key: ELSEWHERE}).facts

    def test_a_file_that_holds_the_certificate_of_iis_needs_no_question(self, one: One) -> None:
        observations = read(make("mail.contoso.com", names=["mail.contoso.com"]).pem).observations
        thumbprint = next(each.value for each in observations if each.fact == "certificate.thumbprint")
        environment = one(printed("certificate.thumbprint", thumbprint, "Get-ExchangeCertificate"), *observations)
        assert environment.facts["certificate.subject_alternative_names"] == ("mail.contoso.com",)
        assert not environment.disputes

    @pytest.mark.parametrize("host", ["exch1.contoso.local", "EXCH1"])
    def test_what_the_server_itself_shows_is_its_certificate(self, one: One, host: str) -> None:
        environment = one(said("exchange.server", SERVER), *measured(host, "A1", "mail.contoso.com"))
        assert environment.facts["certificate.common_name"] == "mail.contoso.com"

    def test_what_another_host_shows_is_not(self, one: One) -> None:
        seen = measured("autodiscover.contoso.com", "A1", "www.hoster.example")
        environment = one(said("exchange.server", SERVER), said("alert.host", "autodiscover.contoso.com"), *seen)
        assert environment.facts["alert.certificate.common_name"] == "www.hoster.example"
        assert "certificate.common_name" not in environment.facts
        without_alert = one(said("exchange.server", SERVER), *seen)
        assert "certificate.common_name" not in without_alert.facts
        assert [note.kind for note in without_alert.notes] == ["seen-elsewhere"]


class TestSeveralServers:
    def test_each_has_an_environment_and_knows_the_names_of_all(self, knowledge: kb.KnowledgeBase) -> None:
        first, second = resolve(
            knowledge,
            [
                printed(EWS, OLD, server="EXCH1"),
                printed(EWS, NEW, server="exch2.contoso.local"),
                said("client.location", "internal"),
            ],
        )
        assert (first.server, second.server) == ("EXCH1", "exch2.contoso.local")
        assert (first.facts[EWS], second.facts[EWS]) == (OLD, NEW)
        assert first.facts["client.location"] == second.facts["client.location"] == "internal"
        assert first.facts["exchange.servers"] == ("EXCH1", "exch2.contoso.local")

    def test_a_value_that_names_no_server_is_about_the_server_that_has_it(self, knowledge: kb.KnowledgeBase) -> None:
        every = resolve(
            knowledge,
            [
                printed(EWS, OLD, server="EXCH1"),
                printed(EWS, NEW, server="EXCH2"),
                printed(EWS, NEW, "Autodiscover answer", server=None, run=50),
            ],
        )
        assert [environment.disputes for environment in every] == [(), ()]

    def test_a_server_of_which_only_the_name_is_known_is_passed_over(self, knowledge: kb.KnowledgeBase) -> None:
        (environment,) = resolve(
            knowledge, [printed(EWS, OLD), printed("exchange.version", "2010", "Get-ExchangeServer", server="DC1")]
        )
        assert environment.server == "EXCH1"
        assert any("DC1" in note.text for note in environment.notes)

    def test_a_short_name_and_a_long_one_are_one_server(self, knowledge: kb.KnowledgeBase) -> None:
        (environment,) = resolve(
            knowledge, [printed(EWS, OLD, server="exch1.contoso.local"), said("exchange.server", "EXCH1")]
        )
        assert environment.facts["exchange.server"] == "EXCH1"


class TestSettling:
    @pytest.mark.parametrize("settle", [{"certificate": "nothing"}, {"nothing": "x"}, {"exchange.version": "12345678"}])
    def test_what_there_is_none_of_is_refused(self, one: One, settle: dict[str, str]) -> None:
        with pytest.raises(UnknownSettlement):
            one(printed("exchange.version", "2010"), settle=settle)

    def test_a_settlement_of_what_was_replaced_since_counts_for_nothing(self, one: One) -> None:
        observations = [
            *certificate("A1" * 20, "mail.contoso.com"),
            *certificate("B2" * 20, "www.hoster.example", what="Other output", run=9),
        ]
        first = dispute_over(one(*observations), "certificate").sides[0]
        later = [*observations, *certificate("C3" * 20, "new.contoso.com", run=50)]
        environment = one(*later, settle={"certificate": first.id})
        assert environment.facts["certificate.common_name"] == "new.contoso.com"
        assert dispute_over(environment, "certificate").sides[0].facts["certificate.common_name"] == "new.contoso.com"


VALUES = {
    "exchange.version": ["2007", "2010"],
    "client.location": ["internal", "external"],
    EWS: [OLD, NEW],
    "certificate.common_name": ["mail.contoso.com", "EXCH1"],
    "certificate.thumbprint": ["A1", "B2"],
    "alert.host": ["mail.contoso.com", "exch1.contoso.local"],
}


@st.composite
def observation(draw: st.DrawFn) -> Observation:
    fact = draw(st.sampled_from(sorted(VALUES)))
    rank = draw(st.sampled_from([rank for rank in Rank if rank is not Rank.PROPOSED]))
    what = draw(st.sampled_from(["one output", "another output"]))
    place = Provenance("stated" if rank is Rank.STATED else what, "paste", draw(st.integers(1, 3)))
    sighting = Sighting(place.line or 1) if rank > Rank.STATED else None
    server = draw(st.sampled_from([None, SERVER]))
    return Observation(fact, draw(st.sampled_from(VALUES[fact])), place, rank, server, sighting)


@given(st.lists(observation(), max_size=12))
@settings(max_examples=200)
def test_whatever_comes_in_nothing_is_made_up_or_lost(observations: list[Observation]) -> None:
    knowledge = kb.load()
    for environment in resolve(knowledge, observations):
        told = {(each.fact, each.value) for each in observations}
        made = {"exchange.server", "exchange.servers"}
        assert {(fact, value) for fact, value in environment.facts.items() if fact not in made} <= told
        for fact, taken in environment.taken.items():
            of_it = {each.value for each in observations if each.fact == fact} or {taken.value}
            assert of_it == {taken.value, *(each.value for each in taken.also)}
        for dispute in environment.disputes:
            assert [side.held for side in dispute.sides].count(True) == 1
            for side in dispute.sides:
                (settled,) = resolve(knowledge, observations, (), {dispute.key: side.id})
                assert dispute.key not in {each.key for each in settled.disputes}
                assert side.facts.items() <= settled.facts.items()


@pytest.mark.parametrize("pem_first", [True, False])
def test_a_certificate_without_a_list_of_names_is_one_whichever_program_shows_it(pem_first: bool) -> None:
    certificate = make("post.nordwind.example", names=None)
    listed = read(
        "CertificateDomains : {post.nordwind.example}\nServices : IIS\nSubject : CN=post.nordwind.example\n"
        f"Thumbprint : {certificate.thumbprint}\n"
    )
    shown = read(f"$ openssl s_client -connect NWEX1:443\n{certificate.pem}")
    both = [*shown.observations, *listed.observations] if pem_first else [*listed.observations, *shown.observations]
    (environment,) = resolve(kb.load(), both)
    assert environment.disputes == ()
    assert environment.facts["certificate.subject_alternative_names"] == ()


def test_of_one_certificate_two_lists_of_names_stay_a_dispute() -> None:
    text = "CertificateDomains : {%s}\nServices : IIS\nSubject : CN=post.nordwind.example\nThumbprint : " + "4A" * 20
    observations = [
        *read(text % "post.nordwind.example, ex1.nordwind.example", name="one").observations,
        *read(
            "Get-ExchangeCertificate -Server NWEX1 | fl\n\n" + text % "post.nordwind.example", name="two"
        ).observations,
    ]
    (environment,) = resolve(kb.load(), observations)
    assert [dispute.facts for dispute in environment.disputes] == [("certificate.subject_alternative_names",)]


NAME_LINE = "The name on the security certificate is invalid or does not match the name of the site"


def test_what_somebody_quotes_of_a_warning_and_what_is_answered_are_two_sources() -> None:
    quoted = read(f"Ann says '{NAME_LINE}' for mail.muster.example")
    answer = Observation("alert.name", "ok", Provenance("an answer", "answers"), Rank.STATED)
    for both in ([*quoted.observations, answer], [answer, *quoted.observations]):
        (environment,) = resolve(kb.load(), both)
        assert [(dispute.key, dispute.facts) for dispute in environment.disputes] == [("alert", ("alert.name",))]


def test_an_answer_beside_what_somebody_quotes_is_added_to_it() -> None:
    quoted = read(f"Ann says '{NAME_LINE}' for mail.muster.example")
    answer = Observation("alert.date", "ok", Provenance("an answer", "answers"), Rank.STATED)
    (environment,) = resolve(kb.load(), [*quoted.observations, answer])
    assert environment.disputes == ()
    assert environment.facts.items() >= {"alert.name": "failed", "alert.date": "ok"}.items()


def test_a_window_that_was_pasted_weighs_more_than_what_somebody_quotes_of_it() -> None:
    quoted = read(f"Ann says '{NAME_LINE}' for mail.muster.example", name="mail")
    window = read("mail.muster.example\nSecurity Alert\nThe security certificate has a valid name.\n", name="window")
    (environment,) = resolve(kb.load(), [*quoted.observations, *window.observations])
    assert environment.facts["alert.name"] == "ok"
    assert [dispute.facts for dispute in environment.disputes] == [("alert.name",)]


def test_what_a_person_confirms_is_their_own_answer() -> None:
    told = read("Outlook warns that the certificate has expired.")
    confirmed = [each.confirmed() for each in told.proposed]
    later = Observation("alert.date", "ok", Provenance("an answer", "answers"), Rank.STATED)
    (environment,) = resolve(kb.load(), [*confirmed, later])
    assert environment.disputes == ()
    assert environment.facts["alert.date"] == "ok"
