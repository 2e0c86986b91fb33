"""What axe finds on a page that stands in a browser."""

from __future__ import annotations

from typing import Any

MUST_PASS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(checker: Any, page: Any, *, of: str = "tag", named: list[str] = MUST_PASS) -> str:
    """What axe reports, by tags or by rules; empty where it finds nothing."""
    result = checker.run(page, options={"runOnly": {"type": of, "values": named}, "resultTypes": ["violations"]})
    return str(result.generate_report()) if result.violations_count else ""


def light_and_dark(checker: Any, page: Any) -> tuple[str, str]:
    """The same in both colours; in the dark only what colours can change."""
    light = faults(checker, page)
    page.emulate_media(color_scheme="dark")
    dark = faults(checker, page, of="rule", named=["color-contrast"])
    page.emulate_media(color_scheme="light")
    return light, dark
