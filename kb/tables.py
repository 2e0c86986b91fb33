"""Reads and links what a library says about commands (rules/commands.yaml) and their outputs (rules/evidence.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kb.cmdlets import Cmdlet, Where
from kb.naming import Naming
from kb.outputs import (
    OUTPUTS_MARK,
    CollectedLine,
    CollectionScript,
    Output,
    OutputNote,
    Outputs,
    PropertyTest,
    Skip,
)
from kb.problems import Code, Problem
from kb.reading import Document, Path
from kb.values import FactType, ValueRefused, normalise, suggestion
from kb.written import Key, Name, Text

CmdletName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z][A-Za-z0-9]*)?$", max_length=80)]
GetName = Annotated[str, Field(pattern=r"^Get-[A-Za-z][A-Za-z0-9]*$", max_length=80)]
PropertyName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=80)]
NoteName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
WrittenWhere = str | dict[str, list[str]]
"""Facts with the values for which something exists, or the name of such a set in ``places``."""

_BLANK = re.compile(r"\{([^{}]*)\}")
_MAX_SCRIPT_LINE = 2000


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class WrittenParameter(_Written):
    """A parameter that a command does not have everywhere."""

    where: WrittenWhere
    """Where the command has it: facts with values, or a name under `places`."""


class WrittenCmdlet(_Written):
    """A command: where it exists, its parameters, and who says so."""

    where: WrittenWhere = {}
    """Where it exists: facts with values, or a name under `places`; left out, everywhere."""
    parameters: list[PropertyName] | dict[PropertyName, WrittenParameter | None]
    """Its parameters, as a list, or each with where it exists."""
    source: Text
    """Who says so: an address, or a page and its publisher."""


class CommandsFile(_Written):
    """rules/commands.yaml: the commands that steps and questions may name."""

    places: dict[Name, dict[str, list[str]]] = {}
    """Facts with values, named once for many commands."""
    commands: dict[CmdletName, WrittenCmdlet]
    """The commands by name, such as Get-Thing; one that is not here is not checked."""


class WrittenPropertyTest(_Written):
    """A test of a property that is more than a glob."""

    lacks: list[Text] = []
    """Items that its value, as a list, has none of."""
    shown: bool | None = None
    """Whether the output shows it with a value."""


class WrittenOutputNote(_Written):
    """Something to tell of an output that no fact takes."""

    kind: NoteName
    """What programs know it by, such as back-end-directory."""
    shows: list[PropertyName] = []
    """It is told where the output shows any of these with a value; left out, always."""
    text: Text
    """What to tell; in braces stand properties, in whose place their values are put."""


class WrittenSkip(_Written):
    """When an object of an output is passed over."""

    where: Annotated[dict[str, str | list[str] | WrittenPropertyTest], Field(min_length=1)]
    """Properties, or facts, and what each is like: a glob, several, or lacks/shown. All fit, in any letter case."""
    note: WrittenOutputNote | None = None
    """What is told then."""


class WrittenRecognition(_Written):
    """How an output is recognised where the command line is not shown."""

    types: list[Text] = []
    """Last parts of the .NET type names that it has in formats which keep them."""
    name: str = ""
    """The word before the bracket in names such as EX1\\EWS (Web Site)."""
    properties: list[PropertyName] = []
    """Properties that no other output has."""
    weak_properties: list[PropertyName] = []
    """Properties that tell it where nothing else does."""
    path: str = ""
    """The first part of its URLs' path: only a guess, which has to be confirmed."""


class WrittenLine(_Written):
    """A line of a collection script, where it is not the same everywhere."""

    where: WrittenWhere = {}
    """Where it is run; left out, wherever the command exists."""
    show: str = ""
    """What stands above its output, by which it is recognised; left out, the line itself."""
    own_heading: bool = False
    """Whether the line itself prints what stands above its output."""
    run: Text
    """What is run: one line of plain ASCII."""


