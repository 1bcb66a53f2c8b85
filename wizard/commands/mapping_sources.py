"""Where `webex-wizard mapping` finds a mapping: in a file, a profile, its tenant, its template."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from wizard import NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.output import is_usage, narrate
from wizard.commands.practice_shell import require_real_shell
from wizard.commands.preview_online import require_sign_in
from wizard.errors import (
    MappingError,
    ProfileError,
    WizardError,
)
from wizard.mapping.document import MappingDocument
from wizard.mapping.written import read_part, read_whole
from wizard.options import Options
from wizard.steps import mappings
from wizard.walk.hosts import asking_once
from wizard.words.progress import Progress
from wizard.workspace import Opening, open_workspace

PROFILE, TENANT, TEMPLATE = "profile", "tenant", "template"
_ASKED = frozenset({TENANT, TEMPLATE})
_KEPT = frozenset({PROFILE, *_ASKED})


def exit_code_of(error: WizardError) -> int:
    """Return the exit code: 2 where something given cannot be used, 4 where nobody could look."""
    is_given = is_usage(error) or isinstance(error, MappingError | ProfileError)
    return USAGE if is_given else NOT_LOOKED


def mappings_named(
    options: Options, names: Sequence[str], *, whole: bool, opening: Opening = open_workspace
) -> list[MappingDocument]:
    """Return the mappings of these names, in their order.

    Args:
        options: The profile, and under which hosts.
        names: `profile`, `tenant`, `template`, or a file.
        whole: Whether a text is laid over the document beside it, or says only what is in it.
        opening: Puts the workspace together.

    Raises:
        WizardError: One cannot be read, nobody is signed in, or Graph could not be asked.
    """
    read = read_whole if whole else read_part
    files = {name: read(Path(name)) for name in names if name not in _KEPT}
    kept = [name for name in names if name in _KEPT]
    if kept:
        if not _ASKED.isdisjoint(kept):
            require_real_shell(options)
        work = partial(_of_profile, options, kept, opening)
        files |= asking_once(options, output, lambda: asyncio.run(work()), opening)
    return [files[name] for name in names]


async def _of_profile(
    options: Options, names: Sequence[str], opening: Opening
) -> dict[str, MappingDocument]:
    with closing(await opening(options, narrate)) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session = space.work_on(name)
        if not _ASKED.isdisjoint(names):
            await space.keystore.require_here(session.profile)
            await require_sign_in(space, session)
        documents = {}
        for each in dict.fromkeys(names):
            if each == PROFILE:
                documents[each] = mappings.of_profile(space, session)
            else:
                asked = mappings.of_tenant if each == TENANT else mappings.of_template
                documents[each] = await asked(space, session, _tell)
        return documents


def _tell(progress: Progress) -> None:
    narrate(progress.message)
