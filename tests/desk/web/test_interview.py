"""The interview on the pages, without a script: what is asked, what is kept, and what is shown of it."""

from __future__ import annotations

import pytest

from desk.interview.form import CHECKLIST
from tests.desk.web.visit import Visit
from tests.desk.web.walks import (
    CERTIFICATE,
    PLAIN_WORDS,
    SECOND_SERVER,
    SHELL,
    answer_everything,
    diagnosed,
)

OTHER_URLS_UNKNOWN = {f"endpoints__{each}__url": "unknown" for each in ("autodiscover", "oab", "um")}


def _without_address_book(shell: str) -> str:
    return "[PS]".join(each for each in shell.split("[PS]") if "Oab" not in each)


def test_an_interview_leads_from_the_start_page_to_the_commands(visit: Visit) -> None:
    visit.begin("INC-20431")
    asked = answer_everything(visit)

    assert len(asked) == len(set(asked)), "nothing is asked twice"
    assert visit.words(".verdict h2") == ["Cause found"]
    commands = visit.words(".step pre")
    assert any(each.startswith("Set-UMVirtualDirectory -Identity 'ServerName\\unified") for each in commands)
    assert "Set-ClientAccessServer -Identity 'ServerName'" in " ".join(commands)
    assert "The URL of Autodiscover, Exchange Web Services, the offline address book and unified" in visit.text
    assert not visit.page.select(".members"), "what holds of all alike is said once"


def test_a_case_begins_with_its_first_answer_on_the_start_page(visit: Visit) -> None:
    visit.open("/").submit(
        "form[action='/cases']",
        reference="INC-1",
        **{
            "value:alert.kind": "security_alert",
            f"value:{CHECKLIST}": "alert.name",
            "value:client.location": "internal",
        },
    )
    assert visit.case.reference == "INC-1"
    assert visit.case.values == {
        "alert.kind": "security_alert",
        "alert.name": "failed",
        "alert.trust": "ok",
        "alert.date": "ok",
        "client.location": "internal",
    }
    assert visit.words(".done summary") == ["5 answers"]


def test_a_case_begins_with_a_paste_on_the_start_page(visit: Visit) -> None:
    visit.open("/").submit("form[action='/cases']", reference="INC-1", paste=SHELL)
    assert visit.case.reference == "INC-1"
    assert visit.case.outcome.facts["exchange.version"] == "2010"
    assert "Read paste 1" in visit.words(".read summary")[0]


def test_what_is_wrong_on_the_start_page_stands_there_and_nothing_typed_is_lost(visit: Visit) -> None:
    visit.open("/").submit(
        "form[action='/cases']",
        reference="INC-1",
        **{"value:alert.kind": "security_alert", "value:client.location": "internal"},
    )
    assert visit.response.status_code == 422
    assert "None of these" in visit.words("fieldset .error")[0]
    assert visit.one("#reference")["value"] == "INC-1"
    assert visit.one("input[value=security_alert]").has_attr("checked")
    assert visit.one("input[value=internal]").has_attr("checked")

    visit.open("/").submit("form[action='/cases']", reference="INC-1", paste="rubbish")
    assert visit.response.status_code == 422
    assert "What can be read" in visit.one("#paste-error").get_text()
    assert not visit.desk.store.list()


def test_what_the_same_people_can_tell_is_answered_on_the_same_page(visit: Visit) -> None:
    visit.begin()
    besides = [str(each["value"]) for each in visit.page.select(".question input[name=besides]")]
    assert besides == ["certificate.replaced", "client.location", "exchange.version"]
    visit.answer(
        "value:exchange.version=2007",
        alert__kind="security_alert",
        mark=["alert.name"],
        client__location="internal",
    )
    assert visit.case.values["exchange.version"] == "2007"
    assert visit.case.values["client.location"] == "internal"
    assert "certificate.replaced" not in visit.case.values, "what is left empty is asked in its turn"
    assert visit.one("#question").get_text().startswith("Has the self-signed certificate")


