"""Takes evidence into an interview: shows what was read, and asks where sources disagree or only mention something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desk.environments import Known, fits, merged, proposals
from desk.interview.interview import Interview
from desk.interview.replies import Replies
from desk.interview.screen import Screen
from engine import Engine
from kb.values import Value
from render.report import spoken

if TYPE_CHECKING:
    from evidence import Dispute, Evidence, Observation


class EvidenceDialogue:
    """What is said and asked when evidence comes in; everything read so far is merged anew each time."""

    def __init__(
        self, interview: Interview, engine: Engine, screen: Screen, replies: Replies, evidence: Iterable[Evidence]
    ) -> None:
        self._interview = interview
        self._engine = engine
        self._screen = screen
        self._replies = replies
        self._evidence: list[Evidence] = list(evidence)
        if self._evidence:
            self.take_over()

    def take(self, text: str) -> None:
        """Read a paste and take over what it says."""
        from evidence import EvidenceError, read

        try:
            evidence = read(text)
        except EvidenceError as error:
            self._replies.refuse(f"{error.what}. {error.remedy}")
            return
        self._evidence.append(evidence)
        self.take_over()

    def take_over(self) -> None:
        """Take over all that was read; ask where sources disagree, and before believing plain words."""
        interview, engine = self._interview, self._engine
        stated = {key: value for key, value in interview.answers.items() if key not in interview.provenance}
        known = self._chosen_server(merged(engine, self._evidence, stated))
        records = known.environment.facts
        read = {key: value for key, value in known.facts.items() if key not in stated}
        provenance = {key: str(records[key].provenance) for key in read}
        for dispute in known.disputes:
            value = self._settle(dispute)
            read[dispute.fact] = value
            provenance.pop(dispute.fact, None)
        for key, value in read.items():
            self._screen.choice(
                "+", f"{self._engine.knowledge.facts[key].label}: {spoken(key, value, engine.knowledge)}"
            )
        for observation in self._confirmed(proposals(self._evidence, engine, {**stated, **read})):
            value_taken = fits(engine, observation)
            if value_taken is not None:
                read[observation.fact] = value_taken
                provenance[observation.fact] = str(observation.provenance)
        for unused in known.unused:
            self._screen.choice("-", unused, "quiet")
        if not read:
            self._screen.line("Nothing in it is a fact that was not known.", "warn")
        interview.answer(read, provenance)

    def _chosen_server(self, every: tuple[Known, ...]) -> Known:
        """The server to go on with; each hands out URLs of its own, so one interview is about one."""
        if len(every) == 1:
            return every[0]
        self._screen.title("Several servers were read. Which one is this about?")
        for number, known in enumerate(every, 1):
            self._screen.choice(str(number), str(known.server))
        while True:
            reply = self._replies.read("number")
            if reply.isdecimal() and 1 <= int(reply[:4]) <= len(every):
                return every[int(reply[:4]) - 1]
            self._replies.refuse(f"answer with a number from 1 to {len(every)}")

    def _settle(self, dispute: Dispute) -> Value:
        """Which side of a dispute is right; the weightier one where nobody says."""
        sides = [side for side in (dispute.held, *dispute.against) if fits(self._engine, side) is not None]
        self._screen.title(
            f"Sources disagree on {self._engine.knowledge.facts[dispute.fact].label}. Which one is right?"
        )
        for number, side in enumerate(sides, 1):
            shown = spoken(side.fact, side.value, self._engine.knowledge)
            self._screen.choice(str(number), f"{shown}  ({side.provenance})")
        while True:
            reply = self._replies.read("number, or Enter for the first")
            chosen = int(reply[:4]) - 1 if reply.isdecimal() else 0
            if (not reply or reply.isdecimal()) and 0 <= chosen < len(sides):
                value = fits(self._engine, sides[chosen])
                if value is not None:
                    return value
            self._replies.refuse(f"answer with a number from 1 to {len(sides)}")

    def _confirmed(self, proposed: Iterable[Observation]) -> list[Observation]:
        """Those that the person confirms of what plain words mention."""
        observations = list(proposed)
        if not observations:
            return []
        self._screen.title("This is mentioned too. Which of it is so?")
        for number, observation in enumerate(observations, 1):
            shown = spoken(observation.fact, observation.value, self._engine.knowledge)
            self._screen.choice(
                str(number),
                f"{self._engine.knowledge.facts[observation.fact].label}: {shown}  ({observation.provenance})",
            )
        while True:
            reply = self._replies.read("y for all, numbers, or Enter for none").lower()
            if reply in ("y", "yes", "all"):
                return observations
            if reply in ("", "n", "no", "none"):
                return []
            numbers = reply.replace(",", " ").split()
            if all(number.isdecimal() and 1 <= int(number[:4]) <= len(observations) for number in numbers):
                return [observations[int(number[:4]) - 1] for number in numbers]
            self._replies.refuse("answer with y, numbers, or Enter")
