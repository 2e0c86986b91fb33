"""Cases: what is written is read again, by whom and when, and nobody's change gets lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from desk.cases import (
    Case,
    CaseClosed,
    CaseFull,
    CaseNotFound,
    CaseState,
    CaseStore,
    EntryKind,
    IdempotencyConflict,
    RevisionConflict,
    StepRefused,
)
from desk.cases import store as store_module
from desk.cases.case import UnreadableCase
from desk.cases.schema import entries
from desk.cases.store import IdempotencyKey, Input
from engine import FactsRefused
from evidence import UnknownSettlement, read

Contoso = Callable[..., dict[str, object]]

_EWS = (
    "Server      : EXCH1\nName        : EWS (Default Web Site)\n"
    "InternalUrl : https://exch1.contoso.local/ews/exchange.asmx\n"
)


def _input(text: str = _EWS, name: str = "ews.txt") -> Input:
    return Input.of(name, text.encode(), read(text, name=name))


def test_a_new_case_says_what_to_ask_first(store: CaseStore) -> None:
    case = store.create(who="Ada", reference="T-1")

    assert (case.revision, case.state, case.reference, case.created_by) == (1, CaseState.OPEN, "T-1", "Ada")
    assert case.outcome == store.engine.diagnose({})
    assert case.outcome.questions


def test_what_was_answered_is_read_again_with_who_and_when(store: CaseStore) -> None:
    case = store.create({"client.location": "internal"}, who="Ada")

    changed = store.change(case.id, {"exchange.version": "2007"}, revision=1, who="Grace", provenance="web")

    again = store.get(case.id)
    assert again == changed
    answer = again.answers["exchange.version"]
    assert (answer.value, answer.who, answer.provenance, answer.revision) == ("2007", "Grace", "web", 2)
    assert answer.at - again.answers["client.location"].at >= timedelta(minutes=1)
    assert again.outcome.facts == {"client.location": "internal", "exchange.version": "2007"}


def test_an_interview_ends_in_the_outcome_that_its_facts_have_by_themselves(store: CaseStore, contoso: Contoso) -> None:
    case = store.create(who="Ada")

    for fact, value in contoso().items():
        case = store.change(case.id, {fact: value}, revision=case.revision, who="Ada")

    assert case.outcome == store.engine.diagnose(contoso())
    assert [entry.revision for entry in case.log] == list(range(1, len(contoso()) + 2))


def test_an_answer_that_is_no_value_of_its_fact_is_refused_and_not_kept(store: CaseStore) -> None:
    case = store.create(who="Ada")

    with pytest.raises(FactsRefused, match=r"exchange\.version"):
        store.change(case.id, {"exchange.version": 2008}, revision=1, who="Ada")

    assert store.get(case.id).revision == 1


def test_an_answer_can_be_revised_and_the_log_keeps_both(store: CaseStore) -> None:
    case = store.create({"exchange.version": "2007"}, who="Ada")

    case = store.change(case.id, {"exchange.version": "2010"}, revision=1, who="Grace")

    assert case.values == {"exchange.version": "2010"}
    assert [entry.content["facts"] for entry in case.log] == [
        {"exchange.version": "2007"},
        {"exchange.version": "2010"},
    ]


def test_an_answer_that_is_withdrawn_is_asked_again(store: CaseStore) -> None:
    case = store.create({"alert.kind": "security_alert"}, who="Ada")

    case = store.change(case.id, {"alert.kind": None}, revision=1, who="Ada")

    assert case.values == {}
    assert case.outcome == store.engine.diagnose({})


def test_an_answer_about_one_of_several_servers_is_not_said_of_the_others(store: CaseStore) -> None:
    url, other = "https://ex2.contoso.com/oab", "https://ex1.contoso.com/oab"
    case = store.create({"endpoints.oab.url": other}, who="kim")
    store.change(case.id, {"endpoints.oab.url": url}, revision=None, who="kim", servers=("EX2", "EX1"))
    told = store.get(case.id)
    assert {server: answers["endpoints.oab.url"].value for server, answers in told.answers_of.items()} == {
        "EX2": url,
        "EX1": other,
    }
    assert "endpoints.oab.url" not in told.answers

    store.change(case.id, {"endpoints.oab.url": None}, revision=None, who="kim")
    assert not any(store.get(case.id).answers_of.values()), "what names no server is about all"

    store.change(case.id, {"client.location": "internal"}, revision=None, who="kim", servers=("EX2", "EX1"))
    assert store.get(case.id).values == {"client.location": "internal"}, "a caller has no server"


def test_two_people_who_change_the_same_revision_are_told(store: CaseStore) -> None:
    case = store.create(who="Ada")
    store.change(case.id, {"exchange.version": "2007"}, revision=1, who="Ada")

    with pytest.raises(RevisionConflict) as conflict:
        store.change(case.id, {"exchange.version": "2010"}, revision=1, who="Grace")

    assert conflict.value.current == store.get(case.id)
    assert conflict.value.current.values == {"exchange.version": "2007"}


def test_the_same_value_once_more_is_no_conflict_and_no_entry(store: CaseStore) -> None:
    case = store.create(who="Ada")
    store.change(case.id, {"exchange.version": "2007"}, revision=1, who="Ada")

    again = store.change(case.id, {"exchange.version": "2007"}, revision=1, who="Grace")

    assert again.revision == 2
    assert again.answers["exchange.version"].who == "Ada"


def test_of_many_who_write_at_once_on_one_revision_exactly_one_succeeds(store: CaseStore) -> None:
    case = store.create(who="Ada")

    def attempt(number: int) -> bool:
        try:
            store.change(case.id, {"exchange.server": f"SRV{number}"}, revision=1, who=f"bot-{number}")
        except RevisionConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        succeeded = list(pool.map(attempt, range(16)))

    assert succeeded.count(True) == 1
    assert store.get(case.id).revision == 2


def test_writers_who_expect_no_revision_all_get_through_in_some_order(store: CaseStore) -> None:
    case = store.create(who="Ada")

    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda number: store.change(
                    case.id, {"exchange.server": f"SRV{number}"}, revision=None, who=f"bot-{number}"
                ),
                range(16),
            )
        )

    log = store.get(case.id).log
    assert sorted(entry.who for entry in log[1:]) == sorted(f"bot-{number}" for number in range(16))
    assert [entry.revision for entry in log] == list(range(1, 18))


def test_evidence_counts_with_its_provenance(store: CaseStore) -> None:
    case = store.create(who="Ada")

    case = store.add_evidence(case.id, [_input()], revision=1, who="Ada")

    taken = store.get(case.id).environments[0].environment.taken["endpoints.ews.url"]
    assert taken.value == "https://exch1.contoso.local/ews/exchange.asmx"
    assert taken.provenance.name == "ews.txt"
    assert case == store.get(case.id)


def test_the_same_paste_twice_is_kept_once(store: CaseStore) -> None:
    case = store.create(evidence=[_input()], who="Ada")

    assert store.add_evidence(case.id, [_input()], revision=None, who="Ada").revision == 1


def test_what_was_pasted_is_not_kept_but_what_it_gave(store: CaseStore) -> None:
    case = store.create(evidence=[_input("a private remark\n\n" + _EWS)], who="Ada")

    assert "private remark" not in str(store.get(case.id))
    assert case.evidence[0].digest == _input("a private remark\n\n" + _EWS).digest


def test_evidence_of_several_servers_gives_an_outcome_for_each(store: CaseStore) -> None:
    case = store.create(evidence=[_input(_EWS + "\n" + _EWS.replace("EXCH1", "EXCH2"))], who="Ada")

    assert [each.environment.server for each in case.environments] == ["EXCH1", "EXCH2"]


def test_machine_output_outweighs_an_answer_until_somebody_who_has_seen_both_decides(store: CaseStore) -> None:
    stated, read_ = "https://mail.contoso.com/ews", "https://exch1.contoso.local/ews/exchange.asmx"
    case = store.create({"endpoints.ews.url": stated}, who="Ada")

    case = store.add_evidence(case.id, [_input()], revision=1, who="Ada")
    assert case.outcome.facts["endpoints.ews.url"] == read_
    (dispute,) = case.environments[0].environment.disputes
    ours = next(side for side in dispute.sides if not side.held)

    case = store.change(case.id, settle={dispute.key: ours.id}, revision=2, who="Grace")
    assert case.outcome.facts["endpoints.ews.url"] == stated
    assert not case.outcome.contradictions
    also = case.environments[0].environment.taken["endpoints.ews.url"].also
    assert read_ in [each.value for each in also]
    assert case == store.get(case.id)
    assert case.log[-1].kind is EntryKind.SETTLED


def test_what_somebody_states_after_nobody_could_tell_counts(store: CaseStore) -> None:
    stated, later = "https://mail.contoso.com/ews", "https://post.contoso.com/ews"
    case = store.create({"endpoints.ews.url": stated}, evidence=[_input()], who="Ada")
    (dispute,) = case.environments[0].environment.disputes

    case = store.change(case.id, settle={dispute.key: "unknown"}, revision=1, who="Ada")
    assert case.outcome.facts["endpoints.ews.url"] == "unknown"

    case = store.change(case.id, {"endpoints.ews.url": later}, revision=2, who="Grace")
    assert case.outcome.facts["endpoints.ews.url"] == later
    assert not case.outcome.contradictions
    assert case == store.get(case.id)


def test_a_settlement_for_what_was_stated_lasts_when_more_is_stated(store: CaseStore) -> None:
    text = f"Get-ExchangeCertificate | fl\nServices : IIS\nSubject : CN=www.hoster.example\nThumbprint : {'A1' * 20}\n"
    case = store.create({"certificate.common_name": "mail.contoso.com"}, evidence=[_input(text)], who="Ada")
    (dispute,) = case.environments[0].environment.disputes
    ours = next(side for side in dispute.sides if not side.held)

    case = store.change(case.id, settle={dispute.key: ours.id}, revision=1, who="Ada")
    case = store.change(case.id, {"certificate.issuer": "CN=Contoso CA"}, revision=2, who="Ada")
    assert case.outcome.facts["certificate.common_name"] == "mail.contoso.com"
    assert case.outcome.facts["certificate.issuer"] == "CN=Contoso CA"
    assert not case.outcome.contradictions


def test_what_is_settled_has_to_be_there(store: CaseStore) -> None:
    case = store.create(evidence=[_input()], who="Ada")

    with pytest.raises(UnknownSettlement):
        store.change(case.id, settle={"endpoints.ews.url": "nothing"}, revision=1, who="Ada")

    assert store.get(case.id).revision == 1


def test_answers_withdrawals_and_settlements_are_one_entry(store: CaseStore) -> None:
    case = store.create({"alert.kind": "security_alert", "client.location": "internal"}, who="Ada")

    case = store.change(case.id, {"alert.kind": None, "exchange.version": "2010 SP3"}, revision=1, who="Ada")

    assert case.revision == 2
    assert case.values == {"client.location": "internal", "exchange.version": "2010"}


def test_cases_of_one_moment_are_all_listed_page_by_page(store: CaseStore) -> None:
    moment = store._clock()
    store._clock = lambda: moment
    made = {store.create(who="Ada", reference=f"T-{number}").id for number in range(5)}

    listed: list[str] = []
    page = store.list(limit=2)
    while page:
        listed += [each.id for each in page]
        page = store.list(limit=2, after=(page[-1].changed_at, page[-1].id))

    assert sorted(listed) == sorted(made)
    assert [each.reference for each in store.list(wanted="t-3")] == ["T-3"]
    assert [each.id for each in store.list(wanted=listed[0][:6])] == [listed[0]]


def test_one_case_that_cannot_be_read_ends_no_export(store: CaseStore) -> None:
    good, bad = store.create(who="Ada"), store.create(who="Ada")
    with store.database.writing() as connection:
        connection.execute(update(entries).where(entries.c.case_id == bad.id).values(content={"evidence": [{}]}))

    every = {each.id: each for each in store.each()}

    assert isinstance(every[good.id], Case)
    assert isinstance(every[bad.id], UnreadableCase)


def test_a_closed_case_says_what_helped_and_takes_no_answer_until_it_is_reopened(store: CaseStore) -> None:
    case = store.create(who="Ada")

    case = store.close(case.id, helped=True, step="change-internal-urls.set-ews-url", revision=1, who="Grace")
    assert case.state is CaseState.CLOSED
    assert case.closing is not None
    assert (case.closing.helped, case.closing.step, case.closing.who) == (
        True,
        "change-internal-urls.set-ews-url",
        "Grace",
    )
    with pytest.raises(CaseClosed):
        store.change(case.id, {"exchange.version": "2007"}, revision=2, who="Ada")

    case = store.reopen(case.id, revision=2, who="Ada")
    assert (case.state, case.closing) == (CaseState.OPEN, None)
    assert store.change(case.id, {"exchange.version": "2007"}, revision=3, who="Ada").revision == 4
    assert [entry.kind for entry in store.get(case.id).log] == [
        EntryKind.CREATED,
        EntryKind.CLOSED,
        EntryKind.REOPENED,
        EntryKind.ANSWERED,
    ]


def test_a_step_that_the_library_does_not_have_cannot_have_helped(store: CaseStore) -> None:
    case = store.create(who="Ada")

    with pytest.raises(StepRefused, match="did you mean change-internal-urls"):
        store.close(case.id, helped=True, step="change-internal-urls.set-ews-uri", revision=1, who="Ada")


def test_each_conclusion_is_kept_with_the_knowledge_that_it_rests_on(store: CaseStore) -> None:
    case = store.create(who="Ada")
    case = store.change(case.id, {"client.location": "external"}, revision=1, who="Ada")

    assert [each.digest for each in case.conclusions] == [store.engine.knowledge.digest] * 2
    assert [each.points[""]["verdict"] for each in case.conclusions] == ["undecided", case.outcome.verdict.value]


def test_a_case_that_nobody_made_is_not_found(store: CaseStore) -> None:
    with pytest.raises(CaseNotFound):
        store.get("0" * 20)


def test_a_list_shows_the_last_changed_first_and_goes_on_from_there(store: CaseStore) -> None:
    first, second, third = (store.create(who="Ada", reference=f"T-{number}") for number in range(3))
    store.change(first.id, {"exchange.version": "2007"}, revision=1, who="Ada")
    store.close(second.id, helped=None, revision=1, who="Ada")

    everything = store.list()
    assert [each.id for each in everything] == [second.id, first.id, third.id]
    assert [each.id for each in store.list(limit=2, after=(everything[0].changed_at, everything[0].id))] == [
        first.id,
        third.id,
    ]
    assert [each.id for each in store.list(state=CaseState.CLOSED)] == [second.id]
    assert {each.id for each in store.each()} == {first.id, second.id, third.id}


def test_a_creation_that_is_sent_twice_makes_one_case(store: CaseStore) -> None:
    key = IdempotencyKey("token:1", "once", "fingerprint")

    first = store.create({"exchange.version": "2007"}, who="bot", idempotency=key)
    second = store.create({"exchange.version": "2007"}, who="bot", idempotency=key)

    assert first == second
    assert len(store.list()) == 1


def test_a_creation_that_is_sent_many_times_at_once_makes_one_case(store: CaseStore) -> None:
    key = IdempotencyKey("token:1", "once", "fingerprint")

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: store.create(who="bot", idempotency=key).id, range(16)))

    assert len(ids) == 1
    assert len(store.list()) == 1


def test_an_idempotency_key_does_not_stand_for_two_contents_and_belongs_to_its_caller(store: CaseStore) -> None:
    store.create(who="bot", idempotency=IdempotencyKey("token:1", "once", "one content"))

    with pytest.raises(IdempotencyConflict):
        store.create(who="bot", idempotency=IdempotencyKey("token:1", "once", "another"))
    store.create(who="bot", idempotency=IdempotencyKey("token:2", "once", "another"))
    assert len(store.list()) == 2


def test_an_example_takes_no_more_entries_than_one_may_have(store: CaseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MAX_ENTRIES", 2)
    case = store.create(who="Ada")
    store.change(case.id, {"exchange.server": "A"}, revision=None, who="Ada")

    with pytest.raises(CaseFull):
        store.change(case.id, {"exchange.server": "B"}, revision=None, who="Ada")
