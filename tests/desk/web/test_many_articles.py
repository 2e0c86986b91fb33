"""The pages over the shipped library in a real Chromium: what fits, what it takes, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.desk.web.accessibility import MUST_PASS, light_and_dark
from tests.desk.web.chromium import FLAGS, executable, served
from tests.desk.web.person import CALLERS, CHOSEN, SIZE, TYPED, Measured, Person
from tests.desk.web.walks import OUTPUTS, PLAIN_WORDS
from workbench.checks import read_library
from workbench.site import build

playwright = pytest.importorskip(
    "playwright.sync_api", reason="PLAYWRIGHT IS NOT INSTALLED: no page was tried in a browser"
)
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="AXE IS NOT INSTALLED: no page was checked for accessibility"
)
pytestmark = pytest.mark.skipif(
    executable() is None, reason="NO CHROMIUM IS INSTALLED (apt-get install chromium): no page was tried in a browser"
)

Page = Any
_PATIENCE = 60_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RESOLVENT_LIBRARY", raising=False)
        with served(tmp_path_factory.mktemp("served")) as url:
            yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield chromium
        chromium.close()


def _page(browser: Any, address: str, **options: Any) -> Page:
    context = browser.new_context(base_url=address, reduced_motion="reduce", **{"viewport": SIZE, **options})
    context.set_default_timeout(_PATIENCE)
    context.set_default_navigation_timeout(_PATIENCE)
    return context.new_page()


def _bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    return float(box["y"] + box["height"])


def test_the_windows_the_paste_bar_and_the_three_lines_are_seen_at_once(browser: Any, address: str) -> None:
    page = _page(browser, address)
    page.goto("/")
    for seen in ("#paste", ".drawn .radios", "#f-alert-trust", "#f-alert-date", "#f-alert-name", "#f-alert-host"):
        assert _bottom(page, seen) <= SIZE["height"], seen
    page.context.close()


def test_on_a_phone_the_first_windows_are_seen_without_scrolling(browser: Any, address: str) -> None:
    page = _page(browser, address, viewport={"width": 375, "height": 667})
    page.goto("/")
    assert _bottom(page, "#paste") <= 667
    assert _bottom(page, ".drawn .radios .tick:nth-child(2)") <= 667
    page.context.close()


@pytest.fixture(scope="module")
def measured(browser: Any, address: str) -> dict[str, Measured]:
    found = {}
    for caller in CALLERS:
        page = _page(browser, address)
        found[caller.name] = Person(page, caller).lead()
        page.context.close()
    return found


@pytest.mark.parametrize(
    ("caller", "clicks", "screens", "title"),
    [
        ("classic 2007, by hand", 9, 9, "Cause found"),
        ("classic 2007, by paste", 6, 4, "Cause found"),
        ("outside the office", 7, 9, "Cause found"),
        ("outside, nobody to ask", 7, 9, "Not enough information yet"),
        ("knows nothing", 2, 5, "Not enough information yet"),
    ],
)
def test_an_interview_takes_few_clicks_and_screens(
    measured: dict[str, Measured], caller: str, clicks: int, screens: int, title: str
) -> None:
    took = measured[caller]
    assert (took.clicks <= clicks, took.screens <= screens, took.title) == (True, True, title), took
    assert took.verdict <= SIZE["height"], "the verdict is read without scrolling"


@pytest.mark.parametrize("version", ["", "2019"], ids=["the version is not known", "Exchange 2019"])
def test_a_caller_outside_is_told_in_three_pages_what_to_send_to_whom(browser: Any, address: str, version: str) -> None:
    own = next(each for each in CALLERS if each.name == "outside, nobody to ask")
    chosen = {**own.chosen, "exchange.version": version}
    page = _page(browser, address)
    took = Person(page, replace(own, chosen={fact: value for fact, value in chosen.items() if value})).lead()
    assert took.forms <= 6, took
    assert page.get_by_role("button", name="Copy text for the Exchange administrator").is_visible()
    sent = page.locator(".details .code pre").inner_text().splitlines()
    assert (
        "Get-WebServicesVirtualDirectory -ADPropertiesOnly | Format-List Server, Name, InternalUrl, ExternalUrl" in sent
    )
    older = "Get-WebServicesVirtualDirectory | Format-List Server, Name, InternalUrl, ExternalUrl"
    assert (older in sent) is not bool(version), "where the version is known, its command alone"
    page.context.close()


def test_an_unanswered_question_stays_where_it_was(browser: Any, address: str) -> None:
    page = _page(browser, address)
    page.goto("/")
    page.locator("#f-alert-name").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Don’t know the rest", exact=True).click()
    assert page.locator(".done").is_visible(), "what was recorded is told"
    told = page.locator("#question").bounding_box()
    page.goto(page.url.split("?")[0])
    assert page.locator(".done").count() == 0
    assert page.locator("#question").bounding_box()["y"] == told["y"]
    page.context.close()


class _Keyboard:
    """Answers with Tab, the arrows, Space, Enter and letters alone; no script and no test moves the focus."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def interview(self) -> None:
        while self._page.locator(".question").count():
            self._answer()

    def activate(self, selector: str) -> None:
        """Go to something with Tab, and press Enter."""
        for _ in range(200):
            if self._page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                break
            self._page.keyboard.press("Tab")
        else:
            raise AssertionError(f"the keyboard does not reach {selector}")
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")

    def _answer(self) -> None:
        """Through the form with Tab, each field answered as it is reached, to a button that sends it."""
        form, done = "form[data-keys]", set[str]()
        for _ in range(120):
            at = self._page.evaluate(
                """form => {
                    const { name = "", type = "", value = "", innerText: text } = document.activeElement;
                    return document.activeElement.closest(form) && { name, type, value, text };
                }""",
                form,
            )
            name = (at or {}).get("name", "")
            fact = name.removeprefix("value:")
            wanted = CHOSEN.get(fact, "")
            if at and at["type"] == "submit":
                if (name and wanted == at["value"]) or at["text"] in ("Start", "Answer"):
                    with self._page.expect_navigation():
                        self._page.keyboard.press("Enter")
                    return
            elif at and at["type"] == "radio" and wanted and name not in done:
                done.add(name)
                self._page.keyboard.press("Space")
                for _ in range(12):
                    if self._page.evaluate("document.activeElement.value") == wanted:
                        break
                    self._page.keyboard.press("ArrowDown")
            elif at and at["type"] == "checkbox" and at["value"] == "alert.name":
                self._page.keyboard.press("Space")
            elif at and at["type"] == "text" and fact in TYPED and name not in done:
                done.add(name)
                self._page.keyboard.type(TYPED[fact])
            self._page.keyboard.press("Tab")
        raise AssertionError("the keyboard does not reach a button that sends the answers")


