"""What holds of every page: its structure, its labels, what it may load, and that nothing typed becomes markup."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from bs4 import Tag
from fastapi.testclient import TestClient

from desk.http.app import create_app
from desk.http.settings import Settings
from tests.desk.web.visit import Visit
from tests.desk.web.walks import CERTIFICATE, PLAIN_WORDS, SHELL, diagnosed

HOSTILE = "\"><script>alert(1)</script>'{{70707 * 7}}"


def _first_question(visit: Visit) -> None:
    visit.begin()


def _one_choice(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=exchange.version")


def _refused(visit: Visit) -> None:
    visit.begin().answer(alert__host=HOSTILE)


def _proposals(visit: Visit) -> None:
    visit.begin().paste(PLAIN_WORDS)


def _dispute(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=exchange.version").answer("value:exchange.version=2007")
    visit.paste(SHELL)


def _evidence_refused(visit: Visit) -> None:
    visit.begin().paste(HOSTILE)


def _diagnosed(visit: Visit) -> None:
    diagnosed(visit)


def _not_covered(visit: Visit) -> None:
    visit.begin().answer(alert__kind="other")


def _closed(visit: Visit) -> None:
    diagnosed(visit).submit(".closing form", helped="yes")


def _reasoning(visit: Visit) -> None:
    diagnosed(visit).open(f"{visit.response.url.path}/reasoning")


def _ticket(visit: Visit) -> None:
    visit.begin(HOSTILE).paste(SHELL).paste(CERTIFICATE).open(f"{visit.response.url.path}/ticket")


def _conflict(visit: Visit) -> None:
    visit.begin().open(f"{visit.response.url.path}?ask=client.location")
    other = Visit(visit.client).open(str(visit.response.url))
    other.answer("value:client.location=external")
    visit.answer("value:client.location=internal")


def _search(visit: Visit) -> None:
    visit.begin(HOSTILE).open("/find?case=" + HOSTILE.replace("%", "%25"))


def _article(visit: Visit) -> None:
    visit.open("/articles/KB940726")


def _all_cases(visit: Visit) -> None:
    visit.begin(HOSTILE).open("/cases?text=%22%3E%3Cscript%3E&name=x&since=2001-01-01")


def _nowhere(visit: Visit) -> None:
    visit.open("/no/such/page")


def _problem(visit: Visit) -> None:
    visit.open("/cases/nowhere")


PAGES = [
    _first_question,
    _one_choice,
    _refused,
    _proposals,
    _dispute,
    _evidence_refused,
    _diagnosed,
    _not_covered,
    _closed,
    _reasoning,
    _ticket,
    _conflict,
    _search,
    _article,
    _all_cases,
    _nowhere,
    _problem,
]


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.__name__.strip("_"))
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Each page in turn, visited once."""
    folder = tmp_path_factory.mktemp("page")
    app = create_app(Settings(database_url=f"sqlite:///{folder}/cases.sqlite", mcp=False))
    with TestClient(app, base_url="http://localhost") as client:
        visit = Visit(client)
        request.param(visit)
        yield visit


def test_headings_begin_with_one_and_skip_no_level(shown: Visit) -> None:
    levels = [int(each.name[1]) for each in shown.page.select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels


def test_every_field_has_a_label_and_every_id_is_unique(shown: Visit) -> None:
    for field in shown.page.select("input:not([type=hidden]), textarea, select"):
        assert shown.page.select(f"label[for='{field['id']}']"), field
    ids = [str(each["id"]) for each in shown.page.select("[id]")]
    assert len(ids) == len(set(ids))
    for each in shown.page.select("[aria-describedby], [aria-labelledby]"):
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(str(each.get(name, "")).split()) <= set(ids), each
    assert len(shown.page.select("[autofocus]")) <= 1


def test_nothing_runs_or_loads_but_our_own_two_files(shown: Visit) -> None:
    policy = shown.response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert shown.response.headers["x-content-type-options"] == "nosniff"
    assert shown.response.headers["cache-control"] == "no-store"
    assert not shown.page.select("style, [style], iframe, base")
    for each in shown.page.find_all(True):
        assert isinstance(each, Tag)
        assert not [name for name in each.attrs if name.startswith("on")]
    loaded = [str(each.get("src") or each.get("href")) for each in shown.page.select("script, link, img")]
    assert all(address.startswith("/static/") for address in loaded)
    assert [each for each in shown.page.select("script") if each.get_text()] == []


def test_nothing_that_was_typed_becomes_markup(shown: Visit) -> None:
    assert "<script>alert" not in shown.response.text
    assert "494949" not in shown.words("h1")[0]


def test_every_form_that_changes_something_proves_that_it_is_ours(shown: Visit) -> None:
    for form in shown.page.select("form[method=post]"):
        assert form.select("input[name=csrf]")
        if str(form["action"]).startswith("/cases/"):
            assert form.select("input[name=revision]")
        data = {"reference": ["x"], "fact": ["exchange.version"]}
        assert Visit(shown.client).post(str(form["action"]), data).response.status_code == 403


def test_static_files_are_kept_and_others_are_not_there(visit: Visit) -> None:
    visit.open("/")
    address = str(visit.one("link[rel=stylesheet]")["href"])
    response = visit.client.get(address)
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert visit.client.get("/static/../pages.py").status_code == 404
    assert visit.client.get("/static/pages.py").status_code == 404


def test_a_page_loaded_again_sends_nothing_twice(visit: Visit) -> None:
    visit.begin().answer(alert__kind="other")
    assert visit.response.history[0].status_code == 303
    revision = visit.case.revision
    visit.open(str(visit.response.url))
    assert visit.case.revision == revision
