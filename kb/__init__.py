"""Reads, links and checks articles and rules, and makes a KnowledgeBase of them."""

from kb.library import example_files, find_library, load, parse_texts
from kb.model import KnowledgeBase
from kb.problems import LibraryError, Problem

__all__ = ["KnowledgeBase", "LibraryError", "Problem", "example_files", "find_library", "load", "parse_texts"]