@pytest.mark.parametrize("script", [True, False], ids=["with the script", "without it"])
def test_from_the_first_page_to_the_ticket_by_keyboard(browser: Any, address: str, *, script: bool) -> None:
    page = _page(browser, address, java_script_enabled=script)
    page.goto("/")
    keyboard = _Keyboard(page)
    keyboard.interview()
    assert page.locator("#verdict").inner_text() == "Cause found"
    keyboard.activate("a[href$='/ticket']")
    assert "exch1.contoso.com" in page.locator("article.ticket").inner_text()
    keyboard.activate("a[href$='masked=true']:not([download])")
    assert "exch1.contoso.com" not in page.locator("article.ticket").inner_text()
    page.context.close()


def _every_page(page: Page) -> Iterator[str]:
    """Every kind of page and question, by name, with all that folds open."""

    def unfolded(name: str) -> str:
        page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
        return name

    def sent(button: str) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()

    page.goto("/")
    yield unfolded("start")
    page.locator("#f-alert-host").fill("no name!")
    sent("Start")
    yield unfolded("start, refused")
    page.goto("/")
    page.locator("#f-alert-name").check()
    sent("Don’t know the rest")
    path = page.url.split("?")[0]
    yield unfolded("question")
    sent("Answer")
    yield unfolded("question, refused")
    for name, fact in (
        ("drawings", "alert.kind"),
        ("choices", "exchange.version"),
        ("yes or no", "client.outlook_anywhere"),
        ("a line", "client.mail_domain"),
        ("names", "exchange.servers"),
        ("a number", "alert.code"),
        ("several parts", "endpoints.ews.external_url"),
    ):
        page.goto(f"{path}?ask={fact}")
        yield unfolded(name)
    page.locator("#paste").fill(PLAIN_WORDS)
    sent("Read it")
    yield unfolded("proposals")
    page.goto("/")
    page.locator("#paste").fill(OUTPUTS + OUTPUTS.replace("EXCH1", "EXCH2").replace("exch1.", "exch2."))
    sent("Read it")
    yield unfolded("several servers")
    Person(page, CALLERS[0], "INC-1").lead()
    path = page.url.split("?")[0]
    yield unfolded("outcome")
    page.goto(f"{path}?ask=client.location")
    yield unfolded("change")
    page.emulate_media(media="print")
    page.goto(path)
    yield unfolded("print")
    page.emulate_media(media="screen")
    for name in ("reasoning", "ticket", "ticket?masked=true"):
        page.goto(f"{path}/{name}")
        yield unfolded(name)
    other = page.context.new_page()
    page.goto(f"{path}?ask=namespace.host")
    other.goto(f"{path}?ask=namespace.host")
    for each in (other, page):
        each.locator("#f-namespace-host").fill("webmail.contoso.com")
        with each.expect_navigation():
            each.keyboard.press("Enter")
    other.close()
    yield unfolded("conflict")
    Person(page, CALLERS[-1], "INC-2").lead()
    yield unfolded("undecided")
    sent("Not known yet: close the case")
    yield unfolded("closed")
    for name in ("/cases", "/find?case=zzz", "/articles/KB940726", "/login", "/no/such/page", "/cases/nowhere"):
        page.goto(name)
        yield unfolded(name)


