"""The pages in a real Chromium: by keyboard alone, with and without the script, narrow, printed, and through axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.desk.web.accessibility import light_and_dark
from tests.desk.web.chromium import FLAGS, executable, served
from tests.desk.web.walks import CERTIFICATE, PLAIN_WORDS, SHELL

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
NARROW, ZOOMED = 320, 640  # CSS pixels: a phone, and a desktop of 1280 at 200 % zoom
_PATIENCE = 60_000  # milliseconds; a condition that comes true ends the wait


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield chromium
        chromium.close()


def _context(browser: Any, **options: Any) -> Any:
    """A window that waits for what is to come as long as a slow machine may need."""
    context = browser.new_context(**options)
    context.set_default_timeout(_PATIENCE)
    context.set_default_navigation_timeout(_PATIENCE)
    return context


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    """A page that fails its test where a script fails or the policy refuses something."""
    context = _context(browser, base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert not faults


def _begin(page: Page, reference: str = "") -> str:
    """A new case, begun by keyboard; gives its path."""
    _go(page, "/")
    page.keyboard.type(reference)
    _sent(page, "Enter")
    return str(page.url).split("?")[0]


def _go(page: Page, address: str) -> None:
    """Open a page, and wait until it takes keys."""
    page.goto(address)
    _ready(page)


def _ready(page: Page) -> None:
    """Wait until the keyboard is where the page wants it, which comes a moment after the page has loaded."""
    page.bring_to_front()
    if page.locator("[autofocus]").count():
        page.locator("[autofocus]:focus").wait_for(state="attached")


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _sent(page: Page, *keys: str) -> None:
    """Press keys, the last of which sends a form, and wait for the page that comes."""
    _press(page, *keys[:-1])
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    _ready(page)


def _focus(page: Page) -> str:
    """What the keyboard is at: its id, or its words."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def _copied(page: Page, text: str) -> None:
    """Wait until a text is among what was copied."""
    page.wait_for_function("text => navigator.clipboard.readText().then(copied => copied.includes(text))", arg=text)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        _press(page, "Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def _answer_by_keyboard(page: Page) -> list[str]:
    """Answer whatever is asked, without the mouse; gives the questions."""
    asked: list[str] = []
    while page.locator(".question").count():
        facts = set(page.locator(".question input[name=asked]").evaluate_all("all => all.map(one => one.value)"))
        asked.append(page.locator("#question").inner_text())
        assert len(asked) < 20, asked
        if _focus(page) == "verdict":
            _tab_to(page, ".question input")
        if "alert.kind" in facts:
            # The first of the kinds, then past the two other checks to the one of the name; Enter sends.
            _sent(page, "Tab", "Space", "Tab", "Tab", "Tab", "Space", "Enter")
        elif "certificate.common_name" in facts:
            _press(page, "Tab", "Space", "Tab")
            page.keyboard.type("mail.contoso.com")
            _sent(page, "Enter")
        elif "endpoints.ews.url" in facts:
            for path in ("autodiscover/autodiscover.xml", "ews/exchange.asmx", "oab", "unifiedmessaging/service.asmx"):
                page.keyboard.type(f"https://ServerName.contoso.com/{path}")
                _press(page, "Tab")
            _sent(page, "Enter")
        elif "dns.resolves_internally" in facts:
            _press(page, "Tab", "ArrowDown")
            _tab_to(page, "#f-exchange-server")
            page.keyboard.type("ServerName")
            _tab_to(page, "button.option[value=no]")
            _sent(page, "Enter")
        elif "exchange.server" in facts:
            page.keyboard.type("ServerName")
            _sent(page, "Enter")
        elif "namespace.host" in facts:
            page.keyboard.type("mail.contoso.com")
            _sent(page, "Enter")
        else:
            _sent(page, *(["1"] if page.locator(".question [data-key='1']").count() else ["1", "Enter"]))
    return asked


def test_a_whole_interview_by_keyboard_to_the_printed_ticket(page: Page) -> None:
    path = _begin(page, "INC-1")
    assert _focus(page) == "question"
    asked = _answer_by_keyboard(page)
    assert len(asked) == len(set(asked))
    assert "Cause found" in page.locator(".verdict").inner_text()
    assert page.locator(".step.do pre", has_text="Set-UMVirtualDirectory").count()

    page.get_by_role("link", name="Ticket").focus()
    _sent(page, "Enter")
    assert page.url == f"{path}/ticket"
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    page.get_by_role("button", name="Print").focus()
    _press(page, "Enter")
    page.locator("body[data-printed=yes]").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".bar").is_hidden()
    assert page.locator(".ticket-tools").is_hidden()
    assert page.locator(".ticket pre", has_text="Set-UMVirtualDirectory").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_keyboard_reaches_the_content_first_and_is_always_seen(page: Page) -> None:
    _begin(page)
    page.evaluate("document.activeElement.blur(); document.body.focus()")
    page.reload()
    page.goto(page.url + "/reasoning")
    _press(page, "Tab")
    assert _focus(page) == "Skip to the content"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    _press(page, "Enter")
    assert page.url.endswith("#main")
    for _ in range(12):
        _press(page, "Tab")
        seen = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' }"
        )
        assert seen, _focus(page)


