"""The shape of an Outcome that all who come in build on: members, order, questions, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import kb
from engine import Engine
from engine.outcome import DiagnosisState, Purpose, Status, StepState, Verdict
from engine.points import decided, points
from kb.messages import Slot
from tests.engine.libraries import PRINTER, diagnosis, library

Contoso = Callable[..., dict[str, object]]

STEPS = """resolutions:
  - id: r
    for: d
    kind: fix
    title: Mend it
    citation: {at: so, says: It is so}
    steps:
      - {id: s, text: Do it, run: "Set-X -Y '{h}'", risk: "Stops {h}", acts: me, takes_effect: After an hour}
"""


def test_members_have_a_label_a_state_and_a_reason(shipped: Engine, contoso: Contoso) -> None:
    url = "https://mail.contoso.com/ews/exchange.asmx"
    (found,) = shipped.diagnose(contoso(endpoints__ews__url=url, endpoints__oab__url="unknown")).diagnoses
    assert [(each.id, each.state.value) for each in found.members] == [
        ("autodiscover", "confirmed"),
        ("ews", "ruled_out"),
        ("oab", "possible"),
        ("um", "confirmed"),
    ]
    assert found.members_in(DiagnosisState.CONFIRMED) == ("autodiscover", "um")
    ews = found.members[1]
    assert ews.label == "Exchange Web Services"
    assert "names mail.contoso.com, which is on the certificate" in ews.because[0]
    assert (found.article, found.pursued, found.besides, found.unless) == ("KB940726", True, False, ())


def test_what_holds_of_several_members_alike_is_said_once(shipped: Engine, contoso: Contoso) -> None:
    (found,) = shipped.diagnose(contoso()).diagnoses
    (reason,) = found.because
    for label in ("Autodiscover, Exchange Web Services, the offline address book and unified messaging",):
        assert label in reason
    other = contoso(endpoints__ews__url="https://ews.contoso.com/ews/exchange.asmx")
    apart = shipped.diagnose(other).diagnoses[0].because
    assert len(apart) == 2
    assert "Exchange Web Services" not in apart[0]
    assert "Exchange Web Services names ews.contoso.com" in apart[1]


def test_causes_come_first_and_what_is_ruled_out_last() -> None:
    engine = Engine(library("diagnoses:\n" + "".join(diagnosis(f"{{c: {each}}}", f"d{each}") for each in "xyz")))
    possible = engine.diagnose({})
    assert [each.id for each in possible.diagnoses] == ["dx", "dy", "dz"]
    found = engine.diagnose({"c": "y"})
    assert [(each.id, each.state.value) for each in found.diagnoses] == [
        ("dy", "confirmed"),
        ("dx", "ruled_out"),
        ("dz", "ruled_out"),
    ]
    assert [each.pursued for each in found.diagnoses] == [True, False, False]


def test_an_author_says_what_a_step_risks_who_acts_and_whether_people_can_work() -> None:
    rules = "diagnoses:\n" + diagnosis("{a: true}").replace("because: so", "because: so, meanwhile: Use the web")
    outcome = Engine(library(rules + STEPS)).diagnose({"a": True, "h": "x.example"})
    (step,) = outcome.resolutions[0].steps
    assert (step.risk, step.acts, step.takes_effect) == ("Stops x.example", "me", "After an hour")
    assert outcome.meanwhile == "Use the web"
    assert outcome.resolutions[0].diagnoses == ("d",)
    assert outcome.done


def test_who_acts_is_a_person_of_the_vocabulary() -> None:
    with pytest.raises(kb.LibraryError, match="there is no person 'mee' under people; did you mean me"):
        library("diagnoses:\n" + diagnosis("{a: true}") + STEPS.replace("acts: me", "acts: mee"))


def test_it_is_done_once_every_command_is_complete_or_its_blank_unknown() -> None:
    engine = Engine(library("diagnoses:\n" + diagnosis("{a: true}") + STEPS))
    assert not engine.diagnose({}).done
    settled = engine.diagnose({"a": True})
    assert (settled.status, settled.done) == (Status.SETTLED, False)
    assert engine.diagnose({"a": True, "h": "unknown"}).done
    assert engine.diagnose({"a": False}).done


def test_the_summary_says_what_is_so_and_what_to_do_next(shipped: Engine, contoso: Contoso) -> None:
    first = shipped.diagnose({})
    assert first.summary == f"Not decided yet. Next question: {first.questions[0].ask}"
    found = shipped.diagnose(contoso()).summary
    assert found.startswith("Cause found: An internal URL names a host that the certificate does not carry.")
    assert found.endswith("Next: Change the stored URLs to a name that the certificate carries.")
    outside = shipped.diagnose(contoso(client__location="external")).summary
    assert outside.startswith("KB940726 does not apply. The client is outside")
    nobody = shipped.diagnose(contoso(client__location="unknown"))
    assert (nobody.verdict, nobody.status) == (Verdict.UNDECIDED, Status.SETTLED)
    assert nobody.summary.startswith("Not enough information yet. Not known: the place of the client.")


def test_parts_of_a_question_are_read_off_one_place_what_decides_first(shipped: Engine) -> None:
    (question, *_) = shipped.diagnose({}).questions
    assert question.facts == ("alert.kind", "alert.name", "alert.trust", "alert.date", "alert.host")
    assert question.parts[0].ask == question.ask
    assert {part.fact: part.optional for part in question.parts}["alert.name"] is False
    assert {part.fact: part.optional for part in question.parts}["alert.host"] is True
    assert question.group is not None
    assert question.group.checklist is not None
    assert question.group.checklist.facts == ("alert.trust", "alert.date", "alert.name")


def test_what_is_asked_alone_has_no_group_and_what_only_completes_is_optional(
    shipped: Engine, contoso: Contoso
) -> None:
    (question,) = shipped.diagnose(contoso(exchange__server=None)).questions
    assert question.purpose is Purpose.COMPLETE
    assert question.group is None
    assert [(part.fact, part.optional) for part in question.parts] == [("exchange.server", True)]


def test_no_text_names_a_step_by_its_id(shipped: Engine, contoso: Contoso) -> None:
    for facts in ({}, contoso(exchange__server=None), contoso(dns__resolves_internally=None)):
        outcome = shipped.diagnose(facts)
        ids = {step.id for resolution in outcome.resolutions for step in resolution.steps}
        said = [question.why for question in outcome.questions]
        said += [effect for each in outcome.questions for one in shipped.why(facts, each.fact).consequences
                 for effect in one.effects]  # fmt: skip
        assert not [text for text in said for id_ in ids if id_ in text]


def test_the_view_next_has_the_causes_with_their_commands(shipped: Engine, contoso: Contoso) -> None:
    outcome = shipped.diagnose(contoso())
    short = outcome.next()
    assert (short.summary, short.done, short.question) == (outcome.summary, True, None)
    (cause,) = short.causes
    dns, *others = outcome.resolutions[0].steps
    # What no command does comes in its place too: without it the commands after it would break something.
    assert cause.commands[0] == f"# {dns.text}"
    assert list(cause.commands[1:]) == [step.command for step in others if step.state is StepState.DO]
    assert len(short.model_dump_json()) < len(outcome.model_dump_json()) / 4
    assert shipped.diagnose({}).next().question == shipped.diagnose({}).questions[0]


def test_texts_know_what_was_filled_into_them(shipped: Engine, contoso: Contoso) -> None:
    outcome = shipped.diagnose(contoso())
    step = outcome.resolutions[0].steps[2]
    assert step.command is not None
    names = [part.value for part in step.command.parts if isinstance(part, Slot)]
    assert names == ["ServerName", "mail.contoso.com"]
    assert [part.value for part in outcome.diagnoses[0].because[0].parts if isinstance(part, Slot)] == [
        "ServerName.contoso.com",
        "mail.contoso.com",
    ]
    open_one = shipped.diagnose({"certificate.subject_alternative_names": ["*.a.example"], "exchange.version": "2007",
                                 "endpoints.ews.url": "https://b.example/x"})  # fmt: skip
    explained = shipped.explain(open_one.facts, "internal-url-name-mismatch")
    grounds = [part for ground in explained.grounds for part in ground.parts]
    slots = [part.value for ground in grounds for part in ground.because.parts if isinstance(part, Slot)]
    assert {"*.a.example", "b.example"} <= set(slots)


def test_points_are_what_is_said_and_decided_leaves_out_facts_and_questions(shipped: Engine, contoso: Contoso) -> None:
    outcome = shipped.diagnose(contoso(exchange__server=None))
    said = points(outcome)
    assert said["fact certificate.replaced"] == "yes"
    assert said["first question"] == "exchange.server"
    assert said["diagnosis internal-url-name-mismatch for ews"] == "confirmed"
    assert said["step change-internal-urls.add-dns-host-record"] == "do"
    left_out = {"first question", *(f"fact {key}" for key in outcome.facts)}
    assert decided(outcome) == {name: value for name, value in said.items() if name not in left_out}


def test_printers_have_members_without_a_certificate() -> None:
    outcome = Engine(kb.load(PRINTER)).diagnose({"trays.upper.filled": False, "model": "small"})
    trays = next(each for each in outcome.diagnoses if each.id == "empty-tray")
    assert {each.id: each.state.value for each in trays.members}["upper"] == "confirmed"
