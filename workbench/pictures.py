"""A library as a picture: boxes in columns and arrows between them, written as Mermaid, DOT or SVG."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from kb.conditions import Concluded, Condition, Test, leaves
from workbench.checks import LibrarySource
from workbench.proof.question_tree import Branch, Cut, Leaf, QuestionNode

_SHAPES = {"fact": "ellipse", "derived": "ellipse", "condition": "diamond", "diagnosis": "box", "resolution": "box3d"}
_FILLS = {
    "fact": "#e8f0fe",
    "derived": "#f1f3f4",
    "condition": "#fef7e0",
    "diagnosis": "#fce8e6",
    "resolution": "#e6f4ea",
    "question": "#e8f0fe",
    "leaf": "#e6f4ea",
    "cut": "#f1f3f4",
}
_ARTICLES_NAMED = 3
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _LINE = 210, 26, 90, 12, 30
MAX_SECONDS_FOR_DOT = 60
MAX_QUESTIONS = 400
"""Questions in a picture; with more, nobody can read it, and Graphviz lays it out for minutes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: which kind of thing it is, what stands in it, and the column it stands in."""

    id: str
    kind: str
    words: str
    column: int


@dataclass(slots=True)
class Picture:
    """Boxes and the arrows between them, each arrow with words or none."""

    title: str
    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def box(self, id_: str, kind: str, words: str, column: int) -> str:
        """Add a box, unless it is there, and return its id."""
        self.boxes.setdefault(id_, Box(id_, kind, words, column))
        return id_

    def arrow(self, start: str, end: str, words: str = "") -> None:
        """Add an arrow."""
        self.arrows[(start, end, words)] = None


def rules_picture(library: LibrarySource) -> Picture:
    """Facts, what follows from them, conditions, diagnoses, resolutions; members of a collection are drawn as one."""
    knowledge = library.knowledge
    picture = Picture(f"{knowledge.name}: facts, conditions, diagnoses, resolutions")
    for diagnosis in knowledge.diagnoses:
        target = picture.box(f"d:{diagnosis.id}", "diagnosis", diagnosis.id, 3)
        requirements = {each.id: [each.that] for each in diagnosis.applies_when}
        for instance in diagnosis.instances:
            for each in instance.requires:
                requirements.setdefault(each.id, []).append(each.that)
        for id_, conditions in requirements.items():
            box = picture.box(f"c:{diagnosis.article}:{id_}", "condition", id_, 2)
            picture.arrow(box, target)
            _facts_to(picture, library, conditions, box)
    for resolution in knowledge.resolutions:
        box = picture.box(f"r:{resolution.id}", "resolution", f"{resolution.id} ({resolution.kind.value})", 4)
        for id_ in resolution.diagnoses:
            picture.arrow(f"d:{id_}", box)
        if resolution.when is not None:
            _facts_to(picture, library, [resolution.when], box)
        for step in resolution.steps:
            inner = picture.box(f"s:{resolution.id}:{step.id}", "resolution", step.id, 5)
            picture.arrow(box, inner)
            if step.when is not None:
                _facts_to(picture, library, [step.when], inner)
    return picture


Tree = QuestionNode | Leaf | Cut


def drawn_within(
    draw: Callable[[int], Tree], depth: int, *, most: int = MAX_QUESTIONS, seconds: float = 20
) -> tuple[Tree, int]:
    """The deepest tree that can be read and drawn in time, and how deep it is; that of one question in any case.

    Args:
        draw: the tree to a depth.
        depth: the deepest that is wanted.
        most: questions that it may have.
        seconds: after so many no deeper one is begun; each takes a few times as long as the one before.
    """
    begun = monotonic()
    best, drawn = draw(1), 1
    for deeper in range(2, depth + 1):
        if monotonic() - begun > seconds / 4:
            break
        tree = draw(deeper)
        if questions_in(tree) > most:
            break
        best, drawn = tree, deeper
    return best, drawn


def questions_in(tree: Tree) -> int:
    """How many questions a tree has."""
    return 1 + sum(questions_in(each.to) for each in tree.branches) if isinstance(tree, QuestionNode) else 0


def questions_picture(tree: Tree, title: str, labels: Mapping[str, str]) -> Picture:
    """The questionnaire: branches with their answers, and which share of what led there each answer has."""
    picture = Picture(title)
    _draw(picture, tree, "q", 0, labels)
    return picture


def as_mermaid(picture: Picture) -> str:
    """Mermaid, as GitHub and many editors show it."""
    names = {id_: f"n{number}" for number, id_ in enumerate(picture.boxes)}
    lines = [f"%% {picture.title}", "flowchart LR"]
    for box in picture.boxes.values():
        opening, closing = {"condition": ("{{", "}}"), "fact": ("([", "])"), "derived": ("([", "])")}.get(
            box.kind, ("[", "]")
        )
        lines.append(f'  {names[box.id]}{opening}"{_for_mermaid(box.words)}"{closing}:::{box.kind}')
    for start, end, words in picture.arrows:
        label = f'|"{_for_mermaid(words)}"|' if words else ""
        lines.append(f"  {names[start]} -->{label} {names[end]}")
    for kind in dict.fromkeys(box.kind for box in picture.boxes.values()):
        lines.append(f"  classDef {kind} fill:{_FILLS[kind]},stroke:#5f6368,color:#202124")
    return "\n".join(lines) + "\n"


def as_dot(picture: Picture) -> str:
    """DOT, for Graphviz."""
    lines = [
        "digraph {",
        "  rankdir=LR;",
        f"  label={_quoted(picture.title)};",
        '  node [style=filled, fontname="sans"];',
    ]
    for box in picture.boxes.values():
        shape = _SHAPES.get(box.kind, "box")
        lines.append(
            f'  {_quoted(box.id)} [label={_quoted(box.words)}, shape={shape}, fillcolor="{_FILLS[box.kind]}"];'
        )
    for start, end, words in picture.arrows:
        label = f" [label={_quoted(words)}]" if words else ""
        lines.append(f"  {_quoted(start)} -> {_quoted(end)}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def as_svg(picture: Picture) -> str:
    """SVG: by Graphviz where that is installed, else in plain columns."""
    dot = shutil.which("dot")
    if dot is None:
        return in_columns(picture)
    try:
        made = subprocess.run(
            [dot, "-Tsvg"],
            input=as_dot(picture),
            capture_output=True,
            text=True,
            timeout=MAX_SECONDS_FOR_DOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return in_columns(picture)
    return made.stdout if made.returncode == 0 else in_columns(picture)


def in_columns(picture: Picture) -> str:
    """SVG without Graphviz: a column for each kind, boxes from top to bottom, arrows as curves."""
    places: dict[str, tuple[int, int]] = {}
    rows: dict[int, int] = {}
    for box in picture.boxes.values():
        row = rows.get(box.column, 0)
        rows[box.column] = row + 1
        places[box.id] = (20 + box.column * (_WIDTH + _GAP_X), _LINE + row * (_HEIGHT + _GAP_Y))
    width = 40 + (max(rows, default=0) + 1) * (_WIDTH + _GAP_X)
    height = _LINE * 2 + max(rows.values(), default=0) * (_HEIGHT + _GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" '
        f'font-size="11"><title>{html.escape(picture.title)}</title>'
    ]
    for start, end, words in picture.arrows:
        x1, y1 = places[start][0] + _WIDTH, places[start][1] + _HEIGHT // 2
        x2, y2 = places[end][0], places[end][1] + _HEIGHT // 2
        middle = (x1 + x2) // 2
        parts.append(
            f'<path d="M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}" fill="none" stroke="#9aa0a6">'
            f"<title>{html.escape(words)}</title></path>"
        )
    for box in picture.boxes.values():
        x, y = places[box.id]
        shown = box.words if len(box.words) <= 34 else box.words[:33] + "…"
        parts.append(
            f'<g><title>{html.escape(box.words)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'rx="5" fill="{_FILLS[box.kind]}" stroke="#5f6368"/>'
            f'<text x="{x + 8}" y="{y + 17}" fill="#202124">{html.escape(shown)}</text></g>'
        )
    return "".join([*parts, "</svg>\n"])


def _facts_to(picture: Picture, library: LibrarySource, conditions: Iterable[Condition], box: str) -> None:
    for condition in conditions:
        for leaf in leaves(condition):
            match leaf:
                case Test():
                    picture.arrow(_fact(picture, library, leaf.fact), box)
                case Concluded():
                    picture.arrow(f"d:{leaf.diagnosis}", box)


def _fact(picture: Picture, library: LibrarySource, key: str) -> str:
    """The box of a fact, and those of the facts that it follows from."""
    written = library.written_key(key)
    derived = library.knowledge.derived.get(key)
    if derived is None:
        return picture.box(f"f:{written}", "fact", written, 0)
    id_ = picture.box(f"f:{written}", "derived", written, 1)
    for of in derived.derivation.of:
        picture.arrow(_fact(picture, library, of), id_, derived.derivation.function or "a table")
    return id_


def _draw(picture: Picture, node: Tree, id_: str, column: int, labels: Mapping[str, str]) -> str:
    match node:
        case QuestionNode():
            picture.box(id_, "question", f"{labels.get(node.looked_at, node.looked_at)}?", column)
            for number, branch in enumerate(node.branches):
                end = _draw(picture, branch.to, f"{id_}.{number}", column + 1, labels)
                picture.arrow(id_, end, branch_words(branch, node))
        case Leaf():
            picture.box(id_, "leaf", leaf_words(node), column)
        case Cut():
            picture.box(id_, "cut", cut_words(node), column)
    return id_


def branch_words(branch: Branch, node: QuestionNode) -> str:
    """An answer, and in how many of the environments that get the question it is given, in per cent."""
    every = sum(each.environments for each in node.branches)
    percent = 100 * branch.environments / every if every else 0.0
    share = f"{percent:.0f} %" if percent >= 1 or not percent else "under 1 %"
    return f"{' or '.join(branch.answers)} ({share})"


def leaf_words(leaf: Leaf) -> str:
    """What an end of the questionnaire comes to, in words."""
    said = leaf.verdict.value.replace("_", " ")
    return "; ".join([said, *leaf.confirmed])


def cut_words(cut: Cut) -> str:
    """What is left where the tree is not drawn on: further questions, folded by article."""
    shown = ", ".join(cut.articles[:_ARTICLES_NAMED])
    more = len(cut.articles) - _ARTICLES_NAMED
    about = f" for {shown}" if shown else ""
    return f"further questions{about}{f' and {more} more' if more > 0 else ''}"


def _for_mermaid(words: str) -> str:
    return words.replace('"', "#quot;").replace("\n", " ")


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
