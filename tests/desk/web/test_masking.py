"""Masked tickets: no name of a host or server is left, and the same name is always the same stand-in."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from desk.web.masking import Masker
from tests.desk.web.visit import Visit
from tests.desk.web.walks import CERTIFICATE, SECOND_SERVER, SHELL, answer_everything, diagnosed


def test_one_name_has_one_stand_in_however_it_is_written() -> None:
    masker = Masker([("EX1", True), ("mail.contoso.com", False), ("ex1.contoso.local", False)])
    masked = masker.text("EX1 at https://Ex1.Contoso.local/ews, not mail.contoso.com (MAIL.CONTOSO.COM.)")
    assert masked == "server-1 at https://server-1.example/ews, not host-1.example (host-1.example.)"


def test_other_names_below_the_same_domain_are_masked_too() -> None:
    masker = Masker([("mail.contoso.com", False)])
    assert "contoso" not in masker.text("owa.mail.contoso.com and contoso.com, autodiscover.contoso.com:443")


def test_a_wildcard_stays_one() -> None:
    assert Masker([("*.contoso.com", False)]).text("*.contoso.com") == "*.host-1.example"


def test_words_that_only_begin_like_a_name_stay() -> None:
    masker = Masker([("EX1", True), ("mail.contoso.com", False)])
    assert masker.text("EX10, EX1-2, mail.contoso.community, AEX1") == "EX10, EX1-2, mail.contoso.community, AEX1"


def test_addresses_and_names_without_a_domain_are_masked() -> None:
    masker = Masker([("10.1.2.3", False), ("Old Server", False)])
    assert masker.text("10.1.2.3 and old server") == "host-1.example and host-2.example"


_label = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
_host = st.lists(_label, min_size=2, max_size=4).map(".".join)


@given(st.lists(_host, min_size=1, max_size=6, unique=True), st.data())
def test_no_known_name_is_left_and_equal_names_stay_equal(names: list[str], data: st.DataObject) -> None:
    masker = Masker([(name, False) for name in names])
    said = data.draw(st.lists(st.sampled_from(names), min_size=1))
    masked = masker.text(" | ".join(said)).split(" | ")
    assert dict(zip(said, masked, strict=True)) == {name: masker.text(name) for name in said}
    assert all(each.endswith(".example") for each in masked)
    assert len(set(masked)) == len(set(said))


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
    assert data["environments"][0]["outcome"] == json.loads(visit.case.outcome.model_dump_json())


def test_a_ticket_is_downloaded_under_a_name_and_unknown_forms_are_not_there(visit: Visit) -> None:
    visit.begin()
    id_ = visit.case.id
    response = visit.client.get(f"/cases/{id_}/ticket.md?masked=true")
    assert response.headers["content-disposition"] == f'attachment; filename="case-{id_}-masked.md"'
    assert visit.client.get(f"/cases/{id_}/ticket.exe").status_code == 404
