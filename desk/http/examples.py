"""The examples of the OpenAPI document: bodies that can be posted as they stand, which a test does.

They speak of the library that is shipped, and so they are data beside the code; with another library they show the form
alone.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final


def _read() -> dict[str, tuple[tuple[str, str, dict[str, Any]], ...]]:
    text = files("desk.http").joinpath("examples.json").read_text(encoding="utf-8")
    return {
        model: tuple((each["name"], each["summary"], each["body"]) for each in examples)
        for model, examples in json.loads(text).items()
    }


EXAMPLES: Final = _read()
"""By model: name, summary, and the body."""
