"""What a helpdesk does with a verdict: reads it at once, copies it, ticks it off, and goes on where it did not help."""

from __future__ import annotations

import pytest

from tests.desk.web.visit import Visit
from tests.desk.web.walks import PLAIN_WORDS, SHELL, diagnosed


def _copied(visit: Visit, words: str) -> str:
    """The text behind a button that copies."""
    (button,) = [each for each in visit.page.select(".copies") if words in each.get_text()]
    return button.select("template")[0].get_text()


def test_the_verdict_comes_first_and_the_question_stays_under_the_paste_bar(visit: Visit) -> None:
    diagnosed(visit)
    first = visit.page.select(".work > *")[0]
    assert "verdict" in (first.get("class") or [])
    assert "Change the stored URLs" in visit.words(".verdict .lead")[0]

    visit.begin()
    order = [" ".join(each.get("class") or []).split()[0] for each in visit.page.select(".work > *")]
    assert order.index("evidence-form") < order.index("question")


def test_all_commands_are_copied_in_order_with_what_is_done_by_hand_and_the_way_back_as_remarks(visit: Visit) -> None:
    diagnosed(visit)
    lines = _copied(visit, "Copy all commands").splitlines()
    by_hand = next(number for number, line in enumerate(lines) if "add a host record" in line)
    first = next(number for number, line in enumerate(lines) if line.startswith("Set-"))
    undo = lines.index("# To undo, last step first:")
    assert by_hand < first < undo
    assert lines[by_hand].startswith("# 1. ")
    assert all(line.startswith("# ") for line in lines[undo:]), "nothing is undone by pasting it all"
    assert "https://ServerName.contoso.com/ews/exchange.asmx" in " ".join(lines[undo:])


def test_the_ticket_and_the_words_for_the_caller_are_copied(visit: Visit) -> None:
    diagnosed(visit, "INC-5")
    assert _copied(visit, "Copy ticket").startswith("# Case ")
    assert "We know the cause" in _copied(visit, "words for the caller")
    assert any(each.startswith("Tell the caller: We know the cause") for each in visit.words(".details p"))


def test_what_is_ticked_off_is_kept_in_the_case_without_a_script(visit: Visit) -> None:
    diagnosed(visit)
    revision = visit.case.revision
    visit.submit("#ticks", tick="change-internal-urls.set-ews-url")
    ticked = [str(each["value"]) for each in visit.page.select("input[name=tick][checked]")]
    assert ticked == ["change-internal-urls.set-ews-url"]
    assert visit.case.revision == revision, "a tick is no answer, and stands in nobody's way"

    visit.submit("#ticks", tick=[])
    assert not visit.page.select("input[name=tick][checked]")


def test_a_proposal_that_is_dismissed_stays_away(visit: Visit) -> None:
    visit.begin().paste(PLAIN_WORDS)
    visit.submit(".question form", "dismiss=exchange.version")
    assert "The version of Exchange" not in " ".join(visit.words(".proposals li"))
    visit.open(f"/cases/{visit.case.id}")
    assert "The version of Exchange" not in " ".join(visit.words(".proposals li"))
    assert "exchange.version" not in visit.case.outcome.facts


def test_still_there_keeps_what_was_tried_and_goes_on(visit: Visit) -> None:
    diagnosed(visit)
    visit.submit(".closing form", "helped=no")
    assert visit.case.closing is None
    assert visit.case.values["tried.change_internal_urls"] == "no_change"
    assert "This was tried and changed nothing" in visit.words(".verdict .lead")[0]

    visit.submit(".closing form", "helped=no")
    assert visit.case.closing is not None
    assert visit.case.closing.helped is False


def test_what_an_administrator_has_to_look_up_can_be_sent_to_him(visit: Visit) -> None:
    visit.begin("INC-8").open(f"{visit.response.url.path}?ask=endpoints.ews.url")
    text = visit.words(".find .more pre")[0]
    assert text.startswith("Hello, for a support case (INC-8) we need to know:")
    assert "Get-WebServicesVirtualDirectory" in text

    visit.submit(".question form", "unknown=1")
    assert any("Get-WebServicesVirtualDirectory" in each for each in visit.words(".more pre"))


