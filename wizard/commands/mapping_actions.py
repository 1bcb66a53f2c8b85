"""What the actions of `webex-wizard mapping` take that work with files, profiles and tenants."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.commands.arguments import MAPPING, add_options, require_fitting

if TYPE_CHECKING:
    from wizard.options import Options

_OWN = frozenset({"action", "text", "schema", "file", "before", "after", "preview"})
"""What an action takes for itself; all else are options of every command."""
_NAMED = "a text or a schema in a file, or one of: profile, tenant, template"
_WHICH = f"which (tenant): {_NAMED}"
_EXPORT = (
    "Without --schema it is what Entra has, read with the Microsoft sign-in; the first comment of "
    "a text says where it is from. tenant is the mapping of the profile's job in Entra, profile "
    "the one that the profile keeps, template what Microsoft gives to a new job. All that a text "
    "does not say is written beside it, into FILE.rest.json. Exit codes: 0 done, 2 a file that "
    "cannot be used, or no such profile, 4 nobody could look."
)
_DIFF = (
    "Each line tells what the first has, an arrow, and what the second has. Exit codes: 0 the "
    "same, 1 they differ, 2 a file that cannot be used, or no such profile, 4 nobody could look."
)
_APPLY = (
    "Lays the file over what Entra has, and tells what differs, what this edit does to whom, what "
    "the next cycle would do apart from it, and both together. Then it asks, so it needs a "
    "terminal. What is written is read back, and undo takes it back. Exit codes: 0 Entra has it, "
    "1 refused, and nothing was written, or it failed, 2 a file that cannot be used, no such "
    "profile, or nobody to ask, 4 nobody could look. With --preview nothing is asked or written: "
    "0 nothing stops, no conflict, 1 else."
)


def add_to(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Let the parser of the command take these actions."""
    what = "write a mapping as a text, or as Graph's JSON"
    export = actions.add_parser("export", help=what, description=_described(what), epilog=_EXPORT)
    export.add_argument("--text", action="store_true", help="one row, one line; else JSON")
    export.add_argument("--schema", metavar="MAPPING", default="tenant", help=_WHICH)
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="else standard output")
    add_options(export)
    what = "say in which rows, filters and switches two differ"
    diff = actions.add_parser("diff", help=what, description=_described(what), epilog=_DIFF)
    diff.add_argument("before", metavar="MAPPING", help=_NAMED)
    diff.add_argument("after", metavar="MAPPING", help="the same")
    add_options(diff, "--json")
    what = "write a mapping into Entra; shows and asks before"
    apply = actions.add_parser("apply", help=what, description=_described(what), epilog=_APPLY)
    apply.add_argument("file", type=Path, metavar="FILE", help="a text, or a schema")
    told = "tell what it would do, and end there"
    apply.add_argument("--preview", action="store_true", help=told)
    add_options(apply, "--json")


def _described(what: str) -> str:
    return f"{what[0].upper()}{what[1:]}."


def run(parser: argparse.ArgumentParser, found: argparse.Namespace) -> int:
    """Run one of these actions, and return its exit code."""
    options = _options(parser, vars(found))
    if found.action == "export":
        from wizard.commands import mapping_export

        return mapping_export.run(options, found.schema, found.file, in_text=found.text)
    if found.action == "apply":
        from wizard.commands import mapping_apply

        return mapping_apply.run(options, found.file, writes=not found.preview)
    from wizard.commands import mapping_diff

    return mapping_diff.run(options, found.before, found.after)


def _options(parser: argparse.ArgumentParser, found: dict[str, Any]) -> "Options":
    from wizard.options import Options

    common = {name: value for name, value in found.items() if name not in _OWN}
    require_fitting(parser, common)
    return Options(MAPPING, **common | {"faults": tuple(common.get("faults", ()))})
