"""Takes what people send: answers, evidence, confirmations, the end of a case. Each ends in a page that shows the case.

Every form carries the revision of the case that its page showed. Where somebody else has changed the case since,
nothing is written: the answer shows what changed beside what was sent, and lets the person decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from desk.cases import Case, CaseClosed, CaseFull, CaseNotFound, RevisionConflict, StepRefused
from desk.cases.store import Input
from desk.environments import fits, proposals
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.security import FORM_FIELD
from desk.http.state import Desk
from desk.web.case_page import CasePage, case_page, environment_of
from desk.web.changes import changes_since, clashes
from desk.web.questions import question_for, refused
from desk.web.rendering import page, redirect
from desk.web.submitted import read_question, sentence, with_blanks
from desk.web.visitors import Entered, SentForm, text_of
from evidence import EvidenceError, read
from kb.values import Value

_PROVENANCE = "web"
_MAX_REFERENCE = 200


def router(desk: Desk) -> APIRouter:
    """The routes that forms are sent to."""
    routes = APIRouter()
    send = Submissions(desk)

    @routes.post("/cases")
    def create(form: SentForm, visitor: Entered) -> Response:
        reference = " ".join(text_of(form, "reference").split())[:_MAX_REFERENCE]
        return redirect(f"/cases/{desk.store.create(who=visitor.name, reference=reference, provenance=_PROVENANCE).id}")

    @routes.post("/cases/{id_}/answers")
    def answer(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.answers(request, id_, form, visitor.name)

    @routes.post("/cases/{id_}/withdrawals")
    def withdraw(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        fact = text_of(form, "fact")
        return send.change(
            request,
            id_,
            form,
            lambda revision: desk.store.withdraw(id_, fact, revision=revision, who=visitor.name),
        )

    @routes.post("/cases/{id_}/evidence")
    def add_evidence(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.evidence(request, id_, form, visitor.name)

    @routes.post("/cases/{id_}/confirmations")
    def confirm(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.confirmations(request, id_, form, visitor.name)

    @routes.post("/cases/{id_}/closing")
    def close(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.closing(request, id_, form, visitor.name)

    @routes.post("/cases/{id_}/reopening")
    def reopen(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.change(
            request, id_, form, lambda revision: desk.store.reopen(id_, revision=revision, who=visitor.name)
        )

    return routes


class Submissions:
    """What the forms of a case do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = desk.engine

    def answers(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Take the answers to a question, or show it again with what is wrong beside each field."""
        case = self._case(id_)
        server = text_of(form, "server")
        known = environment_of(case, server).known.facts
        facts = tuple(fact for fact in _texts(form, "asked") if fact in self._engine.knowledge.facts)
        if not facts:
            raise ProblemRaised(ProblemType.INVALID_REQUEST, "This form asks for nothing that the library knows.")
        submitted = read_question(form, facts, self._engine, known)
        if submitted.refused:
            shown = self._shown(case, form, ask=text_of(form, "ask"))
            asked = shown.question
            if asked is None or set(asked.facts) != set(facts):
                asked = question_for(self._engine, environment_of(case, server).outcome, facts[0])
            shown = replace(shown, question=refused(asked, submitted))
            return page(request, "case.html", status=422, case=shown, tab="case")
        values = with_blanks(submitted, self._engine, known)
        return self.change(
            request,
            id_,
            form,
            lambda revision: self._desk.store.answer(id_, values, revision=revision, who=who, provenance=_PROVENANCE),
            yours=values,
        )

    def evidence(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Read what was pasted and dropped. Evidence is only ever added, so it clashes with nobody's changes."""
        case = self._case(id_)
        inputs: list[Input] = []
        errors: list[str] = []
        given = _evidence_given(form, case)
        for name, data in given:
            try:
                inputs.append(Input.of(name, data, read(data, name=name)))
            except EvidenceError as error:
                errors.append(sentence(str(error)))
        if not given:
            errors.append("Nothing was pasted and no file was chosen. Paste something, or choose a file.")
        if errors:
            return page(
                request,
                "case.html",
                status=422,
                case=self._shown(case, form),
                tab="case",
                evidence_errors=tuple(errors),
                pasted=text_of(form, "paste"),
            )
        return self.change(
            request, id_, form, lambda _: self._desk.store.add_evidence(id_, inputs, revision=None, who=who)
        )

    def confirmations(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Turn what was mentioned into what somebody said."""
        case = self._case(id_)
        wanted = set(_texts(form, "confirm"))
        known = environment_of(case, text_of(form, "server")).known.facts
        by_provenance: dict[str, dict[str, Value]] = {}
        for observation in proposals((entry.evidence for entry in case.evidence), self._engine, known):
            value = fits(self._engine, observation)
            if value is not None and (observation.fact in wanted or "all" in wanted):
                by_provenance.setdefault(str(observation.provenance), {})[observation.fact] = value

        def confirm(revision: int) -> Case:
            confirmed = case
            for provenance, values in by_provenance.items():
                confirmed = self._desk.store.answer(id_, values, revision=revision, who=who, provenance=provenance)
                revision = confirmed.revision
            return confirmed

        yours = {fact: value for values in by_provenance.values() for fact, value in values.items()}
        return self.change(request, id_, form, confirm, yours=yours)

    def closing(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Close the case, with whether it helped and which step did."""
        case = self._case(id_)
        helped = {"yes": True, "no": False, "unknown": None}.get(text_of(form, "helped"), ...)
        if helped is ...:
            return page(
                request,
                "case.html",
                status=422,
                case=self._shown(case, form),
                tab="case",
                closing_error="Say whether it helped, or that nobody knows yet.",
                step=text_of(form, "step"),
            )
        step = text_of(form, "step") or None
        return self.change(
            request,
            id_,
            form,
            lambda revision: self._desk.store.close(
                id_, helped=helped, step=step if helped else None, revision=revision, who=who
            ),
        )

    def change(
        self,
        request: Request,
        id_: str,
        form: FormData,
        change: Callable[[int], Case],
        *,
        yours: Mapping[str, Value] | None = None,
    ) -> Response:
        """Change a case and show it; or, where it has moved on, show what changed and keep what was sent."""
        seen = _revision(form)
        try:
            changed = change(seen)
        except RevisionConflict as conflict:
            return self._conflict(request, conflict.current, seen, form, yours or {}, closed=False)
        except CaseClosed as closed:
            return self._conflict(request, closed.current, seen, form, yours or {}, closed=True)
        except CaseNotFound:
            raise _no_such_case() from None
        except CaseFull as full:
            raise ProblemRaised(ProblemType.CASE_FULL, sentence(str(full))) from None
        except StepRefused as error:
            raise ProblemRaised(ProblemType.NO_SUCH_STEP, sentence(str(error))) from None
        query = {"server": text_of(form, "server"), "after": str(min(seen, changed.revision))}
        return redirect(f"/cases/{id_}?{urlencode({key: value for key, value in query.items() if value})}")

    def _conflict(
        self, request: Request, case: Case, seen: int, form: FormData, yours: Mapping[str, Value], *, closed: bool
    ) -> Response:
        environment = environment_of(case, text_of(form, "server"))
        sent = tuple(
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and name not in (FORM_FIELD, "revision")
        )
        return page(
            request,
            "conflict.html",
            status=409,
            case=self._shown(case, form),
            tab="case",
            changes=changes_since(case, seen, self._engine),
            clashes=clashes(environment.known.facts, yours, self._engine),
            sent=sent,
            closed=closed,
        )

    def _shown(self, case: Case, form: FormData, *, ask: str = "") -> CasePage:
        return case_page(case, self._engine, server=text_of(form, "server"), ask=ask)

    def _case(self, id_: str) -> Case:
        try:
            return self._desk.store.get(id_)
        except CaseNotFound:
            raise _no_such_case() from None


def _evidence_given(form: FormData, case: Case) -> list[tuple[str, bytes]]:
    """What was pasted and which files were sent, each with what it is called in this case."""
    known = {entry.digest: entry.name for entry in case.evidence}
    given: list[tuple[str, bytes]] = []
    pasted = text_of(form, "paste")
    if pasted.strip():
        data = pasted.encode("utf-8", "replace")
        pastes = sum(entry.name.startswith("paste ") for entry in case.evidence)
        given.append((known.get(hashlib.sha256(data).hexdigest(), f"paste {pastes + 1}"), data))
    for file in form.getlist("files"):
        if isinstance(file, UploadFile) and (data := file.file.read()):
            given.append(((file.filename or "file")[:200], data))
    return given


def _revision(form: FormData) -> int:
    text = text_of(form, "revision")
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def _no_such_case() -> ProblemRaised:
    return ProblemRaised(
        ProblemType.NO_SUCH_CASE, "The address may have been cut off. Look the case up on the start page."
    )
