"""What belongs to one article of a library, so that a check, a test or a comparison can tell of it alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.engine import Engine, EngineChoice
from kb import KnowledgeBase
from kb.conditions import Test
from kb.model import Diagnosis, NoteRule, Resolution
from kb.selection import article_alone
from kb.values import suggestion
from workbench.checks import Issue, LibrarySource


class UnknownArticle(Exception):
    """There is no article of that id; the message says so, and which one is like it."""

    def __init__(self, article: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = suggestion(article, known)
        listed = f"; there are {', '.join(known[:20])}{', …' if len(known) > 20 else ''}" if known and not near else ""
        super().__init__(f"there is no article {article!r}{near}{listed}")


def require_article(article: str | None, *libraries: KnowledgeBase) -> None:
    """See that one of some libraries has an article; none named is fine.

    Raises:
        UnknownArticle: none of them has it.
    """
    known = {id_ for knowledge in libraries for id_ in knowledge.articles}
    if article is not None and article not in known:
        raise UnknownArticle(article, known)


def rule_ids(knowledge: KnowledgeBase, article: str) -> frozenset[str]:
    """The ids of the diagnoses, ways out and notes of an article."""
    rules: list[Diagnosis | Resolution | NoteRule] = [
        *knowledge.diagnoses,
        *knowledge.resolutions,
        *knowledge.note_rules,
    ]
    return frozenset(each.id for each in rules if each.article == article)


def facts_spoken_of(knowledge: KnowledgeBase, article: str) -> frozenset[str]:
    """The facts on which conditions of an article's rules rest, those among them that derived ones follow from."""
    own = article_alone(knowledge, article)
    program = Engine(own, EngineChoice.COMPILED).program
    tested = [leaf.fact for leaf in program.bits if isinstance(leaf, Test)]
    return frozenset({*tested, *(base for fact in tested for base in program.deriver.sources(fact))})


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs to an article: its files, and the names by which issues elsewhere speak of it."""

    paths: frozenset[str]
    names: re.Pattern[str]

    def concerns(self, issue: Issue) -> bool:
        """Whether an issue stands in a file of the article, or names it or a rule of it."""
        told = issue.message.partition("did you mean")[0]  # what is only guessed at is not spoken of
        return issue.at.path in self.paths or self.names.search(told) is not None


def part_of(library: LibrarySource, article: str) -> Part:
    """The part of a library that an article is.

    Raises:
        UnknownArticle: there is none of that id.
    """
    require_article(article, library.knowledge)
    paths = {
        library.knowledge.articles[article].path,
        f"rules/facts/{article.lower()}.yaml",  # where a skeleton keeps the facts of its article
        *(document.path for document, written in library.rules if written.article == article),
        *(document.path for document, _ in library.examples if library.article_of(document) == article),
    }
    names = "|".join(map(re.escape, sorted({article, *rule_ids(library.knowledge, article)})))
    return Part(frozenset(paths), re.compile(rf"(?<![\w-])(?:{names})(?![\w-])"))
