"""How a question looks on a terminal: what is asked, what shows the answer, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from string import ascii_uppercase

from desk.interview.form import Form, FormChecklist, FormPart
from desk.interview.replies import Card
from desk.interview.screen import Screen
from kb.values import FactType


class QuestionCards:
    """Makes the cards of one screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.above: Callable[[], None] = _nothing
        """Shows what stands above every question: how far it is, or what is decided."""

    def part(self, part: FormPart, lead: Form | None = None, note: str = "") -> Card:
        """The card of one question; `lead` is the form that it begins, `note` stands below it."""
        labels = [option.label for option in part.options] or list(part.suggestions)

        def show(marked: int | None) -> None:
            self.above()
            self._lead(lead)
            self._screen.title(part.ask)
            if part.help:
                self._screen.line(part.help, "quiet", 2)
            if part.how_to_check:
                self._screen.line("Shown by:", "quiet", 2)
                self._screen.code(part.how_to_check)
            self._options(labels, marked)
            if note:
                self._screen.line(note, "quiet", 2)

        return Card(show, len(labels))

    def ticks(self, checklist: FormChecklist, parts: Sequence[FormPart], lead: Form | None = None) -> Card:
        """The card of a checklist."""

        def show(marked: int | None) -> None:
            self.above()
            self._lead(lead)
            self._screen.title(checklist.ask)
            if checklist.help:
                self._screen.line(checklist.help, "quiet", 2)
            self._options([part.label for part in parts], marked)

        return Card(show, len(parts))

    def sheet(self, form: Form, parts: Sequence[FormPart]) -> Card:
        """The card of several short answers that are given on one line, in this order."""

        def show(_: int | None) -> None:
            full = partial(write, with_help=True)
            full() if self._screen.fits(full) else write(with_help=False)

        def write(*, with_help: bool) -> None:
            self.above()
            self._lead(form if with_help else replace(form, help=""))
            for letter, part in zip(ascii_uppercase, parts, strict=False):
                self._screen.choice(letter, part.ask + (" (optional)" if part.optional else ""))
                if part.help and with_help:
                    self._screen.line(part.help, "quiet", 4)
                if part.how_to_check:
                    self._screen.code(part.how_to_check)
                if part.type is FactType.CHOICE:
                    self._options([option.label for option in part.options], None, indent=4)

        return Card(show)

    def _lead(self, form: Form | None) -> None:
        if form is None:
            return
        self._screen.title(form.title)
        if form.help:
            self._screen.line(form.help, "quiet", 2)

    def _options(self, labels: Sequence[str], marked: int | None, indent: int = 2) -> None:
        for number, label in enumerate(labels, 1):
            self._screen.choice(str(number), label, "marked" if number - 1 == marked else "plain", indent)


def _nothing() -> None:
    """Shows nothing."""