def test_what_stands_besides_may_be_answered_alone_and_is_checked_as_well(visit: Visit) -> None:
    visit.begin().answer(client__location="external")
    assert visit.case.values == {"client.location": "external"}

    visit.begin().answer("unknown=1", alert__kind="other")
    assert visit.case.values["alert.name"] == "unknown"
    assert "client.location" not in visit.case.values, "only what the question itself asks is not known"

    answer_everything(visit.begin(), until="certificate.common_name")
    visit.answer(
        certificate__subject_alternative_names="none",
        certificate__common_name="mail.contoso.com",
        endpoints__ews__url="nonsense here",
    )
    assert visit.response.status_code == 422
    assert "Write the whole URL" in visit.one("#f-endpoints-ews-url-error").get_text()
    assert visit.one("#f-certificate-common-name")["value"] == "mail.contoso.com"


def test_what_was_mentioned_goes_with_the_next_answer(visit: Visit) -> None:
    visit.begin().paste(PLAIN_WORDS)
    visit.submit(
        ".question form",
        confirm="exchange.version",
        **{"value:alert.kind": "security_alert", f"value:{CHECKLIST}": "alert.name"},
    )
    assert visit.case.values["exchange.version"] == "2010"
    assert visit.case.values["alert.name"] == "failed"
    assert visit.case.answers["exchange.version"].provenance == "plain words (paste 1, line 1)"
    assert visit.case.answers["alert.name"].provenance == "web"


