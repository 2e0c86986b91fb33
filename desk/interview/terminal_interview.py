"""Puts the questions of an interview to a person, line by line, and does what they say in reply."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Final

from desk.interview.evidence_dialogue import EvidenceDialogue
from desk.interview.form import CHECKLIST, Control, Form, FormPart, FormReading, span
from desk.interview.interview import Interview
from desk.interview.question_card import QuestionCards
from desk.interview.replies import InputEnded, Pasted, Replies
from desk.interview.screen import Screen
from engine import Engine
from engine.outcome import DiagnosisState, Purpose, Question, Verdict
from engine.program import HELPED, NO_CHANGE
from kb.speech import spoken
from kb.values import UNKNOWN, FactType, Value, suggestion
from render.brief import Detail, brief, checks, nobody_told, to_do, to_send
from render.handover import when_it_shows, who_can_look
from render.reasoning import of_explanation, of_why
from render.report import blocks
from render.words import capitalised

_HELP = (
    ("a number or a word", "answers; several numbers where several may hold"),
    ("d", "don't know; it is not asked again (dk, unknown and don't know say the same)"),
    ("d all", "don't know any of what is still asked: ends with what to send to whom"),
    ("?", "why this is asked, what each answer would do, and what can be typed"),
    ("how", "how what is known so far leads to the diagnosis, or rules it out"),
    ("back", "take the last answer back"),
    ("facts", "what is known, and where it is from"),
    ("change", "list the answers; the number that follows, or the name in brackets after change, asks that one again"),
    ("copy", "put the command that shows the answer on the clipboard; copy 2, at the end, that of step 2"),
    ("so far", "what is known to follow by now"),
    ("paste", "takes output, a certificate or a ticket until a line with a dot alone; on a terminal, just paste it"),
    ("still there", "at the end: it was tried and changed nothing; goes on to what else it may be (helped: it did)"),
    ("quit", "stop here, with the outcome so far"),
    ("=back", "an equals sign in front makes it an answer, whatever word it is"),
)


_AT_THE_END: Final = "Enter = finish · facts · how · report"
_SHORT: Final = (
    FactType.BOOLEAN,
    FactType.CHOICE,
    FactType.HOST_NAME,
    FactType.SERVER_NAME,
    FactType.INTEGER,
    FactType.URL,
)
"""Types whose values hold no blank, or are picked by a number, so that several stand on one line."""
_FEW: Final = 8
"""Options that a choice may have where it is put together with others."""
_UNKNOWN: Final = "d = don't know"
_NAMED: Final = 3
"""What is named in a line before it says how many more there are."""
_ONLY: Final = {
    True: "What is asked now only fills in the commands (optional).",
    False: "What is asked now only tells more exactly where to look (optional).",
}
"""What questions are for that decide nothing, by whether a cause is found."""
_BETWEEN: Final = re.compile(r"[\s,;]+")


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
        self._cards = QuestionCards(screen)
        self._told: tuple[str, ...] = ()
        self._announced = False
        self._asked_once_more = False
        self._list_shown = False
        self._too_soon: str | None = None

    def run(self, *, recap: bool = False) -> bool:
        """Ask until there is nothing left to ask, and show the outcome.

        Args:
            recap: first say what was answered before.

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
        if recap:
            self._screen.line("Answered before (back and change work on these too):", "quiet")
            self._tell(self._interview.answers)
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
        if self._replies.folds:
            self._cards.above = partial(self._where_it_is, question)
        else:
            self._announce(question)
            self._progress(question)
        self._put(question)
        return True

    def _where_it_is(self, question: Question) -> None:
        """What is decided, above what is still asked; or else how far it is."""
        outcome = self._interview.outcome
        if outcome.verdict is Verdict.DIAGNOSED or question.purpose is Purpose.COMPLETE:
            self._decided(question)
        else:
            self._progress(question)

    def _decided(self, question: Question) -> None:
        outcome = self._interview.outcome
        found = outcome.verdict is Verdict.DIAGNOSED
        self._screen.line(outcome.summary, "good" if found else "plain")
        if question.purpose is Purpose.COMPLETE:
            self._screen.line(_ONLY[found], "quiet")

    def _announce(self, question: Question) -> None:
        """Say once that it is decided, the moment it is, and what is asked for after that."""
        outcome = self._interview.outcome
        confirmed = tuple(each.id for each in outcome.diagnoses if each.state is DiagnosisState.CONFIRMED)
        told = (outcome.verdict.value, *confirmed) if outcome.verdict is Verdict.DIAGNOSED else ()
        completing = question.purpose is Purpose.COMPLETE
        if (told and told != self._told) or (completing and not told and not self._announced):
            self._screen.blank()
            self._decided(question)
        elif completing and not self._announced:
            self._screen.line(_ONLY[bool(told)], "quiet")
        self._told = told
        self._announced = completing

    def _put(self, question: Question) -> None:
        form = self._interview.form(question)
        lead = form if len(form.parts) > 1 else None
        pending = list(form.parts)
        begun = False
        while pending:
            part = pending.pop(0)
            if begun and (part.fact in self._interview.answers or not self._still_wanted(part)):
                continue
            together = self._sheet([part, *pending])
            if part.control is Control.TICK:
                reading = self._reply_to_ticks(form, lead)
            elif len(together) > 1:
                reading = self._reply_to_sheet(form, together)
                # What is optional was shown, and was left out on purpose.
                pending = [each for each in pending if not (each.optional and each in together)]
            else:
                reading = self._reply(form, part, lead)
            lead = None
            self._interview.answer(reading.facts, reading.settle, same_step=begun)
            self._fold(form, reading)
            begun = True

    def _sheet(self, parts: Sequence[FormPart]) -> list[FormPart]:
        """The parts that one line can answer, where a person sits at a terminal."""
        if not self._replies.interactive:
            return []
        short = takewhile(_is_short, parts)
        return [each for each in short if each.fact not in self._interview.answers and self._still_wanted(each)]

    def _still_wanted(self, part: FormPart) -> bool:
        """Whether a part of a group is still of use after the parts before it."""
        if self._interview.outcome.verdict is Verdict.NOT_COVERED:
            return False
        return part.optional or self._interview.wants(part.fact)

    def _dont_know(self, part: FormPart) -> str:
        """How to say that it is not known; and where somebody would have to look, that all that follows is not."""
        looked_up = self._engine.knowledge.person(part.answered_by).effort > 1
        return f"{_UNKNOWN}, d all = nor the rest" if looked_up else _UNKNOWN

    def _fold(self, form: Form, reading: FormReading) -> None:
        """What was answered, a line each, where the question is gone from the screen; and how to find out the rest."""
        if self._replies.folds:
            ticked = {part.fact for part in form.parts if part.control is Control.TICK}
            self._tell(reading.facts, together=ticked >= reading.facts.keys())
            for key, side in reading.settle.items():
                labels = {option.value: option.label for option in form.part(key).options}
                self._screen.choice("✔", f"Settled: {labels.get(side, 'not known')}")
        unknown = [part for part in form.parts if reading.facts.get(part.fact) == UNKNOWN and not part.optional]
        if any(part.how_to_check for part in unknown):
            who = who_can_look([part.fact for part in unknown], self._engine.knowledge)
            self._screen.line(f"To find out, send this to {who}; paste what comes back at any question:", "warn")
            self._screen.code(to_send(checks([part.fact for part in unknown], self._check_of)))

    def _tell(self, facts: Mapping[str, Value], *, together: bool = False) -> None:
        """Say what is known, a line for each fact, or all in one."""
        said = {key: f"{capitalised(self._facts[key].label)}: {spoken(facts[key], self._facts[key])}" for key in facts}
        groups = [list(facts)] if together and facts else [[key] for key in facts]
        for group in groups:
            unknown = all(facts[key] == UNKNOWN for key in group)
            text = " · ".join(said[key] for key in group)
            self._screen.choice("?" if unknown else "✔", text, "quiet" if unknown else "plain")

    def _reply(self, form: Form, part: FormPart, lead: Form | None = None) -> FormReading:
        """The answer to one part; asked for until it is one."""
        form = form.only(part.fact)
        card = self._cards.part(part, lead)
        hint = _hint(part, self._dont_know(part)) + (", Enter = skip" if part.optional else "")

        def whole(text: str) -> bool:
            return part.control is Control.NAMES and not form.read({part.fact: text}).errors

        while True:
            reply = self._replies.read(hint, whole, card)
            if self._is_command(reply, part, form.taken(part)):
                continue
            reading = form.read({part.fact: reply})
            if not reading.errors:
                return reading
            self._refuse(reply, reading.errors[part.fact])

    def _reply_to_sheet(self, form: Form, parts: Sequence[FormPart]) -> FormReading:
        """The answers to several parts on one line, in their order; or to the first few of them."""
        form = form.only(*(part.fact for part in parts))
        card = self._cards.sheet(form, parts)
        taken = f"{span(len(parts))} answers, blanks between"
        while True:
            reply = self._replies.read(
                f"{taken}, {self._dont_know(parts[0])}",
                lambda text: not _read_sheet(form, parts, text).errors,
                card,
            )
            if self._is_command(reply, parts[0], f"Type {taken}, in this order, or d for don't know."):
                continue
            reading = _read_sheet(form, parts, reply)
            if not reading.errors:
                return reading
            fact, error = next(iter(reading.errors.items()))
            self._refuse(reply, f"{capitalised(form.part(fact).label)}: {error}")

    def _reply_to_ticks(self, form: Form, lead: Form | None = None) -> FormReading:
        checklist = form.checklist
        if checklist is None:
            raise AssertionError(form)
        form = form.only(*checklist.facts)
        card = self._cards.ticks(checklist, form.parts, lead)
        while True:
            reply = self._replies.read("e.g. 1 3, none, d = don't know", card=card)
            if self._is_command(reply, form.parts[0], form.ticks_taken):
                continue
            reading = form.read({CHECKLIST: reply})
            if not reading.errors:
                return reading
            self._refuse(reply, reading.errors[CHECKLIST])

    def _refuse(self, reply: str, message: str) -> None:
        """Say what is taken instead; a line that is evidence is taken as that."""
        if self._replies.interactive and reply and self._replies.is_evidence(reply):
            raise Pasted(reply)
        self._replies.refuse(message)

    def _progress(self, question: Question) -> None:
        if not self._replies.folds:
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
            case "d" | "dk" if rest.strip().lower() == "all":
                self._leave_the_rest()
                raise _Moved
            case "back" | "b" if not rest:
                if not self._interview.back():
                    self._screen.line("This is the first question; there is nothing to go back to.", "warn")
                    return True
                raise _Moved
            case "change":
                self._change(rest.strip())
            case "facts" if not rest:
                self._list()
            case "copy" if not rest:
                self._copied(part.how_to_check, "the command that shows the answer")
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

    def _leave_the_rest(self) -> None:
        """Take what is still asked as not known, and say so in a line."""
        left = self._interview.leave_the_rest()
        self._asked_once_more = True
        labels = [self._facts[key].label for key in left if key in self._facts]
        more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
        self._screen.choice("?", f"Not known: {', '.join(labels[:_NAMED])}{more}", "quiet")

    def _why(self, part: FormPart, taken: str) -> None:
        if part.fact in self._facts:
            self._screen.report(of_why(self._engine.why(self._interview.facts, part.fact)))
        elif self._interview.question is not None:
            self._screen.line(str(self._interview.question.why))
        self._screen.line(taken, "quiet")

    def _how(self) -> None:
        for diagnosis in self._interview.outcome.diagnoses:
            explained = self._engine.explain(self._interview.facts, diagnosis.id)
            self._screen.report(of_explanation(explained, self._engine.knowledge, short=True))

    def _change(self, which: str) -> None:
        """List what is known, or take one away and ask it again."""
        known = self._interview.facts
        if not known:
            self._screen.line("Nothing is known yet.", "warn")
            return
        if not which:
            self._list()
            self._screen.line("Type the number of the one to change.", "quiet", 2)
            self._list_shown = True
            return
        keys = list(known)
        key = _numbered(which, keys) or which
        if key not in known:
            ending = suggestion(which[:60], keys) or f"; there are 1 to {len(keys)}, and change alone lists them"
            self._replies.refuse(f"There is no answer {which[:60]!r}{ending}.")
            return
        form = Form.asking(self._engine.knowledge, (key,), check_of=self._check_of)
        part = form.parts[0]
        card = self._cards.part(part, note=f"so far: {spoken(known[key], self._facts[key])}")
        while True:
            reply = self._replies.read(f"{_hint(part)}, Enter leaves it as it is", card=card)
            if not reply:
                return
            reading = form.read({key: reply})
            if not reading.errors:
                self._interview.answer(reading.facts)
                self._fold(form, reading)
                raise _Moved
            self._refuse(reply, reading.errors[key])

    def _list(self) -> None:
        """What is known, numbered as `change` takes it, and where it is from."""
        provenance = self._interview.provenance
        for number, (key, value) in enumerate(self._interview.facts.items(), 1):
            read = f", {provenance[key]}" if key in provenance else ""
            self._screen.choice(
                str(number), f"{self._facts[key].label}: {spoken(value, self._facts[key])}  ({key}{read})"
            )

    def _copied(self, text: str, what: str) -> None:
        """Put something on the clipboard of the terminal, and say so."""
        if not text:
            self._screen.line("There is no command here to copy.", "warn")
        elif self._screen.clipboard(text):
            self._screen.line(f"Copied {what}, where the terminal allows it.", "good")
        else:
            self._screen.code(text)

    def _ask_once_more(self) -> bool:
        """Before it ends undecided: name the answer that would decide, and ask for it; whether there is one now."""
        question = None if self._asked_once_more else self._interview.would_decide()
        if question is None:
            return False
        self._asked_once_more = True
        needed = partial(self._screen.line, "Not decided yet. One answer that was not known would decide it:", "warn")
        if self._replies.folds:
            self._cards.above = needed
        else:
            self._screen.blank()
            needed()
        form = self._interview.form(question)
        part = form.parts[0] if len(form.parts) == 1 else form.part(question.fact)
        card = self._cards.part(part)
        while True:
            reply = self._replies.read(f"{_hint(part)}, Enter = still not known", card=card)
            if not reply:
                return False
            if self._is_command(reply, part, form.taken(part)):
                continue
            reading = form.only(part.fact).read({part.fact: reply})
            if not reading.errors:
                self._interview.answer(reading.facts)
                self._fold(form, reading)
                return True
            self._refuse(reply, reading.errors[part.fact])

    def _offer_changes(self) -> bool:
        """Show the outcome, and on a terminal say what can be done with it; whether there is more to ask."""
        if not self._replies.interactive:
            self._report()
            return False
        self._told = ()
        self._closing()
        while True:
            try:
                done = self._at_the_end(self._replies.read(self._keys()))
            except InputEnded:
                return False
            if done is not None:
                return done

    def _keys(self) -> str:
        """What can be pressed at the end, in a line."""
        copy = " · copy 1" if self._to_copy() else ""
        still = " · still there" if self._to_try() else ""
        return f"{_AT_THE_END}{copy} · change · back{still}"

    def _at_the_end(self, reply: str) -> bool | None:
        """Do what a reply to the last screen asks for: whether there is more to ask, or nothing if it stays there."""
        word, _, rest = reply.partition(" ")
        listed, self._list_shown = self._list_shown, False
        match word.lower():
            case "" | "quit" | "exit" | "q":
                return False
            case "how" | "h" | "?" | "why":
                self._how()
            case "facts" | "f":
                self._list()
            case "report" | "r":
                self._report()
            case "back" | "b":
                return self._interview.back()
            case "change" | "c":
                self._change(rest.strip())
            case "copy":
                self._copy(rest.strip())
            case "still" | "helped" | "solved":
                return self._came_of_it(NO_CHANGE if word.lower() == "still" else HELPED)
            case number if listed and number.isdecimal():
                self._change(number)
            case _ if self._replies.is_evidence(reply):
                raise Pasted(reply)
            case _:
                self._screen.line(f"Nothing left to answer. {self._keys()}.", "warn")
        return None

    def _to_copy(self) -> dict[str, str]:
        """What can be copied, by what is typed after `copy`; nothing typed copies all of it."""
        outcome = self._interview.outcome
        steps = {str(each.number): str(each.step.command) for each in to_do(outcome) if each.step.command}
        shown_by = checks(nobody_told(outcome, self._engine.knowledge), self._check_of)
        return steps or ({"1": to_send(shown_by)} if shown_by else {})

    def _copy(self, which: str) -> None:
        every = self._to_copy()
        if which and which not in every:
            numbers = ", ".join(every)
            self._screen.line(f"There is no command {which[:20]!r}; there is {numbers or 'none'}.", "warn")
            return
        self._copied(
            every[which] if which else "\n".join(every.values()), f"command {which}" if which else "all commands"
        )

    def _check_of(self, fact: str) -> str:
        return self._engine.how_to_check(self._interview.facts, fact)

    def _to_try(self) -> str | None:
        """The fact that tells what came of the first way out that was not tried yet, where there is one."""
        for resolution in self._interview.outcome.resolutions:
            for key, fact in self._facts.items():
                if fact.tried == resolution.id and key not in self._interview.facts:
                    return key
        return None

    def _came_of_it(self, result: str) -> bool | None:
        """Keep what came of the first way out; the interview goes on with what else it may be."""
        key = self._to_try()
        if key is None:
            self._screen.line("There is nothing to try here.", "warn")
            return None
        if result == NO_CHANGE and self._too_soon != key:
            self._too_soon = key
            self._screen.line("It counts once every step was done and checked, and had its time.", "warn")
            for shows in when_it_shows(self._interview.outcome):
                self._screen.line(shows, "quiet", 2)
            self._screen.line("If that is so, type still there again.", "warn")
            return None
        self._interview.answer({key: result})
        self._tell({key: result})
        return True

    def _closing(self) -> None:
        """The last screen: what is so, and what to do, as much as fits."""
        outcome = self._interview.outcome
        knowledge = self._engine.knowledge
        self._screen.blank()
        for detail in Detail:
            report = list(brief(outcome, knowledge, detail))
            lines = self._screen.rendered(partial(self._screen.report, report)).count("\n")
            if lines <= self._screen.height - 2:
                break
        self._screen.report(report)
        wanted = nobody_told(outcome, knowledge)
        shown_by = checks(wanted, self._check_of)
        if shown_by:
            who = who_can_look(wanted, knowledge)
            self._screen.line(f"To go on, send this to {who}, and paste here what comes back:", "warn")
            self._screen.code(to_send(shown_by))

    def _report(self) -> None:
        self._screen.report(blocks(self._interview.outcome, self._engine.knowledge, self._interview.provenance))


