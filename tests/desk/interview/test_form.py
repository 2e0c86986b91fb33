"""One form reads answers for every face: numbers, words, ticks, nothing at all; and says what it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.interview.form import CHECKLIST, PAGES, PROGRAM, TERMINAL, Control, Form
from engine import Engine
from engine.outcome import Purpose, Question, QuestionChoice, QuestionPart
from kb.messages import Message
from kb.model import KnowledgeBase
from kb.values import UNKNOWN, FactType, Value


def asking(knowledge: KnowledgeBase, *facts: str, **suggestions: tuple[str, ...]) -> Form:
    return Form.asking(
        knowledge, facts, suggestions={key.replace("__", "."): each for key, each in suggestions.items()}
    )


def window(shipped: Engine) -> Form:
    """The form that the alert's window is read off."""
    question = next(each for each in shipped.diagnose({}).questions if each.group and each.group.id == "alert-window")
    return Form.of(question, shipped.knowledge)


def dispute() -> Question:
    """A question that asks which of two sources is right."""
    part = QuestionPart(
        fact="exchange.version",
        ask=Message("Which version is it?"),
        help=Message(),
        type=FactType.CHOICE,
        choices=(
            QuestionChoice(value="0a1b2c3d", label=Message("Exchange 2010 (Get-ExchangeServer)")),
            QuestionChoice(value="99ffee00", label=Message("Exchange 2007 (answers)")),
        ),
        suggestions=(),
        how_to_check=Message(),
        answered_by="helpdesk",
        optional=False,
    )
    return Question(
        **{name: getattr(part, name) for name in type(part).model_fields if name != "optional"},
        purpose=Purpose.SETTLE,
        why=Message("Sources disagree."),
        citation=None,
        group=None,
        parts=(part,),
    )


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("exchange.version", "2", "2010"),
        ("exchange.version", "2010", "2010"),
        ("exchange.version", "14", "2010"),
        ("exchange.version", "2010 SP3", "2010"),
        ("exchange.version", "exchange server 2010", "2010"),
        ("exchange.version", "online", "online"),
        ("exchange.version", "subscription", "se"),
        ("exchange.version", "Unknown", UNKNOWN),
        ("exchange.version", "d", UNKNOWN),
        ("exchange.version", "Don't know", UNKNOWN),
        ("client.location", "outside", "external"),
        ("certificate.replaced", "y", True),
        ("certificate.replaced", "1", True),
        ("certificate.replaced", "2", False),
        ("certificate.replaced", "dk", UNKNOWN),
        ("certificate.subject_alternative_names", "none", ()),
        ("certificate.subject_alternative_names", "DNS Name=a.com\nDNS Name=b.com", ("a.com", "b.com")),
        ("exchange.server", "=DK", "DK"),
        ("exchange.server", "dk", UNKNOWN),
        ("namespace.host", "2", "owa.contoso.com"),
        ("namespace.host", "mail.contoso.com.", "mail.contoso.com"),
    ],
)
def test_answers_by_number_or_word(knowledge: KnowledgeBase, fact: str, typed: str, value: Value) -> None:
    form = asking(knowledge, fact, namespace__host=("mail.contoso.com", "owa.contoso.com"))
    reading = form.read({fact: typed})
    assert (reading.facts, reading.errors) == ({fact: value}, {})


@pytest.mark.parametrize(
    ("fact", "typed", "says"),
    [
        ("exchange.version", "9", "Type 1 to 8, or d for don't know."),
        ("exchange.version", "0", "Type 1 to 8, or d for don't know."),
        ("exchange.version", "exchange", "could be Exchange Server 2007 or"),
        ("exchange.version", "15.2", "Exchange Server 2019 or Exchange Server Subscription Edition. Type 1 to 8"),
        ("certificate.replaced", "perhaps", "Type yes or no, or d for don't know."),
        ("namespace.host", "3", "3 is no name. Or d for don't know."),
        ("namespace.host", "*.contoso.com", "pattern"),
        ("endpoints.ews.url", "mail.contoso.com", "Write the whole URL"),
        ("exchange.version", "", "An empty line is no answer here. Type 1 to 8, or d for don't know."),
        ("endpoints.ews.url", " ", "An empty line is no answer here. Type the URL, or d for don't know."),
    ],
)
def test_what_is_no_answer_is_told_with_what_is(knowledge: KnowledgeBase, fact: str, typed: str, says: str) -> None:
    reading = asking(knowledge, fact, namespace__host=("mail.contoso.com",)).read({fact: typed})
    assert reading.empty
    assert says in reading.errors[fact]


def test_the_window_is_one_form_with_its_checks_to_tick(shipped: Engine) -> None:
    form = window(shipped)
    assert form.checklist is not None
    assert {part.fact for part in form.parts if part.control is Control.TICK} == set(form.checklist.facts)
    reading = form.read({"alert.kind": "1", CHECKLIST: "1, 3", "alert.host": "exch1.contoso.com"})
    assert reading.facts == {
        "alert.kind": "security_alert",
        "alert.trust": "failed",
        "alert.date": "ok",
        "alert.name": "failed",
        "alert.host": "exch1.contoso.com",
    }