class _WrittenFacts(_Written):
    facts: dict[PropertyName, Key] = {}
    """Which property is which fact."""
    skip_when: list[WrittenSkip] = []
    """When an object is passed over; the first that fits counts."""
    notes: list[WrittenOutputNote] = []
    """What to tell that no fact takes."""


class WrittenEveryOutput(_WrittenFacts):
    """What holds for every output."""

    properties: list[PropertyName] = []
    """Properties that mark a text as an output, of whichever command."""


class WrittenOutput(_WrittenFacts):
    """What one command prints."""

    label: Text
    """What one object of it is, as it stands within a sentence."""
    object: str = ""
    """The object of the vocabulary that its facts are read off; left out where nothing is said."""
    also: list[GetName] = []
    """Further commands that print the same."""
    server: list[PropertyName] = []
    """Properties that name the thing of which there may be many, such as the server; the first with a name counts."""
    identity_is_server: bool = False
    """Whether -Identity on the command line names it too."""
    recognised_by: WrittenRecognition = WrittenRecognition()
    """How it is recognised where the command line is not shown."""
    usual_path: Annotated[str, Field(pattern=r"^(/[a-z0-9._/-]*)?$")] = ""
    """The whole path that its URLs usually have, in small letters; one that ends within it may have been cut."""
    certificates: bool = False
    """Whether it is a list of certificates, of which the one that counts has to be found."""
    versions: WrittenWhere | None = None
    """Where it exists: facts with values, or a name under `places`; left out, as rules/commands.yaml says."""
    collect: str | list[WrittenLine] = []
    """The line in the collection script, or alternatives; left out, it is not collected."""


class WrittenScript(_Written):
    """A collection script."""

    label: Text
    """Who it is for, and where it is run."""
    by: str = ""
    """The choice by whose values its lines differ; left out, it is the same for everybody."""
    file: Annotated[str, Field(pattern=r"^collect/[a-z0-9-]+\.ps1$")]
    """The script, from rules/: such as collect/admin.ps1."""


class EvidenceFile(_Written):
    """rules/evidence.yaml: what the outputs of commands say, and the scripts that collect them."""

    places: dict[Name, dict[str, list[str]]] = {}
    """Facts with values, named once for many outputs."""
    every_output: WrittenEveryOutput = WrittenEveryOutput()
    """What is read from each of them, told of it, or passed over, whichever command it is of."""
    shown_only: dict[Key, Annotated[FactType, Field(strict=False)]] = {}
    """Facts that are read and shown though the vocabulary declares none such, each with its type."""
    outputs: dict[GetName, WrittenOutput]
    """What commands print, by the name of the command, such as Get-Thing."""
    scripts: dict[Name, WrittenScript] = {}
    """The scripts that collect outputs, by the name that `collect` takes."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Both tables, linked."""

    cmdlets: dict[str, Cmdlet]
    outputs: Outputs


def link_tables(
    commands: tuple[Document, CommandsFile] | None,
    evidence: tuple[Document, EvidenceFile] | None,
    scripts: Mapping[str, str],
    naming: Naming,
    objects: Iterable[str],
) -> tuple[Tables, list[Problem]]:
    """Both tables, and everything that is wrong with them.

    Args:
        scripts: the texts of the files below rules/collect/, by their paths from rules/.
        objects: the objects of the vocabulary.
    """
    problems: list[Problem] = []
    cmdlets: dict[str, Cmdlet] = {}
    if commands is not None:
        cmdlets = _CommandsLinker(*commands, naming, problems).linked()
    outputs = Outputs()
    if evidence is not None:
        outputs = _EvidenceLinker(*evidence, naming, problems, cmdlets, scripts, tuple(objects)).linked()
    named = set() if evidence is None else {each.file for each in evidence[1].scripts.values()}
    for path in sorted(scripts.keys() - named):
        message = "nobody reads this file; name it under scripts in rules/evidence.yaml, or delete it"
        problems.append(Problem(f"rules/{path}", 1, 1, Code.STRAY, message))
    return Tables(cmdlets, outputs), problems


