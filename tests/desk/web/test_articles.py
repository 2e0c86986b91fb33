"""An article on a page: the cited words are marked, wherever a line breaks, and every statement can be linked to."""

from __future__ import annotations

from bs4 import BeautifulSoup

from desk.web.articles import article_page
from desk.web.reasoning import citations, reasoning
from engine import Engine
from kb.articles import comparable, read_article
from kb.model import Article, Citation
from tests.desk.web.visit import Visit
from tests.desk.web.walks import diagnosed

TEXT = """---
id: A1
title: Paper
---

# Paper

[The tray is *not* empty, and `status 12`
means that the “sensor” is dirty.]{#tray}

[Nothing here.]{#other}
"""


def _article(text: str = TEXT) -> Article:
    article, problems = read_article(text, "A1.md")
    assert article is not None, problems
    return article


def _marks(article: Article, *says: str, at: str = "tray") -> tuple[list[str], BeautifulSoup]:
    page = article_page(article, [Citation(article=article.id, at=at, says=each) for each in says])
    html = BeautifulSoup(page.html, "html.parser")
    return [each.get_text() for each in html.select("mark")], html


def test_words_are_marked_across_lines_emphasis_and_code() -> None:
    marks, html = _marks(_article(), "empty, and status 12 means")
    assert marks == ["empty, and ", "status 12", " means"]
    assert html.select_one("mark > code") is not None


def test_typographic_marks_and_case_do_not_matter() -> None:
    assert _marks(_article(), 'that THE "sensor" is')[0] == ["that the “sensor” is"]


def test_overlapping_words_make_one_mark() -> None:
    assert _marks(_article(), "The tray", "tray is")[0] == ["The tray is"]


def test_words_are_marked_at_their_own_statement_only() -> None:
    assert _marks(_article(), "The tray", at="other")[0] == []


def test_statements_have_ids_of_their_own_and_headings_begin_below_the_page_s() -> None:
    _, html = _marks(_article())
    assert html.select_one("#at-tray") is not None
    assert [each.name for each in html.select("h1, h2, h3")] == ["h2"]


def test_markup_in_an_article_is_text() -> None:
    _, html = _marks(_article(TEXT + "\n<script>alert(1)</script>\n"))
    assert not html.select("script")


def test_every_citation_of_the_shipped_library_is_found_in_its_article(engine: Engine) -> None:
    knowledge = engine.knowledge
    citations = {each.citation for each in (*knowledge.diagnoses, *knowledge.resolutions)}
    citations |= {step.citation for each in knowledge.resolutions for step in each.steps if step.citation}
    shared = [each for diagnosis in knowledge.diagnoses for each in diagnosis.applies_when]
    citations |= {each.citation for each in shared if each.citation}
    for article in knowledge.articles.values():
        here = [citation for citation in citations if citation.article == article.id]
        page = article_page(article, here)
        assert page.cited == len({(citation.at, comparable(citation.says)) for citation in here})


def test_the_reasoning_cites_only_what_is_marked_beside_it(visit: Visit) -> None:
    outcome = diagnosed(visit).case.outcome
    cited = citations(outcome, reasoning(visit.desk.engine, outcome))
    visit.open(f"{visit.response.url.path}/reasoning")
    links = {str(each["href"]) for each in visit.page.select(".tree .cite a")}
    assert links == {f"#at-{each.at}" for each in cited if f"#at-{each.at}" in links}
    for link in links:
        statement = visit.one(link)
        assert statement.select("mark"), link


def test_the_tree_opens_from_the_conclusion_down_to_what_was_said(visit: Visit) -> None:
    diagnosed(visit).open(f"{visit.response.url.path}/reasoning")
    branch = visit.page.select(".tree > li.holds > details")[0]
    assert "Autodiscover" in branch.summary.get_text()  # type: ignore[union-attr]
    leaves = [" ".join(each.get_text(" ").split()) for each in branch.select(".leaf")]
    assert any("https://ServerName.contoso.com/autodiscover/autodiscover.xml" in each for each in leaves)


def test_what_rules_a_case_out_is_open_at_once(visit: Visit) -> None:
    visit.begin().answer(alert__kind="proxy_error").open(f"{visit.response.url.path}/reasoning")
    failed = visit.words(".tree > li.fails")
    assert "Outlook complains about the proxy server's certificate" in failed[0]
    for branch in visit.page.select(".tree > li.fails > details"):
        assert branch.has_attr("open")
