"""Tickets: what they say, in each of their forms, and with the names masked."""

from __future__ import annotations

import json

from tests.desk.web.visit import Visit
from tests.desk.web.walks import CERTIFICATE, SECOND_SERVER, SHELL, answer_everything, diagnosed


def test_no_form_of_a_masked_ticket_names_a_host_a_server_or_the_reference(visit: Visit) -> None:
    visit.begin("CONTOSO-4711").paste(SHELL).paste(SECOND_SERVER).paste(CERTIFICATE)
    answer_everything(visit)
    path = f"/cases/{visit.case.id}/ticket"
    for form in ("md", "html", "txt", "json"):
        plain = visit.client.get(f"{path}.{form}").text
        masked = visit.client.get(f"{path}.{form}?masked=true").text
        assert "contoso.local" in plain
        assert "CONTOSO-4711" in plain
        for name in ("contoso", "ex1", "ex2"):
            assert name not in masked.lower(), (form, name)
        assert "server-1" in masked
        assert "server-2" in masked
    assert "4711" not in visit.open(f"{path}?masked=true").one(".ticket").get_text()


def test_a_ticket_says_who_said_what_and_how_it_ended(visit: Visit) -> None:
    diagnosed(visit, "INC-9").submit(".closing form", helped="yes", step="change-internal-urls.set-ews-url")
    path = f"/cases/{visit.case.id}/ticket"
    text = visit.client.get(f"{path}.txt").text
    assert "(INC-9)" in text
    assert "It helped; the step that did: change-internal-urls.set-ews-url." in text
    assert "answered 2" in text
    assert "Set-WebServicesVirtualDirectory -Identity 'ServerName\\EWS (Default Web Site)'" in text


def test_a_ticket_as_json_holds_the_outcome(visit: Visit) -> None:
    diagnosed(visit)
    response = visit.client.get(f"/cases/{visit.case.id}/ticket.json")
    assert response.headers["content-type"].startswith("application/json")
    data = json.loads(response.text)
    assert data["servers"][0]["outcome"] == json.loads(visit.case.outcome.model_dump_json())


def test_a_ticket_is_downloaded_under_a_name_and_unknown_forms_are_not_there(visit: Visit) -> None:
    visit.begin()
    id_ = visit.case.id
    response = visit.client.get(f"/cases/{id_}/ticket.md?masked=true")
    assert response.headers["content-disposition"] == f'attachment; filename="case-{id_}-masked.md"'
    assert visit.client.get(f"/cases/{id_}/ticket.exe").status_code == 404
