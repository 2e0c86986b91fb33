"""Measures interviews on the pages, for callers of four kinds: forms, clicks, keystrokes and screens: make measure

A click is a press of the mouse: on a choice, a box or a button. Fields of text are reached with Tab, which counts as a
keystroke; a paste counts as one. The window is picked by its line with the red mark, as the pages offer.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from measure_interview import OUTPUTS
from playwright.sync_api import sync_playwright

from tests.desk.web.chromium import FLAGS, executable, served

ROOT = Path(__file__).parent.parent
LIBRARIES = {"the library of many articles": "", "one article": str(ROOT / "tests" / "libraries" / "certificates")}
SIZE: Any = {"width": 1280, "height": 800}
_HOST = "https://exch1.contoso.com"
TICKS = frozenset({"alert.name"})
CHOSEN = {
    "alert.kind": "security_alert",
    "alert.certificate.issuer_kind": "company",
    "alert.certificate.owner": "organisation",
    "certificate.other_fits": "no",
    "certificate.replaced": "yes",
    "certificate.san_available": "no",
    "client.location": "internal",
    "client.other_mailboxes_open": "no",
    "dns.resolves_internally": "yes",
    "exchange.version": "2007",
}
TYPED = {
    "alert.host": "exch1.contoso.com",
    "certificate.common_name": "mail.contoso.com",
    "certificate.subject_alternative_names": "none",
    "client.mail_domain": "contoso.com",
    "endpoints.autodiscover.url": f"{_HOST}/autodiscover/autodiscover.xml",
    "endpoints.ews.url": f"{_HOST}/ews/exchange.asmx",
    "endpoints.oab.url": f"{_HOST}/oab",
    "endpoints.um.url": f"{_HOST}/unifiedmessaging/service.asmx",
    "exchange.server": "EXCH1",
    "exchange.servers": "EXCH1",
    "namespace.host": "mail.contoso.com",
}


@dataclass(frozen=True)
class Caller:
    """What one caller answers, by fact; what is missing is not known.

    Attributes:
        pasted: what is pasted at the first question.
    """

    name: str
    chosen: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    ticks: frozenset[str] = frozenset()
    pasted: str = ""


CALLERS = (
    Caller("classic 2007, by hand", CHOSEN, TYPED, TICKS),
    Caller("classic 2007, by paste", CHOSEN, TYPED, TICKS, OUTPUTS),
    Caller("outside the office", {**CHOSEN, "client.location": "external"}, TYPED, TICKS),
    Caller("knows nothing"),
)


@dataclass
class Measured:
    """What one interview took.

    Attributes:
        screens: windows that had to be looked at, from the top of each page to the end of its question.
        verdict: how many pixels down the sentence of the verdict ends.
    """

    forms: int = 0
    clicks: int = 0
    keystrokes: int = 0
    screens: int = 0
    verdict: int = 0
    title: str = ""
    asked: list[str] = field(default_factory=list)


class Person:
    """Leads one interview, as somebody would who has the answers before him."""

    def __init__(self, page: Any, caller: Caller, reference: str = "") -> None:
        self._page = page
        self._caller = caller
        self._reference = reference
        self.took = Measured()

    def lead(self) -> Measured:
        """From the start page to the end."""
        self._page.goto("/")
        if self._reference:
            self._page.locator("#reference").fill(self._reference)
        if self._caller.pasted:
            self._page.locator("#paste").fill(self._caller.pasted)
            self.took.keystrokes += 1
            self._sent(self._page.get_by_role("button", name="Read it"))
        while self._page.locator(".question").count():
            if self.took.forms > 40:
                raise SystemExit(f"the interview does not end: {self.took.asked}")
            self._answer()
        box = self._page.locator(".verdict .lead").bounding_box()
        self.took.verdict = round(box["y"] + box["height"])
        self.took.title = self._page.locator(".verdict h2").inner_text()
        return self.took

    def _answer(self) -> None:
        self.took.asked.append(self._page.locator("#question").inner_text())
        last = self._page.locator(".question .actions").first.bounding_box()
        self.took.screens += ceil((last["y"] + last["height"]) / SIZE["height"])
        given = 0
        for name in self._names():
            given += self._give(name.removeprefix("value:"))
            if name and self._pressed(name):
                return
        if given and not self._left():
            self._sent(self._page.locator(".question .actions button.primary"))
        else:
            self._sent(self._page.locator("form[data-keys] button[name=unknown]").last)

    def _names(self) -> list[str]:
        """The names of all controls of the question, in the order in which they stand."""
        every = self._page.locator("form[data-keys]").first.evaluate(
            "form => [...form.elements].filter(each => each.offsetParent).map(each => each.name)"
        )
        return list(dict.fromkeys(each for each in every if each.startswith("value:")))

    def _give(self, fact: str) -> int:
        """Answer one part, unless it is answered by pressing; gives whether there was an answer."""
        within = self._page.locator("form[data-keys]").first
        if fact == "-ticks":
            boxes = [within.locator(f"input[name='value:-ticks'][value='{tick}']") for tick in self._caller.ticks]
            found = [box for box in boxes if box.count()]
            for box in found:
                self._click(box)
            if boxes and self._caller.ticks and not found:
                self._click(within.locator("#checklist-none"))
            return len(self._caller.ticks)
        if value := self._caller.chosen.get(fact):
            radio = within.locator(f"input[type=radio][name='value:{fact}'][value='{value}']")
            implied = self._caller.ticks and within.locator(f"[data-implies='{value}']").count()
            if radio.count() and not radio.is_checked() and not implied:
                self._click(radio)
            return int(radio.count() > 0)
        if (text := self._caller.typed.get(fact)) is not None:
            line = within.locator(f"input[name='value:{fact}']:not([type=checkbox])")
            if line.count():
                line.fill(text)
                self.took.keystrokes += len(text) + 1
                return 1
        return 0

    def _pressed(self, name: str) -> bool:
        """Whether the part is answered by pressing, and was."""
        value = self._caller.chosen.get(name.removeprefix("value:"), "")
        button = self._page.locator(f"form[data-keys] button[name='{name}'][value='{value}']")
        if not value or not button.count():
            return False
        self._sent(button)
        return True

    def _left(self) -> bool:
        """Whether a part of the question itself has no answer that this caller knows."""
        asked = self._page.locator(".question input[name=asked]").evaluate_all("all => all.map(one => one.value)")
        known = {*self._caller.chosen, *self._caller.typed, "alert.trust", "alert.date", "alert.name"}
        optional = set(
            self._page.locator(".question [data-optional]").evaluate_all("all => all.map(e => e.dataset.optional)")
        )
        return bool(set(asked) - known - optional)

    def _click(self, target: Any) -> None:
        target.click()
        self.took.clicks += 1

    def _sent(self, button: Any) -> None:
        with self._page.expect_navigation():
            self._click(button)
        self.took.forms += 1


def report() -> Iterator[str]:
    """The figures as tables, a line at a time."""
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for library, path in LIBRARIES.items():
            os.environ["RESOLVENT_LIBRARY"] = path
            if not path:
                del os.environ["RESOLVENT_LIBRARY"]
            with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
                yield f"{library:28}{'forms':>7}{'clicks':>8}{'keys':>7}{'screens':>9}{'verdict at':>12}"
                for caller in CALLERS:
                    context = chromium.new_context(base_url=address, viewport=SIZE, reduced_motion="reduce")
                    took = Person(context.new_page(), caller).lead()
                    context.close()
                    yield (
                        f"{caller.name:28}{took.forms:>7}{took.clicks:>8}{took.keystrokes:>7}{took.screens:>9}"
                        f"{took.verdict:>9} px  {took.title}"
                    )
                    if "--show" in sys.argv:
                        yield from (f"    {each}" for each in took.asked)
        chromium.close()


if __name__ == "__main__":
    for told in report():
        print(told, flush=True)
