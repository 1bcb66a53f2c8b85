"""`webex-wizard mapping diff`: the rows, filters and switches in which two mappings differ."""

from typing import Final

from wizard import DONE, FAILED
from wizard.commands.mapping_sources import exit_code_of, mappings_named
from wizard.commands.output import from_a_command, listing, tell_error, write_document
from wizard.errors import WizardError
from wizard.mapping.comparing import Differing, differing
from wizard.options import Options
from wizard.workspace import Opening, open_workspace

_VERSION: Final = 1
"""Version of the JSON that this command writes."""


def run(options: Options, before: str, after: str, opening: Opening = open_workspace) -> int:
    """Compare; 0 the same, 1 they differ, 2 what was given cannot be used, 4 nobody could look.

    Args:
        options: The profile, and under which hosts.
        before: `profile`, `tenant`, `template`, or a file.
        after: The same.
        opening: Puts the workspace together.
    """
    try:
        documents = mappings_named(options, (before, after), whole=False, opening=opening)
    except WizardError as error:
        tell_error(from_a_command(error, options), command="mapping diff", as_json=options.json)
        return exit_code_of(error)
    differences = differing(*documents)
    if options.json:
        write_document(
            {
                "version": _VERSION,
                "command": "mapping diff",
                "same": not differences,
                "differences": [to_json(each) for each in differences],
            }
        )
    elif differences:
        listing("\n".join(each.words for each in differences))
    return FAILED if differences else DONE


def to_json(each: Differing) -> dict[str, str]:
    """Return one difference as it stands in a document."""
    return {
        "how": each.how,
        "objects": each.objects,
        "part": each.part,
        "name": each.name,
        "before": each.before,
        "after": each.after,
    }
