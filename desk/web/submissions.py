"""Takes what people send: answers, evidence, confirmations, the end of a case. Each ends in a page that shows the case.

Every form carries the revision of the case that its page showed. Where somebody else has changed the case since,
nothing is written: the answer shows what changed beside what was sent, and lets the person decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from desk.cases import Case, CaseClosed, CaseFull, CaseNotFound, Mark, RevisionConflict, StepRefused
from desk.cases.store import Input
from desk.http.problems import ProblemRaised, ProblemType
from desk.http.security import FORM_FIELD
from desk.http.state import Desk
from desk.interview.form import Texts
from desk.web.case_page import CasePage, case_page, environment_of, tried_fact
from desk.web.changes import changes_since, clashes
from desk.web.known import dismissal, open_proposals
from desk.web.questions import QuestionPage, question_that_asks, read_besides, read_question, refused, sent
from desk.web.rendering import page, redirect
from desk.web.start import start_page
from desk.web.visitors import Entered, SentForm, text_of
from evidence import EvidenceError, UnknownSettlement, read
from kb.values import Value
from render.handover import ways_taken

_PROVENANCE = "web"
_MAX_REFERENCE = 200
_MAX_TYPED = 300


def router(desk: Desk) -> APIRouter:
    """The routes that forms are sent to."""
    routes = APIRouter()
    send = Submissions(desk)

    @routes.post("/cases")
    def create(request: Request, form: SentForm, visitor: Entered) -> Response:
        return send.creation(request, form, visitor.name)

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
            lambda revision: desk.store.change(
                id_, {fact: None}, revision=revision, who=visitor.name, servers=send.servers_of(id_, form)
            ),
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

    @routes.post("/cases/{id_}/ticks")
    def tick(id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.ticks(id_, form, visitor.name)

    @routes.post("/cases/{id_}/reopening")
    def reopen(request: Request, id_: str, form: SentForm, visitor: Entered) -> Response:
        return send.change(
            request, id_, form, lambda revision: desk.store.reopen(id_, revision=revision, who=visitor.name)
        )

    return routes


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was sent with a question and read of it: answers, disputes settled, the texts, and what is wrong."""

    facts: dict[str, Value]
    settle: dict[str, str]
    texts: Texts
    errors: dict[str, str]

    @property
    def given(self) -> bool:
        """Whether anything was answered, rightly or not."""
        return bool(any(self.texts.values()))


_NO_ANSWERS = _Answers({}, {}, {}, {})


