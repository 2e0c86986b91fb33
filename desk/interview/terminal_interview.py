"""Puts the questions of an interview to a person, line by line, and does what they say in reply."""

from __future__ import annotations

from desk.interview.evidence_dialogue import EvidenceDialogue
from desk.interview.form import CHECKLIST, Control, Form, FormPart, FormReading
from desk.interview.interview import Interview
from desk.interview.replies import InputEnded, Pasted, Replies, is_evidence
from desk.interview.screen import Screen
from engine import Engine
from engine.outcome import Purpose, Question, Verdict
from kb.speech import spoken
from kb.values import UNKNOWN, FactType, suggestion
from render.reasoning import of_explanation, of_why
from render.report import blocks

_HELP = (
    ("a number or a word", "answers; several numbers where several may hold"),
    ("d", "don't know; it is not asked again (dk, unknown and don't know say the same)"),
    ("?", "why this is asked, what each answer would do, and what can be typed"),
    ("how", "how what is known so far leads to the diagnosis, or rules it out"),
    ("back", "take the last answer back"),
    ("change", "list the answers; the number that follows, or change and a fact's name, asks that one again"),
    ("so far", "what is known to follow by now"),
    ("paste", "takes output, a certificate or a ticket until a line with a dot alone; on a terminal, just paste it"),
    ("quit", "stop here, with the outcome so far"),
    ("=back", "an equals sign in front makes it an answer, whatever word it is"),
)


class _Moved(Exception):
    """The interview has moved elsewhere, so the present question is not to be waited for."""


