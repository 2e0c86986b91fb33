"""Says how a diagnosis stands among its rivals: what excludes it, what it explains, why it is asked about or not."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from engine.compiled import Decision, Program
from engine.description import describe
from engine.explanation import Ground, GroundState
from engine.logic import Truth
from engine.pursuit import explains_nothing
from kb.conditions import Condition
from kb.messages import Message


class Standing(BaseModel):
    """How a diagnosis stands among its rivals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pursued: bool = Field(description="Whether questions are asked for its sake, or it is a cause.")
    reason: Message = Field(description="Why it is, or is not, in a sentence.")
    grounds: tuple[Ground, ...] = Field(
        description="What excludes it, and what it explains: whether that was seen, where it counts, who explains it."
    )


def standing(diagnosis: str, program: Program, decision: Decision) -> Standing:
    """How a diagnosis stands among its rivals in a decision.

    Raises:
        KeyError: there is no such diagnosis.
    """
    ids = [each.diagnosis.id for each in program.diagnoses]
    if diagnosis not in ids:
        raise KeyError(diagnosis)
    d = ids.index(diagnosis)
    stands = _Stands(program, decision, d)
    return Standing(
        pursued=decision.pursuit.pursued(program.diagnoses[d], decision.diagnoses[d]),
        reason=Message(stands.reason()),
        grounds=(*stands.exclusions(), *stands.symptoms()),
    )


class _Stands:
    """One diagnosis in one decision."""

    def __init__(self, program: Program, decision: Decision, d: int) -> None:
        self._program = program
        self._decision = decision
        self._d = d
        self._diagnosis = program.diagnoses[d]
        self._decided = decision.diagnoses[d]

    def exclusions(self) -> Iterator[Ground]:
        """Each diagnosis that would exclude it, and whether that may keep it back."""
        for e in self._diagnosis.excluders:
            other, title = self._decision.diagnoses[e], self._title(e)
            if other.exhausted:
                yield _ground(f"{title} excludes it no more, as a way out of that was tried without effect", True)
            elif other.state is False:
                yield _ground(f"{title} would exclude it, and is ruled out", True)
            elif e in self._decided.caveats:
                yield _ground(f"{title} would exclude it, and nobody can tell any more whether that is so", None)
            elif other.state is None:
                yield _ground(f"{title} would exclude it, and is not ruled out", None)

    def symptoms(self) -> Iterator[Ground]:
        """Each symptom that it may explain: whether it was seen, where that counts, and who else explains it."""
        if self._decided.state is False:
            return
        told: dict[tuple[int, Condition | None], tuple[Condition, Truth]] = {}
        for instance in self._diagnosis.instances:
            for compiled, account in zip(instance.explains, instance.instance.explains, strict=True):
                worth = compiled.where.evaluate(self._decision.true, self._decision.false)
                told.setdefault((compiled.symptom, account.where), (account.seen, worth))
        seen = self._decision.pursuit.symptoms
        for (symptom, where), (condition, worth) in told.items():
            bit = 1 << symptom
            state = True if seen.seen & bit else None if seen.may & bit else False
            parts = []
            if where is not None and state is not False:
                parts.append(Ground(text=Message("where ", self._words(where)), state=_STATES[worth]))
            parts += [
                _ground(f"{self._title(other)} explains it", True)
                for other, decided in enumerate(self._decision.diagnoses)
                if other != self._d and decided.accounts.sure & bit & seen.may
            ]
            yield Ground(text=Message("Explains ", self._words(condition)), state=_STATES[state], parts=tuple(parts))

    def reason(self) -> str:
        """Why it is asked about, or not."""
        decided, pursuit = self._decided, self._decision.pursuit
        if self._d in self._decision.besides:
            return "Wrong besides: it is confirmed, and explains nothing that was seen and that nothing else explains."
        if decided.exhausted:
            return "Not asked about: a way out of it was tried without effect, so it explains nothing any more."
        if pursuit.helped:
            return "Nothing is asked any more: a way out helped."
        if decided.state is False:
            return "Not asked about: it is ruled out."
        if self._d in self._decision.causes:
            named = "does not say what it explains" if explains_nothing(self._diagnosis) else "explains what was seen"
            return f"A cause: it is confirmed and {named}."
        if decided.dormant:
            return "Not asked about: nobody can tell whether its article applies."
        if pursuit.pursued(self._diagnosis, decided):
            first = " Whether its article applies comes first." if decided.gated else ""
            if explains_nothing(self._diagnosis):
                return f"Asked about: it does not say what it explains, so it may be the cause of anything.{first}"
            return f"Asked about: it could explain what nothing else explains.{first}"
        could = decided.accounts.possible & pursuit.symptoms.may
        others = [self._title(d) for d in self._decision.causes if self._decision.diagnoses[d].accounts.sure & could]
        if could and others:
            return f"Not asked about: what it could explain is explained by {' and '.join(others)}."
        return "Not asked about: nothing was seen that it could explain."

    def _title(self, d: int) -> str:
        return f"“{self._program.diagnoses[d].diagnosis.title}”"

    def _words(self, condition: Condition) -> Message:
        return describe(condition, self._program.knowledge)


_STATES = {True: GroundState.HOLDS, False: GroundState.FAILS, None: GroundState.OPEN}


def _ground(text: str, state: Truth) -> Ground:
    return Ground(text=Message(text), state=_STATES[state])