def test_a_question_says_how_to_find_out_who_can_tell_and_why_it_is_asked(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=exchange.version")

    assert "AdminDisplayVersion begins with 8" in visit.words(".question .help")[0]
    assert visit.words(".find pre") == ["Get-ExchangeServer | Format-List Name, AdminDisplayVersion"]
    assert visit.words(".find p")[0].startswith("Ask: the helpdesk.")
    why = visit.one(".why")
    assert "a mailbox on Exchange Server 2007 or Exchange Server 2010" in why.q.get_text()  # type: ignore[union-attr]
    assert why.select_one("a[href$='/reasoning#at-symptom-situation']")
    consequences = dict(zip(visit.words(".why dt"), visit.words(".why dd"), strict=True))
    assert "Rules out" in consequences["Exchange Online"]
    assert consequences["Exchange Server 2007"].endswith("questions left.")


def test_a_choice_is_answered_by_one_button_each_and_one_says_that_nobody_can_tell(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location")
    assert visit.words(".options .option") == ["1 Inside the local network", "2 Outside, for example at home"]

    visit.answer("unknown=1")
    assert visit.case.values == {"client.location": "unknown"}
    assert "The place of the client" in " ".join(visit.words(".unknowns li"))


def test_boxes_without_a_tick_are_no_answer_until_somebody_says_so(visit: Visit) -> None:
    visit.begin().answer(alert__kind="security_alert")
    assert visit.response.status_code == 422
    assert "None of these" in visit.words("fieldset .error")[0]
    assert visit.one("input[value=security_alert]").has_attr("checked"), "what was chosen is kept"
    assert not visit.case.values

    visit.answer(mark=["none"])
    assert visit.case.values["alert.name"] == "ok"
    assert visit.case.values["alert.kind"] == "security_alert"


def test_the_boxes_may_stay_empty_where_another_answer_has_decided(visit: Visit) -> None:
    visit.begin().answer(alert__kind="proxy_error")
    assert visit.response.status_code == 200
    assert visit.case.values == {"alert.kind": "proxy_error"}
    assert visit.words(".verdict h2") == ["Not covered"]
    assert "which is another message with a code of its own" in visit.text
    assert "KB923575" in visit.text


def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_kept(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=endpoints.ews.url")
    visit.answer(endpoints__ews__url="mail contoso <b>com</b>", **OTHER_URLS_UNKNOWN)

    assert visit.response.status_code == 422
    field = visit.one("#f-endpoints-ews-url")
    assert field["value"] == "mail contoso <b>com</b>"
    assert field["aria-invalid"] == "true"
    assert "f-endpoints-ews-url-error" in str(field["aria-describedby"]).split()
    assert "Write the whole URL" in visit.one("#f-endpoints-ews-url-error").get_text()
    assert visit.one(".summary a")["href"] == "#f-endpoints-ews-url"
    assert visit.page.title is not None
    assert visit.page.title.get_text().startswith("Error: ")


def test_a_part_left_empty_that_still_matters_is_asked_for_and_is_not_known_only_where_somebody_says_so(
    visit: Visit,
) -> None:
    answer_everything(visit.begin(), until="endpoints.ews.url")
    visit.answer(endpoints__ews__url="https://ex1.contoso.com/ews/exchange.asmx")
    assert visit.response.status_code == 422
    assert "This is empty." in visit.one("#f-endpoints-oab-url-error").get_text()

    visit.answer(endpoints__ews__url="https://ex1.contoso.com/ews/exchange.asmx", **OTHER_URLS_UNKNOWN)
    assert visit.case.values["endpoints.ews.url"] == "https://ex1.contoso.com/ews/exchange.asmx"
    assert visit.case.values["endpoints.oab.url"] == "unknown"


def test_an_answer_can_be_gone_back_to_changed_and_taken_back(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location").answer("value:client.location=external")
    path = visit.response.url.path

    visit.open(str(visit.one(".question .back")["href"]))
    assert "the answer so far" in " ".join(visit.words(".option"))
    visit.answer("value:client.location=internal")
    assert visit.case.values["client.location"] == "internal"

    visit.open(f"{path}?ask=client.location").submit(".take-back", "fact=client.location")
    assert not visit.case.values
    assert visit.words(".done li")[0].startswith("The place of the client: taken back")


def test_what_is_known_stands_with_who_said_so_or_where_it_was_read(visit: Visit) -> None:
    visit.begin().paste(SHELL).open(f"{visit.response.url.path}?ask=client.location")
    visit.answer("value:client.location=internal")

    known = dict(zip(visit.words(".facts dt"), visit.words(".facts dd"), strict=True))
    assert "Get-WebServicesVirtualDirectory (paste 1, line 10)" in known["The URL of Exchange Web Services"]
    assert "answered" in known["The place of the client"]
    assert visit.page.select(".facts a[href*='ask=client.location']")


def test_evidence_is_read_and_shown_and_shortens_the_interview(visit: Visit) -> None:
    visit.begin().paste(SHELL)
    assert "https://ex1.contoso.local/ews/exchange.asmx" in " ".join(visit.words(".read dd"))
    assert "Version 14.3 (Build 123.4)" in visit.text
    visit.paste(CERTIFICATE)
    asked = answer_everything(visit)
    assert len(asked) <= 4, asked
    assert "Set-UMVirtualDirectory" not in visit.text
    assert "Only Exchange 2007 keeps a URL of its own" in " ".join(visit.words(".step.skip"))


def test_a_paste_that_nothing_is_known_of_is_kept_with_what_can_be_read(visit: Visit) -> None:
    visit.begin().paste("\n  rubbish <script>alert(1)</script>")
    assert visit.response.status_code == 422
    # A browser drops the line break right after the tag, so the page writes one more than was typed.
    assert visit.one("#paste").get_text() == "\n\n  rubbish <script>alert(1)</script>"
    assert "What can be read" in visit.one("#paste-error").get_text()
    assert not visit.case.evidence


def test_what_plain_words_mention_waits_for_a_person(visit: Visit) -> None:
    visit.begin().paste(PLAIN_WORDS)
    assert not visit.case.outcome.facts
    assert "The version of Exchange: Exchange Server 2010" in " ".join(visit.words(".proposals li"))

    assert visit.page.select(".proposals a[href*='ask=exchange.version']"), "what is wrong can be answered otherwise"

    visit.submit(".question form", confirm="exchange.version")
    assert visit.case.outcome.facts == {"exchange.version": "2010"}
    assert "plain words (paste 1, line 1)" in " ".join(visit.words(".facts .provenance"))

    visit.submit(".question form", confirm="client.outlook_version")
    assert visit.case.outcome.facts["client.outlook_version"] == "2010"
    assert not visit.page.select(".proposals")


def test_both_sides_of_a_dispute_are_shown_and_a_person_decides(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=exchange.version").answer("value:exchange.version=2007")
    visit.paste(SHELL)
    sides = visit.words(".question .option")
    assert len(sides) == 3
    assert "Exchange Server 2010, from Get-ExchangeServer (paste 1, line 20)" in sides[0]
    assert "Exchange Server 2007, from an answer" in sides[1]
    assert "Sources disagree on the version of Exchange" in visit.text
    assert visit.case.outcome.resolutions == ()

    chosen = visit.page.select(".question .option")[1]
    visit.answer(f"{chosen['name']}={chosen['value']}")
    assert visit.case.outcome.facts["exchange.version"] == "2007"
    assert "It was settled which source is right" in visit.words(".done li")[0]
    assert "Sources disagree" not in visit.text


def test_facts_that_cannot_all_be_true_are_shown_with_the_way_to_each(visit: Visit) -> None:
    diagnosed(visit)
    visit.open(f"{visit.response.url.path}?ask=namespace.host").answer(namespace__host="web.fabrikam.com")
    assert visit.words("section[aria-labelledby=unfitting] h2") == ["This does not fit together"]
    assert visit.page.select("section[aria-labelledby=unfitting] a[href*='ask=namespace.host']")


def test_several_servers_are_shown_one_at_a_time_each_with_its_verdict(visit: Visit) -> None:
    visit.begin().paste(SHELL).paste(SECOND_SERVER).paste(CERTIFICATE)
    answer_everything(visit)
    tabs = visit.words(".servers a")
    assert tabs == ["EX1 cause found", "EX2 not covered"]
    assert "Set-ClientAccessServer -Identity 'EX1'" in visit.text

    visit.open(f"{visit.response.url.path}?server=EX2")
    assert visit.words(".verdict h2") == ["Not covered"]
    assert visit.one(".servers a[aria-current]").get_text().strip().startswith("EX2")


def test_an_answer_is_about_the_server_whose_page_it_was_given_on(visit: Visit) -> None:
    first, second = map(_without_address_book, (SHELL, SECOND_SERVER))
    visit.begin().paste(first).paste(second)
    path = visit.response.url.path
    given = {"endpoints__oab__url": "https://ex2.contoso.com/oab"}
    visit.open(f"{path}?server=EX2&ask=endpoints.oab.url").answer(**given)

    facts = {each.environment.server: each.environment.facts for each in visit.case.environments}
    assert facts["EX2"]["endpoints.oab.url"] == "https://ex2.contoso.com/oab"
    assert "endpoints.oab.url" not in facts["EX1"], "one server's address is not said of another"
    assert visit.open(f"{path}?server=EX1&ask=endpoints.oab.url").words(".progress strong") == ["EX1"]

    visit.open(f"{path}?server=EX1&ask=client.location").answer("value:client.location=internal")
    facts = {each.environment.server: each.environment.facts for each in visit.case.environments}
    assert facts["EX2"]["client.location"] == facts["EX1"]["client.location"] == "internal"

    visit.open(f"{path}?server=EX2&ask=endpoints.oab.url").submit(".take-back", "fact=endpoints.oab.url")
    facts = {each.environment.server: each.environment.facts for each in visit.case.environments}
    assert "endpoints.oab.url" not in facts["EX2"]


def test_an_answer_given_before_there_were_two_servers_is_changed_for_one_of_them(visit: Visit) -> None:
    first, second = map(_without_address_book, (SHELL, SECOND_SERVER))
    visit.begin().open(f"{visit.response.url.path}?ask=endpoints.oab.url")
    path = visit.response.url.path
    visit.answer(endpoints__oab__url="https://old.contoso.com/oab")
    visit.paste(first).paste(second)
    visit.open(f"{path}?server=EX2&ask=endpoints.oab.url").answer(endpoints__oab__url="https://new.contoso.com/oab")
    urls = {each.environment.server: each.environment.facts["endpoints.oab.url"] for each in visit.case.environments}
    assert urls == {"EX1": "https://old.contoso.com/oab", "EX2": "https://new.contoso.com/oab"}
    assert not visit.case.environments[1].environment.disputes


def test_skipped_steps_stand_in_their_place_with_the_reason(visit: Visit) -> None:
    visit.begin().paste(SHELL).paste(CERTIFICATE)
    answer_everything(visit)
    first = visit.page.select(".steps")[0]
    states = [next(name for name in each["class"] if name != "step") for each in first.select("li")]
    assert states == ["do", "do", "do", "skip", "skip", "do"]
    for step in first.select("li.do:has(.code)"):
        assert step.select("label[for]")
    assert visit.words(".code-label").count("Check that it took") >= 2
    assert "Undo, back to the value from before" in visit.words(".code-label")


def test_a_case_is_closed_with_whether_it_helped_and_which_step_did(visit: Visit) -> None:
    diagnosed(visit).submit(".closing form")
    assert visit.response.status_code == 422
    assert "Say whether it helped" in visit.one("#helped-error").get_text()

    visit.submit(".closing form", helped="yes", step="change-internal-urls.set-ews-url")
    assert visit.case.closing is not None
    assert visit.case.closing.helped is True
    assert visit.case.closing.step == "change-internal-urls.set-ews-url"
    assert visit.words(".closed h2") == ["This case is closed"]
    assert not visit.page.select(".question, .evidence-form, .change")

    visit.submit(".closed form")
    assert visit.case.closing is None


@pytest.mark.parametrize("wanted", ["INC-77", "inc-7", "first letters of its number"])
def test_a_case_is_found_by_its_number_or_reference(visit: Visit, wanted: str) -> None:
    visit.begin("INC-77")
    id_ = visit.case.id
    visit.begin("other")
    visit.open(f"/find?case={id_[:7] if 'number' in wanted else wanted}")
    assert visit.response.url.path == f"/cases/{id_}"


def test_a_search_that_finds_nothing_says_what_to_do_beside_the_field(visit: Visit) -> None:
    visit.open("/find?case=nowhere")
    assert visit.response.status_code == 404
    assert "Try part of the reference" in visit.one("#case-error").get_text()
    assert visit.one("#case")["value"] == "nowhere"


def test_several_parts_left_empty_are_not_known_where_somebody_says_so_and_what_was_typed_is_kept(visit: Visit) -> None:
    answer_everything(visit.begin(), until="endpoints.ews.url")
    assert "Don’t know the rest" in visit.words(".actions button")
    visit.submit(
        ".question form",
        "unknown=1",
        **{"value:endpoints.ews.url": "https://ex1.contoso.com/ews/exchange.asmx"},
    )
    assert visit.case.values["endpoints.ews.url"] == "https://ex1.contoso.com/ews/exchange.asmx"
    assert visit.case.values["endpoints.oab.url"] == "unknown"


def test_an_answer_is_taken_as_people_give_it(visit: Visit) -> None:
    answer_everything(visit.begin(), until="certificate.common_name")
    visit.answer(
        certificate__subject_alternative_names="DNS Name=mail.contoso.com; owa.contoso.com",
        certificate__common_name="d",
    )
    assert visit.case.values["certificate.subject_alternative_names"] == ("mail.contoso.com", "owa.contoso.com")
    assert visit.case.values["certificate.common_name"] == "unknown"


def test_where_it_ends_undecided_the_answer_that_would_decide_is_named_and_can_be_given(visit: Visit) -> None:
    visit.begin().answer(alert__kind="security_alert", mark=["alert.name"])
    while visit.page.select(".question"):
        facts = {str(each["value"]) for each in visit.page.select(".question input[name=asked]")}
        visit.answer(client__location="internal") if "client.location" in facts else visit.answer("unknown=1")
    assert visit.words(".verdict h2") == ["Not enough information yet"]
    (link,) = visit.page.select(".verdict .change")
    assert "?" in link.get_text()
    visit.open(str(link["href"]))
    assert visit.page.select(".question")