def test_digits_answer_only_where_the_question_has_the_focus(page: Page) -> None:
    path = _begin(page)
    _go(page, f"{path}?ask=client.location")
    page.locator("#paste").focus()
    page.keyboard.type("2")
    assert page.locator("#paste").input_value() == "2"
    page.locator(".tabs a").first.focus()
    _press(page, "2")
    assert page.url.endswith("ask=client.location")
    page.locator("#question").focus()
    _sent(page, "2")
    assert "outside, for example at home" in page.locator(".facts").inner_text()


def test_going_back_keeps_what_was_answered_and_lets_it_be_changed(page: Page) -> None:
    path = _begin(page)
    _go(page, f"{path}?ask=client.location")
    _sent(page, "2")
    page.get_by_role("link", name="Back to: The place of the client").focus()
    _sent(page, "Enter")
    assert page.locator(".option", has_text="the answer so far").inner_text().startswith("2")
    _sent(page, "1")
    assert "inside the local network" in page.locator(".facts").inner_text()
    page.go_back()
    page.go_back()
    page.reload()
    assert "inside the local network" in page.locator(".facts").inner_text()


def test_evidence_is_pasted_and_its_proposals_confirmed_with_one_key(page: Page) -> None:
    _begin(page)
    page.locator("#paste").fill(SHELL)
    page.locator("#paste").focus()
    _sent(page, "Control+Enter")
    assert _focus(page) == "question", "what was read is told in a line, and the keyboard goes on"
    page.locator("[data-announcer]", has_text="Read paste 1").wait_for(state="attached")
    page.locator(".read summary").click()
    assert "https://ex1.contoso.local/ews/exchange.asmx" in page.locator(".read").inner_text()

    page.locator("#paste").fill(PLAIN_WORDS)
    page.get_by_role("button", name="Read it").focus()
    _sent(page, "Enter")
    assert page.evaluate("document.activeElement.name") == "confirm"
    _sent(page, "Space", "Enter")
    assert "Outlook 2010" in page.locator(".facts").inner_text()


def test_a_file_is_read(page: Page) -> None:
    _begin(page)
    with page.expect_navigation():
        page.locator("#files").set_input_files(
            {"name": "certificate.txt", "mimeType": "text/plain", "buffer": CERTIFICATE.encode("utf-16")}
        )
    assert "certificate.txt" in page.locator(".read summary").inner_text()
    assert "mail.contoso.com" in page.locator(".facts").inner_text()


def test_two_tabs_on_one_case_lose_nothing(page: Page) -> None:
    path = _begin(page)
    _go(page, f"{path}?ask=client.location")
    other = page.context.new_page()
    _go(other, f"{path}?ask=client.location")
    _sent(page, "2")
    _sent(other, "1")
    assert _focus(other) == "moved"
    assert "outside, for example at home" in other.locator("tbody").inner_text()
    other.get_by_role("button", name="Record mine as well").focus()
    _sent(other, "Enter")
    assert "inside the local network" in other.locator(".facts").inner_text()


