"""Writes a case as a ticket: Markdown, HTML, plain text or JSON, on request with the names masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from desk.cases import Case
from desk.environments import Diagnosed
from desk.web.known import known_facts
from desk.web.masking import Masker, names_in
from desk.web.wording import machine_time, spoken_time
from kb import KnowledgeBase
from render.markdown import to_markdown
from render.report import Block, CodeBlock, Heading, Item, Paragraph, blocks


class Format(StrEnum):
    """A form that a ticket can be had in."""

    MARKDOWN = "md"
    HTML = "html"
    TEXT = "txt"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """What the answer to a download is called."""
        return {
            Format.MARKDOWN: "text/markdown",
            Format.HTML: "text/html",
            Format.TEXT: "text/plain",
            Format.JSON: "application/json",
        }[self]

    @property
    def label(self) -> str:
        """Its name for people."""
        return {
            Format.MARKDOWN: "Markdown",
            Format.HTML: "HTML",
            Format.TEXT: "Plain text",
            Format.JSON: "JSON",
        }[self]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A case, written down."""

    case: Case
    knowledge: KnowledgeBase
    masked: bool

    @property
    def report(self) -> tuple[Block, ...]:
        """The ticket as blocks, which the page shows and the texts are made of."""
        report = tuple(self._blocks())
        return tuple(_masked(block, self._masker()) for block in report) if self.masked else report

    def markdown(self) -> str:
        """The ticket as Markdown."""
        return to_markdown(self.report)

    def text(self) -> str:
        """The ticket as plain text."""
        return "\n".join(_plain_lines(self.report)).strip() + "\n"

    def json(self) -> str:
        """The ticket as JSON: the case, and the Outcome of each of its servers."""
        case = self.case
        data: object = {
            "case": {
                "id": case.id,
                "reference": "" if self.masked else case.reference,
                "state": case.state.value,
                "revision": case.revision,
                "created_at": machine_time(case.created_at),
                "changed_at": machine_time(case.changed_at),
                "closing": None if case.closing is None else {"helped": case.closing.helped, "step": case.closing.step},
            },
            "masked": self.masked,
            "environments": [
                {
                    "server": each.known.server,
                    "outcome": each.outcome.model_dump(mode="json"),
                    "provenance": {} if self.masked else self._provenance(each),
                }
                for each in case.environments
            ],
        }
        return json.dumps(self._masker().data(data) if self.masked else data, indent=2, ensure_ascii=False) + "\n"

    def _blocks(self) -> Iterator[Block]:
        case = self.case
        reference = f" ({case.reference})" if case.reference and not self.masked else ""
        yield Heading(1, f"Case {case.id}{reference}")
        yield Paragraph(f"Begun {spoken_time(case.created_at)}, last changed {spoken_time(case.changed_at)}.", "quiet")
        if case.closing is not None:
            yield Paragraph(_closing(case), "good" if case.closing.helped else "plain")
        for each in case.environments:
            if len(case.environments) > 1:
                yield Heading(1, f"Server {each.known.server}")
            for block in blocks(each.outcome, self.knowledge, {} if self.masked else self._provenance(each)):
                yield replace(block, level=min(block.level + 1, 6)) if isinstance(block, Heading) else block

    def _provenance(self, environment: Diagnosed) -> dict[str, str]:
        known = known_facts(self.case, environment, self.knowledge)
        return {each.fact: f"{each.provenance.words} {each.provenance.at}".strip() for each in known}

    def _masker(self) -> Masker:
        observations = [observation for entry in self.case.evidence for observation in entry.evidence.observations]
        facts = [(key, value) for each in self.case.environments for key, value in each.known.facts.items()]
        names = [name for key, value in facts for name in names_in({key: value}, (), self.knowledge)]
        stated = names_in(self.case.values, observations, self.knowledge)
        return Masker([*names, *stated])


def file_name(case: Case, form: Format, *, masked: bool) -> str:
    """What a downloaded ticket is called."""
    return f"case-{case.id}{'-masked' if masked else ''}.{form.value}"


def _closing(case: Case) -> str:
    if case.closing is None:
        return ""
    helped = {True: "It helped", False: "It did not help", None: "Nobody said whether it helped"}[case.closing.helped]
    step = f"; the step that did: {case.closing.step}" if case.closing.step else ""
    return f"Closed {spoken_time(case.closing.at)}. {helped}{step}."


def _masked(block: Block, masker: Masker) -> Block:
    match block:
        case CodeBlock(text, label):
            return CodeBlock(masker.text(text), masker.text(label))
        case Item():
            inner = tuple(_masked_inner(each, masker) for each in block.blocks)
            return replace(block, text=masker.text(block.text), blocks=inner)
        case Paragraph() | Heading():
            return replace(block, text=masker.text(block.text))


def _masked_inner(block: Paragraph | CodeBlock, masker: Masker) -> Paragraph | CodeBlock:
    if isinstance(block, CodeBlock):
        return CodeBlock(masker.text(block.text), masker.text(block.label))
    return replace(block, text=masker.text(block.text))


def _plain_lines(report: Iterable[Block]) -> Iterator[str]:
    for block in report:
        match block:
            case Heading(level, text):
                yield ""
                yield text.upper() if level == 1 else text
                yield ("=" if level <= 2 else "-") * len(text)
            case Item(marker, text, _, inner, level):
                indent = "  " * level
                yield f"{indent}{marker} {text}"
                for each in inner:
                    yield from (f"{indent}   {line}" for line in _plain(each))
            case Paragraph() | CodeBlock():
                yield from _plain(block)


def _plain(block: Paragraph | CodeBlock) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
        return
    yield f"{block.label}:"
    yield from (f"    {line}" for line in block.text.splitlines())
