"""What the actions of `webex-wizard mapping` take that work with files, profiles and tenants."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.commands.arguments import MAPPING, add_options, require_fitting

if TYPE_CHECKING:
    from wizard.options import Options

_OWN = frozenset({"action", "text", "schema", "file", "before", "after"})
"""What an action takes for itself; all else are options of every command."""
_NAMED = "a text or a schema in a file, or one of: profile, tenant, template"


def add_to(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Let the parser of the command take these actions."""
    export = actions.add_parser("export", help="write a mapping as a text, or as Graph's JSON")
    export.add_argument("--text", action="store_true", help="one row, one line; else JSON")
    export.add_argument("--schema", metavar="MAPPING", default="profile", help=f"which: {_NAMED}")
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="else standard output")
    add_options(export)
    diff = actions.add_parser("diff", help="say in which rows, filters and switches two differ")
    diff.add_argument("before", metavar="MAPPING", help=_NAMED)
    diff.add_argument("after", metavar="MAPPING", help="the same")
    add_options(diff, "--json")
    apply = actions.add_parser("apply", help="write a mapping into Entra; shows and asks before")
    apply.add_argument("file", type=Path, metavar="FILE", help="a text, or a schema")
    add_options(apply)


def run(parser: argparse.ArgumentParser, found: argparse.Namespace) -> int:
    """Run one of these actions, and return its exit code."""
    options = _options(parser, vars(found))
    if found.action == "export":
        from wizard.commands import mapping_export

        return mapping_export.run(options, found.schema, found.file, in_text=found.text)
    if found.action == "apply":
        from wizard.commands import mapping_apply

        return mapping_apply.run(options, found.file)
    from wizard.commands import mapping_diff

    return mapping_diff.run(options, found.before, found.after)


def _options(parser: argparse.ArgumentParser, found: dict[str, Any]) -> "Options":
    from wizard.options import Options

    common = {name: value for name, value in found.items() if name not in _OWN}
    require_fitting(parser, common)
    return Options(MAPPING, **common | {"faults": tuple(common.get("faults", ()))})
