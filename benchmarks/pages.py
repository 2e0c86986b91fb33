"""What an interview on the pages costs a person with a mouse: ``python -m benchmarks.pages``.

Counts, for typical cases, every press of a button, box or option (clicks), every form that is sent, every page that is
looked at, and how many screens of 1280 × 800 have to be looked at until the verdict is read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.desk.web.chromium import FLAGS, executable, served
from tests.desk.web.walks import CERTIFICATE, SHELL, URLS_2007

_SIZE = {"width": 1280, "height": 800}
_ANSWERS = {
    "certificate.common_name": "mail.contoso.com",
    "exchange.server": "ServerName",
    "namespace.host": "mail.contoso.com",
    **{key.replace("__", "."): value for key, value in URLS_2007.items()},
}
_CHOICES = {
    "alert.kind": "security_alert",
    "certificate.replaced": "yes",
    "client.location": "internal",
    "exchange.version": "2007",
    "dns.resolves_internally": "no",
    "certificate.san_available": "no",
}


@dataclass
class Person:
    """Somebody with a mouse: what they do on a page, counted."""

    page: Any
    choices: dict[str, str]
    clicks: int = 0
    forms: int = 0
    fields: int = 0
    questions: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Start a case."""
        self.page.goto("/")
        self._send(self.page.get_by_role("button", name="Start a case"))

    def paste(self, text: str) -> None:
        """Paste anywhere on the page; the page reads it by itself."""
        self.fields += 1
        with self.page.expect_navigation():
            self.page.evaluate(
                """text => {
                    const data = new DataTransfer();
                    data.setData("text", text);
                    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
                }""",
                text,
            )
        self.forms += 1

    def answer_everything(self) -> None:
        """Answer what is asked until nothing is."""
        while self.page.locator(".question").count() and len(self.questions) < 20:
            self._answer()

    def _answer(self) -> None:
        page = self.page
        if not self.choices:
            self.questions.append("")
            self._send(page.locator(".question button[name=unknown]"))
            return
        self.questions.append(page.locator("#question").inner_text())
        facts = page.locator(".question input[name=asked]").evaluate_all("all => all.map(each => each.value)")
        buttons = page.locator(".question .options button")
        if buttons.count():
            wanted = self.choices.get(facts[0])
            pressed = page.locator(f".question .options button[value='{wanted}']")
            self._send(pressed if pressed.count() else page.locator(".question button[name=unknown]"))
            return
        answered = False
        for fact in facts:
            option = page.locator(f".question input[type=radio][name='value:{fact}'][value='{self.choices.get(fact)}']")
            box = page.locator(f".question input[type=checkbox][value='{fact}']")
            line = page.locator(f".question input:not([type])[name='value:{fact}']")
            if option.count():
                answered |= self._click(option)
            elif box.count() and fact == "alert.name":
                answered |= self._click(box)
            elif line.count() and fact in _ANSWERS:
                line.fill(_ANSWERS[fact])
                self.fields += 1
                answered = True
            elif none := self._none(fact):
                answered |= self._click(none)
        primary = page.locator(".question .actions button.primary")
        self._send(primary if answered else page.locator(".question button[name=unknown]"))

    def _none(self, fact: str) -> Any:
        box = self.page.locator(f".question input[type=checkbox][name='value:{fact}'][value=none]")
        return box if box.count() else None

    def _click(self, what: Any) -> bool:
        what.click()
        self.clicks += 1
        return True

    def _send(self, button: Any) -> None:
        with self.page.expect_navigation():
            button.click()
        self.clicks += 1
        self.forms += 1

    @property
    def verdict_in_the_first_screen(self) -> bool:
        """Whether all of the verdict's sentence is seen without scrolling."""
        box = self.page.locator(".verdict .lead").bounding_box()
        return bool(box and box["y"] + box["height"] <= _SIZE["height"])


def _by_hand(person: Person) -> None:
    person.begin()
    person.answer_everything()


def _by_paste(person: Person) -> None:
    person.begin()
    person.paste(SHELL + CERTIFICATE)
    person.answer_everything()


def _external(person: Person) -> None:
    person.choices["client.location"] = "external"
    person.begin()
    person.answer_everything()


def _knows_nothing(person: Person) -> None:
    person.choices.clear()
    person.begin()
    person.answer_everything()


CASES: dict[str, Callable[[Person], None]] = {
    "the classic case, by hand": _by_hand,
    "the classic case, by paste": _by_paste,
    "a caller outside": _external,
    "a caller who knows nothing": _knows_nothing,
}


@contextmanager
def _people() -> Iterator[Callable[[], Person]]:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))

        def person() -> Person:
            context = chromium.new_context(base_url=address, viewport=_SIZE)
            context.set_default_timeout(10_000)
            return Person(context.new_page(), dict(_CHOICES))

        yield person
        chromium.close()


def main() -> None:
    """Print the figures."""
    print(f"{'':28}{'clicks':>8}{'forms':>8}{'pages':>8}{'fields':>8}   verdict")
    with _people() as new_person:
        for name, walk in CASES.items():
            person = new_person()
            walk(person)
            title = person.page.locator(".verdict h2").inner_text()
            seen = "in the first screen" if person.verdict_in_the_first_screen else "below the fold"
            pages = person.forms + 1
            print(f"{name:28}{person.clicks:8}{person.forms:8}{pages:8}{person.fields:8}   {title}, {seen}")


if __name__ == "__main__":
    main()
