"""Interviews with callers who tell the truth: screens to the cause for each diagnosis, and what was told wrongly.

``python -m benchmarks.interviews [rounds]`` leads the interviews of ``situations.yaml`` in the tool's own order; each
round leads them once more in a random order, and once with one answer in five not known.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine import Engine, Outcome, load
from engine.engine import EngineChoice
from kb.library import load as load_knowledge
from kb.selection import article_alone
from kb.values import UNKNOWN

_FILE = Path(__file__).with_name("situations.yaml")
_NOT_KNOWN = 0.2
_MOST_SCREENS = 80


@dataclass(frozen=True)
class Situation:
    """What is true somewhere, and what a good advisor tells.

    Attributes:
        truth: every fact that somebody there can tell.
        causes: what is so and has to be found; nothing where none of the known causes is.
        any: one of the causes is enough.
        also: what is besides so.
        never: steps that would be wrong, although their way out is a right one.
        open: nobody there can tell what would decide it.
    """

    name: str
    truth: Mapping[str, object]
    causes: tuple[str, ...]
    any: bool = False
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    open: bool = False

    @property
    def right(self) -> frozenset[str]:
        """Everything that may be told as a cause."""
        return frozenset((*self.causes, *self.also))


@dataclass
class Interview:
    """How an interview went.

    Attributes:
        screens: how many questions were put until a cause was told.
        settled: how many until nothing could change the steps any more.
    """

    outcome: Outcome
    asked: list[str] = field(default_factory=list)
    screens: int = 0
    settled: int = 0

    @property
    def found(self) -> list[str]:
        """The causes that were told."""
        return [each.id for each in self.outcome.diagnoses if each.state == "confirmed" and not each.besides]


def situations() -> tuple[Situation, ...]:
    """All situations of the file, with their whole truth."""
    written = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_situation(written, each) for each in written["situations"])


def _situation(written: dict[str, Any], each: dict[str, Any]) -> Situation:
    addresses = written["addresses"]
    truth: dict[str, object] = {**written["base"], **written["settings"].get(each.get("setting"), {})}
    for place in ("inside", "outside"):
        key, members = addresses[place]["key"], addresses[place]["members"]
        for host, named in ((addresses["host"], "all"), *each.get(place, {}).items()):
            for member in members if named == "all" else named:
                truth[key.format(member=member)] = f"https://{host}{addresses['paths'][member]}"
    truth.update(each["truth"])
    for fact, windows in written["only_in"].items():
        for value, shown in windows.items():
            if truth[fact] != value:
                truth.update(dict.fromkeys(shown, UNKNOWN))
    return Situation(
        each["name"],
        truth,
        tuple(each["causes"]),
        each.get("any", False),
        tuple(each.get("also", ())),
        tuple(each.get("never", ())),
        each.get("open", False),
    )


def interview(
    engine: Engine, truth: Mapping[str, object], draw: random.Random | None = None, not_known: float = 0.0
) -> Interview:
    """Ask until nothing is left to ask.

    Args:
        draw: takes the questions in a random order where nothing is left out, and says which answers are not known.
        not_known: the share of answers that the caller does not know.
    """
    known: dict[str, object] = {}
    led = Interview(engine.diagnose(known))
    told = settled = False
    while led.outcome.questions and len(led.asked) < _MOST_SCREENS:
        question = draw.choice(led.outcome.questions) if draw and not not_known else led.outcome.questions[0]
        for fact in (question.fact, *(part.fact for part in question.parts)):
            lost = draw is not None and not_known > 0 and draw.random() < not_known
            known.setdefault(fact, UNKNOWN if lost else truth.get(fact, UNKNOWN))
        led.asked.append(question.fact)
        led.outcome = engine.diagnose(known)
        if not told and led.outcome.verdict != "undecided":
            told, led.screens = True, len(led.asked)
        if not settled and led.outcome.status == "settled":
            settled, led.settled = True, len(led.asked)
    led.screens = led.screens if told else len(led.asked)
    led.settled = led.settled if settled else len(led.asked)
    return led


def faults(engine: Engine, situation: Situation, led: Interview, to_the_end: bool = True) -> Iterator[str]:
    """Everything that was told wrongly: a step to do that is not right there, a wrong cause, and a cause not found.

    Args:
        to_the_end: every answer was given, so that the cause has to be found.
    """
    ways = {each.id for each in engine.knowledge.resolutions if situation.right & set(each.diagnoses)}
    for resolution in led.outcome.resolutions:
        for step in resolution.steps:
            if step.state == "do" and (resolution.id not in ways or step.id in situation.never):
                yield f"{resolution.id}.{step.id} is told, and would be wrong"
    for wrong in sorted(set(led.found) - situation.right):
        yield f"{wrong} is told, and is not so"
    if to_the_end and not situation.open:
        missed = set(situation.causes) - set(led.found)
        if missed and not (situation.any and set(led.found) & situation.right):
            yield f"{', '.join(sorted(missed))} is not found"


def _report(rounds: int) -> int:
    engine = load(engine=EngineChoice.COMPILED)
    taken: dict[str, list[Interview]] = defaultdict(list)
    wrong = 0
    for situation in situations():
        led = interview(engine, situation.truth)
        for cause in led.found or ("none of the known causes",):
            taken[cause].append(led)
        draw = random.Random(situation.name)
        runs = [(led, True)]
        for _ in range(rounds):
            runs.append((interview(engine, situation.truth, draw), True))
            runs.append((interview(engine, situation.truth, draw, _NOT_KNOWN), False))
        for run, to_the_end in runs:
            for fault in faults(engine, situation, run, to_the_end):
                wrong += 1
                print(f"{situation.name}: {fault}")
    print(f"{'diagnosis':40} situations  screens to the cause  until the steps are settled (median, worst)")
    for cause, led_all in sorted(taken.items()):
        _line(cause, led_all)
    alone = Engine(article_alone(load_knowledge(), "KB940726"), EngineChoice.COMPILED)
    its_own = [each for each in situations() if each.causes == ("internal-url-name-mismatch",)]
    _line("KB940726 by itself", [interview(alone, each.truth) for each in its_own])
    print(f"{wrong} faults")
    return 1 if wrong else 0


def _line(name: str, led: list[Interview]) -> None:
    first, last = [each.screens for each in led], [each.settled for each in led]
    until_cause = f"{statistics.median(first):>9g}, {max(first):<9}"
    print(f"{name:40} {len(led):10}  {until_cause}  {statistics.median(last):>9g}, {max(last)}")


if __name__ == "__main__":
    raise SystemExit(_report(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
