"""A static site from a library: every article with its rules beside the sentences, every rule, fact and issue."""

from __future__ import annotations

from workbench.site.building import Site, build

__all__ = ["Site", "build"]
