"""Random small libraries as an author would write them: rivals, exclusions, members, articles that apply."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import kb

ARTICLE = "---\nid: {id}\ntitle: Test\n---\n[It is so.]{{#so}}\n"
CITATION = {"at": "so", "says": "It is so"}
Written = dict[str, object]


class Draw:
    """Draws one library from a seed.

    Args:
        members: how often a diagnosis is written for each member of a collection.
    """

    def __init__(self, seed: int, *, facts: tuple[int, int] = (3, 4), members: float = 0.25) -> None:
        self.rng = random.Random(seed)
        self.names = [f"f{i}" for i in range(self.rng.randint(*facts))]
        self.domains = {name: self.rng.choice((2, 2, 2, 3)) for name in self.names}
        self.members = members

    def knowledge(self) -> kb.KnowledgeBase:
        """The library, read by the product's own reader from the text of its files."""
        rng = self.rng
        symptoms = rng.sample(self.names, rng.randint(1, min(2, len(self.names) - 1)))
        count = rng.randint(1, 2)
        gates = [[] if rng.random() < 0.6 else [self._requirement(f"g{a}", self._test())] for a in range(count)]
        articles: list[Written] = [
            {"article": f"A{a}", "applies_when": gates[a], "diagnoses": [], "resolutions": []} for a in range(count)
        ]
        ids: list[str] = []
        exclusions: dict[str, list[str]] = {}
        resolutions: list[tuple[int, Written]] = []
        for d in range(rng.randint(2, 5)):
            article = rng.randrange(count)
            for_each = rng.random() < self.members
            diagnosis = self._diagnosis(f"d{d}", ids, symptoms, for_each)
            for other in ids:
                if rng.random() < 0.3:
                    exclusions.setdefault(other, []).append(f"d{d}")
            articles[article]["diagnoses"].append(diagnosis)  # type: ignore[attr-defined]
            ids.append(f"d{d}")
            if resolutions and rng.random() < 0.15:
                rng.choice(resolutions)[1]["for"].append(f"d{d}")  # type: ignore[attr-defined]
            elif rng.random() < 0.9:
                resolutions.append((article, self._resolution(f"r{d}", f"d{d}", ids)))
        for file in articles:
            for diagnosis in file["diagnoses"]:  # type: ignore[attr-defined]
                diagnosis["excludes"] = exclusions.get(diagnosis["id"], [])
        for article, resolution in resolutions:
            articles[article]["resolutions"].append(resolution)  # type: ignore[attr-defined]
        texts = {"rules/facts/test.yaml": json.dumps(self._vocabulary())}
        for file in articles:
            texts[f"rules/{file['article']}.yaml"] = json.dumps(file)
            texts[f"articles/{file['article']}.md"] = ARTICLE.format(id=file["article"])
        return kb.parse_texts(texts)

    def _vocabulary(self) -> Written:
        facts: Written = {}
        for name in self.names:
            facts[name] = {
                "label": name,
                "ask": f"{name}?",
                "type": "choice",
                "choices": {
                    f"v{v}": {"label": f"v{v}", "weight": self.rng.choice((1, 1, 2, 4))}
                    for v in range(self.domains[name])
                },
                "answered_by": "me",
                "cost": self.rng.choice((1, 1, 2, 3)),
            }
        facts["part.p"] = {
            "label": "p",
            "ask": "p?",
            "type": "choice",
            "choices": {"v0": "v0", "v1": "v1"},
            "answered_by": "me",
            "cost": 1,
        }
        return {
            "name": "T",
            "version": "1",
            "people": {"me": {"label": "me"}},
            "collections": {
                "part": {"title": "parts", "facts": "parts", "members": {"m": {"label": "m"}, "n": {"label": "n"}}}
            },
            "facts": facts,
        }

    def _requirement(self, id_: str, that: Written) -> Written:
        return {"id": id_, "that": that, "otherwise": "no"}

    def _diagnosis(self, id_: str, refs: list[str], symptoms: list[str], for_each: bool) -> Written:
        rng = self.rng
        that = self._condition(2, refs)
        if rng.random() < 0.5:
            that = {"all": [{rng.choice(symptoms): "v0"}, that]}
        requires = [self._requirement(f"q{id_}", that)]
        if for_each:
            requires.append(self._requirement(f"m{id_}", {"part.p": "v0"}))
        explains = []
        if rng.random() < 0.9:
            for symptom in rng.sample(symptoms, rng.randint(1, len(symptoms))):
                account: Written = {"seen": {symptom: "v0"}}
                if rng.random() < 0.5:
                    account["where"] = {"part.p": "v1"} if for_each and rng.random() < 0.2 else self._condition(1, [])
                explains.append(account)
        written: Written = {
            "id": id_,
            "title": id_,
            "requires": requires,
            "explains": explains,
            "prior": rng.choice((1, 1, 3, 9)),
            "because": "so",
            "citation": CITATION,
        }
        return {**written, "for_each": "part"} if for_each else written

    def _resolution(self, id_: str, diagnosis: str, refs: list[str]) -> Written:
        step: Written = {"id": "s", "text": "Do it."}
        if self.rng.random() < 0.4:
            step = {**step, "when": self._condition(1, refs[:-1]), "otherwise": "no"}
        written: Written = {
            "id": id_,
            "for": [diagnosis],
            "kind": "fix",
            "title": id_,
            "citation": CITATION,
            "steps": [step],
        }
        if self.rng.random() < 0.15:
            written["when"] = self._test()
        return written

    def _test(self) -> Written:
        name = self.rng.choice(self.names)
        size = self.rng.randint(1, self.domains[name] - 1)
        return {name: [f"v{v}" for v in sorted(self.rng.sample(range(self.domains[name]), size))]}

    def _condition(self, depth: int, refs: list[str]) -> Written:
        roll = self.rng.random()
        if depth == 0 or roll < 0.45:
            if refs and self.rng.random() < 0.15:
                return {f"diagnosis.{self.rng.choice(refs)}": "confirmed"}
            return self._test()
        if roll < 0.52:
            return {"not": self._condition(depth - 1, refs)}
        kind = "all" if roll < 0.8 else "any"
        return {kind: [self._condition(depth - 1, refs) for _ in range(self.rng.randint(2, 3))]}


def answers(knowledge: kb.KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """The facts that conditions look at, each with its answers; ``unknown`` is one."""
    from engine.compiled import Program

    tested = Program(knowledge).deriver.tested
    return {
        key: (*(choice.value for choice in fact.choices), "unknown")
        for key, fact in knowledge.facts.items()
        if key in tested and fact.tried is None
    }


def tries(knowledge: kb.KnowledgeBase) -> Iterator[str]:
    """The facts that tell what came of resolutions."""
    return (key for key, fact in knowledge.facts.items() if fact.tried is not None)
