"""Decision diagrams over variables with a few values each: sets of assignments, exact and canonical.

A diagram is a number. Two diagrams are the same set exactly when they are the same number, so "no assignment at all",
"the same rule twice" and "does not depend on that" are comparisons. Work is counted; past a bound `TooLarge` is
raised, and the caller says that a question stayed open instead of guessing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from time import monotonic

EMPTY = 0
"""The diagram of no assignment."""

ALL = 1
"""The diagram of every assignment."""


class TooLarge(Exception):
    """A question took more work than it may; nothing is known of its answer."""


class OutOfTime(Exception):
    """All the time that proofs may take is spent."""


class Diagrams:
    """Diagrams over one ordered list of variables.

    Args:
        sizes: how many values each variable has, in the order in which diagrams look at them.
        budget: how many nodes one question may visit (see `question`).
    """

    def __init__(self, sizes: Sequence[int], budget: int = 200_000) -> None:
        self._sizes = tuple(sizes)
        self._nodes: list[tuple[int, tuple[int, ...]]] = [(len(sizes), ()), (len(sizes), ())]
        self._index: dict[tuple[int, tuple[int, ...]], int] = {}
        self._and: dict[tuple[int, int], int] = {}
        self._not: dict[int, int] = {EMPTY: ALL, ALL: EMPTY}
        self._budget = budget
        self._left = budget
        self.until = inf
        """When the last question may begin, by `time.monotonic`; `OutOfTime` is raised after that."""
        self.before: Callable[[], None] = lambda: None
        """Called before every question; what it raises ends the proof."""

    @property
    def states(self) -> int:
        """The distinct nodes made so far: each stands for a set of states that nothing needs to tell apart."""
        return len(self._nodes)

    def question(self) -> None:
        """Begin a new question, with the whole budget before it.

        Raises:
            OutOfTime: it is too late for another one.
        """
        if monotonic() > self.until:
            raise OutOfTime
        self.before()
        self._left = self._budget

    def having(self, variable: int, values: Iterable[int]) -> int:
        """The assignments in which a variable has one of some values."""
        wanted = frozenset(values)
        return self._node(variable, tuple(ALL if v in wanted else EMPTY for v in range(self._sizes[variable])))

    def both(self, first: int, second: int) -> int:
        """What is in both."""
        if first == second or second == ALL:
            return first
        if first == ALL:
            return second
        if EMPTY in (first, second):
            return EMPTY
        pair = (first, second) if first < second else (second, first)
        known = self._and.get(pair)
        if known is not None:
            return known
        self._spend()
        variable, left, right = self._split(first, second)
        result = self._node(variable, tuple(self.both(a, b) for a, b in zip(left, right, strict=True)))
        self._and[pair] = result
        return result

    def outside(self, diagram: int) -> int:
        """What is not in it."""
        known = self._not.get(diagram)
        if known is not None:
            return known
        self._spend()
        variable, children = self._nodes[diagram]
        result = self._node(variable, tuple(self.outside(child) for child in children))
        self._not[diagram] = result
        self._not[result] = diagram
        return result

    def either(self, first: int, second: int) -> int:
        """What is in one of them."""
        return self.outside(self.both(self.outside(first), self.outside(second)))

    def without(self, first: int, second: int) -> int:
        """What is in the first and not in the second."""
        return self.both(first, self.outside(second))

    def all_of(self, diagrams: Iterable[int]) -> int:
        """What is in every one of them."""
        result = ALL
        for diagram in sorted(diagrams, key=lambda each: self._nodes[each][0], reverse=True):
            result = self.both(result, diagram)
            if result == EMPTY:
                break
        return result

    def any_of(self, diagrams: Iterable[int]) -> int:
        """What is in at least one of them."""
        return self.outside(self.all_of([self.outside(diagram) for diagram in diagrams]))

    def inside(self, first: int, second: int) -> bool:
        """Whether all of the first is in the second."""
        return self.without(first, second) == EMPTY

    def whatever(self, diagram: int, gap: Mapping[int, int]) -> int:
        """The assignments that are in it however their gaps are filled.

        Args:
            gap: for each variable the value that stands for "not known"; every other value can fill it.
        """
        done: dict[int, int] = {EMPTY: EMPTY, ALL: ALL}

        def visit(node: int) -> int:
            if node in done:
                return done[node]
            self._spend()
            variable, children = self._nodes[node]
            filled = [visit(child) for child in children]
            missing = gap[variable]
            known = [child for value, child in enumerate(filled) if value != missing]
            if known:
                filled[missing] = self.all_of(known)
            done[node] = self._node(variable, tuple(filled))
            return done[node]

        return visit(diagram)

    def somehow(self, diagram: int, gap: Mapping[int, int]) -> int:
        """The assignments that are in it for some way of filling their gaps (see `whatever`)."""
        return self.outside(self.whatever(self.outside(diagram), gap))

    def fixed(self, diagram: int, variable: int, value: int) -> int:
        """The assignments that are in it once a variable is given a value, whatever they have there."""
        done: dict[int, int] = {EMPTY: EMPTY, ALL: ALL}

        def visit(node: int) -> int:
            if node not in done:
                self._spend()
                own, children = self._nodes[node]
                if own > variable:
                    done[node] = node
                elif own == variable:
                    done[node] = children[value]
                else:
                    done[node] = self._node(own, tuple(visit(child) for child in children))
            return done[node]

        return visit(diagram)

    def paths(self, diagram: int) -> Iterator[dict[int, int]]:
        """All ways through it, each an assignment of the variables that matter on that way."""
        if diagram == EMPTY:
            return
        if diagram == ALL:
            yield {}
            return
        variable, children = self._nodes[diagram]
        for value, child in enumerate(children):
            if child != EMPTY:
                for rest in self.paths(child):
                    yield {variable: value, **rest}

    def contains(self, diagram: int, assignment: Mapping[int, int]) -> bool:
        """Whether an assignment of all variables that matter is in it."""
        while diagram > ALL:
            variable, children = self._nodes[diagram]
            diagram = children[assignment[variable]]
        return diagram == ALL

    def support(self, diagram: int) -> frozenset[int]:
        """The variables that it depends on."""
        seen: set[int] = set()
        variables: set[int] = set()
        waiting = [diagram]
        while waiting:
            node = waiting.pop()
            if node > ALL and node not in seen:
                seen.add(node)
                variable, children = self._nodes[node]
                variables.add(variable)
                waiting += children
        return frozenset(variables)

    def count(self, diagram: int, weights: Sequence[Sequence[int]]) -> int:
        """How many assignments are in it, each value of a variable counted with its weight."""
        totals = [1] * (len(self._sizes) + 1)
        for variable in range(len(self._sizes) - 1, -1, -1):
            totals[variable] = totals[variable + 1] * sum(weights[variable])
        done: dict[int, int] = {EMPTY: 0, ALL: 1}

        def visit(node: int) -> int:
            """The count over the variables from the node's own on."""
            if node not in done:
                variable, children = self._nodes[node]
                done[node] = sum(
                    weights[variable][value] * visit(child) * totals[variable + 1] // totals[self._nodes[child][0]]
                    for value, child in enumerate(children)
                    if child != EMPTY
                )
            return done[node]

        return visit(diagram) * totals[0] // totals[self._nodes[diagram][0]]

    def _split(self, first: int, second: int) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        """The variable that comes first in two diagrams, and what each has below it."""
        one, below_one = self._nodes[first]
        two, below_two = self._nodes[second]
        if one == two:
            return one, below_one, below_two
        if one < two:
            return one, below_one, (second,) * self._sizes[one]
        return two, (first,) * self._sizes[two], below_two

    def _node(self, variable: int, children: tuple[int, ...]) -> int:
        if all(child == children[0] for child in children):
            return children[0]
        node = (variable, children)
        known = self._index.get(node)
        if known is None:
            known = len(self._nodes)
            self._index[node] = known
            self._nodes.append(node)
        return known

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLarge
