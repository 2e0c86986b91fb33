"""What the outputs of commands say: which property is which fact, how an output is recognised, and how it is collected.

The forms in which outputs come (lists, tables, JSON, …) are the readers' matter; the names in them are a library's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from functools import cache, cached_property

from pydantic import BaseModel, ConfigDict

from kb.cmdlets import Where, exists
from kb.values import FactType


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PropertyTest(_Frozen):
    """What a property, or a fact that the same object states, has to be; letter case does not matter.

    Attributes:
        name: the property, or the key of the fact.
        is_like: globs, one of which fits the whole value; no value fits none.
        lacks: items that the value, as a list, has none of.
        shown: whether the output shows it with a value.
    """

    name: str
    is_like: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    shown: bool | None = None

    @property
    def of_fact(self) -> bool:
        """Whether it is a fact that is tested: keys of facts have dots, properties have none."""
        return "." in self.name

    def fits(self, text: str) -> bool:
        """Whether a value is like one of the globs."""
        return any(_compiled(glob.lower()).fullmatch(text.strip().lower()) for glob in self.is_like)


class OutputNote(_Frozen):
    """Something to tell of an output that no fact takes.

    Attributes:
        shows: it is told where the output shows any of these properties with a value.
        text: in braces the properties whose values stand there.
    """

    kind: str
    shows: tuple[str, ...] = ()
    text: str


class Skip(_Frozen):
    """When an object of an output is passed over, and what is told then."""

    where: tuple[PropertyTest, ...]
    note: OutputNote | None = None


class CollectedLine(_Frozen):
    """A line of a collection script.

    Attributes:
        where: where it is run; empty where that is wherever the command exists.
        show: what stands above its output, by which it is recognised; the line itself, where empty.
        own_heading: whether the line prints that itself.
        run: what is run.
    """

    where: Where = {}
    show: str = ""
    own_heading: bool = False
    run: str


class Output(_Frozen):
    """What one command prints.

    Attributes:
        cmdlet: the command.
        also: further commands that print the same.
        label: what an object of it is, as it stands within a sentence.
        object: what its facts are read off, an object of the vocabulary; empty where nothing is said.
        server: properties that name the thing of which there may be many; the first that holds a name counts.
        identity_is_server: whether `-Identity` on the command line names it too.
        types: last parts of the .NET types that it has in formats which keep them.
        name: the word before the bracket in names such as `EX1\\EWS (Default Web Site)`.
        properties: those that no other output has.
        weak_properties: those that tell it where nothing else does.
        path: the first part of the path of its URLs, a guess that has to be confirmed.
        usual_path: the whole path that its URLs usually have; one that ends within it may have been cut.
        facts: property to fact.
        certificates: whether it is a list of certificates, of which a reader of its own finds the one that counts.
        where: where it exists.
    """

    cmdlet: str
    also: tuple[str, ...] = ()
    label: str
    object: str = ""
    server: tuple[str, ...] = ()
    identity_is_server: bool = False
    types: tuple[str, ...] = ()
    name: str = ""
    properties: tuple[str, ...] = ()
    weak_properties: tuple[str, ...] = ()
    path: str = ""
    usual_path: str = ""
    facts: dict[str, str] = {}
    certificates: bool = False
    skip_when: tuple[Skip, ...] = ()
    notes: tuple[OutputNote, ...] = ()
    where: Where = {}
    collect: tuple[CollectedLine, ...] = ()


class CollectionScript(_Frozen):
    """A script that only reads, to be run by somebody who can.

    Attributes:
        by: the fact by which its lines differ; empty where it is the same for everybody.
        values: the values of that fact for which there is a script.
        text: the script; `OUTPUTS_MARK` stands alone on the line where the lines of the outputs go.
    """

    id: str
    label: str
    by: str = ""
    values: tuple[str, ...] = ()
    text: str


OUTPUTS_MARK = "# <outputs>"
"""The line of a collection script in whose place the lines of the outputs are put."""

_VERB = "Get-"


class Outputs(_Frozen):
    """All outputs that a library knows.

    Attributes:
        every: what holds for every output: facts, notes, when it is passed over.
        telling: properties that mark a text as an output, of whichever.
        shown_only: facts that are read though the vocabulary does not declare them, with their types.
    """

    outputs: tuple[Output, ...] = ()
    every: Output = Output(cmdlet="", label="")
    telling: tuple[str, ...] = ()
    shown_only: dict[str, FactType] = {}
    scripts: tuple[CollectionScript, ...] = ()

    @cached_property
    def by_noun(self) -> dict[str, Output]:
        """By what the command gets, in lower case: `oabvirtualdirectory`."""
        return {name.removeprefix(_VERB).lower(): each for each in self.outputs for name in (each.cmdlet, *each.also)}

    @cached_property
    def by_type(self) -> dict[str, Output]:
        """By the last part of the .NET type, in lower case."""
        return {name.lower(): each for each in self.outputs for name in each.types}

    @cached_property
    def by_name(self) -> dict[str, Output]:
        """By the word before the bracket, in lower case."""
        return {each.name.lower(): each for each in self.outputs if each.name}

    @cached_property
    def by_path(self) -> dict[str, Output]:
        """By the first part of the URL's path, in lower case."""
        return {each.path.lower(): each for each in self.outputs if each.path}

    @cached_property
    def by_property(self) -> tuple[tuple[Output, frozenset[str]], ...]:
        """Outputs with the properties, in lower case, that no other has."""
        return tuple((each, _lower(each.properties)) for each in self.outputs if each.properties)

    @cached_property
    def by_weak_property(self) -> tuple[tuple[Output, frozenset[str]], ...]:
        """Outputs with the properties, in lower case, that tell them where nothing else does."""
        return tuple((each, _lower(each.weak_properties)) for each in self.outputs if each.weak_properties)

    @cached_property
    def of_any(self) -> frozenset[str]:
        """The properties, in lower case, that mark a text as an output of whichever command."""
        return _lower(self.telling)

    @cached_property
    def marks(self) -> frozenset[str]:
        """All properties, in lower case, that mark a text as an output."""
        own = (name for each in self.outputs for name in (*each.properties, *each.weak_properties))
        return self.of_any | _lower(tuple(own))

    @cached_property
    def url_properties(self) -> tuple[str, ...]:
        """The properties whose URL can tell an output by its path."""
        return tuple(dict.fromkeys(name for each in self.outputs if each.path for name in each.facts))

    def script(self, id_: str) -> CollectionScript | None:
        """The collection script of that id."""
        return next((each for each in self.scripts if each.id == id_), None)

    def lines(self, known: dict[str, str]) -> Iterator[CollectedLine]:
        """The lines of a collection script, where these facts are known."""
        for each in self.outputs:
            if exists(each.where, known):
                yield from (line for line in each.collect if exists(line.where, known))


def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))
