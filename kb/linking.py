"""Links what one file of rules says: conditions, texts, commands and citations, each checked where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any as Written

from kb.articles import comparable
from kb.commands import Command, CommandRefused, Snippet, read, read_snippet
from kb.condition_reader import ConditionReader
from kb.conditions import All, Condition
from kb.model import Article, Citation, CommandAlternative, ExternalArticle, Requirement, Wording
from kb.naming import Grounding, Naming
from kb.problems import Code
from kb.reading import Document, Path
from kb.shared import spelled_out
from kb.templates import Template, parse
from kb.values import suggestion
from kb.vocabulary import Vocabulary
from kb.written import (
    ForEach,
    WrittenCheck,
    WrittenCitation,
    WrittenPassage,
    WrittenRun,
    WrittenUndo,
    WrittenWording,
)

WrittenCommands = str | Sequence[WrittenRun | WrittenCheck | WrittenUndo]


def with_member(text: str, grounding: Grounding | None) -> str:
    """An id or an anchor with ``{member}`` and the member's words filled in."""
    if grounding is None or "{" not in text:
        return text
    text = text.replace("{member}", grounding.id_part)
    for name, word in grounding.words.items():
        text = text.replace(f"{{{grounding.collection}.{name}}}", word)
    return text


class FileLinker:
    """Links the parts of one file.

    Args:
        document: the file.
        article: the article that its rules are of; ``None`` where it is of none, and every citation names one.
        diagnoses: the diagnoses of the library with the members that each is grounded for.
    """

    def __init__(
        self,
        document: Document,
        article: str | None,
        vocabulary: Vocabulary,
        articles: Mapping[str, Article],
        external_articles: Mapping[str, ExternalArticle],
        diagnoses: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.document = document
        self.article = article
        self._vocabulary = vocabulary
        self._naming: Naming = vocabulary.naming
        self._articles = articles
        self._known = [*external_articles, *articles]
        self._conditions = ConditionReader(document, vocabulary.naming, diagnoses)
        self._external_articles = external_articles
        self._diagnoses = diagnoses

    def of_article(self, article: str) -> FileLinker:
        """A linker of the same file whose citations are of another article."""
        return FileLinker(
            self.document, article, self._vocabulary, self._articles, self._external_articles, self._diagnoses
        )

    def report(self, at: Path, code: Code, message: str, *, of_key: bool = False) -> None:
        """Note what is wrong with the value at `at`, or with its key."""
        self._naming.report(self.document, at, code, message, of_key=of_key)

    def requirement(
        self,
        id_: str,
        that: Mapping[str, Written],
        otherwise: str | list[WrittenWording],
        citation: WrittenCitation | None,
        at: Path,
        grounding: Grounding | None,
    ) -> Requirement:
        """A requirement of that id, written at `at`."""
        return Requirement(
            id=id_,
            that=self.condition(that, (*at, "that"), grounding),
            otherwise=self.wordings(otherwise, (*at, "otherwise"), grounding),
            citation=self.optional_citation(citation, (*at, "citation"), grounding),
        )

    def condition(self, written: Mapping[str, Written], at: Path, grounding: Grounding | None) -> Condition:
        """A condition."""
        return self._conditions.read(written, at, grounding)

    def optional_condition(
        self, written: Mapping[str, Written] | None, at: Path, grounding: Grounding | None
    ) -> Condition | None:
        """A condition, where there is one."""
        return None if written is None else self.condition(written, at, grounding)

    def template(self, text: str, at: Path, grounding: Grounding | None) -> Template:
        """A text with blanks."""
        template, strangers = parse(text, lambda name: self._naming.blank(name, grounding))
        for stranger in strangers:
            self.report(at, Code.BLANK, self._naming.stranger(stranger))
        return template

    def optional_template(self, text: str | None, at: Path, grounding: Grounding | None) -> Template | None:
        """A text with blanks, where there is one."""
        return None if text is None else self.template(text, at, grounding)

    def wordings(
        self, written: str | list[WrittenWording], at: Path, grounding: Grounding | None
    ) -> tuple[Wording, ...]:
        """Alternative words, the last of which are always there to be said."""
        if isinstance(written, str):
            return (Wording(message=self.template(written, at, grounding)),)
        wordings: list[Wording] = []
        for position, each in enumerate(written):
            here: Path = (*at, position)
            if wordings and wordings[-1].when is None:
                self.report(here, Code.CONDITION, "this is never said: the wording before it has no when")
            wordings.append(
                Wording(
                    when=self.optional_condition(each.when, (*here, "when"), grounding),
                    message=self.template(each.message, (*here, "message"), grounding),
                    advice=self.optional_template(each.advice, (*here, "advice"), grounding),
                    references=self.references(each.references, (*here, "references")),
                )
            )
        if not wordings or wordings[-1].when is not None:
            self.report(at, Code.CONDITION, "the last wording has no when, so that there is always something to say")
        return tuple(wordings)

    def references(self, ids: list[str], at: Path) -> tuple[str, ...]:
        """Articles to send the reader to."""
        for position, id_ in enumerate(ids):
            if id_ not in self._known:
                message = f"there is no article, here or under external_articles, {id_!r}{suggestion(id_, self._known)}"
                self.report((*at, position), Code.UNKNOWN_ID, message)
        return tuple(ids)

    def groundings(self, written: ForEach | None, at: Path) -> tuple[Grounding, ...]:
        """The members of a collection that something is written out for."""
        if written is None:
            return ()
        name = written if isinstance(written, str) else next(iter(written))
        everyone = self._vocabulary.groundings.get(name)
        if everyone is None:
            near = suggestion(name, self._vocabulary.groundings)
            self.report(at, Code.UNKNOWN_ID, f"there is no collection {name!r}{near}")
            return ()
        if isinstance(written, str):
            return everyone
        members = [each.member for each in everyone]
        for position, member in enumerate(written[name]):
            if member not in members:
                near = suggestion(member, members)
                self.report((*at, name, position), Code.UNKNOWN_ID, f"{name} has no member {member!r}{near}")
            elif member in written[name][:position]:
                self.report((*at, name, position), Code.DUPLICATE_ID, f"{member} stands twice in this list")
        return tuple(each for each in everyone if each.member in written[name])

    def commands(
        self, written: WrittenCommands | None, at: Path, grounding: Grounding | None, *, may_show: bool
    ) -> tuple[CommandAlternative, ...]:
        """A command, or alternatives by condition."""
        if written is None:
            return ()
        if isinstance(written, str):
            return tuple(self._spelled_out(None, written, at, grounding, may_show=may_show))
        found: list[CommandAlternative] = []
        name = str(at[-1])
        always = False
        for position, each in enumerate(written):
            here: Path = (*at, position)
            if always:
                self.report(here, Code.CONDITION, "this is never shown: the alternative before it has no when")
            when = self.optional_condition(each.when, (*here, "when"), grounding)
            always = when is None
            line: str = getattr(each, name)
            found += self._spelled_out(when, line, (*here, name), grounding, may_show=may_show)
        return tuple(found)

    def _spelled_out(
        self, when: Condition | None, line: str, at: Path, grounding: Grounding | None, *, may_show: bool
    ) -> Iterable[CommandAlternative]:
        for by_word, spelled in spelled_out(line, self._naming):
            command = self._command(spelled, at, grounding, may_show=may_show)
            if command is None:
                return
            parts = tuple(part for part in (when, by_word) if part is not None)
            yield CommandAlternative(
                when=None if not parts else parts[0] if len(parts) == 1 else All(parts=parts), command=command
            )

    def _command(self, line: str, at: Path, grounding: Grounding | None, *, may_show: bool) -> Command | None:
        try:
            command, strangers = read(line, lambda name: self._naming.blank(name, grounding), may_show=may_show)
        except CommandRefused as refused:
            self.report(at, Code.COMMAND, str(refused))
            return None
        self._check_blanks(command, strangers, at)
        return command

    def snippet(self, text: str, at: Path, grounding: Grounding | None) -> tuple[CommandAlternative, ...]:
        """Fixed text of several commands."""
        found: list[CommandAlternative] = []
        for when, spelled in spelled_out(text, self._naming):
            try:
                snippet, strangers = read_snippet(spelled, lambda name: self._naming.blank(name, grounding))
            except CommandRefused as refused:
                self.report(at, Code.COMMAND, str(refused))
                return ()
            self._check_blanks(snippet, strangers, at)
            found.append(CommandAlternative(when=when, command=snippet))
        return tuple(found)

    def person(self, id_: str, at: Path, grounding: Grounding | None) -> str:
        """One of the library's people."""
        people = [person.id for person in self._vocabulary.people]
        if id_ not in people:
            self.report(at, Code.UNKNOWN_ID, f"there is no person {id_!r} under people{suggestion(id_, people)}")
        return id_

    def _check_blanks(self, command: Command | Snippet, strangers: Iterable[str], at: Path) -> None:
        for stranger in strangers:
            self.report(at, Code.BLANK, self._naming.stranger(stranger))
        for key in command.blanks:
            fact = self._naming.fact(key, None)
            if fact is not None and not fact.type.command_safe:
                message = f"{key} is a {fact.type}, which has no grammar strict enough for a command"
                self.report(at, Code.COMMAND, message)

    def optional_citation(
        self, written: WrittenCitation | None, at: Path, grounding: Grounding | None
    ) -> Citation | None:
        """Where an article says so, if that is written."""
        return None if written is None else self.citation(written, at, grounding)

    def citation(self, written: WrittenCitation, at: Path, grounding: Grounding | None) -> Citation:
        """Where an article says so: the article has to have the statement, and the statement the words."""
        first = self._passage(written, at, grounding)
        also = tuple(
            self._passage(passage, (*at, "also", position), grounding) for position, passage in enumerate(written.also)
        )
        return first.model_copy(update={"also": also})

    def _passage(self, written: WrittenPassage, at: Path, grounding: Grounding | None) -> Citation:
        id_ = written.article or self.article
        passage = Citation(
            article=id_ or "", at=with_member(written.at, grounding), says=with_member(written.says, grounding)
        )
        article = self._articles.get(passage.article)
        if id_ is None:
            self.report(at, Code.ARTICLE, "these rules are of no article; say in the citation which one, with article")
        elif article is None and written.article is not None:
            near = suggestion(written.article, self._articles)
            message = f"there is no article {written.article!r} in articles/{near}"
            self.report((*at, "article"), Code.ARTICLE, message)
        if article is None:
            return passage
        statement = article.statement(passage.at)
        if statement is None:
            near = suggestion(passage.at, [each.anchor for each in article.statements])
            self.report((*at, "at"), Code.ANCHOR, f"{article.path} has no anchor {passage.at!r}{near}")
        elif comparable(passage.says) not in comparable(statement.text):
            message = (
                f"{article.path}:{statement.line} does not say this at {passage.at}; it says: {statement.text[:160]}"
            )
            self.report((*at, "says"), Code.WORDS, message)
        return passage
