"""`webex-wizard mapping`: the value of an expression, and the command's other actions."""

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from wizard import DONE, FAILED, USAGE
from wizard.commands import mapping_actions
from wizard.commands.arguments import split_command
from wizard.commands.output import data, narrate, tell_error
from wizard.errors import MappingError, WizardError
from wizard.machine.files import TooLarge, open_file, read_file, unreadable_file
from wizard.mapping import guests, json_text
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.excerpt import excerpt
from wizard.mapping.expression.functions.logic import rendered
from wizard.mapping.expression.tree import Attribute, walk
from wizard.mapping.expression.values import Context, Ignore, Value
from wizard.mapping.lint.doubts import doubts
from wizard.mapping.misread import misread
from wizard.mapping.trees import read_tree
from wizard.words.text import plain, plain_line

MAX_LINE = 64_000_000
"""Bytes of one line of a batch."""

_SHOWN = 3
"""Attributes that a note names."""

WIDTH = 72
"""Most characters of an expression that are shown around the place of an error."""

_TYPED = "The input of mapping eval"

_PERSON_KEYS = ("source_attributes", "source")
_KEYS = frozenset({"id", "expression", "context", "now", *_PERSON_KEYS})
_BATCH_HELP = (
    'JSON lines to evaluate, as {"expression": "[mail]", "source_attributes": {"mail": "a@b.c"}}, '
    "with id, now and context where wanted; - is standard input"
)


def main(arguments: list[str]) -> int:
    """Run the command; 0 when done, 1 when something is wrong with the mapping, 2 for usage."""
    parser = _parser()
    if arguments[:1] == ["--batch"]:
        arguments = ["eval", *arguments]
    action, rest = split_command(arguments)
    options = parser.parse_args(arguments if action is None else [action, *rest])
    if options.action == "check":
        from wizard.commands.mapping_check import check

        return check(options.schema, options.people, as_json=options.json)
    if options.action != "eval":
        return mapping_actions.run(parser, options)
    if options.batch is not None:
        if options.source or options.now:
            parser.error("--source and --now do not go with --batch, whose lines have their own")
        return _batch(options.batch)
    return _eval(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="webex-wizard mapping",
        description="Try an expression of Entra's attribute mapping, check a whole mapping, or "
        "keep it as a text under version control. Only apply writes into Entra.",
        allow_abbrev=False,
    )
    add_actions(parser)
    return parser


def add_actions(parser: argparse.ArgumentParser) -> None:
    """Let a parser take what the command does."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    trying = actions.add_parser("eval", help="print the JSON value of an expression")
    one = trying.add_mutually_exclusive_group(required=True)
    one.add_argument("expression", nargs="?", metavar="EXPRESSION")
    one.add_argument("--batch", metavar="FILE", help=_BATCH_HELP)
    trying.add_argument("--source", metavar="FILE", help="the person's attributes, a JSON object")
    trying.add_argument("--now", metavar="ISO", help="the time that Now() yields")
    check = actions.add_parser("check", help="say what is wrong with a mapping")
    check.add_argument("schema", metavar="SCHEMA.json", help="exported from Entra, or a text")
    check.add_argument("--people", metavar="FILE", help="people to try it on, as JSON")
    check.add_argument("--json", action="store_true", help="one JSON document")
    mapping_actions.add_to(actions)


def _eval(options: argparse.Namespace) -> int:
    try:
        person, remarks = _source(options.source) if options.source else ({}, ())
        context = Context() if options.now is None else Context(now=_time(options.now))
    except WizardError as error:
        tell_error(error, command="mapping eval", as_json=False)
        return USAGE
    for remark in remarks:
        narrate(f"Note: {remark}")
    try:
        value, notes = _value(options.expression, person, context)
    except ExpressionError as error:
        tell_error(error, command="mapping eval", as_json=False)
        if error.position is not None:
            narrate(_place(options.expression, error.position))
        return FAILED
    if not options.source and (named := _named(options.expression)):
        notes += (f"Nobody's attributes were given, so {named}. --source FILE gives a person's.",)
    data(_shown(value))
    for note in notes:
        narrate(f"Note: {note}")
    return DONE


def _place(expression: str, position: int) -> str:
    """Return a place in words, and in a picture: the expression, and a mark below it."""
    line, column = excerpt(expression, position, WIDTH)
    indent = "".join(_blank(each) for each in line[:column])
    return f"Place: character {position + 1}\n  {line}\n  {indent}^"


def _blank(character: str) -> str:
    """Return blanks as wide as a character is on a terminal."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def _batch(name: str) -> int:
    try:
        if name == "-":
            _answer_all(sys.stdin.buffer)
        else:
            with open_file(Path(name)) as file:
                _answer_all(file)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        tell_error(unreadable_file(name, error), command="mapping eval", as_json=False)
        return USAGE
    return DONE


def _answer_all(file: BinaryIO) -> None:
    for line in _lines(file):
        data(json.dumps(_answer(line)))


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines that are not blank; None for one that is too long."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE)
            yield None
        elif line.strip():
            yield line


