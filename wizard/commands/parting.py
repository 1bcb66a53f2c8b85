"""The lines a command leaves in a terminal: what is done, what is next, and the command for it.

Programs that read along get none.
"""

from collections.abc import Iterable
from contextlib import suppress

from wizard.commands.output import can_ask, narrate
from wizard.errors import ProfileError
from wizard.options import Options
from wizard.reports.leaving import parting_words, words_after_forgetting
from wizard.store.profiles import ProfileStore, utc_now


def part_from(name: str, options: Options) -> None:
    """Narrate where a profile stands now, where there is one."""
    profile = None
    with suppress(ProfileError):  # what is wrong with it was told already
        profile = ProfileStore.here(options).load(name)
    if profile is not None:
        _narrate(options, parting_words(profile, options, utc_now(), left=False))


def part_for_good(name: str, options: Options, *, can_be_undone: bool) -> None:
    """Narrate what is left where a profile is gone, and whether it tells what can be undone."""
    _narrate(options, words_after_forgetting(name, options, can_be_undone=can_be_undone))


def _narrate(options: Options, lines: Iterable[str]) -> None:
    if can_ask(options):
        for line in lines:
            narrate(line)
