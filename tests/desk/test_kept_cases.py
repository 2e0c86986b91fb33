"""What a changed library says of the cases that were kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desk.cases import CaseStore
from engine import Engine
from tests.engine.libraries import CERTIFICATES


def test_kept_cases_are_replayed_against_another_library(
    resolvent: Callable[..., Any], shipped: Engine, contoso: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'cases.sqlite'}"
    store = CaseStore.open(database, shipped)
    case = store.create(contoso(), who="me", reference="T-1")
    store.create({"alert.kind": "other"}, who="me")
    store.close_database()
    for folder in ("rules", "articles"):
        shutil.copytree(CERTIFICATES / folder, tmp_path / "new" / folder)
    rules = tmp_path / "new" / "rules" / "KB940726.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('that: {exchange.version: ["2007", "2010"]}', 'that: {exchange.version: ["2010"]}'))

    arguments = ["diff", str(CERTIFICATES), str(tmp_path / "new"), "--kept", "--database", database]
    ran = resolvent(*arguments)
    assert ran.exit == 0, ran.err
    assert f"kept case {case.id} (T-1) on ServerName: verdict: diagnosed → not_covered" in ran.out
    assert "kept cases: 1 come out otherwise" in ran.out
    changes = json.loads(resolvent(*arguments, "--format", "json").out)["kept_cases"]
    assert {change["case"] for change in changes} == {case.id}
    same = resolvent("diff", str(CERTIFICATES), str(CERTIFICATES), "--kept", "--database", database, "--exit-code")
    assert (same.exit, "kept cases: 0" in same.out) == (0, True)
