"""`webex-wizard mapping export`: a mapping as a text for version control, or as Graph's JSON."""

from pathlib import Path
from typing import Final

from wizard import DONE
from wizard.commands.mapping_sources import (
    PROFILE,
    TEMPLATE,
    TENANT,
    exit_code_of,
    mappings_named,
)
from wizard.commands.output import data, from_a_command, narrate, tell_error
from wizard.errors import WizardError
from wizard.machine.files import write_private
from wizard.mapping.as_text import FROM_ANYWHERE, mapping_text
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import write_schema
from wizard.mapping.written import rest_of, write_text
from wizard.options import Options
from wizard.words.text import plain_line
from wizard.workspace import Opening, open_workspace

_WHENCE: Final = {
    TENANT: "What Entra sends to Webex: the mapping of the job, read from Entra.",
    PROFILE: "The mapping that a profile kept; Entra may have another one.",
    TEMPLATE: "What Microsoft's template gives to a new job; Entra may have another one.",
}
_KEPT: Final = "`--schema profile` writes what the profile keeps, and asks nobody."


def run(
    options: Options,
    source: str,
    file: Path | None,
    *,
    in_text: bool,
    opening: Opening = open_workspace,
) -> int:
    """Write a mapping; 0 done, 2 what was given cannot be used, 4 nobody could look.

    Args:
        options: The profile, and under which hosts.
        source: `profile`, `tenant`, `template`, or a file.
        file: Where it is written; None is standard output.
        in_text: Whether as a text, or else as Graph's JSON.
        opening: Puts the workspace together.
    """
    whence = _WHENCE.get(source, FROM_ANYWHERE)
    try:
        (document,) = mappings_named(options, (source,), whole=True, opening=opening)
        if file is None:
            schema = document.schema
            data(mapping_text(schema, whence) if in_text else write_schema(schema))
        else:
            _write(document, file, whence if in_text else None)
    except WizardError as error:
        error = from_a_command(error, options)
        if source == TENANT and error.code != "no-such-profile":
            error.hint = f"{error.hint} {_KEPT}".lstrip()
        tell_error(error, command="mapping export", as_json=False)
        return exit_code_of(error)
    if file is not None and source == PROFILE:
        narrate("It is the mapping that the profile keeps; Entra may have another one.")
    return DONE


def _write(document: MappingDocument, file: Path, whence: str | None) -> None:
    """Write a mapping into a file, as a text where it is told where it is from, and say so."""
    over = " over the file that was there" if file.exists() else ""
    if whence is None:
        write_private(file, write_schema(document.schema))
    else:
        write_text(file, document, whence)
    narrate(f"Saved{over}: {plain_line(file)}")
    if whence is not None:
        narrate(f"Beside it, with all that the text does not say: {plain_line(rest_of(file))}")