def test_axe_finds_nothing_on_any_page(browser: Any, address: str) -> None:
    page = _page(browser, address)
    checker = axe.Axe()
    found = {name: "".join(light_and_dark(checker, page)) for name in _every_page(page)}
    page.context.close()
    assert not any(found.values()), "\n".join(f"{name}: {report}" for name, report in found.items() if report)
    assert len(found) == 28


def test_axe_finds_nothing_on_any_page_of_the_documentation_site(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESOLVENT_LIBRARY", raising=False)
    pages = {name: text for name, text in build(read_library(), {}, None).pages.items() if name.endswith(".html")}
    page = _page(browser, "")
    # Each page has its style in itself, so that one document takes in all of them, and axe is loaded once.
    page.set_content(pages["index.html"])
    page.evaluate(axe.Axe().axe_script)
    looked = """([text, tags]) => {
        document.documentElement.innerHTML = text;
        const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
        return axe.run(options).then(found => found.violations.map(each => [each.id, each.nodes[0].html]));
    }"""
    found = {name: page.evaluate(looked, [text, MUST_PASS]) for name, text in pages.items()}
    page.emulate_media(color_scheme="dark")
    for name in (each for each in pages if "/" not in each):
        found[name] += page.evaluate(looked, [pages[name], MUST_PASS])
    broken = pages["index.html"].replace("<h1>", "<h1><img>", 1)
    assert page.evaluate(looked, [broken, MUST_PASS]), "axe looks at what is taken in"
    page.context.close()
    assert not any(found.values()), {name: each for name, each in found.items() if each}
    assert len(found) > 300
