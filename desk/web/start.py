"""The page that everything begins on: the first question of a new case, the paste bar, and the cases there are."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from desk.cases import CaseSummary
from desk.http.state import Desk
from desk.web.case_page import case_page
from desk.web.questions import QuestionPage
from desk.web.rendering import page

_RECENT = 12


def start_page(
    request: Request,
    desk: Desk,
    *,
    wanted: str = "",
    found: tuple[CaseSummary, ...] = (),
    search_error: str = "",
    reference: str = "",
    question: QuestionPage | None = None,
    evidence_errors: tuple[str, ...] = (),
    pasted: str = "",
) -> Response:
    """The start page.

    Args:
        request, desk: as ever.
        wanted, found, search_error: what was looked for, and came of it.
        reference, question, evidence_errors, pasted: what was sent to begin a case with and refused.
    """
    case = case_page(desk.store.blank(), desk.engine, drawings=desk.drawings)
    wrong = bool(question or evidence_errors)
    return page(
        request,
        "start.html",
        status=404 if search_error and wanted else 422 if search_error or wrong else 200,
        case=case if question is None else replace(case, question=question),
        recent=desk.store.list(limit=_RECENT),
        articles=tuple(desk.knowledge.articles.values()),
        wanted=wanted,
        found=found,
        search_error=search_error,
        reference=reference,
        evidence_errors=evidence_errors,
        pasted=pasted,
    )