@pytest.mark.parametrize(
    ("ticks", "failed"),
    [
        ("name and date", {"alert.name", "alert.date"}),
        ("none", set()),
        ("all", {"alert.trust", "alert.date", "alert.name"}),
        (["alert.name"], {"alert.name"}),
        (["none"], set()),
        (["alert.trust", "alert.name"], {"alert.trust", "alert.name"}),
    ],
)
def test_several_ticks_at_one_stroke(shipped: Engine, ticks: str | list[str], failed: set[str]) -> None:
    reading = window(shipped).only("alert.trust", "alert.date", "alert.name").read({CHECKLIST: ticks})
    assert {fact for fact, value in reading.facts.items() if value == "failed"} == failed
    assert len(reading.facts) == 3


@pytest.mark.parametrize("ticks", ["unknown", "d", "don't know", ["unknown"]])
def test_ticks_that_nobody_can_tell(shipped: Engine, ticks: str | list[str]) -> None:
    reading = window(shipped).only("alert.trust", "alert.date", "alert.name").read({CHECKLIST: ticks})
    assert set(reading.facts.values()) == {UNKNOWN}


@pytest.mark.parametrize("ticks", ["", "4", "check", "colour", ["alert.name", "none"], ["none", "unknown"]])
def test_ticks_that_say_nothing(shipped: Engine, ticks: str | list[str]) -> None:
    reading = window(shipped).only("alert.trust", "alert.date", "alert.name").read({CHECKLIST: ticks})
    assert reading.empty
    assert "Type the numbers, e.g. 1 3, or none, or d for don't know." in reading.errors[CHECKLIST]


def test_nothing_is_an_answer_only_to_what_is_optional(shipped: Engine) -> None:
    form = window(shipped)
    optional = {part.fact for part in form.parts if part.optional}
    assert "alert.host" in optional
    reading = form.read({"alert.kind": "1", CHECKLIST: "3"})
    assert not reading.errors
    assert reading.facts["alert.host"] == UNKNOWN
    left = form.read({"alert.host": ""})
    assert set(left.errors) == {"alert.kind", CHECKLIST}
    assert left.empty


def test_what_other_answers_have_made_pointless_may_stay_empty(shipped: Engine) -> None:
    def asked(answers: dict[str, Value]) -> frozenset[str]:
        return frozenset(fact for each in shipped.diagnose(answers).questions for fact in each.facts)

    reading = window(shipped).read({"alert.kind": "2"}, asked)  # type: ignore[arg-type]
    assert (reading.facts, reading.errors) == ({"alert.kind": "proxy_error"}, {})


@pytest.mark.parametrize(("typed", "side"), [("2", "99ffee00"), ("get-exchange", "0a1b2c3d"), ("d", UNKNOWN)])
def test_a_dispute_is_answered_like_any_question_and_settles(knowledge: KnowledgeBase, typed: str, side: str) -> None:
    form = Form.of(dispute(), knowledge)
    reading = form.read({"exchange.version": typed})
    assert (reading.settle, reading.facts, reading.errors) == ({"exchange.version": side}, {}, {})
    assert form.read({"exchange.version": ""}).errors["exchange.version"].endswith("Type 1 or 2, or d for don't know.")


def test_boxes_and_lines_that_exclude_each_other_are_told(knowledge: KnowledgeBase) -> None:
    names = "certificate.subject_alternative_names"
    form = asking(knowledge, names)
    assert "keep one of both" in form.read({names: ["a.com", "none"]}).errors[names]
    assert "keep one of both" in form.read({names: ["a.com", UNKNOWN]}).errors[names]
    assert form.read({names: ["none"]}).facts == {names: ()}


@pytest.mark.parametrize(
    ("face", "says"),
    [(TERMINAL, "d for don't know"), (PAGES, "choose “Don't know”"), (PROGRAM, "or unknown")],
)
def test_each_face_says_how_to_say_that_it_is_not_known(shipped: Engine, face: object, says: str) -> None:
    question = shipped.diagnose({}).questions[0]
    form = Form.of(question, shipped.knowledge, face)  # type: ignore[arg-type]
    assert all(says in form.taken(part) for part in form.parts)
    assert says in form.ticks_taken


@given(st.data())
def test_whatever_is_typed_is_an_answer_or_an_error_and_never_lost(shipped: Engine, data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(sorted(shipped.knowledge.facts)))
    typed = data.draw(st.text(max_size=30) | st.sampled_from(["1", "2", "99", "none", "=", "=d", "yes", "0"]))
    reading = Form.asking(shipped.knowledge, (fact,)).read({fact: typed})
    assert (fact in reading.facts) != (fact in reading.errors)
    if not typed.strip():
        assert fact in reading.errors
