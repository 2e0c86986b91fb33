"""Measures interviews on the pages, for callers of several kinds: forms, clicks, keystrokes and screens: make measure

What counts as one stands in tests/desk/web/person.py.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.desk.web.chromium import FLAGS, executable, served
from tests.desk.web.person import CALLERS, SIZE, Person

ROOT = Path(__file__).parent.parent
LIBRARIES = {"the library of many articles": "", "one article": str(ROOT / "tests" / "libraries" / "certificates")}


def report() -> Iterator[str]:
    """The figures as tables, a line at a time."""
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for library, path in LIBRARIES.items():
            os.environ["RESOLVENT_LIBRARY"] = path
            if not path:
                del os.environ["RESOLVENT_LIBRARY"]
            with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
                yield f"{library:28}{'forms':>7}{'clicks':>8}{'keys':>7}{'screens':>9}{'verdict at':>12}"
                for caller in CALLERS:
                    context = chromium.new_context(base_url=address, viewport=SIZE, reduced_motion="reduce")
                    took = Person(context.new_page(), caller).lead()
                    context.close()
                    yield (
                        f"{caller.name:28}{took.forms:>7}{took.clicks:>8}{took.keystrokes:>7}{took.screens:>9}"
                        f"{took.verdict:>9} px  {took.title}"
                    )
                    if "--show" in sys.argv:
                        yield from (f"    {each}" for each in took.asked)
        chromium.close()


if __name__ == "__main__":
    for told in report():
        print(told, flush=True)
