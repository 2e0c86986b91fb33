"""Faults to plant in copies of a library, each with the code and the place by which it must be found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.library import read_texts
from kb.reading import parse_yaml
from tests.engine.libraries import CERTIFICATES

FACTS = "rules/facts/all.yaml"
COMMANDS = "rules/commands.yaml"
RULES = "rules/KB940726.yaml"
ARTICLE = "articles/KB940726.md"
EXAMPLES = "rules/KB940726.examples.yaml"


def _written_out(step: dict[str, Any]) -> list[dict[str, Any]]:
    """A step that is for_each of members as one step a member, so that a fault can be planted in one of them."""
    if "for_each" not in step:
        return [step]
    (members,) = step["for_each"].values()
    found = []
    for member in members:
        one = json.loads(json.dumps(step).replace("{member}", member))
        del one["for_each"]
        found.append({**one, "for": member})
    return found


class Copy:
    """A library of one article as plain data, to be changed and written somewhere else (JSON is YAML)."""

    def __init__(self) -> None:
        texts = read_texts(CERTIFICATES)
        self.commands = texts[COMMANDS]
        self.article = texts[ARTICLE]
        self.facts: dict[str, Any] = {}
        for name, text in texts.items():
            if name.startswith("rules/facts/"):
                for section, entries in self._data(text).items():
                    if isinstance(entries, dict):
                        self.facts.setdefault(section, {}).update(entries)
                    else:
                        self.facts[section] = entries
        self.rules: dict[str, Any] = self._data(texts[RULES])
        for resolution in self.rules["resolutions"]:
            resolution["steps"] = [one for each in resolution["steps"] for one in _written_out(each)]
        self.examples: dict[str, Any] = {
            "base": {"alert.kind": "security_alert"},
            "examples": [
                {"name": "nothing known", "facts": {}, "expect": {"status": "open"}},
                {"name": "outside", "facts": {"client.location": "external"}, "expect": {"verdict": "not_covered"}},
            ],
        }

    @staticmethod
    def _data(text: str) -> dict[str, Any]:
        document, problems = parse_yaml(text, "shipped")
        assert document is not None
        assert not problems
        data: dict[str, Any] = document.data
        return data

    def write(self, folder: Path) -> Path:
        (folder / "rules" / "facts").mkdir(parents=True)
        (folder / "articles").mkdir()
        for name, data in ((FACTS, self.facts), (RULES, self.rules), (EXAMPLES, self.examples)):
            (folder / name).write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
        (folder / COMMANDS).write_text(self.commands, encoding="utf-8")
        (folder / ARTICLE).write_text(self.article, encoding="utf-8")
        return folder

    def named(self, section: str, id_: str) -> dict[str, Any]:
        return next(each for each in self.rules[section] if each["id"] == id_)

    @property
    def diagnosis(self) -> dict[str, Any]:
        return self.named("diagnoses", "internal-url-name-mismatch")

    def requirement(self, id_: str) -> dict[str, Any]:
        return next(each for each in (*self.rules["applies_when"], *self.diagnosis["requires"]) if each["id"] == id_)

    def step(self, resolution: str, id_: str) -> dict[str, Any]:
        return next(each for each in self.named("resolutions", resolution)["steps"] if each["id"] == id_)

    def add_diagnosis(self, id_: str, when: dict[str, Any], *, resolved: bool = True, **more: Any) -> None:
        citation = {"at": "cause-mismatch", "says": "common name"}
        rule = {
            "id": id_,
            "title": f"The planted {id_}",
            "when": when,
            "because": "It is so.",
            "citation": citation,
            **more,
        }
        self.rules["diagnoses"].append(rule)
        if resolved:
            self.add_resolution(f"mend-{id_}", id_)

    def add_resolution(self, id_: str, for_: str, run: str | None = None, **more: Any) -> dict[str, Any]:
        step = {"id": f"do-{id_}", "text": "Do it."} | ({} if run is None else {"run": run})
        citation = {"at": "resolution-change-urls", "says": "Change the stored URLs"}
        rule = {"id": id_, "for": for_, "kind": "fix", "title": id_, "citation": citation, "steps": [step], **more}
        self.rules["resolutions"].append(rule)
        return rule


@dataclass(frozen=True)
class Fault:
    """A fault: how it is planted, and by what code, in which file, and on what line it must be found."""

    name: str
    plant: Callable[[Copy], object]
    code: str
    path: str
    line: str


def _article(old: str, new: str) -> Callable[[Copy], None]:
    def plant(copy: Copy) -> None:
        assert old in copy.article, old
        copy.article = copy.article.replace(old, new, 1)

    return plant


def _fact(**more: Any) -> dict[str, Any]:
    return {"label": "a planted fact", "ask": "Is it so?", "type": "boolean", "answered_by": "caller", **more}


def _use(copy: Copy, key: str, value: Any = True) -> None:
    """A note that looks at a fact, so that it is in use."""
    copy.rules["notes"].append({"id": "planted-use", "when": {key: value}, "message": "It is so."})


def _two_causes(copy: Copy) -> None:
    """Two causes of one symptom with a way out of both, of which the second has another one."""
    seen = [{"seen": {"alert.trust": "failed"}}]
    copy.add_diagnosis("planted", {"alert.trust": "failed"}, resolved=False, explains=seen)
    copy.add_diagnosis("planted-too", {"alert.trust": "failed", "client.outlook_version": "2003"}, explains=seen)
    copy.add_resolution("planted-fix", "planted")["for"] = ["planted", "planted-too"]


def _planted_choice(copy: Copy, choices: dict[str, Any]) -> None:
    copy.facts["facts"]["planted.choice"] = _fact(type="choice", choices=choices)
    _use(copy, "planted.choice", next(iter(choices)))


def _odd_ip(copy: Copy, where: Callable[[Copy, dict[str, Any]], None]) -> None:
    """`same_domain` makes nothing of IP addresses, and does not say so."""
    copy.facts["derived"]["planted.domain"] = {
        "label": "planted",
        "function": "same_domain",
        "of": ["alert.host", "namespace.host"],
    }
    where(copy, {"planted.domain": "different"})


def _without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda mapping: mapping.pop(key)


FAULTS: tuple[Fault, ...] = (
    # What keeps a library from being read.
    Fault(
        "undeclared fact where an article applies",
        lambda c: c.requirement("inside-network")["that"].update({"client.locatoin": "internal"}),
        "KB101",
        RULES,
        "client.locatoin",
    ),
    Fault(
        "undeclared fact in a step",
        lambda c: c.step("change-internal-urls", "add-dns-host-record").update(when={"dns.resolves": False}),
        "KB101",
        RULES,
        "dns.resolves",
    ),
    Fault("anchor taken out of the article", _article("{#cause-mismatch}", ""), "KB202", RULES, "cause-mismatch"),
    Fault(
        "citation at a misspelt anchor",
        lambda c: c.diagnosis["citation"].update(at="cause-mismach"),
        "KB202",
        RULES,
        "cause-mismach",
    ),
    Fault(
        "sentence of the article reworded",
        _article("has been replaced by another", "was exchanged for another"),
        "KB203",
        RULES,
        "has been replaced by another",
    ),
    Fault(
        "words that the article never said",
        lambda c: c.named("resolutions", "use-san-certificate")["citation"].update(says="A wildcard does it"),
        "KB203",
        RULES,
        "A wildcard does it",
    ),
    # Vocabulary.
    Fault(
        "a fact that nothing uses",
        lambda c: c.facts["facts"].update({"planted.fact": _fact()}),
        "KB301",
        FACTS,
        "planted.fact",
    ),
    Fault(
        "a derived fact that nothing uses",
        lambda c: c.facts["derived"].update(
            {"planted.host": {"label": "x", "function": "first_label", "of": ["alert.host"]}}
        ),
        "KB301",
        FACTS,
        "planted.host",
    ),
    Fault(
        "an external article that nothing uses",
        lambda c: c.rules["external_articles"].update({"KB1": {"title": "x", "where": "y"}}),
        "KB302",
        RULES,
        '"KB1"',
    ),
    Fault(
        "a person who is asked nothing",
        lambda c: c.facts["people"].update({"nobody": {"label": "nobody"}}),
        "KB302",
        FACTS,
        "nobody",
    ),
    Fault(
        "two choices of the same words",
        lambda c: _planted_choice(c, {"a": "the same", "b": "The  same"}),
        "KB303",
        FACTS,
        '"b"',
    ),
    Fault(
        "two choices apart in case alone",
        lambda c: _planted_choice(c, {"se": "one", "SE": "two"}),
        "KB303",
        FACTS,
        '"SE"',
    ),
    Fault(
        "a choice with a blank in front",
        lambda c: _planted_choice(c, {"a": "one", " b": "two"}),
        "KB303",
        FACTS,
        '" b"',
    ),
    Fault(
        "a comparison that every choice passes",
        lambda c: _use(c, "client.location", ["internal", "external"]),
        "KB304",
        RULES,
        "planted-use",
    ),
    Fault(
        "a comparison that no choice passes",
        lambda c: (
            _planted_choice(c, {"a": "one", "b": "two"}),
            c.facts["facts"]["planted.choice"].update(ordered=True),
            c.rules["notes"][-1].update(when={"planted.choice": {"above": "b"}}),
        ),
        "KB304",
        RULES,
        "planted-use",
    ),
    Fault(
        "an ask that is no question",
        lambda c: c.facts["facts"]["client.location"].update(ask="Say where the computer is."),
        "KB305",
        FACTS,
        "Say where the computer is.",
    ),
    Fault(
        "free text that nobody can find out",
        lambda c: [c.facts["facts"]["exchange.server"].pop(key) for key in ("how_to_check", "help")],
        "KB305",
        FACTS,
        "exchange.server",
    ),
    # Articles.
    Fault(
        "a new statement that no rule knows",
        lambda c: setattr(c, "article", c.article + "\n[A planted sentence.]{#planted-one}\n"),
        "KB311",
        ARTICLE,
        "planted-one",
    ),
    Fault(
        "a rule that lost its citation",
        lambda c: c.requirement("security-alert").pop("citation"),
        "KB311",
        ARTICLE,
        "symptom-warning",
    ),
    Fault(
        "a cited statement marked as background",
        _article("{#cause-mismatch}", "{#cause-mismatch .background}"),
        "KB312",
        ARTICLE,
        "cause-mismatch",
    ),
    Fault(
        "another cited statement marked as background",
        _article("{#symptom-inside}", "{#symptom-inside .background}"),
        "KB312",
        ARTICLE,
        "symptom-inside",
    ),
    # Texts.
    Fault(
        "a note that speaks of what it does not test",
        lambda c: c.named("notes", "trust-failed-too").update(message="The server {exchange.server} is not trusted."),
        "KB321",
        RULES,
        "{exchange.server}",
    ),
    Fault(
        "words for one of two ways",
        lambda c: c.diagnosis.update(because="{endpoint.label} on {exchange.server}"),
        "KB321",
        RULES,
        "{endpoint.label} on",
    ),
    Fault(
        "words that name a fact tested only sometimes",
        lambda c: c.rules["notes"].append(
            {
                "id": "planted-note",
                "when": {"any": [{"alert.coverage": "matched"}, {"client.location": "external"}]},
                "message": "It is {alert.host}.",
            }
        ),
        "KB321",
        RULES,
        "It is {alert.host}.",
    ),
    # Commands.
    Fault(
        "a misspelt cmdlet",
        lambda c: c.step("change-internal-urls", "set-oab-url").update(
            run="Set-OabVirtualDirectry -Identity '{exchange.server}\\oab' -InternalUrl 'https://{namespace.host}/oab'"
        ),
        "KB331",
        RULES,
        "Set-OabVirtualDirectry",
    ),
    Fault(
        "a misspelt cmdlet in a question",
        lambda c: c.facts["facts"]["exchange.server"].update(how_to_check="Get-ClientAcessServer | Format-List Name"),
        "KB331",
        FACTS,
        "Get-ClientAcessServer",
    ),
    Fault(
        "a misspelt parameter",
        lambda c: c.step("change-internal-urls", "set-ews-url").update(
            undo="Set-WebServicesVirtualDirectory -Identity '{exchange.server}\\EWS' -InternalUri '{endpoint.url}'"
        ),
        "KB332",
        RULES,
        "-InternalUri",
    ),
    Fault(
        "a parameter of another cmdlet",
        lambda c: c.step("change-internal-urls", "set-autodiscover-uri").update(
            check="Get-ClientAccessServer -InternalUrl 'x' | Format-List Name"
        ),
        "KB332",
        RULES,
        "-InternalUrl 'x'",
    ),
    Fault(
        "a later cmdlet on old versions",
        lambda c: c.step("change-internal-urls", "set-autodiscover-uri").update(
            run="Set-ClientAccessService -Identity '{exchange.server}' -AutodiscoverServiceInternalUri 'https://{namespace.host}/a'"
        ),
        "KB333",
        RULES,
        "Set-ClientAccessService",
    ),
    Fault(
        "a 2007 cmdlet on 2010",
        lambda c: c.step("change-internal-urls", "set-oab-url").update(
            check="Get-UMVirtualDirectory | Format-List InternalUrl"
        ),
        "KB333",
        RULES,
        "Get-UMVirtualDirectory | Format-List InternalUrl",
    ),
    # Examples.
    Fault(
        "an example with a strange fact",
        lambda c: c.examples["examples"][0]["facts"].update({"exchange.verson": "2007"}),
        "KB341",
        EXAMPLES,
        "facts",
    ),
    Fault(
        "an example that expects a strange step",
        lambda c: c.examples["examples"][1]["expect"].update(steps={"set-ews": "do"}),
        "KB341",
        EXAMPLES,
        "steps",
    ),
    Fault(
        "two examples of one name",
        lambda c: c.examples["examples"][1].update(name="nothing known"),
        "KB342",
        EXAMPLES,
        "nothing known",
    ),
    Fault(
        "a third example of that name",
        lambda c: c.examples["examples"].append(dict(c.examples["examples"][0])),
        "KB342",
        EXAMPLES,
        "nothing known",
    ),
    # What is left to be written.
    Fault(
        "a sentence left for later",
        lambda c: setattr(c, "article", c.article + "\nTODO: more\n"),
        "KB391",
        ARTICLE,
        "TODO: more",
    ),
    Fault(
        "a step left for later",
        lambda c: c.step("change-internal-urls", "set-oab-url").update(expect="TODO: what it shows"),
        "KB391",
        RULES,
        "TODO: what it shows",
    ),
    # Proven: rules that come to nothing.
    Fault(
        "a diagnosis against itself",
        lambda c: c.add_diagnosis("planted", {"alert.date": "failed", "not": {"alert.date": "failed"}}),
        "KB401",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a diagnosis where its article does not apply",
        lambda c: c.add_diagnosis("planted", {"exchange.version": "2013"}),
        "KB401",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a diagnosis on the ruins of another",
        lambda c: c.add_diagnosis(
            "planted", {"diagnosis.internal-url-name-mismatch": "confirmed", "client.location": "external"}
        ),
        "KB401",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a resolution that is never open",
        lambda c: c.named("resolutions", "use-san-certificate").update(when={"client.location": "external"}),
        "KB402",
        RULES,
        "use-san-certificate",
    ),
    Fault(
        "a step that is never done",
        lambda c: c.step("change-internal-urls", "set-um-url").update(
            when={"exchange.version": "2010"}, otherwise="It has no command."
        ),
        "KB402",
        RULES,
        "set-um-url",
    ),
    Fault(
        "another step that is never done",
        lambda c: c.step("change-internal-urls", "add-dns-host-record").update(
            when={"all": [{"dns.resolves_internally": False}, {"alert.name": "ok"}]}
        ),
        "KB402",
        RULES,
        "add-dns-host-record",
    ),
    Fault(
        "a note that is never made",
        lambda c: c.rules["notes"].append(
            {
                "id": "planted",
                "when": {"client.location": "external", "diagnosis.internal-url-name-mismatch": "confirmed"},
                "message": "Never.",
            }
        ),
        "KB403",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a wording behind another",
        lambda c: c.requirement("covered-version")["otherwise"].insert(
            1, {"when": {"exchange.version": "online"}, "message": "Again."}
        ),
        "KB403",
        RULES,
        "otherwise",
    ),
    Fault(
        "a wording for what is not excluded",
        lambda c: c.requirement("inside-network")["otherwise"].insert(
            0, {"when": {"client.location": "internal"}, "message": "Inside."}
        ),
        "KB403",
        RULES,
        "otherwise",
    ),
    # Proven: redundancy.
    Fault(
        "the same diagnosis in other words",
        lambda c: (
            c.add_diagnosis("planted", {"not": {"not": {"alert.trust": "failed"}}})
            or c.add_diagnosis("twin", {"alert.trust": {"not": "ok"}})
        ),
        "KB411",
        RULES,
        '"id": "twin"',
    ),
    Fault(
        "a diagnosis that repeats where its article applies",
        lambda c: (
            c.add_diagnosis("planted", {"certificate.replaced": True})
            or c.add_diagnosis("twin", {"alert.kind": "security_alert"})
        ),
        "KB411",
        RULES,
        '"id": "twin"',
    ),
    Fault(
        "a narrower diagnosis beside a wider one",
        lambda c: (
            c.add_diagnosis("planted", {"alert.trust": "failed"})
            or c.add_diagnosis("narrow", {"alert.trust": "failed", "alert.date": "failed"})
        ),
        "KB412",
        RULES,
        '"id": "narrow"',
    ),
    Fault(
        "a diagnosis within one of two versions",
        lambda c: (
            c.add_diagnosis("planted", {"alert.date": "failed", "exchange.version": ["2007", "2010"]})
            or c.add_diagnosis("narrow", {"alert.date": "failed", "exchange.version": "2010"})
        ),
        "KB412",
        RULES,
        '"id": "narrow"',
    ),
    Fault(
        "a requirement said twice",
        lambda c: c.rules["applies_when"].append(
            {"id": "planted", "that": {"client.location": {"not": "external"}}, "otherwise": "It is outside."}
        ),
        "KB413",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a requirement that the version implies",
        lambda c: c.diagnosis["requires"].append(
            {"id": "planted", "that": {"exchange.version": {"not": "online"}}, "otherwise": "It is online."}
        ),
        "KB413",
        RULES,
        '"id": "planted"',
    ),
    # Proven: contradiction.
    Fault(
        "two fixes that set one URL to two values",
        lambda c: c.add_resolution(
            "planted",
            "internal-url-name-mismatch",
            "Set-OabVirtualDirectory -Identity '{exchange.server}\\oab (Default Web Site)' -InternalUrl 'https://{exchange.server}/oab'",
        ),
        "KB421",
        RULES,
        "do-planted",
    ),
    Fault(
        "two fixes that undo each other",
        lambda c: (
            c.add_resolution("enabling", "internal-url-name-mismatch", "Enable-Thing -Identity 'x'"),
            c.add_resolution("disabling", "internal-url-name-mismatch", "Disable-Thing -Identity 'x'"),
        ),
        "KB421",
        RULES,
        "do-disabling",
    ),
    # Proven: verdicts.
    Fault(
        "a library of nothing but a silent when",
        lambda c: (
            c.rules.update(applies_when=[], notes=[]),
            c.diagnosis.update(when={"alert.name": "failed", "endpoint.coverage": "mismatched"}, requires=[]),
            c.facts["collections"]["endpoint"]["members"]["um"].pop("exists"),
        ),
        "KB431",
        RULES,
        "when",
    ),
    Fault(
        "a silent when for one choice",
        lambda c: (
            c.rules.update(applies_when=[], notes=[], resolutions=[], diagnoses=[]),
            c.add_diagnosis("planted", {"exchange.version": "2007"}),
        ),
        "KB431",
        RULES,
        '"when"',
    ),
    Fault(
        "a question about both sides of a choice",
        lambda c: c.diagnosis["requires"].append(
            {
                "id": "planted",
                "that": {"any": [{"client.domain_joined": True}, {"client.domain_joined": False}]},
                "otherwise": "Neither.",
            }
        ),
        "KB441",
        RULES,
        "internal-url-name-mismatch",
    ),
    Fault(
        "a guard that asks in vain",
        lambda c: c.step("change-internal-urls", "add-dns-host-record").update(
            when={
                "any": [
                    {"dns.resolves_internally": False},
                    {"dns.resolves_internally": False, "alert.trust": "ok"},
                    {"dns.resolves_internally": False, "alert.trust": "failed"},
                    {"alert.trust": "ok", "client.domain_joined": True},
                    {"alert.trust": {"not": "ok"}, "client.domain_joined": True},
                ]
            }
        ),
        "KB441",
        RULES,
        "add-dns-host-record",
    ),
    Fault(
        "a path that ends open for addresses",
        lambda c: _odd_ip(c, lambda c, that: c.add_diagnosis("planted", that)),
        "KB451",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a requirement that has no value for addresses",
        lambda c: _odd_ip(
            c,
            lambda c, that: c.add_diagnosis(
                "planted", {"alert.trust": "failed"}, requires=[{"id": "apart", "that": that, "otherwise": "The same."}]
            ),
        ),
        "KB451",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a diagnosis that nothing resolves",
        lambda c: c.add_diagnosis("planted", {"alert.trust": "failed"}, resolved=False),
        "KB461",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a diagnosis whose only way may be shut",
        lambda c: c.rules["resolutions"].remove(c.named("resolutions", "change-internal-urls")),
        "KB461",
        RULES,
        "internal-url-name-mismatch",
    ),
    Fault(
        "a resolution that may skip all its steps",
        lambda c: (
            c.add_diagnosis("planted", {"alert.trust": "failed"}),
            c.step("mend-planted", "do-mend-planted").update(
                when={"client.domain_joined": True}, otherwise="Not joined."
            ),
        ),
        "KB461",
        RULES,
        '"id": "planted"',
    ),
    # Rivals, and what is written once.
    Fault(
        "a diagnosis without symptoms beside one that has some",
        lambda c: c.add_diagnosis("planted", {"alert.trust": "failed"}, explains=[{"seen": {"alert.trust": "failed"}}]),
        "KB306",
        RULES,
        '"id": "internal-url-name-mismatch"',
    ),
    Fault(
        "a planted diagnosis without symptoms",
        lambda c: (
            c.diagnosis.update(explains=[{"seen": {"alert.name": "failed"}}]),
            c.add_diagnosis("planted", {"alert.trust": "failed"}),
        ),
        "KB306",
        RULES,
        '"id": "planted"',
    ),
    Fault(
        "a set that nobody uses",
        lambda c: c.rules.update(sets={"planted-set": {"alert.trust": "failed"}}),
        "KB307",
        RULES,
        '"planted-set"',
    ),
    Fault(
        "words that nobody uses",
        lambda c: c.facts.update(words={"planted": {"by": "alert.trust", "failed": "not trusted"}}),
        "KB307",
        FACTS,
        '"planted"',
    ),
    Fault(
        "an acceptance of what is no issue",
        lambda c: c.diagnosis.update(accept=[{"code": "KB301", "because": "It is wanted."}]),
        "KB392",
        RULES,
        "",
    ),
    Fault(
        "an acceptance of another issue than there is",
        lambda c: c.facts["facts"].update(
            {"planted.fact": _fact(accept=[{"code": "KB302", "because": "It is wanted."}])}
        ),
        "KB392",
        FACTS,
        "",
    ),
    Fault(
        "an exclusion of what is never so at once",
        lambda c: (
            c.add_diagnosis("planted", {"alert.trust": "failed"}, excludes=["planted-too"]),
            c.add_diagnosis("planted-too", {"alert.trust": "ok"}),
        ),
        "KB471",
        RULES,
        "excludes",
    ),
    Fault(
        "an exclusion by another choice",
        lambda c: (
            c.add_diagnosis("planted", {"client.outlook_version": "2003"}, excludes=["planted-too"]),
            c.add_diagnosis("planted-too", {"client.outlook_version": "2010"}),
        ),
        "KB471",
        RULES,
        "excludes",
    ),
    Fault(
        "a symptom that is not there where the diagnosis is so",
        lambda c: c.add_diagnosis("planted", {"alert.trust": "failed"}, explains=[{"seen": {"alert.trust": "ok"}}]),
        "KB472",
        RULES,
        "explains",
    ),
    Fault(
        "a where that fails where the diagnosis is so",
        lambda c: c.add_diagnosis(
            "planted",
            {"alert.trust": "failed", "client.domain_joined": True},
            explains=[{"seen": {"alert.trust": "failed"}, "where": {"client.domain_joined": False}}],
        ),
        "KB472",
        RULES,
        "explains",
    ),
    Fault(
        "a way out of two causes, of which the second has another one",
        _two_causes,
        "KB473",
        RULES,
        '"id": "planted-too"',
    ),
    Fault(
        "a way out of the first alone that is withheld where the two are so",
        lambda c: (
            _two_causes(c),
            c.add_resolution("planted-own-fix", "planted", when={"client.domain_joined": False}),
        ),
        "KB473",
        RULES,
        '"id": "planted-too"',
    ),
    Fault(
        "an example that was written as it was suggested",
        lambda c: c.examples["examples"].append({"name": "unreviewed: Notices it", "facts": {}, "expect": {}}),
        "KB343",
        EXAMPLES,
        "unreviewed",
    ),
    Fault(
        "a suggested example that only lost a word",
        lambda c: c.examples["examples"].append({"name": "unreviewed: ", "facts": {}, "expect": {}}),
        "KB343",
        EXAMPLES,
        "unreviewed",
    ),
)
