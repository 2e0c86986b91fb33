"""Which of a library's outputs an object is: by its type, its own name, its properties, or the command."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from evidence.hosts import clean_url
from evidence.shell_object import ShellObject
from kb.outputs import Output, Outputs

OTHER: Final = Output(cmdlet="", label="another object")
"""The output of a command that the library does not know."""

_NAMED_ON_SITE: Final = re.compile(r"(?:[^\\]{1,256}\\)?([A-Za-z-]{2,40}) ?\(([^()]{0,120})\)?")
"""How IIS names an application: with its web site in brackets, and with its computer in front."""


def kind_by_properties(names: Collection[str], outputs: Outputs) -> Output | None:
    """Tell the output from the names of the properties (in lower case) alone; `None` where they do not decide it."""
    return _by_own_properties(names, outputs) or _by_weak_properties(names, outputs)


def kind_of(shell_object: ShellObject, outputs: Outputs) -> tuple[Output | None, bool]:
    """Return the output that an object is of, and whether that is certain; `(None, False)` where nothing tells.

    The type decides, then the object's own name, then properties that no other output has, then the command above
    it. The path of its URL comes last and is no certainty: administrators may publish a directory anywhere.
    """
    if shell_object.type_name is not None:
        last = shell_object.type_name.lower().removeprefix("deserialized.").rpartition(".")[2]
        if (kind := outputs.by_type.get(last)) is not None:
            return kind, True
    if (name := application_name(shell_object)) is not None and (kind := outputs.by_name.get(name)) is not None:
        return kind, True
    names = shell_object.properties.keys()
    if (kind := _by_own_properties(names, outputs)) is not None:
        return kind, True
    if shell_object.command is not None and (kind := outputs.by_noun.get(shell_object.command.noun)) is not None:
        return kind, True
    if (kind := _by_weak_properties(names, outputs)) is not None:
        return kind, True
    for property_ in outputs.url_properties:
        value = shell_object.get(property_)
        url = clean_url(value.text) if value is not None else None
        if url is not None and (kind := outputs.by_path.get(first_path_part(url))) is not None:
            return kind, False
    if shell_object.command is not None:
        return OTHER, True
    return None, False


def first_path_part(url: str) -> str:
    """Return the first part of a URL's path in lower case: `ews`."""
    return urlsplit(url).path.strip("/").split("/", 1)[0].lower()


def application_name(shell_object: ShellObject) -> str | None:
    """Return, in lower case, the word before the bracket in the object's own name."""
    for name in ("Identity", "Name"):
        value = shell_object.get(name)
        if value is not None and (match := _NAMED_ON_SITE.fullmatch(value.text.strip()[:512])) is not None:
            return match[1].lower()
    return None


def _by_own_properties(names: Collection[str], outputs: Outputs) -> Output | None:
    return next((kind for kind, own in outputs.by_property if not own.isdisjoint(names)), None)


def _by_weak_properties(names: Collection[str], outputs: Outputs) -> Output | None:
    if not outputs.of_any.isdisjoint(names):
        return None
    return next((kind for kind, own in outputs.by_weak_property if not own.isdisjoint(names)), None)
