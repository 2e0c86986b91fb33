"""Takes the pictures in docs/screenshots of the pages as they are: python docs/screenshots.py"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.desk.web.chromium import FLAGS, executable, served
from tests.desk.web.person import CALLERS, SIZE, Person
from tests.desk.web.walks import CERTIFICATE, PLAIN_WORDS, SHELL

FOLDER = Path(__file__).parent / "screenshots"
PHONE: Any = {"width": 375, "height": 760}


def _first_question(page: Any) -> None:
    page.goto("/")
    page.locator("#reference").fill("INC-20431")


def _second_question(page: Any) -> None:
    _first_question(page)
    page.locator("#f-alert-name").check()
    page.locator("#f-alert-host").fill("exch1.contoso.com")
    with page.expect_navigation():
        page.get_by_role("button", name="Start", exact=True).click()


def _after_a_paste(page: Any) -> None:
    page.goto("/")
    page.locator("#reference").fill("INC-20432")
    page.locator("#paste").fill(SHELL + CERTIFICATE + "\n" + PLAIN_WORDS)
    with page.expect_navigation():
        page.get_by_role("button", name="Read it").click()


def _question_for_an_administrator(page: Any) -> None:
    _second_question(page)
    page.goto(f"{page.url.split('?')[0]}?ask=endpoints.ews.url")
    page.locator(".find summary").click()


def _outcome(page: Any) -> None:
    Person(page, CALLERS[0], "INC-20434").lead()


def _reasoning(page: Any) -> None:
    _outcome(page)
    page.goto(f"{page.url.split('?')[0]}/reasoning")


def _ticket(page: Any) -> None:
    _outcome(page)
    page.goto(f"{page.url.split('?')[0]}/ticket?masked=true")


def _all_cases(page: Any) -> None:
    page.goto("/cases")


SHOTS: dict[str, tuple[Callable[[Any], None], Any, Any]] = {
    "first-question": (_first_question, SIZE, "light"),
    "second-question": (_second_question, SIZE, "light"),
    "first-question-narrow": (_first_question, PHONE, "light"),
    "after-a-paste": (_after_a_paste, SIZE, "light"),
    "question-for-an-administrator": (_question_for_an_administrator, SIZE, "dark"),
    "outcome": (_outcome, SIZE, "light"),
    "outcome-narrow-dark": (_outcome, PHONE, "dark"),
    "reasoning-and-article": (_reasoning, SIZE, "light"),
    "ticket-masked": (_ticket, SIZE, "light"),
    "all-cases": (_all_cases, SIZE, "light"),
}
"""By name: how to get there, the window, and the colours."""


def main() -> None:
    """Take all pictures anew."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for name, (walk, size, scheme) in SHOTS.items():
            context = chromium.new_context(
                base_url=address, viewport=size, color_scheme=scheme, reduced_motion="reduce", timezone_id="UTC"
            )
            context.set_default_timeout(10_000)
            page = context.new_page()
            walk(page)
            page.screenshot(path=FOLDER / f"{name}.png")
            context.close()
            print(f"docs/screenshots/{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
