"""Somebody who reads pages and fills in forms: a browser as far as HTML goes, with nothing of a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient

from desk.cases import Case
from desk.http.state import Desk
from desk.interview.form import CHECKLIST


class Visit:
    """The page that is open, and what can be done on it."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.response: Any
        self.page: BeautifulSoup

    @property
    def desk(self) -> Desk:
        desk: Desk = self.client.app.state.desk  # type: ignore[attr-defined]
        return desk

    @property
    def case(self) -> Case:
        """The case whose page is open, as the store has it."""
        return self.desk.store.get(self.response.url.path.split("/")[2])

    @property
    def text(self) -> str:
        """What the page says, white space levelled."""
        return " ".join(self.page.get_text(" ").split())

    def open(self, path: str) -> Visit:
        return self._show(self.client.get(path))

    def begin(self, reference: str = "") -> Visit:
        return self.open("/").submit("form[action='/cases']", reference=reference)

    def one(self, selector: str) -> Tag:
        """The only element of that kind."""
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} of {selector} on {self.response.url}"
        return found[0]

    def words(self, selector: str) -> list[str]:
        return [" ".join(each.get_text(" ").split()) for each in self.page.select(selector)]

    def submit(self, selector: str = ".question form", press: str = "", /, **fields: str | Sequence[str]) -> Visit:
        """Fill in a form and send it. `press` names the button as ``name=value``; fields stand by their names."""
        form = self.one(selector) if not selector.endswith(" form") else self.page.select(selector)[0]
        data = _as_loaded(form)
        for name, value in fields.items():
            data[name] = [value] if isinstance(value, str) else list(value)
        action = str(form["action"])
        if press:
            name, _, value = press.partition("=")
            buttons = form.select(f"button[name='{name}'][value='{value}']")
            assert buttons, f"no button {press}"
            data[name] = [value]
            action = str(buttons[0].get("formaction", action))
        return self.post(action, data, multipart=form.get("enctype") == "multipart/form-data")

    def answer(self, press: str = "", /, **fields: str | Sequence[str]) -> Visit:
        """Answer the question that is put. Facts stand with ``__`` for dots: ``exchange__version="2007"``; ticks are
        named in `mark`.
        """
        ticks = fields.pop("mark", ())
        named = {f"value:{key.replace('__', '.')}": value for key, value in fields.items()}
        if ticks:
            named[f"value:{CHECKLIST}"] = ticks
        return self.submit(".question form", press, **named)

    def paste(self, text: str) -> Visit:
        return self.submit(".evidence-form form", paste=text)

    def post(self, path: str, data: dict[str, list[str]], *, multipart: bool = False) -> Visit:
        if multipart:
            parts = [(name, (None, value)) for name, values in data.items() for value in values]
            return self._show(self.client.post(path, files=parts))
        return self._show(self.client.post(path, data=data))

    def _show(self, response: Any) -> Visit:
        self.response = response
        self.page = BeautifulSoup(response.text, "html.parser")
        return self


def _as_loaded(form: Tag) -> dict[str, list[str]]:
    """What a browser would send if nothing was changed."""
    data: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type")
        if kind == "file" or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        value = field.get_text() if field.name == "textarea" else field.get("value", "")
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            value = chosen["value"] if chosen else ""
        data.setdefault(str(field["name"]), []).append(str(value))
    return data