class _Linker:
    def __init__(self, document: Document, naming: Naming, problems: list[Problem]) -> None:
        self._document = document
        self._naming = naming
        self._problems = problems
        self._places: Mapping[str, Mapping[str, list[str]]] = {}

    def report(self, at: Path, code: Code, message: str, *, of_key: bool = False) -> None:
        self._problems.append(self._document.problem(at, code, message, of_key=of_key))

    def where(self, written: WrittenWhere, at: Path) -> Where:
        if isinstance(written, str):
            if written not in self._places:
                near = suggestion(written, self._places)
                self.report(at, Code.UNKNOWN_ID, f"there is no place {written!r} under places{near}")
            return {fact: tuple(values) for fact, values in self._places.get(written, {}).items()}
        for key, values in written.items():
            fact = self._naming.facts.get(key)
            if fact is None:
                self.report((*at, key), Code.UNKNOWN_FACT, self._naming.stranger(key), of_key=True)
            elif fact.type is not FactType.CHOICE:
                self.report((*at, key), Code.SHAPE, f"{key} is no choice; only a choice says where things exist")
            for position, value in enumerate(values if fact is not None and fact.type is FactType.CHOICE else ()):
                try:
                    normalise(value, FactType.CHOICE, fact.labels if fact is not None else {})
                except ValueRefused as refused:
                    self.report((*at, key, position), Code.REFUSED_VALUE, str(refused))
        return {fact: tuple(values) for fact, values in written.items()}

    def named_places(self, places: Mapping[str, Mapping[str, list[str]]]) -> None:
        for name, each in places.items():
            self.where(dict(each), ("places", name))
        self._places = places


class _CommandsLinker(_Linker):
    def __init__(self, document: Document, written: CommandsFile, naming: Naming, problems: list[Problem]) -> None:
        super().__init__(document, naming, problems)
        self._written = written

    def linked(self) -> dict[str, Cmdlet]:
        self.named_places(self._written.places)
        return {name: self._cmdlet(name, each) for name, each in self._written.commands.items()}

    def _cmdlet(self, name: str, each: WrittenCmdlet) -> Cmdlet:
        at: Path = ("commands", name)
        where = self.where(each.where, (*at, "where"))
        parameters: dict[str, Where] = {}
        seen: set[str] = set()
        for position, parameter in enumerate(each.parameters):
            here: Path = (*at, "parameters", position if isinstance(each.parameters, list) else parameter)
            if parameter.lower() in seen:
                self.report(here, Code.DUPLICATE_ID, f"the parameter {parameter} stands twice; leave one out")
            seen.add(parameter.lower())
            own = None if isinstance(each.parameters, list) else each.parameters[parameter]
            parameters[parameter] = {} if own is None else self.where(own.where, (*here, "where"))
            for fact, values in parameters[parameter].items():
                beyond = [value for value in values if fact in where and value not in where[fact]]
                if beyond:
                    message = f"{name} itself does not exist for {fact} {', '.join(beyond)}; leave them out"
                    self.report((*here, "where"), Code.REFUSED_VALUE, message)
        return Cmdlet(name=name, parameters=parameters, where=where, source=each.source)


