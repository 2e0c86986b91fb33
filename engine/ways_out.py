"""Tells the ways out of a diagnosis: which are open, the steps of each with their commands, or why one is skipped."""

from __future__ import annotations

from collections.abc import Iterator

from engine import outcome as out
from engine.compiled import Program
from engine.logic import Truth
from engine.memory import Memory, text_bytes
from engine.program import CompiledCommands, CompiledResolution, CompiledStep
from engine.reasons import Reasons
from engine.wording import NO_COMMAND, FilledCommand, Words
from kb.messages import NOTHING, Message
from kb.model import Step

_MAY_NOT_BE_OPEN = Message("It is not known whether this way is open.")
_MAY_NOT_BE_NEEDED = Message("It is not known whether this is needed.")
_WAY_IS_OPEN_FIRST = Message("Only once it is known that this is the way.")
_WRONG_BESIDES = Message("This is wrong too, but it does not explain what was seen.")

_REMEMBERED_BYTES = 16 * 1024 * 1024


class WaysOut:
    """The ways out of one program's diagnoses."""

    def __init__(self, program: Program, reasons: Reasons) -> None:
        self._program = program
        self._knowledge = program.knowledge
        self._reasons = reasons
        self._steps: Memory[out.StepOutcome] = Memory(_REMEMBERED_BYTES)

    def told(self, words: Words) -> Iterator[out.ResolutionOutcome]:
        """Those that are called for, the causes' first."""
        called_for = [
            r for r, worth in enumerate(words.decision.resolutions) if worth is not None and worth[0] is not False
        ]
        called_for.sort(key=lambda r: not set(self._program.resolutions[r].diagnoses) & set(words.decision.causes))
        for position in called_for:
            compiled, worth = self._program.resolutions[position], words.decision.resolutions[position] or (None,)
            resolution = compiled.resolution
            served = [d for d in compiled.diagnoses if d in words.decision.causes]
            caveats = [words.decision.diagnoses[d].caveats for d in served]
            uncertain, reason = True, NOTHING
            if not served:
                served = [d for d in compiled.diagnoses if d in words.decision.besides]
                reason = _WRONG_BESIDES
            elif worth[0] is None:
                reason = words.text(resolution.verify) if resolution.verify else _MAY_NOT_BE_OPEN
            elif all(caveats):
                reason = self._reasons.caveat({e for each in caveats for e in each}, words)
            else:
                uncertain = False
            yield out.ResolutionOutcome(
                id=resolution.id,
                diagnoses=tuple(self._knowledge.diagnoses[d].id for d in served),
                kind=resolution.kind.value,
                title=Message(resolution.title),
                state=out.StepState.VERIFY if uncertain else out.StepState.DO,
                reason=reason,
                steps=tuple(
                    self._step(compiled, step, worths, uncertain, words)
                    for step, worths in zip(compiled.steps, words.decision.steps[position], strict=True)
                ),
                citation=resolution.citation,
            )

    def _step(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        uncertain: bool,
        words: Words,
    ) -> out.StepOutcome:
        step = compiled.step
        state, reason = self._step_state(resolution, compiled, worths, words)
        unfit = next((key for key in step.blanks if key in words.unfit), None)
        if state is out.StepState.DO and unfit is not None:
            # What does not fit together is looked at before anything is done with it.
            state, reason = out.StepState.VERIFY, self._reasons.why_unfit(unfit, words)
        elif state is out.StepState.DO and (uncertain or self._is_doubtful(compiled, words)):
            state, reason = out.StepState.VERIFY, words.text(step.verify) if step.verify else _WAY_IS_OPEN_FIRST
        commands = tuple(
            NO_COMMAND if state is out.StepState.SKIP else self._command(each, words)
            for each in (compiled.run, compiled.check, compiled.undo)
        )
        # A step is a function of these; in the course of one conversation most steps stay as they were.
        values = words.values(step.blanks)
        key = (resolution.resolution.id, step.id, state, reason, commands, values)
        size = 2000 + text_bytes(values)
        return self._steps.recall(key, lambda: self._write_step(step, state, reason, commands, words), lambda _: size)

    def _is_doubtful(self, compiled: CompiledStep, words: Words) -> bool:
        doubtful, known = compiled.verify_when, words.decision
        return doubtful is not None and doubtful.evaluate(known.true, known.false) is True

    def _command(self, commands: CompiledCommands, words: Words) -> FilledCommand:
        """The command that is the one; where it is not known which, what would tell."""
        chosen, open_ = self._program.choose_command(commands, words.decision)
        if chosen is not None:
            return words.command(chosen.command)
        facts = tuple(self._program.deriver.facts_of_tests(open_))
        return FilledCommand(None, None, tuple(dict.fromkeys(facts)))

    def _write_step(
        self,
        step: Step,
        state: out.StepState,
        reason: Message,
        commands: tuple[FilledCommand, ...],
        words: Words,
    ) -> out.StepOutcome:
        run, check, undo = commands
        return out.StepOutcome(
            id=step.id,
            state=state,
            reason=reason,
            text=words.text(step.text),
            command=run.command,
            draft=run.draft,
            missing=run.missing or check.missing,
            check=check.command,
            expect=None if step.expect is None or state is out.StepState.SKIP else words.text(step.expect),
            undo=undo.command,
            risk=NOTHING if step.risk is None else words.text(step.risk),
            acts=step.acts,
            takes_effect=NOTHING if step.takes_effect is None else words.text(step.takes_effect),
            citation=step.citation,
        )

    def _step_state(
        self,
        resolution: CompiledResolution,
        compiled: CompiledStep,
        worths: tuple[Truth, Truth],
        words: Words,
    ) -> tuple[out.StepState, Message]:
        own, through = worths
        step = compiled.step
        if own is False:
            return out.StepState.SKIP, words.text(step.otherwise)
        if through is False:
            d, i = compiled.instances[0]
            diagnosis, decided = self._program.diagnoses[d], words.decision.diagnoses[d]
            refused = self._reasons.refusals(diagnosis, decided, i, words)
            return out.StepState.SKIP, next(refused, NOTHING)
        if not set(resolution.diagnoses) & set(words.decision.causes):
            return out.StepState.VERIFY, words.text(step.verify) if step.verify else _WRONG_BESIDES
        if own is None or through is None:
            return out.StepState.VERIFY, words.text(step.verify) if step.verify else _MAY_NOT_BE_NEEDED
        wording = self._program.choose(compiled.because, words.decision)
        if wording is not None:
            return out.StepState.DO, words.text(wording.message)
        for d, i in compiled.instances:
            if d in words.decision.causes and words.decision.diagnoses[d].states[i] is True:
                return out.StepState.DO, words.text(self._program.diagnoses[d].instances[i].instance.because)
        return out.StepState.DO, NOTHING
