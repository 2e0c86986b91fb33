"""The pages about a library's content: articles, diagnoses, resolutions, facts, and the questionnaire."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from engine.description import describe
from engine.engine import Engine, EngineChoice
from engine.wording import Words
from kb.articles import markdown
from kb.commands import render
from kb.conditions import Condition
from kb.model import Article, Citation, Diagnosis, Fact, Requirement, Resolution, Step
from kb.templates import Template
from workbench.checks import LibrarySource
from workbench.pictures import Picture, branch_words, cut_words, in_columns, leaf_words, rules_picture
from workbench.proof.question_tree import Branch, Cut, Leaf, QuestionNode, QuestionTree
from workbench.site.layout import link, listed, table, text

DEPTH = 7
"""Questions on one path of the questionnaire page."""


class LibraryPages:
    """Writes the pages of one library; each method returns the body for a path."""

    def __init__(self, library: LibrarySource) -> None:
        self._library = library
        self._knowledge = library.knowledge
        self._engine = Engine(library.knowledge, EngineChoice.COMPILED)
        fact_state = self._engine.derive_state({})
        self._words = Words(self._engine.program, fact_state, self._engine.decide(fact_state))
        self._citations = self._cited()

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Every page: path, title, body."""
        yield "index.html", self._knowledge.name, self._index()
        for article in self._knowledge.articles.values():
            yield article_path(article.id), article.title, self._article(article)
        for diagnosis in self._knowledge.diagnoses:
            yield diagnosis_path(diagnosis.id), diagnosis.title, self._diagnosis(diagnosis)
        for resolution in self._knowledge.resolutions:
            yield resolution_path(resolution.id), resolution.title, self._resolution(resolution)
        for key in (*self._knowledge.facts, *self._knowledge.derived):
            fact = self._knowledge.fact(key)
            assert fact is not None
            yield fact_path(key), fact.label, self._fact(key)
        yield "facts/index.html", "Facts", self._facts()
        yield "questionnaire.html", "The questionnaire", self._questionnaire()

    def _index(self) -> str:
        path = "index.html"
        knowledge = self._knowledge
        picture: Picture = rules_picture(self._library)
        parts = [
            f"<p>Version {text(knowledge.version)}; digest <code>{knowledge.digest[:16]}</code>.</p><h2>Articles</h2>",
            listed(
                link(f"{each.id}: {each.title}", article_path(each.id), path) for each in knowledge.articles.values()
            ),
            "<h2>Diagnoses</h2>",
            listed(link(each.title, diagnosis_path(each.id), path) for each in knowledge.diagnoses),
            "<h2>Resolutions</h2>",
            listed(link(each.title, resolution_path(each.id), path) for each in knowledge.resolutions),
            "<h2>How it hangs together</h2>"
            '<div class="picture" tabindex="0" role="region" aria-label="The rules as a picture">'
            f"{in_columns(picture)}</div>",
        ]
        return "".join(parts)

    def _article(self, article: Article) -> str:
        path = article_path(article.id)
        facts = "".join(
            f"<tr><th>{text(key)}</th><td>{text(value)}</td></tr>" for key, value in article.metadata.items()
        )
        parser = markdown()
        tokens: list[Token] = []
        waiting: list[str] = []
        written = parser.parse(article.markdown)
        if written and written[0].tag == "h1":  # the page has that heading already
            written = written[3:]
        for token in written:
            tokens.append(token)
            if token.type == "inline":
                waiting = [str(each.attrs["id"]) for each in token.children or [] if each.attrs.get("id")]
            if token.type in ("paragraph_close", "heading_close") and waiting:
                beside = self._beside(article.id, waiting, path)
                waiting = []
                if beside:
                    tokens.append(Token("html_block", "", 0, content=beside))
        return f"<table>{facts}</table>\n{parser.renderer.render(tokens, parser.options, {})}"

    def _beside(self, article: str, anchors: Iterable[str], path: str) -> str:
        """The rules that rest on some statements, as they stand beside them."""
        cited = [
            f"<em>{text(says)}</em> → {link(words, target, path)}"
            for anchor in anchors
            for words, target, says in self._citations[(article, anchor)]
        ]
        return f'<div class="cited">{listed(dict.fromkeys(cited))}</div>\n' if cited else ""

    def _diagnosis(self, diagnosis: Diagnosis) -> str:
        path = diagnosis_path(diagnosis.id)
        instances = diagnosis.instances
        rows = [self._requirement(each, "", path) for each in diagnosis.applies_when]
        for instance in instances:
            rows += [self._requirement(each, instance.member or "", path) for each in instance.requires]
        mine = [each for each in self._knowledge.resolutions if diagnosis.id in each.diagnoses]
        return "".join(
            (
                f"<p><code>{text(diagnosis.id)}</code>, {self._citation(diagnosis.citation, path)}</p>",
                "<h2>What has to be so</h2>",
                table(("", "for", "condition", "where it is not so"), rows),
                "<h2>What is said</h2>",
                listed(dict.fromkeys(text(self._filled(each.because)) for each in instances)),
                "<h2>What to do</h2>",
                listed(link(each.title, resolution_path(each.id), path) for each in mine),
            )
        )

    def _requirement(self, requirement: Requirement, member: str, path: str) -> tuple[str, ...]:
        said = listed(
            text(self._filled(each.message)) + (f" <em>{text(self._filled(each.advice))}</em>" if each.advice else "")
            for each in requirement.otherwise
        )
        citation = "" if requirement.citation is None else " " + self._citation(requirement.citation, path)
        place = text("-".join(filter(None, (requirement.id, member))))
        return (
            f'<span id="{place}">{text(requirement.id)}</span>{citation}',
            text(member),
            text(self._said(requirement.that)),
            said,
        )

    def _resolution(self, resolution: Resolution) -> str:
        path = resolution_path(resolution.id)
        served = [each for each in self._knowledge.diagnoses if each.id in resolution.diagnoses]
        when = "" if resolution.when is None else f"<p>Open where: {text(self._said(resolution.when))}</p>"
        steps = "".join(f"<li>{self._step(step, path)}</li>" for step in resolution.steps)
        return (
            f"<p><code>{text(resolution.id)}</code>, a {text(resolution.kind.value)} for "
            f"{', '.join(link(each.title, diagnosis_path(each.id), path) for each in served)}; "
            f"{self._citation(resolution.citation, path)}</p>"
            f"{when}<h2>Steps</h2><ol>{steps}</ol>"
        )

    def _step(self, step: Step, path: str) -> str:
        parts = [f'<p id="{text(step.id)}"><strong>{text(step.id)}</strong>: {text(self._filled(step.text))}</p>']
        if step.when is not None:
            parts.append(f"<p>To be done where: {text(self._said(step.when))}.</p>")
        if step.otherwise.pieces:
            parts.append(f"<p>Skipped otherwise: {text(self._filled(step.otherwise))}</p>")
        for name, alternatives in (("run", step.run), ("check", step.check), ("undo", step.undo)):
            for each in alternatives:
                line = render(each.command, {fact: f"<{self._words.label(fact)}>" for fact in each.command.blanks})
                where = "" if each.when is None else f" where {text(self._said(each.when))}"
                parts.append(f"<p>{name}{where}</p><pre>{text(line)}</pre>")
        if step.citation is not None:
            parts.append(f"<p>{self._citation(step.citation, path)}</p>")
        return "".join(parts)

    def _fact(self, key: str) -> str:
        path = fact_path(key)
        fact = self._knowledge.fact(key)
        assert fact is not None
        rows: list[tuple[str, str]] = [("key", f"<code>{text(key)}</code>"), ("type", text(fact.type.value))]
        if isinstance(fact, Fact):
            rows += [
                ("asked", text(fact.ask)),
                ("help", text(fact.help)),
                ("found by", f"<code>{text(fact.how_to_check)}</code>"),
            ]
            rows += [("answered by", text(self._knowledge.person(fact.answered_by).label)), ("cost", text(fact.cost))]
        else:
            of = ", ".join(link(each, fact_path(each), path) for each in fact.derivation.of)
            rows.append(("follows from", f"{text(fact.derivation.function or 'a table')} of {of}"))
        if fact.choices:
            rows.append(("values", listed(f"<code>{text(v)}</code> {text(label)}" for v, label in fact.labels.items())))
        return table(("", ""), rows)

    def _facts(self) -> str:
        path = "facts/index.html"
        facts = [(key, fact.label) for key, fact in self._knowledge.facts.items()]
        facts += [(key, fact.label) for key, fact in self._knowledge.derived.items()]
        return table(("fact", ""), ((link(key, fact_path(key), path), text(label)) for key, label in facts))

    def _questionnaire(self) -> str:
        drawn = QuestionTree(self._engine, depth=DEPTH)
        return (
            "<p>Each answer shows how often it is given where the question is put, as far as rules tell environments"
            " apart. This is no statistics of real cases.</p>" + self._branching(drawn.tree())
        )

    def _branching(self, node: QuestionNode | Leaf | Cut) -> str:
        match node:
            case Leaf():
                return f"<p>→ {text(leaf_words(node))}</p>"
            case Cut():
                return f"<p>→ {text(cut_words(node))}</p>"
            case QuestionNode():
                asked = link(self._words.label(node.looked_at), fact_path(node.looked_at), "questionnaire.html")
                return f"<p>{asked}?</p>" + "".join(self._answer(branch, node) for branch in node.branches)

    def _answer(self, branch: Branch, node: QuestionNode) -> str:
        return f"<details><summary>{text(branch_words(branch, node))}</summary>{self._branching(branch.to)}</details>"

    def _said(self, condition: Condition) -> str:
        return describe(condition, self._knowledge)

    def _filled(self, template: Template) -> str:
        return template.fill({fact: f"<{self._words.label(fact)}>" for fact in template.blanks})

    def _citation(self, citation: Citation, path: str) -> str:
        return link(f"{citation.article}: “{citation.says}”", f"{article_path(citation.article)}#{citation.at}", path)

    def _cited(self) -> defaultdict[tuple[str, str], list[tuple[str, str, str]]]:
        """For each statement the rules that rest on it: their names, where they stand, and the words."""
        found: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)

        def note(citation: Citation | None, words: str, target: str) -> None:
            if citation is not None:
                for passage in (citation, *citation.also):
                    found[(passage.article, passage.at)].append((words, target, passage.says))

        for diagnosis in self._knowledge.diagnoses:
            home = diagnosis_path(diagnosis.id)
            note(diagnosis.citation, diagnosis.id, home)
            for each in diagnosis.applies_when:
                note(each.citation, f"{each.id} of {diagnosis.id}", f"{home}#{each.id}")
            for instance in diagnosis.instances:
                for each in instance.requires:
                    member = f"-{instance.member}" if instance.member else ""
                    note(each.citation, f"{each.id} of {diagnosis.id}", f"{home}#{each.id}{member}")
        for resolution in self._knowledge.resolutions:
            home = resolution_path(resolution.id)
            note(resolution.citation, resolution.id, home)
            for step in resolution.steps:
                note(step.citation, f"the step {step.id}", f"{home}#{step.id}")
        for note_rule in self._knowledge.note_rules:
            note(
                note_rule.citation,
                f"the note {note_rule.id}: {self._filled(note_rule.message)}",
                article_path(note_rule.article),
            )
        return found


def article_path(id_: str) -> str:
    """The page of an article."""
    return f"articles/{id_}.html"


def diagnosis_path(id_: str) -> str:
    """The page of a diagnosis."""
    return f"diagnoses/{id_}.html"


def resolution_path(id_: str) -> str:
    """The page of a resolution."""
    return f"resolutions/{id_}.html"


def fact_path(key: str) -> str:
    """The page of a fact."""
    return f"facts/{key}.html"
