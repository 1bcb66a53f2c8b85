"""The text of a mapping, read: a part of a schema, which has only what the text says."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from wizard.errors import MappingError
from wizard.mapping import sources
from wizard.mapping.as_text import (
    APPLIED,
    BARE_NAME,
    BARE_WORDS,
    END,
    FILTERS,
    HEADING,
    RARE,
    SECTIONS,
    SWITCHES,
    TEXT_VERSION,
    UNSET,
)
from wizard.mapping.escapes import first_unseen, unescaped
from wizard.mapping.schema import MAX_SCHEMA_BYTES, SynchronizationSchema
from wizard.mapping.scoping.operators import find_operator
from wizard.options import command_line
from wizard.words.text import plain_line

_HEADING: Final = re.compile(rf"{HEADING}[ \t]+([0-9]{{1,9}})[ \t]*")
_CONFLICT: Final = re.compile(r"(<{7}|>{7}|\|{7})( |$)|={7}$")
_BLANKS: Final = re.compile(r"[ \t]*")
_WORD: Final = re.compile(r"[^\s\"=]+")
_ORDER: Final = re.compile(r"-?[0-9]{1,1000}(?!\S)|-(?!\S)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_BEHEADED: Final = re.compile(
    r"(?:\s*#[^\n]*\n)*+\s*(?:(?:users|groups)[ \t]+(?:on|off|unset)\b|row[ \t])"
)
"""How a text without its heading begins."""
_LOOKED_AT: Final = 4000
"""Characters in which the heading is looked for, whatever a merge has put before it."""
_SIGN: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def is_text(content: bytes) -> bool:
    """Tell whether a file is meant to be such a text; a damaged one is, too."""
    begins = content[:_LOOKED_AT].decode(_encoding(content), "replace")
    return HEADING in begins or _BEHEADED.match(begins) is not None


def read_text(content: str | bytes) -> SynchronizationSchema:
    """Return the part of a schema that a text tells.

    Raises:
        MappingError: It is none (`mapping-text-none`), too large, of a newer version
            (`mapping-text-newer`), cut off (`mapping-text-cut-off`), holds marks of a merge
            (`mapping-text-conflict`), a character that is not seen (`mapping-text-unseen`), or
            something that cannot be read (`mapping-text-unreadable`), with its line and column.
    """
    lines = _decoded(content).split("\n")
    reader = _Reader()
    for line in _meant(lines):
        line.blanks()
        reader.read(line)
    return SynchronizationSchema.model_validate(reader.schema)


def _encoding(content: bytes) -> str:
    return _SIGN.get(content[:2], "utf-8-sig")


def _decoded(content: str | bytes) -> str:
    if len(content) > MAX_SCHEMA_BYTES:
        raise MappingError(
            "The text is larger than 10 MB, which no mapping is.",
            "Choose the file that holds the mapping alone.",
            code="mapping-too-large",
        )
    if isinstance(content, str):
        return content.replace("\r\n", "\n")
    try:
        return content.decode(_encoding(content)).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise MappingError(
            f"The file is not text: byte {error.start + 1} belongs to no character.",
            "Save it as UTF-8.",
            code="mapping-not-text",
        ) from error


def _meant(lines: list[str]) -> Iterator["_Line"]:
    """Yield the lines between heading and end that are not blank and no comment.

    Raises:
        MappingError: The text as a whole cannot be used.
    """
    every = [_Line(number, text) for number, text in enumerate(lines, 1)]
    for line in every:
        if _CONFLICT.match(line.text):
            line.fail(
                "here a merge of version control has left its mark: two versions disagree.",
                "Decide which lines hold, take the lines with <<<<<<<, ======= and >>>>>>> out, "
                "and try again.",
                code="mapping-text-conflict",
            )
    told = [line for line in every if line.is_told]
    _require_heading(told)
    ends = [place for place, line in enumerate(told) if line.text.strip() == END]
    if not ends:
        raise MappingError(
            f'The text is cut off: it does not end with "{END}". The last line is {len(lines)}.',
            "Take the whole file, or export it again.",
            code="mapping-text-cut-off",
        )
    for line in every:
        if (unseen := first_unseen(line.text)) is not None:
            number = ord(line.text[unseen])
            line.fail(
                f"a character is not seen there, number {number:x}.",
                f"Take it out; or, if it is meant, write \\u{{{number:x}}} in quotes or after =\\.",
                at=unseen,
                code="mapping-text-unseen",
            )
    if told[ends[0] + 1 :]:
        told[ends[0] + 1].fail(f'nothing may follow "{END}".', "Keep one text in a file.")
    yield from told[1 : ends[0]]


def _require_heading(told: list["_Line"]) -> None:
    found = _HEADING.fullmatch(told[0].text) if told else None
    if found is None:
        raise MappingError(
            f'This is no text of a mapping: it does not begin with "{HEADING} {TEXT_VERSION}".',
            f"Make one: `{command_line('mapping', 'export', '--text', 'FILE')}`",
            code="mapping-text-none",
        )
    if int(found[1]) != TEXT_VERSION:
        raise MappingError(
            f"The text is of version {found[1]}, and this program reads version {TEXT_VERSION}.",
            "Take the webex-wizard that wrote it, or a newer one.",
            code="mapping-text-newer",
        )


@dataclass
class _Line:
    """A line, and how far it is read."""

    number: int
    text: str
    at: int = 0

    @property
    def is_told(self) -> bool:
        """Whether it says something to this program."""
        return self.text.strip(" \t")[:1] not in ("", "#")

    @property
    def has_ended(self) -> bool:
        """Whether everything is read."""
        return self.at == len(self.text)

    def blanks(self) -> None:
        """Go past blanks."""
        if found := _BLANKS.match(self.text, self.at):
            self.at = found.end()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what stands here, and go past it and the blanks behind it."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            self.blanks()
        return found

    def quoted(self) -> str | None:
        """Return the text in quotes that stands here; None where none does."""
        start = self.at
        if self.text[start : start + 1] != '"':
            return None
        found = self.take(_QUOTED)
        if found is None:
            self.fail('the quotes that begin here never end; a " in them is written \\".')
        return self.unescaped(found[1], start + 1)

    def unescaped(self, text: str, start: int) -> str:
        """Return what an escaped text stands for, which began at a place of this line."""
        try:
            return unescaped(text)
        except ValueError as error:
            self.fail(
                "a backslash begins no escape there, or one of no character.",
                r"Write \\ for a backslash; the others are \n, \t, \" and \u{202e}.",
                at=start + int(error.args[0]),
            )

    def name(self, what: str) -> str:
        """Return the name that stands here, in quotes or not."""
        inside = self.quoted()
        if inside is not None:
            return inside
        found = self.take(BARE_NAME)
        return found[0] if found else self.fail(f"{what} is missing.")

    def require_end(self) -> None:
        """Let nothing more stand in the line."""
        if not self.has_ended:
            self.fail("more stands here than the line may have.")

    def fail(
        self,
        why: str,
        hint: str = "Correct the line and try again.",
        *,
        at: int | None = None,
        code: str = "mapping-text-unreadable",
    ) -> NoReturn:
        """Refuse the line, and say where."""
        column = (self.at if at is None else at) + 1
        message = f"Line {self.number}, column {column}: {why}"
        raise MappingError(message, hint, code=code)


@dataclass
class _Reader:
    """Puts together what the lines say."""

    objects: list[dict[str, Any]] = field(default_factory=list)
    clauses: list[dict[str, Any]] | None = None
    """Those of the filter that stands above; None where none does."""

    @property
    def schema(self) -> dict[str, Any]:
        """A schema of these objects alone."""
        return {"synchronizationRules": [{"objectMappings": self.objects}]}

    def read(self, line: _Line) -> None:
        """Take one line."""
        if line.text[line.at :].split() == UNSET.split():
            self._within(line).pop("scope", None)
            self.clauses = None
            return
        found = line.take(_WORD)
        word = found[0] if found else ""
        if word in SECTIONS or word == "objects":
            self._section(line, word)
        elif word == "row":
            self._within(line)["attributeMappings"].append(_row(line))
            self.clauses = None
        elif word in FILTERS:
            self._filter(line, word)
        elif word == "where":
            self._clause(line)
        else:
            line.at = len(line.text) - len(line.text.lstrip(" \t"))
            known = ", ".join((*SECTIONS, "objects", "row", *FILTERS, "where", f"or {END}"))
            line.fail(f'"{plain_line(word, 40)}" begins no line.', f"A line begins with {known}.")
        line.require_end()

    def _section(self, line: _Line, word: str) -> None:
        kind = SECTIONS.get(word)
        if kind is None:
            kind = line.quoted()
        if kind is None:
            line.fail("the name of the objects is missing, in quotes.")
        start = line.at
        found = line.take(_WORD)
        if found is None or found[0] not in SWITCHES:
            line.fail(f"after {word} stands on, off or unset.", at=start)
        empty: dict[str, Any] = {"attributeMappings": [], "scope": None}
        self.objects.append({"enabled": SWITCHES[found[0]], "sourceObjectName": kind} | empty)
        self.clauses = None

    def _within(self, line: _Line) -> dict[str, Any]:
        if not self.objects:
            line.fail('it stands under no "users on" or "groups on".', at=0)
        return self.objects[-1]

    def _filter(self, line: _Line, word: str) -> None:
        name = line.quoted()
        if name is None:
            line.fail("the name of the filter is missing, in quotes.")
        objects = self._within(line)
        if "scope" not in objects:
            line.fail(f'it stands below "{UNSET}", which says that there is none here.', at=0)
        empty: dict[str, Any] = {_alias(stage): [] for stage in FILTERS.values()}
        scope = objects["scope"] = objects["scope"] or empty
        self.clauses = []
        scope[_alias(FILTERS[word])].append({"name": name, "clauses": self.clauses})

    def _clause(self, line: _Line) -> None:
        if self.clauses is None:
            line.fail("it stands under no filter.", at=0)
        attribute = line.name("the attribute that is compared")
        operator = _operator(line)
        values = []
        while (value := line.quoted()) is not None:
            values.append(value)
        clause = {"operatorName": operator, "sourceOperandName": attribute}
        self.clauses.append(clause | {"targetOperand": {"values": values}})


def _alias(stage: str) -> str:
    first, *others = stage.split("_")
    return first + "".join(map(str.capitalize, others))


def _operator(line: _Line) -> str:
    inside = line.quoted()
    if inside is not None:
        return inside
    start = line.at
    found = line.take(BARE_WORDS)
    if found is None:
        line.fail("the operator is missing, such as EQUALS.")
    try:
        find_operator(found[0])
    except MappingError as error:
        line.fail(
            f'"{plain_line(found[0], 60)}" is no operator.',
            f"{error.hint} Values stand in double quotes: department EQUALS {json.dumps('Sales')}",
            at=start,
        )
    return found[0]


def _row(line: _Line) -> dict[str, Any]:
    order = line.take(_ORDER)
    if order is None:
        line.fail("after row stands when to match by it: 1, 2 and so on, or - for never.")
    flow_type = _flow_type(line)
    target = line.name("the attribute of Webex")
    default = None
    if line.take(re.compile(r"default(?!\S)")):
        default = line.quoted()
        if default is None:
            line.fail("the default value is missing, in quotes.")
    return {
        "defaultValue": default,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": flow_type,
        "matchingPriority": 0 if order[0] == "-" else int(order[0]),
        "targetAttributeName": target,
        "source": _source(line),
    }


def _flow_type(line: _Line) -> str:
    inside = line.quoted()
    if inside is not None:
        return inside
    start = line.at
    found = line.take(_WORD)
    if found is None or not (found[0] in APPLIED or found[0] in RARE):
        line.fail("here must stand when the row applies: always or creation.", at=start)
    return APPLIED.get(found[0], found[0])


def _source(line: _Line) -> dict[str, Any]:
    """Return the source object; one after `=` is tidied as one that is typed on a screen is."""
    if line.take(re.compile(r"=\\")):
        start = line.at
        text = line.unescaped(line.text[start:].rstrip(" \t"), start)
    elif line.take(re.compile("=")):
        text = sources.tidy(line.text[line.at :])
    else:
        line.fail("= and the source are missing.")
    line.at = len(line.text)
    return {
        "expression": text,
        "name": sources.name_of_source(text),
        "type": sources.kind_of(text).capitalize(),
        "parameters": [],
    }
