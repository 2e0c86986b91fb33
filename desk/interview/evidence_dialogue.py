"""Takes evidence into an interview: shows what was read, which server it is about, and what it only mentions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desk.interview.form import span
from desk.interview.interview import Interview
from desk.interview.replies import Pasted, Replies
from desk.interview.screen import Screen
from engine import Engine
from evidence import Observation
from kb.speech import spoken
from kb.values import UNKNOWN, ValueRefused, read_value


class EvidenceDialogue:
    """What is said and asked when evidence comes in. What sources disagree on becomes a question like any other."""

    def __init__(self, interview: Interview, engine: Engine, screen: Screen, replies: Replies) -> None:
        self._interview = interview
        self._knowledge = engine.knowledge
        self._facts = engine.knowledge.facts
        self._screen = screen
        self._replies = replies
        self._pastes = 0

    def take(self, text: str) -> None:
        """Read a paste and take over what it says; what is pasted meanwhile as well."""
        waiting = [text]
        while waiting:
            try:
                self._take_one(waiting.pop(0))
            except Pasted as pasted:
                waiting.append(pasted.text)

    def begin(self) -> None:
        """Show what an interview begins with that was read before."""
        if self._interview.environment.taken.keys() - self._interview.answers.keys():
            try:
                self._tell({})
            except Pasted as pasted:
                self.take(pasted.text)

    def _take_one(self, text: str) -> None:
        from evidence import EvidenceError, read

        try:
            evidence = read(text, name=f"paste {self._pastes + 1}", knowledge=self._knowledge)
        except EvidenceError as error:
            self._replies.refuse(f"{error.what}. {error.remedy}")
            return
        self._pastes += 1
        before = dict(self._interview.facts)
        self._interview.add(evidence)
        self._tell(before)

    def _tell(self, before: Mapping[str, object]) -> None:
        """Show what came in, ask which server it is about, and what of it is so that was only mentioned."""
        interview = self._interview
        self._choose_server()
        new = {key: value for key, value in interview.facts.items() if before.get(key) != value}
        new = {key: value for key, value in new.items() if key not in interview.answers}
        for key, value in new.items():
            self._screen.choice("+", f"{self._facts[key].label}: {spoken(value, self._facts[key])}")
        confirmed = self._confirmed(self._proposed())
        interview.confirm(confirmed)
        for unused in interview.environment.unused:
            self._screen.choice("-", unused, "quiet")
        if not new and not confirmed:
            self._screen.line("Nothing new was found in it.", "warn")

    def _choose_server(self) -> None:
        """The server to go on with; each hands out URLs of its own, so one interview is about one."""
        servers = self._interview.servers
        if not servers:
            return
        self._screen.title("Several servers were read. Which one is this about?")
        for number, server in enumerate(servers, 1):
            self._screen.choice(str(number), server)
        while True:
            reply = self._replies.read(f"1-{len(servers)}")
            named = [server for server in servers if server.casefold() == reply.casefold()]
            if reply.isascii() and reply.isdecimal() and 1 <= int(reply[:6]) <= len(servers):
                named = [servers[int(reply[:6]) - 1]]
            if named:
                self._interview.choose(named[0])
                return
            self._replies.refuse(f"Type {span(len(servers))}.")

    def _proposed(self) -> list[Observation]:
        """What is mentioned, can be taken, and is not known yet."""
        open_: dict[str, Observation] = {}
        for observation in self._interview.environment.proposed:
            if self._interview.facts.get(observation.fact, UNKNOWN) == UNKNOWN and self._fits(observation):
                open_.setdefault(observation.fact, observation)
        return list(open_.values())

    def _fits(self, observation: Observation) -> bool:
        try:
            read_value(observation.value, self._facts[observation.fact])
        except (KeyError, ValueRefused):
            return False
        return True

    def _confirmed(self, proposed: Iterable[Observation]) -> list[Observation]:
        """Those that the person confirms of what plain words mention."""
        observations = list(proposed)
        if not observations:
            return []
        self._screen.title("This is mentioned too. Which of it is so?")
        for number, observation in enumerate(observations, 1):
            fact = self._facts[observation.fact]
            shown = spoken(read_value(observation.value, fact), fact)
            self._screen.choice(str(number), f"{fact.label}: {shown}  ({observation.provenance})")
        while True:
            reply = self._replies.read("y for all, numbers, or Enter for none").lower()
            if reply in ("y", "yes", "all"):
                return observations
            if reply in ("", "n", "no", "none"):
                return []
            numbers = reply.replace(",", " ").split()
            if all(each.isascii() and each.isdecimal() and 1 <= int(each[:6]) <= len(observations) for each in numbers):
                return [observations[int(each[:6]) - 1] for each in dict.fromkeys(numbers)]
            self._replies.refuse("Type y, numbers such as 1 3, or Enter for none.")