def _answer(line: bytes | None) -> dict[str, Any]:
    identity: Any = None
    try:
        record = _record(line)
        identity = record.get("id")
        text = record.get("expression")
        person = record.get("source_attributes", record.get("source")) or {}
        if not isinstance(text, str):
            raise _unusable("expression must be text.", "not-text")
        if not isinstance(person, dict):
            raise _unusable("source_attributes must be an object.", "not-an-object")
        person = guests.with_both_names(dict(person))
        value, notes = _value(text, person, _context(record))
        notes += tuple(_unread(record, text))
        if (of_guest := guests.name_at_home(person)) and guests.UPN in text:
            notes += (of_guest,)
        answer = {"id": identity, "value": value}
        return answer | {"notes": list(notes)} if notes else answer
    except MappingError as error:
        told = {
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "position": getattr(error, "position", None),
        }
        return {"id": identity, "error": told}


def _value(
    text: str, person: Mapping[str, object], context: Context
) -> tuple[Any, tuple[str, ...]]:
    """Return the value of an expression, and what is to be said of its attributes' names."""
    try:
        tree = read_tree(text)
        value = _as_json(rendered(evaluate(tree, person, context)))
        return value, tuple(dict.fromkeys((*misread(tree, person), *doubts(text, tree))))
    except (MemoryError, RecursionError) as error:
        raise ExpressionError(
            "The expression needs more memory than there is.",
            "Simplify it.",
            code="too-large",
            position=0,
        ) from error


def _shown(value: Any) -> str:
    """Return a value as JSON with its own letters, where the terminal has them and they are seen.

    What was piped to another program is read the same either way.
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(value)
    return text if plain(text, len(text)) == text else json.dumps(value)


def _named(text: str) -> str:
    """Return which attributes of an expression are empty, in words; nothing where it names none."""
    names = sorted({n.name for n in walk(read_tree(text)) if isinstance(n, Attribute)})
    shown = ", ".join(f"[{plain_line(name, 40)}]" for name in names[:_SHOWN])
    more = ", ..." if len(names) > _SHOWN else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'} empty" if names else ""


def _unread(record: Mapping[str, Any], text: str) -> Iterator[str]:
    """Yield what of a line was not read, and that it names nobody where that matters."""
    keys = "The person's attributes stand in source_attributes."
    for key in record.keys() - _KEYS:
        yield f"{plain_line(key, 40)} was not read. {keys}"
    if record.keys().isdisjoint(_PERSON_KEYS) and (named := _named(text)):
        yield f"Nobody's attributes were given, so {named}. {keys}"


def _as_json(value: Value) -> Any:
    if isinstance(value, Ignore):
        return {"$flow": value.value}
    return list(value) if isinstance(value, tuple) else value


def _record(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise _unusable(f"The line is longer than {MAX_LINE // 1_000_000} MB.", "line-too-long")
    found = _loaded(line)
    if not isinstance(found, dict):
        raise _unusable("The line is JSON, but not an object.", "not-an-object")
    return found


def _context(record: Mapping[str, Any]) -> Context:
    given = record.get("context") or {}
    if not isinstance(given, dict):
        raise _unusable("context must be an object.", "not-an-object")
    taken = given.get("taken") or []
    domain = given.get("defaultDomain") or ""
    guid = given.get("guid") or ""
    if not (isinstance(taken, list) and all(isinstance(each, str) for each in taken)):
        raise _unusable("taken must be a list of texts.", "not-text")
    if not (isinstance(domain, str) and isinstance(guid, str)):
        raise _unusable("defaultDomain and guid must be text.", "not-text")
    now = record.get("now") or given.get("now")
    return Context(
        now=datetime.now(UTC) if now is None else _time(now),
        taken=frozenset(taken),
        default_domain=domain,
        guid=guid,
    )


def _source(name: str) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """Return the attributes of the person in a file, and what is to be said of the file."""
    from wizard.mapping.brought import read_one

    try:
        text = read_file(Path(name), MAX_LINE)
    except TooLarge as error:
        message = f"The file is larger than {MAX_LINE // 1_000_000} MB."
        raise _unusable(message, "source-too-large") from error
    except OSError as error:
        raise unreadable_file(name, error) from error
    return read_one(_loaded(text))


def _loaded(text: bytes) -> Any:
    try:
        return json_text.loads(text)
    except json.JSONDecodeError as error:
        raise ExpressionError(
            f"{_TYPED} is not JSON: {error.msg}.",
            "Write each line of a batch, or the file of a person, as one JSON object.",
            code="not-json",
            position=error.pos,
        ) from error
    except RecursionError as error:
        raise _unusable(f"{_TYPED} is nested too deeply.", "not-json") from error
    except ValueError as error:
        raise _unusable(
            f"{_TYPED} holds a character or a number that JSON does not allow.", "not-json"
        ) from error


def _time(text: object) -> datetime:
    try:
        if not isinstance(text, str):
            raise TypeError
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise MappingError(
            f'"{plain_line(text, 60)}" is not a time.',
            "Write it as 2026-11-23T10:00:00Z.",
            code="not-a-time",
        ) from error


def _unusable(message: str, code: str) -> MappingError:
    return MappingError(message, "Correct it and try again.", code=code)