class Submissions:
    """What the forms of a case do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = desk.engine

    def creation(self, request: Request, form: FormData, who: str) -> Response:
        """Begin a case, with what was answered and pasted on the start page; nothing of it has to be."""
        reference = " ".join(text_of(form, "reference").split())[:_MAX_REFERENCE]
        blank = self._desk.store.blank()
        shown = environment_of(blank, "")
        asked = question_that_asks(self._engine, shown.outcome, _texts(form, "asked"))
        answers = _NO_ANSWERS if asked is None else self._read(asked, shown.environment.facts, form, {})
        if not answers.given:
            answers = _NO_ANSWERS
        pasted = _pasted_into(answers.texts, answers.errors) or text_of(form, "paste")
        inputs, errors = self._read_evidence(form, blank, pasted)
        wrong = answers.errors if pasted == text_of(form, "paste") else {}
        if errors or wrong:
            again = refused(asked, answers.texts, wrong) if asked is not None and wrong else None
            return start_page(
                request,
                self._desk,
                reference=reference,
                question=again,
                evidence_errors=errors,
                pasted=text_of(form, "paste"),
            )
        case = self._desk.store.create(answers.facts, inputs, who=who, reference=reference, provenance=_PROVENANCE)
        return redirect(f"/cases/{case.id}?after=0" if case.outcome.facts or case.evidence else f"/cases/{case.id}")

    def answers(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Take the answers to a question, or show it again with what is wrong beside each field."""
        case = self._case(id_)
        shown = environment_of(case, text_of(form, "server"))
        asked = question_that_asks(self._engine, shown.outcome, _texts(form, "asked"))
        if asked is None:
            raise ProblemRaised(ProblemType.INVALID_REQUEST, "This form asks for nothing that the library knows.")
        confirmed, places = self._confirmed(case, form)
        answers = self._read(asked, shown.environment.facts, form, confirmed)
        if pasted := _pasted_into(answers.texts, answers.errors):
            return self.evidence(request, id_, form, who, pasted=pasted)
        if answers.errors:
            again = replace(self._shown(case, form), question=refused(asked, answers.texts, answers.errors))
            return page(request, "case.html", status=422, case=again, tab="case")
        facts = {**confirmed, **answers.facts}
        said = {**places, **dict.fromkeys(answers.facts, _PROVENANCE)}
        return self.change(
            request,
            id_,
            form,
            lambda revision: self._desk.store.change(
                id_,
                facts,
                settle=answers.settle,
                revision=revision,
                who=who,
                provenance=said,
                servers=_several(case, form),
            ),
            yours=self._engine.parser.parse(facts),
        )

    def _read(
        self, asked: QuestionPage, known: Mapping[str, Value], form: FormData, confirmed: Mapping[str, Value]
    ) -> _Answers:
        """Read the answers to a question, and what was answered besides."""
        texts = sent(form, asked.form)
        besides_texts, besides = read_besides(self._engine, _texts(form, "besides"), form)
        given = {**confirmed, **besides.facts}
        reading = read_question(asked, texts, self._engine, known, given)
        return _Answers(
            facts={**besides.facts, **reading.facts},
            settle=reading.settle,
            texts={**besides_texts, **texts},
            errors={**besides.errors, **reading.errors},
        )

    def evidence(self, request: Request, id_: str, form: FormData, who: str, *, pasted: str = "") -> Response:
        """Read what was pasted and dropped. Evidence is only ever added, so it clashes with nobody's changes."""
        case = self._case(id_)
        pasted = pasted or text_of(form, "paste")
        inputs, errors = self._read_evidence(form, case, pasted)
        if not inputs and not errors:
            errors = ("Nothing was pasted and no file was chosen. Paste something, or choose a file.",)
        if errors:
            return page(
                request,
                "case.html",
                status=422,
                case=self._shown(case, form),
                tab="case",
                evidence_errors=errors,
                pasted=pasted,
            )
        return self.change(
            request, id_, form, lambda _: self._desk.store.add_evidence(id_, inputs, revision=None, who=who)
        )

    def _read_evidence(self, form: FormData, case: Case, pasted: str) -> tuple[tuple[Input, ...], tuple[str, ...]]:
        """What was read of what was pasted and sent, and what could not be read of it."""
        inputs: list[Input] = []
        errors: list[str] = []
        for name, data in _evidence_given(form, case, pasted):
            try:
                inputs.append(Input.of(name, data, read(data, name=name, knowledge=self._engine.knowledge)))
            except EvidenceError as error:
                errors.append(sentence(str(error)))
        return tuple(inputs), tuple(errors)

    def confirmations(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Turn what was mentioned into what somebody said, or put it aside."""
        case = self._case(id_)
        if aside := set(_texts(form, "dismiss")):
            every = environment_of(case, text_of(form, "server")).environment.proposed
            keys = {dismissal(each): True for each in every if each.fact in aside}
            self._desk.store.mark(id_, Mark.DISMISSED, keys, who=who)
            return _back_to(id_, form)
        values, places = self._confirmed(case, form)
        return self.change(
            request,
            id_,
            form,
            lambda revision: self._desk.store.change(
                id_, values, revision=revision, who=who, provenance=places, servers=_several(case, form)
            ),
            yours=self._engine.parser.parse(values),
        )

    def _confirmed(self, case: Case, form: FormData) -> tuple[dict[str, Value], dict[str, str]]:
        """What was mentioned and is confirmed, and where it was read."""
        wanted = set(_texts(form, "confirm"))
        mentioned = open_proposals(case, environment_of(case, text_of(form, "server")).environment)
        confirmed = [each.observation for each in mentioned if wanted & {each.observation.fact, "all"}]
        return {each.fact: each.value for each in confirmed}, {each.fact: str(each.provenance) for each in confirmed}

    def closing(self, request: Request, id_: str, form: FormData, who: str) -> Response:
        """Close the case, with whether it helped and which step did; or go on to the next cause where it did not."""
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
        if helped is False and (tried := self._tried(case, form, step or "")):
            return self.change(
                request,
                id_,
                form,
                lambda revision: self._desk.store.change(
                    id_, tried, revision=revision, who=who, provenance=_PROVENANCE
                ),
                yours=self._engine.parser.parse(tried),
            )
        return self.change(
            request,
            id_,
            form,
            lambda revision: self._desk.store.close(
                id_, helped=helped, step=step if helped else None, revision=revision, who=who
            ),
        )

    def ticks(self, id_: str, form: FormData, who: str) -> Response:
        """Keep what was ticked of the steps that a page shows; ticks clash with nobody's answers."""
        shown, ticked = _texts(form, "shown"), set(_texts(form, "tick"))
        case = self._case(id_)
        server = text_of(form, "server")
        ways = environment_of(case, server).outcome.resolutions
        steps = {f"{way.id}.{step.id}" for way in ways for step in way.steps}
        keys = {f"{server}/{each}": each in ticked for each in shown if each in steps}
        try:
            self._desk.store.mark(id_, Mark.TICKED, keys, who=who)
        except CaseFull as full:
            raise ProblemRaised(ProblemType.CASE_FULL, sentence(str(full))) from None
        return _back_to(id_, form)

    def _tried(self, case: Case, form: FormData, step: str) -> dict[str, Value]:
        """That a way out changed nothing: the one that was named, or else those that are taken."""
        outcome = environment_of(case, text_of(form, "server")).outcome
        named = step.partition(".")[0]
        ways = [named] if named else [each.id for each in ways_taken(outcome)]
        facts = [tried_fact(self._engine.knowledge, each) for each in ways]
        return {fact: "no_change" for fact in facts if fact and fact not in outcome.facts}

    def servers_of(self, id_: str, form: FormData) -> tuple[str, ...]:
        """The servers of a case where it has several, the one first that a form is about."""
        return _several(self._case(id_), form)

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
        except UnknownSettlement:
            # What it was about has been replaced since the page was loaded.
            return redirect(f"/cases/{id_}")
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
            clashes=clashes(environment.environment.facts, yours, self._engine),
            sent=sent,
            closed=closed,
        )

    def _shown(self, case: Case, form: FormData) -> CasePage:
        return case_page(case, self._engine, server=text_of(form, "server"), drawings=self._desk.drawings)

    def _case(self, id_: str) -> Case:
        try:
            return self._desk.store.get(id_)
        except CaseNotFound:
            raise _no_such_case() from None


