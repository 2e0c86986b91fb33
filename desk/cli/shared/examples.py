"""What `--help` shows of each verb: how it is called, by example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ask": (
        "resolvent ask",
        "resolvent ask --known organisation.json --report ticket.md",
        "resolvent ask --evidence output.txt --save answers.json",
        "resolvent ask --resume answers.json",
    ),
    "diagnose": (
        "resolvent diagnose facts.json",
        "resolvent diagnose --evidence output.txt --view next",
        "resolvent diagnose - --format json < facts.json",
    ),
    "read": ("resolvent read output.txt certificate.pem", "resolvent read tls://mail.example.com --format json"),
    "collect": (
        "resolvent collect --for caller",
        "resolvent collect --for admin --version 2010",
    ),
    "probe": ("resolvent probe user@example.com",),
    "explain": ("resolvent explain facts.json", "resolvent explain facts.json --diagnosis ID"),
    "serve": ("resolvent serve", "resolvent serve --host 0.0.0.0 --port 8940 --auth tokens"),
    "mcp": ("resolvent mcp --library my-library",),
    "cases": ("resolvent cases list --state open", "resolvent cases show 17 --format markdown --mask"),
    "token": ("resolvent token new NAME",),
    "check": ("resolvent check", "resolvent check --library my-library --article ID", "resolvent check --watch"),
    "test": (
        "resolvent test --article ID",
        "resolvent test --why EXAMPLE",
        "resolvent test --article ID --accept",
    ),
    "graph": ("resolvent graph --format svg --output rules.svg", "resolvent graph --of questions"),
    "docs": ("resolvent docs --output site",),
    "diff": ("resolvent diff old-library new-library --article ID",),
    "new": ("resolvent new article ID",),
    "schema": ("resolvent schema outcome",),
}


def epilog(verb: str) -> str:
    """The examples of a verb, as they stand below its options."""
    return "\n".join(("\b", "Examples:", *(f"  {each}" for each in EXAMPLES[verb])))
