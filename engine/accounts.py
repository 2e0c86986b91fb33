"""The second layer: which diagnosis explains which symptom, each worked out from states alone.

A confirmed diagnosis accounts for a symptom where the condition of its `explains` holds, and where nobody can tell any
more whether it does: then that is granted. While the condition can still be told, it does not account for it yet. What
was tried without effect explains nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.program import CompiledCondition, CompiledDiagnosis
from engine.states import NO_ACCOUNTS, Accounts, DiagnosisDecision, Frame


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What was seen, as bits of symptoms.

    Attributes:
        may: what may have been seen: all but what is known not to have been, so that nothing is passed over.
        open: what somebody can still be asked about.
        seen: what is known to have been seen.
        opens: for each symptom the absent facts that would tell.
    """

    may: int
    open: int
    seen: int
    opens: tuple[int, ...]


def account_for(diagnosis: CompiledDiagnosis, decided: DiagnosisDecision, frame: Frame) -> Accounts:
    """What a diagnosis explains."""
    if decided.exhausted or decided.state is False:
        return NO_ACCOUNTS
    sure = confirmed = possible = 0
    granted: list[tuple[int, int]] = []
    open_: list[tuple[int, int, int]] = []
    for i, (instance, state) in enumerate(zip(diagnosis.instances, decided.states, strict=True)):
        if state is False:
            continue
        for account in instance.explains:
            worth = account.where.evaluate(frame.true, frame.false)
            if worth is False:
                continue
            bit = 1 << account.symptom
            facts = 0
            if worth is None:
                facts = frame.open_facts(account.where.undecided(frame.true, frame.false))
            if facts:
                open_.append((i, account.symptom, facts))
            if state is None:
                possible |= bit
                continue
            confirmed |= bit
            if not facts:
                sure |= bit
                if worth is None:
                    granted.append((i, account.symptom))
    if not confirmed and not possible:
        return NO_ACCOUNTS
    return Accounts(sure, confirmed, possible, tuple(granted), tuple(open_))


def symptoms(conditions: Sequence[CompiledCondition], frame: Frame) -> Symptoms:
    """What was seen, what may have been, and what can still be told of it."""
    may = open_ = seen = 0
    opens: list[int] = []
    for position, condition in enumerate(conditions):
        worth = condition.evaluate(frame.true, frame.false)
        facts = 0
        if worth is not False:
            may |= 1 << position
        if worth is None:
            facts = frame.open_facts(condition.undecided(frame.true, frame.false))
            if facts:
                open_ |= 1 << position
        elif worth:
            seen |= 1 << position
        opens.append(facts)
    return Symptoms(may, open_, seen, tuple(opens))


def explained(decisions: Iterable[DiagnosisDecision]) -> int:
    """The symptoms that somebody accounts for."""
    mask = 0
    for decided in decisions:
        mask |= decided.accounts.sure
    return mask
