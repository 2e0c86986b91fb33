"""Libraries made by rule, as large as one likes, to see that proofs stay within bounds."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any


def write_library(folder: Path, diagnoses: int, *, facts: int = 200, seed: int = 7, tangled: int = 0) -> Path:
    """A library of so many diagnoses, each with a resolution and conditions on a few of the facts.

    Args:
        tangled: diagnoses over very many facts at once, made to be too large for a proof.
    """
    chance = random.Random(seed)
    keys = [f"part{number}.state" for number in range(facts)]
    vocabulary: dict[str, Any] = {
        "name": "Generated",
        "version": "1",
        "people": {"caller": {"label": "the caller"}},
        "facts": {key: _fact(key) for key in keys},
    }
    citation = {"at": "cause", "says": "It is so"}
    rules: dict[str, Any] = {"article": "GEN", "diagnoses": [], "resolutions": []}
    for number in range(diagnoses):
        id_ = f"cause{number}"
        *chosen, other = chance.sample(keys, 5)
        requires = [_requirement(f"r{position}", key, chance) for position, key in enumerate(chosen)]
        requires[-1]["that"] = {"any": [requires[-1]["that"], {other: "broken"}]}
        rules["diagnoses"].append(
            {"id": id_, "title": id_, "requires": requires, "because": "It is so.", "citation": citation}
        )
        rules["resolutions"].append(_resolution(id_, citation))
    for number in range(tangled):
        id_ = f"tangle{number}"
        pairs = [
            {"any": [{a: "broken"}, {b: "broken"}]} for a, b in zip(keys[:100], reversed(keys[100:200]), strict=True)
        ]
        chance.shuffle(pairs)
        requires = [{"id": "all", "that": {"all": pairs}, "otherwise": "Not all of it."}]
        rules["diagnoses"].append(
            {"id": id_, "title": id_, "requires": requires, "because": "It is so.", "citation": citation}
        )
        rules["resolutions"].append(_resolution(id_, citation))
    (folder / "rules" / "facts").mkdir(parents=True)
    (folder / "articles").mkdir()
    (folder / "rules" / "facts" / "all.yaml").write_text(json.dumps(vocabulary, indent=1))
    (folder / "rules" / "GEN.yaml").write_text(json.dumps(rules, indent=1))
    (folder / "articles" / "GEN.md").write_text("---\nid: GEN\ntitle: Generated\n---\n\n[It is so.]{#cause}\n")
    return folder


def _fact(key: str) -> dict[str, Any]:
    choices = {"fine": "fine", "worn": "worn", "broken": "broken"}
    return {"label": key, "ask": f"How is {key}?", "type": "choice", "choices": choices, "answered_by": "caller"}


def _requirement(id_: str, key: str, chance: random.Random) -> dict[str, Any]:
    return {"id": id_, "that": {key: chance.choice(["worn", "broken", ["worn", "broken"]])}, "otherwise": "It is not."}


def _resolution(id_: str, citation: dict[str, str]) -> dict[str, Any]:
    steps = [{"id": "mend", "text": "Mend it."}]
    return {"id": f"mend-{id_}", "for": id_, "kind": "fix", "title": "Mend it", "citation": citation, "steps": steps}
