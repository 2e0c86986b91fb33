"""What GET /v1/cases/{id}/report answers with: the ticket that the pages show, in a form that the caller chooses."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from desk.cases import Case
from kb import KnowledgeBase


class ReportFormat(StrEnum):
    """A form that a report can be had in."""

    MARKDOWN = "markdown"
    HTML = "html"
    TEXT = "text"
    JSON = "json"


MEDIA_TYPES: Final = {
    ReportFormat.MARKDOWN: "text/markdown",
    ReportFormat.HTML: "text/html",
    ReportFormat.TEXT: "text/plain",
    ReportFormat.JSON: "application/json",
}


def report_of(case: Case, knowledge: KnowledgeBase, form: ReportFormat, *, masked: bool) -> str:
    """A case as a ticket; masked, without names of hosts, servers and people."""
    # The pages' templates are needed for HTML alone, and not before somebody asks for it.
    from desk.web.tickets import Ticket

    ticket = Ticket(case, knowledge, masked)
    match form:
        case ReportFormat.MARKDOWN:
            return ticket.markdown()
        case ReportFormat.TEXT:
            return ticket.text()
        case ReportFormat.JSON:
            return ticket.json()
        case ReportFormat.HTML:
            from desk.web.rendering import fragment

            return fragment("ticket_document.html", report=ticket.report)
