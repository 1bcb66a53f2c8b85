"""`webex-wizard mapping export`: a mapping as a text for version control, or as Graph's JSON."""

from pathlib import Path

from wizard import DONE
from wizard.commands.mapping_sources import PROFILE, exit_code_of, mappings_named
from wizard.commands.output import data, narrate, tell_error
from wizard.errors import WizardError
from wizard.machine.files import write_private
from wizard.mapping.as_text import mapping_text
from wizard.mapping.schema import write_schema
from wizard.mapping.written import rest_of, write_text
from wizard.options import Options
from wizard.words.text import plain_line
from wizard.workspace import Opening, open_workspace


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
    try:
        (document,) = mappings_named(options, (source,), whole=True, opening=opening)
        if file is not None:
            over = " over the file that was there" if file.exists() else ""
            if in_text:
                write_text(file, document)
            else:
                write_private(file, write_schema(document.schema))
    except WizardError as error:
        tell_error(error, command="mapping export", as_json=False)
        return exit_code_of(error)
    if file is None:
        data(mapping_text(document.schema) if in_text else write_schema(document.schema))
        return DONE
    narrate(f"Saved{over}: {plain_line(file)}")
    if source == PROFILE:
        narrate("It is the mapping that the profile keeps; --schema tenant gives Entra's.")
    if in_text:
        narrate(f"Beside it, with all that the text does not say: {plain_line(rest_of(file))}")
    return DONE
