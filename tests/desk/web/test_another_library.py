"""The pages know nothing of a domain: with another library they lead another interview."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from desk.http.app import create_app
from desk.http.settings import Settings
from tests.desk.web.visit import Visit
from tests.engine.libraries import PRINTER


def test_another_library_makes_another_interview(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/cases.sqlite", library=str(PRINTER), mcp=False)
    with TestClient(create_app(settings), base_url="http://localhost", follow_redirects=True) as client:
        visit = Visit(client)
        visit.begin()
        asked = []
        while visit.page.select(".question"):
            asked.append(visit.words("#question")[0])
            assert len(asked) < 30
            choices = visit.page.select(".question .option[value], .question input[type=radio]")
            first = {str(each["name"]): str(each["value"]) for each in reversed(choices) if each["name"] != "unknown"}
            several = len(visit.page.select(".question input[name=asked]")) > 1
            visit.submit(".question form", "unknown=1" if several or not first else "", **first)
            assert visit.response.status_code == 200, visit.words(".error")
        assert asked
        assert visit.words(".verdict h2")
        for page in ("", "/reasoning", "/ticket"):
            visit.open(f"/cases/{visit.case.id}{page}")
            assert visit.response.status_code == 200
            assert "Exchange" not in visit.text