class TerminalInterview:
    """One run of questions and answers."""

    def __init__(self, interview: Interview, engine: Engine, screen: Screen, replies: Replies) -> None:
        self._interview = interview
        self._engine = engine
        self._facts = engine.knowledge.facts
        self._screen = screen
        self._replies = replies
        self._evidence = EvidenceDialogue(interview, engine, screen, replies)
        self._announced = False
        self._asked_once_more = False
        self._list_shown = False

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
                "Answer with a number or a word, d for don't know. ? says why it is asked; help lists the rest.",
                "quiet",
            )
        self._evidence.begin()
        while True:
            try:
                if not self._go_on():
                    return True
            except _Moved:
                continue
            except Pasted as pasted:
                self._evidence.take(pasted.text)

    def _go_on(self) -> bool:
        """Put the next question, or end; whether there is more to do."""
        question = self._interview.question
        if question is None:
            return self._ask_once_more() or self._offer_changes()
        self._announce(question)
        self._progress(question)
        self._put(question)
        return True

    def _announce(self, question: Question) -> None:
        """Say once that it is decided, before asking for what only completes it."""
        if question.purpose is not Purpose.COMPLETE:
            self._announced = False
        elif not self._announced:
            self._announced = True
            outcome = self._interview.outcome
            found = outcome.verdict is Verdict.DIAGNOSED
            gains = "fills in the commands" if found else "tells more exactly where to look"
            self._screen.blank()
            self._screen.line(outcome.summary, "good" if found else "plain")
            self._screen.line(f"What is asked now only {gains} (optional).", "quiet")

    def _put(self, question: Question) -> None:
        form = self._interview.form(question)
        if len(form.parts) > 1:
            self._screen.title(form.title)
            if form.help:
                self._screen.line(form.help, "quiet", 2)
        begun = False
        for part in form.parts:
            if begun and (part.fact in self._interview.answers or not self._still_wanted(part)):
                continue
            if part.control is Control.TICK:
                reading = self._reply_to_ticks(form)
            else:
                self._ask(part)
                reading = self._reply(form, part)
            self._interview.answer(reading.facts, reading.settle, same_step=begun)
            begun = True

    def _still_wanted(self, part: FormPart) -> bool:
        """Whether a part of a group is still of use after the parts before it."""
        if self._interview.outcome.verdict is Verdict.NOT_COVERED:
            return False
        return part.optional or self._interview.wants(part.fact)

    def _ask(self, part: FormPart) -> None:
        """A question with how to find out, and the answers to choose from."""
        self._screen.title(part.ask)
        if part.help:
            self._screen.line(part.help, "quiet", 2)
        if part.how_to_check:
            self._screen.line("Shown by:", "quiet", 2)
            self._screen.code(part.how_to_check)
        shown = [option.label for option in part.options] or list(part.suggestions)
        for number, label in enumerate(shown, 1):
            self._screen.choice(str(number), label)

    def _reply(self, form: Form, part: FormPart) -> FormReading:
        """The answer to one part; asked for until it is one."""
        form = form.only(part.fact)
        hint = _hint(part) + (", Enter = skip" if part.optional else "")

        def whole(text: str) -> bool:
            return part.control is Control.NAMES and not form.read({part.fact: text}).errors

        while True:
            reply = self._replies.read(hint, whole)
            if self._is_command(reply, part, form.taken(part)):
                continue
            reading = form.read({part.fact: reply})
            if not reading.errors:
                return reading
            self._refuse(reply, reading.errors[part.fact])

    def _reply_to_ticks(self, form: Form) -> FormReading:
        checklist = form.checklist
        if checklist is None:
            raise AssertionError(form)
        form = form.only(*checklist.facts)
        self._screen.title(checklist.ask)
        if checklist.help:
            self._screen.line(checklist.help, "quiet", 2)
        for number, part in enumerate(form.parts, 1):
            self._screen.choice(str(number), part.label)
        while True:
            reply = self._replies.read("e.g. 1 3, none, d = don't know")
            if self._is_command(reply, form.parts[0], form.ticks_taken):
                continue
            reading = form.read({CHECKLIST: reply})
            if not reading.errors:
                return reading
            self._refuse(reply, reading.errors[CHECKLIST])

    def _refuse(self, reply: str, message: str) -> None:
        """Say what is taken instead; a line that is evidence is taken as that."""
        if self._replies.interactive and reply and is_evidence(reply):
            raise Pasted(reply)
        self._replies.refuse(message)

    def _progress(self, question: Question) -> None:
        self._screen.blank()
        if question.purpose is not Purpose.COMPLETE:
            known = sum(value != UNKNOWN for value in self._interview.facts.values())
            left = self._interview.open_questions
            noun = "question" if left == 1 else "questions"
            self._screen.line(f"{known} known · about {left} {noun} left", "quiet")

    def _is_command(self, reply: str, part: FormPart, taken: str) -> bool:
        """Do what a reply asks for, where it is no answer; whether it was that."""
        word, _, rest = reply.strip().partition(" ")
        listed, self._list_shown = self._list_shown, False
        if listed and word.isdecimal() and not rest:
            self._change(word)
            return True
        match word.lower():
            case "?" | "why" if not rest:
                self._why(part, taken)
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

    def _why(self, part: FormPart, taken: str) -> None:
        if part.fact in self._facts:
            self._screen.report(of_why(self._engine.why(self._interview.facts, part.fact)))
        elif self._interview.question is not None:
            self._screen.line(str(self._interview.question.why))
        self._screen.line(taken, "quiet")

    def _how(self) -> None:
        for diagnosis in self._interview.outcome.diagnoses:
            self._screen.report(of_explanation(self._engine.explain(self._interview.facts, diagnosis.id)))

    def _change(self, which: str) -> None:
        """List what is known, or take one away and ask it again."""
        known = self._interview.facts
        if not known:
            self._screen.line("Nothing is known yet.", "warn")
            return
        if not which:
            for number, (key, value) in enumerate(known.items(), 1):
                shown = spoken(value, self._facts[key])
                self._screen.choice(str(number), f"{self._facts[key].label}: {shown}  ({key})")
            self._screen.line("Type the number of the one to change.", "quiet", 2)
            self._list_shown = True
            return
        keys = list(known)
        key = _numbered(which, keys) or which
        if key not in known:
            ending = suggestion(which[:60], keys) or f"; there are 1 to {len(keys)}, and change alone lists them"
            self._replies.refuse(f"There is no answer {which[:60]!r}{ending}.")
            return
        form = Form.asking(self._engine.knowledge, (key,))
        part = form.parts[0]
        self._ask(part)
        self._screen.line(f"so far: {spoken(known[key], self._facts[key])}", "quiet", 2)
        while True:
            reply = self._replies.read(f"{_hint(part)}, Enter leaves it as it is")
            if not reply:
                return
            reading = form.read({key: reply})
            if not reading.errors:
                self._interview.answer(reading.facts)
                raise _Moved
            self._refuse(reply, reading.errors[key])

    def _ask_once_more(self) -> bool:
        """Before it ends undecided: name the answer that would decide, and ask for it; whether there is one now."""
        question = None if self._asked_once_more else self._interview.would_decide()
        if question is None:
            return False
        self._asked_once_more = True
        self._screen.blank()
        self._screen.line("Not decided yet. One answer that was not known would decide it:", "warn")
        form = self._interview.form(question)
        part = form.parts[0] if len(form.parts) == 1 else form.part(question.fact)
        self._ask(part)
        while True:
            reply = self._replies.read(f"{_hint(part)}, Enter = still not known")
            if not reply:
                return False
            if self._is_command(reply, part, form.taken(part)):
                continue
            reading = form.only(part.fact).read({part.fact: reply})
            if not reading.errors:
                self._interview.answer(reading.facts)
                return True
            self._refuse(reply, reading.errors[part.fact])

    def _offer_changes(self) -> bool:
        """Show the outcome, and on a terminal let answers be changed; whether there is more to ask."""
        self._report()
        while self._replies.interactive:
            self._screen.blank()
            try:
                reply = self._replies.read("Enter = finish, how = why it is so, c = change an answer, back")
                word, _, rest = reply.partition(" ")
                listed, self._list_shown = self._list_shown, False
                match word.lower():
                    case "" | "quit" | "exit" | "q":
                        return False
                    case "how" | "?":
                        self._how()
                    case "back" | "b":
                        return self._interview.back()
                    case "change" | "c":
                        self._change(rest.strip())
                    case number if listed and number.isdecimal():
                        self._change(number)
                    case _ if is_evidence(reply):
                        raise Pasted(reply)
                    case _:
                        self._screen.line(
                            "Nothing left to answer. Enter = finish, how = why it is so, c = change an answer, "
                            "back = take the last one back.",
                            "warn",
                        )
            except InputEnded:
                return False
        return False

    def _report(self) -> None:
        self._screen.report(blocks(self._interview.outcome, self._engine.knowledge, self._interview.provenance))


def _hint(part: FormPart) -> str:
    """What is taken, in a few letters, for the line that waits for it."""
    count = len(part.listed)
    if part.type is FactType.BOOLEAN:
        said = "y, n"
    elif part.options:
        said = f"1-{count}" if count > 1 else "1"
    elif part.control is Control.NAMES:
        said = "names, or none"
    else:
        said = "" if not count else f"1{f'-{count}' if count > 1 else ''} or another"
    return f"{said}, d = don't know" if said else "d = don't know"


def _numbered(which: str, keys: list[str]) -> str | None:
    """The one of a list that a number names, however many noughts it begins with."""
    digits = which.lstrip("0")
    if not (which.isascii() and which.isdecimal()) or not digits or len(digits) > 6:
        return None
    return keys[int(digits) - 1] if int(digits) <= len(keys) else None
