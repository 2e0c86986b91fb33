"""Kleene's three-valued logic over bit masks: conditions become closures, and nothing is concluded from a gap.

Every distinct test has a bit. What is known is two numbers: `true`, the bits of tests that hold, and `false`, the
bits of those that don't; a test in neither is unknown. A condition answers ``True``, ``False`` or ``None``.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.conditions import All, Any, Concluded, Condition, Not, Test

Truth = bool | None
Evaluate = Callable[[int, int], Truth]
Undecided = Callable[[int, int], int]
Reach = Callable[[int, int], bool]
"""From the tests that hold or still may, and those that fail or still may, to whether a condition still may."""


class Compiler:
    """Turns conditions into closures, giving each distinct test one bit.

    Attributes:
        bits: every leaf with its bit, in the order met.
    """

    def __init__(self) -> None:
        self.bits: dict[Test | Concluded, int] = {}

    def bit(self, leaf: Test | Concluded) -> int:
        """The bit of a leaf, as a mask with that bit set."""
        if leaf not in self.bits:
            self.bits[leaf] = 1 << len(self.bits)
        return self.bits[leaf]

    def evaluate(self, condition: Condition) -> Evaluate:
        """A function from what is known to what the condition is worth."""
        positive, negative, others = self._sorted_parts(condition)
        if not others:
            return _conjunction(positive, negative)
        match condition:
            case All():
                return _all(_conjunction(positive, negative), tuple(self.evaluate(part) for part in others))
            case Any():
                return _any(tuple(self.evaluate(part) for part in condition.parts))
            case Not():
                return _not(self.evaluate(condition.part))
        raise AssertionError(condition)  # a lone test has no others

    def undecided(self, condition: Condition) -> Undecided:
        """A function from what is known to the bits of the tests that can still change what the condition is worth."""
        evaluate = self.evaluate(condition)
        match condition:
            case Test() | Concluded():
                mask = self.bit(condition)
                return lambda true, false: mask & ~(true | false)
            case Not():
                return self.undecided(condition.part)
            case All() | Any():
                inner = tuple(self.undecided(part) for part in condition.parts)

        def open_bits(true: int, false: int) -> int:
            if evaluate(true, false) is not None:
                return 0
            mask = 0
            for part in inner:
                mask |= part(true, false)
            return mask

        return open_bits

    def reach(self, condition: Condition, wanted: bool = True) -> Reach:
        """A function that says whether further answers may still make a condition what is wanted.

        Every test that is open counts as favourable, in both directions at once; so it may say yes wrongly, never no.
        """
        match condition:
            case Test() | Concluded():
                mask = self.bit(condition)
                if wanted:
                    return lambda true, false: bool(true & mask)
                return lambda true, false: bool(false & mask)
            case Not():
                return self.reach(condition.part, not wanted)
            case All() | Any():
                inner = tuple(self.reach(part, wanted) for part in condition.parts)
        if isinstance(condition, All) is wanted:
            return lambda true, false: all(part(true, false) for part in inner)
        return lambda true, false: any(part(true, false) for part in inner)

    def _sorted_parts(self, condition: Condition) -> tuple[int, int, list[Condition]]:
        """The parts of a conjunction: masks of plain tests and of negated ones, and all that is neither."""
        positive = negative = 0
        others: list[Condition] = []
        for part in condition.parts if isinstance(condition, All) else (condition,):
            match part:
                case Test() | Concluded():
                    positive |= self.bit(part)
                case Not(part=Test() | Concluded() as leaf):
                    negative |= self.bit(leaf)
                case _:
                    others.append(part)
        return positive, negative, others


def _conjunction(positive: int, negative: int) -> Evaluate:
    def evaluate(true: int, false: int) -> Truth:
        if false & positive or true & negative:
            return False
        if true & positive == positive and false & negative == negative:
            return True
        return None

    return evaluate


def _all(plain: Evaluate, parts: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(true: int, false: int) -> Truth:
        worth = plain(true, false)
        if worth is False:
            return False
        for part in parts:
            each = part(true, false)
            if each is False:
                return False
            if each is None:
                worth = None
        return worth

    return evaluate


def _any(parts: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(true: int, false: int) -> Truth:
        worth: Truth = False
        for part in parts:
            each = part(true, false)
            if each is True:
                return True
            if each is None:
                worth = None
        return worth

    return evaluate


def _not(part: Evaluate) -> Evaluate:
    def evaluate(true: int, false: int) -> Truth:
        worth = part(true, false)
        return None if worth is None else not worth

    return evaluate