def test_commands_are_copied_and_what_is_ticked_off_stays(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _begin(page)
    _answer_by_keyboard(page)
    page.get_by_role("button", name="Copy: the command of step 2").click()
    _copied(page, "Set-ClientAccessServer -Identity 'ServerName'")
    with page.expect_response("**/ticks"):
        page.locator(".done-box").nth(1).check()
    page.reload()
    assert page.locator(".done-box").nth(1).is_checked()


def test_the_script_is_comfort_only(browser: Any, address: str) -> None:
    context = _context(browser, base_url=address, java_script_enabled=False)
    page = context.new_page()
    path = _begin(page)
    page.get_by_label("A security alert with").check()
    page.get_by_label("The name check").check()
    page.get_by_role("button", name="Answer", exact=True).click()
    _go(page, f"{path}?ask=client.location")
    page.get_by_role("button", name="Inside the local network").click()
    page.locator("#paste").fill(SHELL + CERTIFICATE)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="No", exact=True).click()
    assert "Cause found" in page.locator(".verdict").inner_text()
    assert page.get_by_role("button", name="Copy").count() == 0
    page.locator(".why summary, .more summary").first.click()
    page.get_by_role("link", name="Reasoning").click()
    assert page.locator("mark").count() > 5
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (375, 667)])
def test_the_verdict_is_read_without_scrolling(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    path = _begin(page)
    page.locator("#paste").fill(SHELL + CERTIFICATE)
    page.get_by_role("button", name="Read it").focus()
    _sent(page, "Enter")
    for fact, key in (("client.location", "1"), ("alert.host", "")):
        _go(page, f"{path}?ask={fact}")
        _sent(page, *([key] if key else ["1", "Tab", "Tab", "Tab", "Space", "Enter"]))
    page.goto(path)
    sentence = page.locator(".verdict .lead").bounding_box()
    assert sentence["y"] + sentence["height"] <= height
    page.wait_for_function("scrollY === 0")


def test_what_is_pasted_or_dropped_anywhere_is_read(page: Page) -> None:
    path = _begin(page)
    event = """([selector, kind, text]) => {
        const data = new DataTransfer();
        data.setData("text", text);
        const options = { bubbles: true, cancelable: true };
        const event = kind === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: data })
                                       : new DragEvent("drop", { ...options, dataTransfer: data });
        return document.querySelector(selector).dispatchEvent(event);
    }"""
    _go(page, f"{path}?ask=exchange.server")
    assert page.evaluate(event, ["#f-exchange-server", "paste", "EX1"]), "one answer is left to the field"
    with page.expect_navigation():
        page.evaluate(event, ["#f-exchange-server", "paste", SHELL])
    assert "Read paste 1" in page.locator(".read").inner_text()
    with page.expect_navigation():
        page.evaluate(event, ["#question", "paste", "The server is Exchange 2010"])
    with page.expect_navigation():
        page.evaluate(event, ["aside", "drop", CERTIFICATE])
    assert "mail.contoso.com" in page.locator(".facts").inner_text()


def test_a_digit_picks_among_the_drawings(page: Page) -> None:
    _begin(page)
    assert page.locator(".drawn svg.drawing").count() == page.locator(".drawn .radios input").count()
    _press(page, "2")
    assert page.locator("input[value=proxy_error]").is_checked()
    _sent(page, "Enter")
    assert "Not covered" in page.locator(".verdict").inner_text()


def test_the_line_with_the_red_mark_picks_its_window_and_the_last_choice_sends_the_page(page: Page) -> None:
    _go(page, "/")
    page.get_by_label("The name check").check()
    page.locator("[name='value:certificate.replaced'][value=yes]").check()
    page.locator("[name='value:client.location'][value=internal]").check()
    assert page.locator("input[value=security_alert]").is_checked(), "it is the only window with these lines"
    with page.expect_navigation():
        page.get_by_role("button", name="Exchange Server 2007").click()
    page.locator("#f-certificate-subject-alternative-names").fill("none")
    page.locator("#f-certificate-common-name").fill("mail.contoso.com")
    for name, path in (("autodiscover", "autodiscover.xml"), ("ews", "ews"), ("oab", "oab"), ("um", "um")):
        page.locator(f"#f-endpoints-{name}-url").fill(f"https://exch1.contoso.com/{path}")
    with page.expect_navigation():
        page.get_by_role("button", name="Answer", exact=True).click()
    assert "Cause found" in page.locator(".verdict").inner_text(), "in five clicks and two forms"


def test_what_another_window_has_not_goes_out_of_sight(page: Page) -> None:
    _go(page, "/")
    page.locator("input[value=proxy_error]").check()
    assert page.get_by_label("The name check").is_hidden()
    assert page.locator("#f-alert-host").is_disabled()
    page.locator("input[value=security_alert]").check()
    assert page.get_by_label("The name check").is_visible()


def test_enter_in_a_line_sends_the_page_and_presses_no_choice(page: Page) -> None:
    _begin(page)
    page.get_by_label("The name check").check()
    page.locator("#f-alert-host").focus()
    page.keyboard.type("mail.contoso.com")
    _sent(page, "Enter")
    known = page.locator(".facts").inner_text()
    assert "mail.contoso.com" in known
    assert "The version of Exchange" not in known


def test_the_ticket_and_all_commands_are_copied_with_one_press(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _begin(page, "INC-6")
    _answer_by_keyboard(page)
    page.get_by_role("button", name="Copy all commands").click()
    _copied(page, "# To undo, last step first:")
    page.get_by_role("button", name="Copy ticket").click()
    _copied(page, "# Case ")


def _pages(page: Page) -> Iterator[str]:
    """Every page and state, by name, each as it stands open."""
    page.goto("/")
    yield "start"
    path = _begin(page, "INC-2")
    yield "first question"
    with page.expect_navigation():
        page.get_by_role("button", name="Answer", exact=True).click()
    yield "refused"
    _go(page, f"{path}?ask=exchange.version")
    page.locator(".why summary").click()
    yield "one choice"
    with page.expect_navigation():
        page.locator(".option").first.click()
    page.locator("#paste").fill(PLAIN_WORDS + "\n\n" + SHELL)
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()
    yield "proposals, dispute, evidence"
    path = _begin(page, "INC-3")
    _answer_by_keyboard(page)
    for each in page.locator("details").all():
        each.evaluate("each => each.open = true")
    yield "diagnosed"
    page.goto(f"{path}/reasoning#at-cause-replaced")
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    yield "reasoning"
    page.goto(f"{path}/ticket?masked=true")
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    yield "ticket"
    other = page.context.new_page()
    _go(other, f"{path}?ask=client.location")
    _go(page, f"{path}?ask=client.location")
    _sent(other, "0")
    other.close()
    _sent(page, "2")
    yield "conflict"
    page.goto("/articles/KB940726")
    yield "article"
    page.goto("/cases?state=open")
    yield "all cases"
    page.goto("/no/such/page")
    yield "nowhere"
    page.goto("/cases/nowhere")
    yield "problem"
    page.goto("/login")
    yield "log-in"


@dataclass(frozen=True)
class Seen:
    """What was found on one page: what axe reports, light and dark, and how far it is wider than its window."""

    light: str
    dark: str
    overflow: dict[int, int]


@pytest.fixture(scope="module")
def seen(browser: Any, address: str) -> Iterator[dict[str, Seen]]:
    """Every page and state, looked at once."""
    context = _context(browser, base_url=address, reduced_motion="reduce")
    page = context.new_page()
    yield {name: _look_at(page) for name in _pages(page)}
    context.close()


def _look_at(page: Page) -> Seen:
    light, dark = light_and_dark(axe.Axe(), page)
    overflow = {}
    for width in (NARROW, ZOOMED):
        page.set_viewport_size({"width": width, "height": 700})
        overflow[width] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return Seen(light, dark, overflow)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(seen: dict[str, Seen], scheme: str) -> None:
    found = {name: report for name, each in seen.items() if (report := getattr(each, scheme))}
    assert not found, "\n".join(f"{name}: {report}" for name, report in found.items())
    assert len(seen) == 14


@pytest.mark.parametrize("width", [NARROW, ZOOMED], ids=["a narrow phone", "a desktop at 200 % zoom"])
def test_nothing_has_to_be_scrolled_sideways(seen: dict[str, Seen], width: int) -> None:
    assert not {name: each.overflow[width] for name, each in seen.items() if each.overflow[width] > 0}


def test_a_printed_case_shows_commands_checks_and_reasons_without_controls(page: Page, tmp_path: Path) -> None:
    _begin(page)
    _answer_by_keyboard(page)
    page.emulate_media(media="print")
    assert page.locator(".evidence-form").is_hidden()
    assert page.locator(".copy").first.is_hidden()
    assert page.locator(".more pre").first.is_visible(), "what is folded away on the screen is printed"
    assert page.locator(".steps").first.is_visible()