def _several(case: Case, form: FormData) -> tuple[str, ...]:
    """The servers of a case where it has several, the one first whose page a form was on."""
    names = [each.environment.server for each in case.environments]
    shown = environment_of(case, text_of(form, "server")).environment.server
    every = dict.fromkeys(each for each in (shown, *names) if each)
    return tuple(every) if len(names) > 1 else ()


def _pasted_into(texts: Texts, errors: Mapping[str, str]) -> str:
    """What was pasted into a field that takes one answer: more than anybody types there, and refused as an answer."""
    given: list[str] = []
    for name in errors:
        said = texts.get(name, ())
        given += [said] if isinstance(said, str) else said
    return next((text for text in given if "\n" in text.strip() or len(text) > _MAX_TYPED), "")


def _evidence_given(form: FormData, case: Case, pasted: str) -> list[tuple[str, bytes]]:
    """What was pasted and which files were sent, each with what it is called in this case."""
    known = {entry.digest: entry.name for entry in case.evidence}
    given: list[tuple[str, bytes]] = []
    if pasted.strip():
        data = pasted.encode("utf-8", "replace")
        pastes = sum(entry.name.startswith("paste ") for entry in case.evidence)
        given.append((known.get(hashlib.sha256(data).hexdigest(), f"paste {pastes + 1}"), data))
    for file in form.getlist("files"):
        if isinstance(file, UploadFile) and (data := file.file.read()):
            given.append(((file.filename or "file")[:200], data))
    return given


def _back_to(id_: str, form: FormData) -> Response:
    query = {"server": text_of(form, "server")}
    return redirect(f"/cases/{id_}?{urlencode(query)}" if query["server"] else f"/cases/{id_}")


def _revision(form: FormData) -> int:
    text = text_of(form, "revision")
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def sentence(message: str) -> str:
    """A message of the library as a sentence by itself."""
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")


def _no_such_case() -> ProblemRaised:
    return ProblemRaised(
        ProblemType.NO_SUCH_CASE, "The address may have been cut off. Look the case up on the start page."
    )