def test_a_paste_into_the_field_of_an_answer_is_read_as_evidence(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=exchange.server")
    visit.answer(exchange__server=SHELL)
    assert visit.case.outcome.facts["exchange.version"] == "2010"
    assert "Read paste 1" in " ".join(visit.words(".read summary"))


def test_names_are_masked_by_a_link_that_goes_both_ways(visit: Visit) -> None:
    diagnosed(visit).open(f"/cases/{visit.case.id}/ticket")
    visit.open(str(visit.one(".ticket-tools p > a[href*=masked]")["href"]))
    assert "ServerName" not in visit.one(".ticket").get_text()
    visit.open(str(visit.page.select(".ticket-tools p > a")[0]["href"]))
    assert "ServerName" in visit.one(".ticket").get_text()


def test_other_open_cases_that_name_the_same_host_are_told(visit: Visit) -> None:
    for reference in ("INC-1", "INC-2"):
        visit.begin(reference)
        visit.answer(alert__kind="security_alert", mark=["alert.name"], alert__host="Mail.Contoso.com")
    assert visit.words(".same-names a") == ["1 more open case names mail.contoso.com"]
    visit.open(str(visit.one(".same-names a")["href"]))
    assert visit.words(".case-name") == ["INC-2", "INC-1"]


def test_evidence_tells_what_somebody_else_has_answered_meanwhile(visit: Visit) -> None:
    visit.begin()
    other = Visit(visit.client).open(str(visit.response.url))
    visit.open(f"{visit.response.url.path}?ask=client.location").answer("value:client.location=internal")
    other.paste(SHELL)
    assert "The place of the client" in other.words(".done li")[0]
    assert "Read paste 1" in other.words(".read summary")[0]


def test_all_cases_are_filtered_and_shown_a_page_at_a_time(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.web.pages._A_PAGE", 2)
    for number in range(5):
        visit.begin(f"INC-{number}")
    visit.answer(alert__kind="other").submit(".closing form", "helped=unknown")

    visit.open("/cases")
    seen = visit.words(".case-name")
    while visit.page.select("a.button[href^='/cases?']"):
        visit.open(str(visit.one("a.button[href^='/cases?']")["href"]))
        seen += visit.words(".case-name")
    assert seen == ["INC-4", "INC-3", "INC-2", "INC-1", "INC-0"]

    assert visit.open("/cases?state=closed").words(".case-name") == ["INC-4"]
    assert visit.open("/cases?text=inc-1").words(".case-name") == ["INC-1"]
    day = visit.desk.store.list(limit=1)[0].changed_at.strftime("%Y-%m-%d")
    assert len(visit.open(f"/cases?since={day}&until={day}").words(".case-name")) == 2
    assert not visit.open("/cases?until=2001-01-01").words(".case-name")
    assert visit.open("/cases?since=2001-02-31&after=nonsense").response.status_code == 200


def test_an_address_that_leads_nowhere_is_told_to_people(visit: Visit) -> None:
    visit.open("/no/such/page")
    assert visit.response.status_code == 404
    assert "openapi" not in visit.text
    assert visit.page.select("form[action='/find']")


def test_the_reasoning_says_what_is_needed_and_what_was_said_and_nothing_twice(visit: Visit) -> None:
    visit.begin().answer(alert__kind="security_alert", mark=["alert.name"])
    visit.open(f"/cases/{visit.case.id}?ask=client.location").answer("value:client.location=external")
    visit.open(f"/cases/{visit.case.id}/reasoning")
    failing = " ".join(visit.words(".tree .fails .leaf"))
    assert "Needs The place of the client: inside the local network" in failing
    assert "You said: outside, for example at home" in failing

    diagnosed(visit).open(f"/cases/{visit.case.id}/reasoning")
    assert not [each for each in visit.words(".tree li") if "as above" in each and "because" in each]
