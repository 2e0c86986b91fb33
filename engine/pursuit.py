"""The third layer: what is asked about, and what it comes to. It never changes a state.

Possible causes are pursued while a symptom that may have been seen is not explained that they could explain. What is
confirmed is a cause where it explains something that may have been seen, and wrong besides where it does not. A
diagnosis that explains nothing in particular is always pursued, and a cause where it is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.accounts import Symptoms
from engine.program import CompiledDiagnosis
from engine.states import DiagnosisDecision


class UnitKind(StrEnum):
    """What answers decide: whether a diagnosis holds, whether it explains, what was seen, a way out, or a step."""

    DIAGNOSIS = "diagnosis"
    CONDITION = "condition"
    SYMPTOM = "symptom"
    RESOLUTION = "resolution"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that answers can still decide, with the absent facts that would, as bits."""

    kind: UnitKind
    opens: int
    diagnosis: int | None = None
    instance: int | None = None
    symptom: int | None = None
    resolution: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Pursuit:
    """What is asked about, as far as diagnoses go.

    Attributes:
        wanted: the symptoms that may have been seen and that nothing explains.
        helped: something helped, which ends it.
        thorough: all is pursued that was not tried without effect, whatever it explains.
    """

    symptoms: Symptoms
    explained: int
    wanted: int
    helped: bool
    thorough: bool

    def pursued(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> bool:
        """Whether questions are asked for the sake of a diagnosis."""
        if self.helped or not decided.alive:
            return False
        if self.thorough:
            return True
        if decided.dormant:
            return False
        return self.is_cause(diagnosis, decided) or self._could(diagnosis, decided)

    def is_cause(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> bool:
        """Whether a diagnosis is confirmed, and explains what may have been seen or could, where nothing else does."""
        if decided.state is not True or decided.exhausted:
            return False
        if self.helped:
            return decided.helped
        accounts = decided.accounts
        return bool(
            explains_nothing(diagnosis) or accounts.sure & self.symptoms.may or accounts.confirmed & self.wanted
        )

    def undecided(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> bool:
        """Whether a diagnosis is possible and could explain what may have been seen."""
        if decided.exhausted or None not in decided.states:
            return False
        return explains_nothing(diagnosis) or bool(decided.accounts.possible & self.symptoms.may)

    def units(self, d: int, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> Iterator[Unit]:
        """What answers would decide of a diagnosis that is pursued."""
        for i, (state, opens) in enumerate(zip(decided.states, decided.opens, strict=True)):
            if state is None and opens:
                yield Unit(UnitKind.DIAGNOSIS, opens, d, i)
        if decided.gated:
            return
        unsure = self.unsure(diagnosis, decided)
        for i, o, opens in decided.accounts.open:
            bit = 1 << o
            if bit & self.wanted or (unsure and decided.states[i] is True and bit & self.symptoms.may):
                yield Unit(UnitKind.CONDITION, opens, d, i, symptom=o)

    def looked_at(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> int:
        """The symptoms that a diagnosis that is pursued wants to be told of, as bits."""
        if decided.gated:
            return 0
        accounts = decided.accounts
        mask = (accounts.confirmed | accounts.possible) & self.wanted
        if self.unsure(diagnosis, decided):
            mask |= accounts.confirmed & self.symptoms.may
        return mask

    def unsure(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> bool:
        """Whether what is confirmed may turn out to explain nothing that was seen."""
        if decided.state is not True or explains_nothing(diagnosis):
            return False
        return not decided.accounts.sure & self.symptoms.may & ~self.symptoms.open

    def _could(self, diagnosis: CompiledDiagnosis, decided: DiagnosisDecision) -> bool:
        """Whether a possible instance could explain something that nothing else does."""
        if None not in decided.states:
            return False
        return explains_nothing(diagnosis) or bool(decided.accounts.possible & self.wanted)


def explains_nothing(diagnosis: CompiledDiagnosis) -> bool:
    """Whether a diagnosis names no symptom, and is therefore asked about whatever was seen."""
    return not any(instance.explains for instance in diagnosis.instances)
