"""Imports run one way, desk → evidence, render → engine → kb, and the core neither reads nor prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kb

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "kb": {"kb"},
    "engine": {"engine", "kb"},
    "evidence": {"evidence", "engine", "kb"},
    "render": {"render", "engine", "kb"},
    "workbench": {"workbench", "render", "engine", "kb"},
    "desk": {"desk", "evidence", "render", "engine", "kb"},
}
CALLS_THE_WORKBENCH = "desk/cli/"
# Where the core meets the world, and nowhere else.
READS_FILES = {"kb/library.py", "kb/files.py", "workbench/checks/source.py"}
LOOKS_UP_A_MODULE = {"engine/rete.py"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    for path in modules(package):
        ours = {name.partition(".")[0] for name in imported(path)} & MAY_IMPORT.keys()
        allowed = MAY_IMPORT[package]
        if str(path.relative_to(ROOT)).startswith(CALLS_THE_WORKBENCH):
            allowed = allowed | {"workbench"}
        assert ours <= allowed, path


@pytest.mark.parametrize("package", ["kb", "engine"])
def test_the_core_computes_and_the_edges_read_and_print(package: str) -> None:
    outside = {"os", "sys", "pathlib", "subprocess", "socket", "time", "datetime", "random", "tempfile", "io"}
    for path in modules(package):
        name = str(path.relative_to(ROOT))
        found = {each.partition(".")[0] for each in imported(path)} & outside
        if name not in READS_FILES:
            assert found <= ({"os"} if name == "engine/engine.py" else set()), (name, found)
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"print", "input", "open", "eval", "exec"}, name


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_every_module_says_what_it_is_for(package: str) -> None:
    for path in modules(package):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert text, path
        assert text.splitlines()[0].endswith((".", ":")), path


def test_no_class_name_stands_twice() -> None:
    places: dict[str, list[str]] = {}
    for package in MAY_IMPORT:
        for path in modules(package):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


# Readers of one format, which say what that format says: its product's names stand in it. Whoever adds a module for
# what is no format puts the names into the library.
OF_A_FORMAT = {
    "alert_text", "autoconfig_log", "autodiscover_pox", "certificate", "certificate_viewer", "connectivity_analyzer",
    "exchange_certificates", "health_checker", "openssl_output", "probe_report", "telling", "ticket", "ticket_wordings",
    "web_bindings", "web_services_test",
}  # fmt: skip


def said(path: Path) -> Iterator[str]:
    """The texts in a module that are not its documentation; a pattern's escapes are no part of a word."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield re.sub(r"\\[a-zA-Z]", " ", node.value)


def domain_word() -> re.Pattern[str]:
    """A product, command, article, rule or fact of the shipped library."""
    knowledge = kb.load()
    rules = (*knowledge.diagnoses, *knowledge.resolutions)
    facts = (key for key in (*knowledge.facts, *knowledge.derived) if "." in key)
    outputs = (output.cmdlet for output in knowledge.outputs.outputs)
    products = ("Exchange", "Outlook", "Autodiscover")
    words = {*knowledge.articles, *(each.id for each in rules), *knowledge.cmdlets, *outputs, *facts, *products}
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(words)))})(?![\w-])")


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_domain_word_stands_in_python(package: str) -> None:
    """All of that is content. Who is excused has such a word; one that has lost its last is excused no more."""
    a_word = domain_word()
    for path in modules(package):
        if package == "evidence" and path.stem in OF_A_FORMAT:
            assert any(a_word.search(text) for text in said(path)), f"{path} has no such word: take it off the list"
            continue
        for text in said(path):
            found = a_word.search(text)
            assert found is None, f"{path}: {found[0] if found else ''}"
