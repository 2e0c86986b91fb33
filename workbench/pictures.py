"""A library as a picture: boxes in columns and arrows between them, written as Mermaid, DOT or SVG."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _LINE = 210, 26, 90, 12, 30
MAX_SECONDS_FOR_DOT = 60


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


def questions_picture(tree: QuestionNode | Leaf | Cut, title: str, labels: Mapping[str, str]) -> Picture:
    """The questionnaire, branches with their answers and the number of environments behind them."""
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
    if dot is not None:
        made = subprocess.run(
            [dot, "-Tsvg"],
            input=as_dot(picture),
            capture_output=True,
            text=True,
            timeout=MAX_SECONDS_FOR_DOT,
            check=False,
        )
        if made.returncode == 0:
            return made.stdout
    return in_columns(picture)


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


def _draw(picture: Picture, node: QuestionNode | Leaf | Cut, id_: str, column: int, labels: Mapping[str, str]) -> str:
    match node:
        case QuestionNode():
            picture.box(id_, "question", f"{labels.get(node.looked_at, node.looked_at)}?", column)
            for number, branch in enumerate(node.branches):
                picture.arrow(
                    id_, _draw(picture, branch.to, f"{id_}.{number}", column + 1, labels), branch_words(branch)
                )
        case Leaf():
            picture.box(id_, "leaf", leaf_words(node), column)
        case Cut():
            picture.box(id_, "cut", "further questions", column)
    return id_


def branch_words(branch: Branch) -> str:
    """An answer and the environments behind it, in words."""
    return f"{' or '.join(branch.answers)} ({branch.environments:,})"


def leaf_words(leaf: Leaf) -> str:
    """What an end of the questionnaire comes to, in words."""
    said = leaf.verdict.value.replace("_", " ")
    return "; ".join([said, *leaf.confirmed])


def _for_mermaid(words: str) -> str:
    return words.replace('"', "#quot;").replace("\n", " ")


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