def _read_sheet(form: Form, parts: Sequence[FormPart], reply: str) -> FormReading:
    """What a line answers of several parts: as many as it has words, or the first; not known is not known of all."""
    first = form.only(parts[0].fact).read({parts[0].fact: reply})
    words = [word for word in _BETWEEN.split(reply) if word]
    answered = list(zip(parts, words, strict=False))
    if 2 <= len(words) <= len(parts) and all(_picks(part, word) for part, word in answered):
        texts = {part.fact: word for part, word in answered}
        together = form.only(*texts).read(texts)
        if first.errors or not together.errors:
            return together
    unknown = not first.errors and UNKNOWN in first.facts.values()
    return replace(first, facts={part.fact: UNKNOWN for part in parts}) if unknown else first


def _picks(part: FormPart, word: str) -> bool:
    """Whether a word among others is meant for a part: "home office" is no choice with a name behind it."""
    if part.type is not FactType.CHOICE:
        return True
    said = {text.casefold() for option in part.options for text in (option.value, option.label)}
    return word.isdecimal() or word.casefold() in said or word.casefold() in ("d", "dk", UNKNOWN)


def _is_short(part: FormPart) -> bool:
    """Whether its answer may stand on a line with others: what is to be picked from many has the screen to itself."""
    alone = part.control is Control.TICK or len(part.options) > _FEW
    return part.type in _SHORT and not alone


def _hint(part: FormPart, unknown: str = _UNKNOWN) -> str:
    """What is taken, in a few letters, for the line that waits for it; `unknown` says that it is not known."""
    count = len(part.listed)
    if part.type is FactType.BOOLEAN:
        said = "y, n"
    elif part.options:
        said = f"1-{count}" if count > 1 else "1"
    elif part.control is Control.NAMES:
        said = "names, or none"
    else:
        said = "" if not count else f"1{f'-{count}' if count > 1 else ''} or another"
    return f"{said}, {unknown}" if said else unknown


def _numbered(which: str, keys: list[str]) -> str | None:
    """The one of a list that a number names, however many noughts it begins with."""
    digits = which.lstrip("0")
    if not (which.isascii() and which.isdecimal()) or not digits or len(digits) > 6:
        return None
    return keys[int(digits) - 1] if int(digits) <= len(keys) else None
