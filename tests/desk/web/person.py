"""Callers of several kinds, and a person who leads their interviews on the pages with the answers before him.

A click is a press of the mouse: on a choice, a box or a button. Fields of text are reached with Tab, which counts as a
keystroke; a paste counts as one. The window is picked by its line with the red mark, as the pages offer. Where the last
answer was typed, Enter sends the page. What is optional and not known is left, once the page has a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

from tests.desk.web.walks import OUTPUTS

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
    "endpoints.outlook_anywhere.external_host": "mail.contoso.com",
    "endpoints.ews.external_url": f"{_HOST}/ews/exchange.asmx",
    "endpoints.oab.external_url": f"{_HOST}/oab",
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


_CALLERS_OWN = ("alert.", "client.", "exchange.version", "exchange.servers", "namespace.")
"""What the caller and the helpdesk can tell by themselves."""


def _own(answers: dict[str, str]) -> dict[str, str]:
    return {fact: answer for fact, answer in answers.items() if fact.startswith(_CALLERS_OWN)}


CALLERS = (
    Caller("classic 2007, by hand", CHOSEN, TYPED, TICKS),
    Caller("classic 2007, by paste", CHOSEN, TYPED, TICKS, OUTPUTS),
    Caller("outside the office", {**CHOSEN, "client.location": "external"}, TYPED, TICKS),
    Caller("outside, nobody to ask", _own({**CHOSEN, "client.location": "external"}), _own(TYPED), TICKS),
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
        self._line: Any = None
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
        while self._page.locator(".question").count() and not self._done():
            if self.took.forms > 40:
                raise SystemExit(f"the interview does not end: {self.took.asked}")
            self._answer()
        box = self._page.locator(".verdict .lead").bounding_box()
        self.took.verdict = round(box["y"] + box["height"])
        self.took.title = self._page.locator(".verdict h2").inner_text()
        return self.took

    def _done(self) -> bool:
        """Whether what is asked only completes, and the caller does not know it."""
        return bool(self._page.locator(".question.completes").count()) and self._left()

    def _answer(self) -> None:
        self.took.asked.append(self._page.locator("#question").inner_text())
        last = self._page.locator(".question .actions").first.bounding_box()
        self.took.screens += ceil((last["y"] + last["height"]) / SIZE["height"])
        given = 0
        self._line = None
        for name in self._names():
            given += self._give(name.removeprefix("value:"))
            if self._pressed(name):
                return
        unknown = self._page.locator("form[data-keys] button[name=unknown]")
        if given and not self._left() and self._line is not None:
            with self._page.expect_navigation():
                self._line.press("Enter")
            self.took.keystrokes += 1
            self.took.forms += 1
        elif given and not self._left():
            self._sent(self._page.locator(".question .actions button.primary"))
        else:
            self._sent(unknown.last)

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
            if radio.count() and radio.is_enabled() and not radio.is_checked() and not implied:
                self._click(radio)
            return int(radio.count() > 0)
        if (text := self._caller.typed.get(fact)) is not None:
            line = within.locator(f"input[name='value:{fact}']:not([type=checkbox])")
            if line.count() and line.is_enabled():
                line.fill(text)
                self._line = line
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
        optional = self._page.locator(".question .part:has(.optional) [name^='value:']").evaluate_all(
            "all => all.map(one => one.name.slice('value:'.length))"
        )
        return bool(set(asked) - known - set(optional))

    def _click(self, target: Any) -> None:
        target.click()
        self._line = None
        self.took.clicks += 1

    def _sent(self, button: Any) -> None:
        with self._page.expect_navigation():
            self._click(button)
        self.took.forms += 1