class _EvidenceLinker(_Linker):
    def __init__(
        self,
        document: Document,
        written: EvidenceFile,
        naming: Naming,
        problems: list[Problem],
        cmdlets: Mapping[str, Cmdlet],
        scripts: Mapping[str, str],
        objects: tuple[str, ...],
    ) -> None:
        super().__init__(document, naming, problems)
        self._written = written
        self._cmdlets = cmdlets
        self._scripts = scripts
        self._objects = objects

    def linked(self) -> Outputs:
        self.named_places(self._written.places)
        every = self._written.every_output
        outputs = tuple(self._output(name, each) for name, each in self._written.outputs.items())
        self._told_apart()
        return Outputs(
            outputs=outputs,
            every=Output(
                cmdlet="",
                label="",
                facts=self._facts(every.facts, ("every_output", "facts")),
                skip_when=self._skips(every.skip_when, ("every_output", "skip_when")),
                notes=self._notes(every.notes, ("every_output", "notes")),
            ),
            telling=tuple(every.properties),
            shown_only={key: type_ for key, type_ in self._written.shown_only.items() if key not in self._naming.facts},
            scripts=tuple(self._script(name, each) for name, each in self._written.scripts.items()),
        )

    def _output(self, name: str, each: WrittenOutput) -> Output:
        at: Path = ("outputs", name)
        if each.object and each.object not in self._objects:
            near = suggestion(each.object, self._objects)
            self.report((*at, "object"), Code.UNKNOWN_ID, f"there is no object {each.object!r} under objects{near}")
        where: Where = {}
        if each.versions is not None:
            where = self.where(each.versions, (*at, "versions"))
        elif name in self._cmdlets:
            where = dict(self._cmdlets[name].where)
        if each.collect and self._cmdlets and name not in self._cmdlets:
            near = suggestion(name, self._cmdlets)
            message = f"{name} is no command of rules/commands.yaml, so nothing says where a script may run it{near}"
            self.report(at, Code.UNKNOWN_ID, message, of_key=True)
        recognised = each.recognised_by
        return Output(
            cmdlet=name,
            also=tuple(each.also),
            label=each.label,
            object=each.object,
            server=tuple(each.server),
            identity_is_server=each.identity_is_server,
            types=tuple(recognised.types),
            name=recognised.name,
            properties=tuple(recognised.properties),
            weak_properties=tuple(recognised.weak_properties),
            path=recognised.path,
            usual_path=each.usual_path,
            facts=self._facts(each.facts, (*at, "facts")),
            certificates=each.certificates,
            skip_when=self._skips(each.skip_when, (*at, "skip_when")),
            notes=self._notes(each.notes, (*at, "notes")),
            where=where,
            collect=self._lines(name, each, where, at),
        )

    def _lines(self, name: str, each: WrittenOutput, where: Where, at: Path) -> tuple[CollectedLine, ...]:
        if isinstance(each.collect, str):
            lines = [CollectedLine(run=each.collect)]
        else:
            lines = []
            for position, line in enumerate(each.collect):
                here: Path = (*at, "collect", position, "where")
                lines.append(
                    CollectedLine(
                        where=self.where(line.where, here), show=line.show, own_heading=line.own_heading, run=line.run
                    )
                )
        for position, ready in enumerate(lines):
            here = (*at, "collect") if isinstance(each.collect, str) else (*at, "collect", position, "run")
            if not ready.run.isascii() or len(ready.run) > _MAX_SCRIPT_LINE:
                self.report(here, Code.COMMAND, "this is not plain ASCII, or is too long for one line of a script")
            names = (name, *each.also)
            if not any(cmdlet.lower() in ready.run.lower() for cmdlet in names):
                self.report(here, Code.COMMAND, f"this does not run {' or '.join(names)}, whose output it collects")
        return tuple(lines)

    def _facts(self, facts: Mapping[str, str], at: Path) -> dict[str, str]:
        for name, key in facts.items():
            if key not in self._naming.facts and key not in self._written.shown_only:
                message = f"{self._naming.stranger(key)}; declare it, or name it with its type under shown_only"
                self.report((*at, name), Code.UNKNOWN_FACT, message)
        return dict(facts)

    def _skips(self, skips: list[WrittenSkip], at: Path) -> tuple[Skip, ...]:
        linked: list[Skip] = []
        for position, skip in enumerate(skips):
            tests: list[PropertyTest] = []
            for name, test in skip.where.items():
                here: Path = (*at, position, "where", name)
                if "." in name and name not in self._naming.facts:
                    self.report(here, Code.UNKNOWN_FACT, self._naming.stranger(name), of_key=True)
                if isinstance(test, WrittenPropertyTest):
                    if not test.lacks and test.shown is None:
                        self.report(here, Code.SHAPE, f"{name}: say what it lacks, or whether it is shown")
                    tests.append(PropertyTest(name=name, lacks=tuple(test.lacks), shown=test.shown))
                else:
                    tests.append(PropertyTest(name=name, is_like=(test,) if isinstance(test, str) else tuple(test)))
            note = None if skip.note is None else self._note(skip.note, (*at, position, "note"))
            linked.append(Skip(where=tuple(tests), note=note))
        return tuple(linked)

    def _notes(self, notes: list[WrittenOutputNote], at: Path) -> tuple[OutputNote, ...]:
        return tuple(self._note(each, (*at, position)) for position, each in enumerate(notes))

    def _note(self, note: WrittenOutputNote, at: Path) -> OutputNote:
        for blank in _BLANK.findall(note.text):
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", blank):
                self.report((*at, "text"), Code.BLANK, f"{{{blank}}} is no name of a property")
        return OutputNote(kind=note.kind, shows=tuple(note.shows), text=note.text)

    def _told_apart(self) -> None:
        """What recognises an output recognises no other."""
        seen: dict[tuple[str, str], str] = {}
        for name, each in self._written.outputs.items():
            at: Path = ("outputs", name)
            recognised = each.recognised_by
            marks = [("the command", cmdlet, at) for cmdlet in (name, *each.also)]
            marks += [("the type", type_, (*at, "recognised_by", "types")) for type_ in recognised.types]
            marks += [("the property", mark, (*at, "recognised_by", "properties")) for mark in recognised.properties]
            if recognised.name:
                marks.append(("the name", recognised.name, (*at, "recognised_by", "name")))
            if recognised.path:
                marks.append(("the path", recognised.path, (*at, "recognised_by", "path")))
            for what, mark, here in marks:
                first = seen.setdefault((what, mark.lower()), name)
                if first != name:
                    message = f"{what} {mark} marks {first} already; an output is told by what no other has"
                    self.report(here, Code.DUPLICATE_ID, message)

    def _script(self, name: str, each: WrittenScript) -> CollectionScript:
        at: Path = ("scripts", name)
        text = self._scripts.get(each.file, "")
        values: tuple[str, ...] = ()
        if each.file not in self._scripts:
            self.report((*at, "file"), Code.UNREADABLE, f"there is no file rules/{each.file}; write it")
        elif not text.isascii():
            line = next(i for i, part in enumerate(text.split("\n"), 1) if not part.isascii())
            message = "write this in ASCII; Windows PowerShell reads other letters by the computer's own code page"
            self._problems.append(Problem(f"rules/{each.file}", line, 1, Code.COMMAND, message))
        if each.by:
            fact = self._naming.facts.get(each.by)
            if fact is None or fact.type is not FactType.CHOICE:
                message = f"{each.by} is no choice; a script differs by the values of a choice"
                self.report((*at, "by"), Code.UNKNOWN_FACT, message)
            elif text and not any(line.strip() == OUTPUTS_MARK for line in text.split("\n")):
                message = f"it lacks the line {OUTPUTS_MARK!r}, where the lines of the outputs go"
                self._problems.append(Problem(f"rules/{each.file}", 1, 1, Code.SHAPE, message))
            if fact is not None:
                values = tuple(value for value in fact.labels if self._any_output(each.by, value))
        return CollectionScript(id=name, label=each.label, by=each.by, values=values, text=text)

    def _any_output(self, fact: str, value: str) -> bool:
        """Whether a command that somebody has to run exists where the fact has that value."""
        for name, each in self._written.outputs.items():
            written = each.versions
            where: Mapping[str, Iterable[str]] = {}
            if isinstance(written, str):
                where = self._places.get(written, {})
            elif written is not None:
                where = written
            elif name in self._cmdlets:
                where = self._cmdlets[name].where
            if each.collect and value in where.get(fact, ()):
                return True
        return False
