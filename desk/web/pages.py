"""The pages: start, a case, its reasoning beside the article, its ticket, articles; and the routes of all of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from desk.cases import Case, CaseNotFound, CaseState, CaseSummary
from desk.http.answering import NO_PATH
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.state import Desk
from desk.web import submissions, visitors
from desk.web.articles import article_page
from desk.web.case_list import CasesWanted, cases_wanted
from desk.web.case_page import NO_NAMES, case_page, environment_of
from desk.web.reasoning import citations, reasoning, reasons
from desk.web.rendering import HEADERS, KEPT_BY_NOBODY, asset, fragment, page, redirect
from desk.web.start import start_page
from desk.web.tickets import Format, Ticket, file_name
from desk.web.visitors import Entered

_A_PAGE = 50
_NO_PAGE = "This address leads nowhere: it may have been cut off, or typed wrong. Find the case here instead."


def router(desk: Desk) -> APIRouter:
    """All routes of the pages."""
    routes = APIRouter()
    routes.include_router(visitors.router(desk))
    routes.include_router(submissions.router(desk))
    routes.include_router(_case_pages(desk))
    routes.include_router(_library_pages(desk))

    @routes.get("/")
    def start(request: Request, visitor: Entered) -> Response:
        return start_page(request, desk)

    @routes.get("/cases")
    def every(
        request: Request,
        visitor: Entered,
        state: str = "",
        text: str = "",
        name: str = "",
        since: str = "",
        until: str = "",
        after: str = "",
    ) -> Response:
        return _all_cases(request, desk, cases_wanted(state, text, name, since, until, after))

    @routes.get("/find")
    def find(request: Request, visitor: Entered, case: str = "") -> Response:
        wanted = case.strip()[:200]
        found = _found(desk, wanted) if wanted else ()
        if len(found) == 1:
            return redirect(f"/cases/{found[0].id}")
        if not wanted:
            error = "This is empty. Type the beginning of a case's number, or a part of its reference."
        else:
            error = "" if found else f"No case matches “{wanted}”. Try part of the reference."
        return start_page(request, desk, wanted=wanted, found=found, search_error=error)

    return routes


def problem_page(request: Request, problem: ProblemRaised) -> Response:
    """An error as a page, with the ways on for people."""
    if problem.type is ProblemType.UNAUTHENTICATED:
        return visitors.log_in_first(request)
    response = page(
        request,
        "problem.html",
        status=problem.type.status,
        title=problem.type.value.title,
        detail=_NO_PAGE if problem.detail == NO_PATH else problem.detail,
    )
    response.headers.update(problem.headers)
    return response


def case_of(desk: Desk, id_: str) -> Case:
    """A case.

    Raises:
        ProblemRaised: there is none of that id.
    """
    try:
        return desk.store.get(id_)
    except CaseNotFound:
        raise ProblemRaised(
            ProblemType.NO_SUCH_CASE, "The address may have been cut off. Look the case up on the start page."
        ) from None


def _case_pages(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/cases/{id_}")
    def show(
        request: Request, id_: str, visitor: Entered, server: str = "", ask: str = "", after: int | None = None
    ) -> Response:
        case = case_of(desk, id_)
        shown = case_page(
            case,
            desk.engine,
            server=server,
            ask=ask,
            after=after,
            same_names=desk.store.same_names(case) if case.state is CaseState.OPEN else NO_NAMES,
            drawings=desk.drawings,
        )
        return page(request, "case.html", case=shown, tab="case")

    @routes.get("/cases/{id_}/reasoning")
    def reason(request: Request, id_: str, visitor: Entered, server: str = "") -> Response:
        case = case_of(desk, id_)
        shown = case_page(case, desk.engine, server=server)
        outcome = environment_of(case, server).outcome
        explanations = reasoning(desk.engine, outcome)
        cited = citations(outcome, explanations)
        read = dict.fromkeys(citation.article for citation in cited)
        return page(
            request,
            "reasoning.html",
            case=shown,
            tab="reasoning",
            explanations=explanations,
            reasons={each.diagnosis: reasons(each, shown.said_so, desk.knowledge) for each in explanations},
            articles=tuple(article_page(desk.knowledge.articles[id_], cited) for id_ in read),
        )

    @routes.get("/cases/{id_}/ticket")
    def preview(request: Request, id_: str, visitor: Entered, masked: bool = False) -> Response:
        case = case_of(desk, id_)
        ticket = Ticket(case, desk.knowledge, masked)
        return page(
            request,
            "ticket.html",
            case=case_page(case, desk.engine),
            tab="ticket",
            masked=masked,
            report=ticket.report,
            markdown=ticket.markdown(),
            formats=tuple(Format),
        )

    @routes.get("/cases/{id_}/ticket.{form}")
    def download(id_: str, form: str, visitor: Entered, masked: bool = False) -> Response:
        case = case_of(desk, id_)
        if form not in set(Format):
            raise ProblemRaised(
                ProblemType.NOT_FOUND, f"A ticket can be had as {', '.join(each.value for each in Format)}."
            )
        return _download(Ticket(case, desk.knowledge, masked), Format(form))

    return routes


def _library_pages(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/articles/{id_}")
    def article(request: Request, id_: str, visitor: Entered) -> Response:
        found = desk.knowledge.articles.get(id_)
        if found is None:
            raise ProblemRaised(ProblemType.NO_SUCH_ARTICLE, "The start page lists the articles that there are.")
        return page(request, "article.html", article=article_page(found))

    @routes.get("/static/{name}")
    def static(name: str) -> Response:
        found = asset(name)
        if found is None:
            raise ProblemRaised(ProblemType.NOT_FOUND, "There is no such file.")
        return found

    return routes


def _download(ticket: Ticket, form: Format) -> Response:
    match form:
        case Format.MARKDOWN:
            text = ticket.markdown()
        case Format.TEXT:
            text = ticket.text()
        case Format.JSON:
            text = ticket.json()
        case Format.HTML:
            text = fragment("ticket_document.html", report=ticket.report)
    name = file_name(ticket.case, form, masked=ticket.masked)
    return Response(
        text,
        media_type=f"{form.media_type}; charset=utf-8",
        headers={**HEADERS, **KEPT_BY_NOBODY, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(desk: Desk, wanted: str) -> tuple[CaseSummary, ...]:
    """Cases whose number begins like this, or whose reference holds it."""
    return desk.store.list(wanted=wanted.lower().removeprefix("case ").strip(), limit=_A_PAGE)


def _all_cases(request: Request, desk: Desk, wanted: CasesWanted) -> Response:
    """All cases, filtered, a page at a time."""
    found = desk.store.list(
        state=wanted.state,
        wanted=wanted.text,
        name=wanted.name,
        since=wanted.since,
        after=wanted.after,
        limit=_A_PAGE + 1,
    )
    shown = found[:_A_PAGE]
    more = wanted.onward(shown[-1]) if len(found) > _A_PAGE else ""
    return page(request, "cases.html", cases=shown, wanted=wanted, more=more)
