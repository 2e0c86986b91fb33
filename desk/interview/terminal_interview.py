"""Puts the questions of an interview to a person, line by line, and does what they say in reply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desk.interview.evidence_dialogue import EvidenceDialogue
from desk.interview.interview import AnswerRefused, Interview, read_answer, read_checklist
from desk.interview.replies import InputEnded, Pasted, Replies
from desk.interview.screen import Screen
from engine import Engine
from engine.outcome import Purpose, Question, Verdict
from kb.model import Fact
from kb.values import UNKNOWN, FactType, Value, suggestion
from render.reasoning import of_explanation, of_why
from render.report import blocks, spoken

if TYPE_CHECKING:
    from evidence import Evidence

_HELP = (
    ("a number or a word", "answers; several numbers where several may hold"),
    ("unknown", "nobody can tell; it is not asked again"),
    ("?", "why this is asked, and what each answer would do"),
    ("how", "how what is known so far leads to the diagnosis, or rules it out"),
    ("back", "take the last answer back"),
    ("change", "list the answers; change 2, or change exchange.version, asks that one again"),
    ("so far", "what is known to follow by now"),
    ("paste", "takes output, a certificate or a ticket until a line with a dot alone; on a terminal, just paste it"),
    ("quit", "stop here, with the outcome so far"),
    ("=back", "an equals sign in front makes it an answer, whatever word it is"),
)


class _Moved(Exception):
    """The interview has moved elsewhere, so the present question is not to be waited for."""


class TerminalInterview:
    """One run of questions and answers."""

    def __init__(
        self,
        interview: Interview,
        engine: Engine,
        screen: Screen,
        replies: Replies,
        evidence: Iterable[Evidence] = (),
    ) -> None:
        self._interview = interview
        self._engine = engine
        self._facts = engine.knowledge.facts
        self._screen = screen
        self._replies = replies
        self._evidence = EvidenceDialogue(interview, engine, screen, replies, evidence)
        self._announced = False

    def run(self) -> bool:
        """Ask until there is nothing left to ask, and show the outcome.

        Returns:
            Whether the outcome was shown.

        Raises:
            InputEnded: the input ended, or the person asked to stop.
            DeskError: a line of piped input is no answer.
        """
        if self._replies.interactive:
            self._screen.line(
                "Answer with a number or a word. ? says why it is asked; help lists what else there is.", "quiet"
            )
        while True:
            question = self._interview.question
            if question is None:
                if not self._offer_changes():
                    return True
                continue
            self._announce(question)
            try:
                self._put(question)
            except _Moved:
                continue
            except Pasted as pasted:
                self._evidence.take(pasted.text)

    def _announce(self, question: Question) -> None:
        """Say once that it is decided, before asking for what only completes it."""
        if question.purpose is Purpose.COMPLETE and not self._announced:
            self._announced = True
            self._screen.blank()
            self._screen.line("That decides it. What follows only completes the answer; Enter skips it.", "good")
        elif question.purpose is Purpose.DECIDE:
            self._announced = False

    def _put(self, question: Question) -> None:
        self._progress(question)
        if not question.together or question.group is None:
            self._put_single(question)
            return
        group = self._engine.knowledge.group(question.group)
        self._screen.title(group.ask)
        if group.help:
            self._screen.line(group.help, "quiet", 2)
        marked = self._interview.marked(question)
        begun = False
        for key in self._interview.group_order(question):
            if key in self._interview.answers or (begun and not self._still_wanted(key, question)):
                continue
            if key in marked:
                self._put_checklist(question, tuple(self._facts[each] for each in marked), begun=begun)
            else:
                self._put_part(self._facts[key], begun=begun)
            begun = True

    def _still_wanted(self, key: str, question: Question) -> bool:
        """Whether a part of a group is still of use after the parts before it."""
        if self._interview.outcome.verdict is Verdict.NOT_COVERED:
            return False
        return self._interview.wants(key) or key in self._volunteered(question)

    def _volunteered(self, question: Question) -> tuple[str, ...]:
        return tuple(key for key in question.together if key not in self._engine.ranking.decisive)

    def _put_single(self, question: Question) -> None:
        fact = self._facts[question.fact]
        self._ask(fact, question.suggestions)
        optional = question.purpose is Purpose.COMPLETE
        value = self._reply(fact, question.suggestions, optional=optional)
        self._interview.answer({fact.key: value})

    def _put_part(self, fact: Fact, *, begun: bool) -> None:
        self._ask(fact, ())
        value = self._reply(fact, (), optional=True)
        self._interview.answer({fact.key: value}, same_step=begun)

    def _put_checklist(self, question: Question, facts: tuple[Fact, ...], *, begun: bool) -> None:
        checklist = self._interview.checklist(question)
        if checklist is None:
            raise AssertionError(question)
        self._screen.title(checklist.ask)
        if checklist.help:
            self._screen.line(checklist.help, "quiet", 2)
        for number, fact in enumerate(facts, 1):
            self._screen.choice(str(number), fact.label)
        while True:
            reply = self._replies.read("numbers, none or unknown")
            if self._is_command(reply, facts[0]):
                continue
            try:
                self._interview.answer(read_checklist(reply.removeprefix("="), facts, checklist), same_step=begun)
                return
            except AnswerRefused as refused:
                self._replies.refuse(str(refused))

    def _reply(self, fact: Fact, suggestions: tuple[str, ...], *, optional: bool) -> Value:
        while True:
            reply = self._replies.read("Enter skips" if optional else "")
            if not reply and optional:
                return UNKNOWN
            if self._is_command(reply, fact):
                continue
            try:
                return read_answer(reply.removeprefix("="), fact, suggestions)
            except AnswerRefused as refused:
                self._replies.refuse("answer it, or say unknown where nobody can tell" if not reply else str(refused))

    def _ask(self, fact: Fact, suggestions: tuple[str, ...]) -> None:
        """A question with how to find out, and the answers to choose from."""
        self._screen.title(fact.ask)
        if fact.help:
            self._screen.line(fact.help, "quiet", 2)
        if fact.how_to_check:
            self._screen.line("Shown by:", "quiet", 2)
            self._screen.code(fact.how_to_check)
        for number, choice in enumerate(fact.choices, 1):
            self._screen.choice(str(number), choice.label)
        if fact.type is FactType.BOOLEAN:
            self._screen.line("yes or no", "quiet", 2)
        for number, each in enumerate(suggestions, 1):
            self._screen.choice(str(number), each)

    def _progress(self, question: Question) -> None:
        self._screen.blank()
        if question.purpose is Purpose.DECIDE:
            known = sum(value != UNKNOWN for value in self._interview.answers.values())
            left = self._interview.open_questions
            noun = "question" if left == 1 else "questions"
            self._screen.line(f"{known} known · {left} {noun} open", "quiet")

    def _is_command(self, reply: str, fact: Fact) -> bool:
        """Do what a reply asks for, where it is no answer; whether it was that."""
        word, _, rest = reply.strip().partition(" ")
        match word.lower():
            case "?" | "why" if not rest:
                self._why(fact)
            case "how" if not rest:
                self._how()
            case "help" | "h" if not rest:
                for name, meaning in _HELP:
                    self._screen.choice(f"{name}:", meaning)
            case "back" | "b" if not rest:
                if not self._interview.back():
                    self._screen.line("This is the first question; there is nothing to go back to.", "warn")
                    return True
                raise _Moved
            case "change":
                self._change(rest.strip())
            case "paste" if not rest:
                self._evidence.take(self._replies.read_paste())
                raise _Moved
            case "so" if rest.strip().lower() == "far":
                self._report()
            case "quit" | "exit" | "q" if not rest:
                raise InputEnded
            case _:
                return False
        return True

    def _why(self, fact: Fact) -> None:
        self._screen.report(of_why(self._engine.why(self._interview.answers, fact.key)))

    def _how(self) -> None:
        for diagnosis in self._interview.outcome.diagnoses:
            self._screen.report(of_explanation(self._engine.explain(self._interview.answers, diagnosis.id)))

    def _change(self, which: str) -> None:
        """List the answers, or take one away and ask it again."""
        answers = self._interview.answers
        if not answers:
            self._screen.line("Nothing has been answered yet.", "warn")
            return
        if not which:
            for number, (key, value) in enumerate(answers.items(), 1):
                shown = spoken(key, value, self._engine.knowledge)
                self._screen.choice(str(number), f"{self._facts[key].label}: {shown}  ({key})")
            self._screen.line("change and a number asks that one again", "quiet", 2)
            return
        keys = list(answers)
        key = keys[int(which) - 1] if which.isdecimal() and 0 < int(which[:6]) <= len(keys) else which
        if key not in answers:
            self._replies.refuse(
                f"there is no answer {which[:60]!r}{suggestion(which[:60], keys)}; change alone lists them"
            )
            return
        fact = self._facts[key]
        self._ask(fact, ())
        self._screen.line(f"so far: {spoken(key, answers[key], self._engine.knowledge)}", "quiet", 2)
        while True:
            reply = self._replies.read("Enter leaves it as it is")
            if not reply:
                return
            try:
                self._interview.answer({key: read_answer(reply.removeprefix("="), fact)})
            except AnswerRefused as refused:
                self._replies.refuse(str(refused))
                continue
            raise _Moved

    def _offer_changes(self) -> bool:
        """Show the outcome, and on a terminal let answers be changed; whether there is more to ask."""
        self._report()
        while self._replies.interactive:
            self._screen.blank()
            try:
                word, _, rest = self._replies.read("Enter ends; how explains; back or change revises").partition(" ")
                match word.lower():
                    case "" | "quit" | "exit" | "q":
                        return False
                    case "how":
                        self._how()
                    case "back":
                        return self._interview.back()
                    case "change":
                        self._change(rest.strip())
                    case _:
                        self._screen.line("That is no answer to anything now; press Enter to end.", "warn")
            except InputEnded:
                return False
            except _Moved:
                return True
            except Pasted as pasted:
                self._evidence.take(pasted.text)
                return True
        return False

    def _report(self) -> None:
        self._screen.report(blocks(self._interview.outcome, self._engine.knowledge, self._interview.provenance))
