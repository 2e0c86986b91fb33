"""Two people, or two tabs, on one case: the later one sees what changed, and nothing that was sent is lost."""

from __future__ import annotations

from tests.desk.web.visit import Visit
from tests.desk.web.walks import SHELL


def _second_tab(visit: Visit) -> Visit:
    return Visit(visit.client).open(str(visit.response.url))


def test_a_late_answer_is_not_recorded_but_shown_beside_what_changed(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location")
    other = _second_tab(visit)
    visit.answer("value:client.location=external")
    other.answer("value:client.location=internal")

    assert other.response.status_code == 409
    assert other.words(".alarm h2") == ["The case has changed meanwhile"]
    assert other.words(".changes li")[0].startswith("The place of the client: outside, for example at home")
    assert other.words("tbody td") == ["outside, for example at home", "inside the local network"]
    assert visit.case.values["client.location"] == "external"

    other.submit("form.actions")
    assert other.response.status_code == 200
    assert visit.case.values["client.location"] == "internal"


def test_a_late_answer_can_be_left(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location")
    other = _second_tab(visit)
    visit.answer("value:client.location=external")
    other.answer("value:client.location=internal")
    other.open(str(other.one("form.actions .back")["href"]))
    assert other.case.values["client.location"] == "external"


def test_the_same_answer_from_both_is_no_conflict(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location")
    other = _second_tab(visit)
    visit.answer("value:client.location=internal")
    other.answer("value:client.location=internal")
    assert other.response.status_code == 200


def test_ticks_and_typed_text_come_through_a_conflict(visit: Visit) -> None:
    visit.begin()
    other = _second_tab(visit)
    visit.open(f"{visit.response.url.path}?ask=client.location").answer("value:client.location=internal")
    other.answer(alert__kind="security_alert", mark=["alert.name", "alert.date"], alert__host="mail.contoso.com")
    assert other.response.status_code == 409
    other.submit("form.actions")
    assert other.case.values["alert.date"] == "failed"
    assert other.case.values["alert.trust"] == "ok"
    assert other.case.values["alert.host"] == "mail.contoso.com"


def test_evidence_is_only_ever_added_so_a_late_paste_is_read(visit: Visit) -> None:
    visit.begin()
    other = _second_tab(visit)
    visit.open(f"{visit.response.url.path}?ask=client.location").answer("value:client.location=internal")
    other.paste(SHELL)
    assert other.response.status_code == 200
    assert len(other.case.evidence) == 1


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_not_lost(visit: Visit) -> None:
    visit.begin().answer(alert__kind="other")
    other = _second_tab(visit).open(f"{visit.response.url.path}?ask=client.location")
    visit.submit(".closing form", helped="no")
    other.answer("value:client.location=internal")
    assert other.response.status_code == 409
    assert "inside the local network" in other.words("tbody td")
