"""Writes a case as a ticket: Markdown, HTML, plain text or JSON, on request with the names masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from desk.cases import Case
from desk.web.known import facts_known
from desk.web.wording import machine_time, spoken_time
from engine.outcome import Outcome
from evidence.diagnosis import Diagnosed
from kb import KnowledgeBase
from render.blocks import Block, Heading, Paragraph
from render.markdown import to_markdown
from render.masking import Masker
from render.plain import to_plain
from render.report import ServerReport, of_servers


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


@dataclass(frozen=True)
class Ticket:
    """A case, written down."""

    case: Case
    knowledge: KnowledgeBase
    masked: bool

    @cached_property
    def report(self) -> tuple[Block, ...]:
        """The ticket as blocks, which the page shows and the texts are made of."""
        return tuple(self._blocks())

    def markdown(self) -> str:
        """The ticket as Markdown."""
        return to_markdown(self.report)

    def text(self) -> str:
        """The ticket as plain text."""
        return to_plain(self.report)

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
            "servers": [
                {
                    "server": each.server,
                    "outcome": each.outcome.model_dump(mode="json"),
                    "provenance": dict(each.provenance),
                }
                for each in self._servers
            ],
        }
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    @cached_property
    def _servers(self) -> tuple[ServerReport, ...]:
        every = self.case.environments
        if not self.masked:
            return tuple(ServerReport(each.environment.server, each.outcome, self._provenance(each)) for each in every)
        # Who said what and where it was read is left out: it names people and files.
        masker = Masker(self.knowledge, [each.outcome for each in every], [each.environment.server for each in every])

        def masked(server: str | None, outcome: Outcome) -> ServerReport:
            return ServerReport(None if server is None else masker.server(server), masker.outcome(outcome))

        return tuple(masked(each.environment.server, each.outcome) for each in every)

    def _blocks(self) -> Iterator[Block]:
        case = self.case
        reference = f" ({case.reference})" if case.reference and not self.masked else ""
        yield Heading(1, f"Case {case.id}{reference}")
        yield Paragraph(f"Begun {spoken_time(case.created_at)}, last changed {spoken_time(case.changed_at)}.", "quiet")
        if case.closing is not None:
            yield Paragraph(_closing(case), "good" if case.closing.helped else "plain")
        for block in of_servers(self._servers, self.knowledge):
            yield replace(block, level=min(block.level + 1, 6)) if isinstance(block, Heading) else block

    def _provenance(self, diagnosed: Diagnosed) -> Mapping[str, str]:
        known = facts_known(self.case, diagnosed.environment, self.knowledge)
        return {each.fact: f"{each.provenance.words} {each.provenance.at}".strip() for each in known}


def file_name(case: Case, form: Format, *, masked: bool) -> str:
    """What a downloaded ticket is called."""
    return f"case-{case.id}{'-masked' if masked else ''}.{form.value}"


def _closing(case: Case) -> str:
    if case.closing is None:
        return ""
    helped = {True: "It helped", False: "It did not help", None: "Nobody said whether it helped"}[case.closing.helped]
    step = f"; the step that did: {case.closing.step}" if case.closing.step else ""
    return f"Closed {spoken_time(case.closing.at)}. {helped}{step}."
