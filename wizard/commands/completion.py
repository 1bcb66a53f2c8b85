"""`webex-wizard completion`: a script that lets a shell complete commands and options."""

from argparse import Action, ArgumentParser
from collections.abc import Iterator

from wizard import DONE, PROGRAM, SUMMARY
from wizard.commands.arguments import COMMANDS, DEFAULT, MAPPING, fill_parser
from wizard.commands.mapping import add_actions
from wizard.commands.output import data
from wizard.options import Options

_FILES = frozenset({"FILE", "MAPPING", "SCHEMA.json"})
"""What stands in the help for the name of a file."""


def run(options: Options) -> int:
    """Print the script for a shell, made of the same parsers that read the command line."""
    import shtab

    parser = _whole_parser()
    for action in _actions(parser):
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    data(shtab.complete(parser, options.shell))
    return DONE


def _whole_parser() -> ArgumentParser:
    """Return one parser of all commands, from which completion is made; nothing is parsed by it."""
    parser = ArgumentParser(prog=PROGRAM, description=SUMMARY)
    fill_parser(parser, DEFAULT)
    commands = parser.add_subparsers()
    for name, what in COMMANDS.items():
        one = commands.add_parser(name, help=what)
        if name == MAPPING:
            add_actions(one)
        else:
            fill_parser(one, name)
    return parser


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    """Yield what a parser takes, and the parsers of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action.choices, dict):
            for each in action.choices.values():
                yield from _actions(each)
