"""Checks that tie rules to sentences: every statement of an article is cited, or says that it need not be."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.check import Check
from workbench.checks.issue import Issue, IssueKind, Location, Severity
from workbench.checks.source import LibrarySource
from workbench.checks.usage import cited


class UncitedStatement(Check):
    """A statement that no rule rests on: the machine may not know what the article says."""

    kind = IssueKind("KB311", Severity.ERROR, "A statement of an article that no rule cites")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """In the order of the articles; one that has no rules at all is an issue of its own."""
        citations = cited(library.knowledge)
        with_rules = {written.article for _, written in library.rules}
        for article in library.knowledge.articles.values():
            for statement in article.statements if article.id in with_rules else ():
                if not statement.background and (article.id, statement.anchor) not in citations:
                    yield self.found(
                        library.statement(article.id, statement.anchor),
                        f"no rule cites {statement.anchor} ({statement.text[:60].strip()!r}); name it in the citation "
                        f"of a rule, or mark it {{#{statement.anchor} .background}}",
                    )


class CitedBackground(Check):
    """A statement that is marked as background although a rule rests on it."""

    kind = IssueKind("KB312", Severity.WARNING, "A statement marked as background that a rule cites")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """In the order of the articles."""
        citations = cited(library.knowledge)
        for article in library.knowledge.articles.values():
            for statement in article.statements:
                if statement.background and (article.id, statement.anchor) in citations:
                    yield self.found(
                        library.statement(article.id, statement.anchor),
                        f"a rule cites {statement.anchor}, so it is no background; take .background away",
                    )


class SilentArticle(Check):
    """An article that has statements and no rules: whoever reads the library as a machine never hears of it."""

    kind = IssueKind("KB313", Severity.WARNING, "An article without any rules")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each such article."""
        with_rules = {written.article for _, written in library.rules}
        for article in library.knowledge.articles.values():
            if article.id not in with_rules:
                yield self.found(
                    library.beginning(article.path),
                    f"no rules file has article: {article.id}; write rules/{article.id}.yaml",
                )


class TodoLeft(Check):
    """A line that still says TODO: what a skeleton left for its author to write."""

    kind = IssueKind("KB391", Severity.NOTE, "Something that is left to be written")

    def issues(self, library: LibrarySource) -> Iterator[Issue]:
        """One for each line, in all files of the library but those of examples."""
        for path, text in library.texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                column = line.find("TODO")
                if column >= 0:
                    yield self.found(Location(path, number, column + 1), line[column:].strip(" #\"'"))


def article_coverage(library: LibrarySource, article: str | None = None) -> tuple[int, int]:
    """How many statements, of one article or of all, are cited or marked as background, and how many there are."""
    citations = cited(library.knowledge)
    articles = [each for each in library.knowledge.articles.values() if article in (None, each.id)]
    statements = [(each.id, statement) for each in articles for statement in each.statements]
    covered = sum(each.background or (id_, each.anchor) in citations for id_, each in statements)
    return covered, len(statements)
