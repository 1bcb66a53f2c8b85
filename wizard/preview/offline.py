"""A preview from exported files."""

import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wizard.errors import PreviewError
from wizard.machine.files import open_file
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import mapped_object
from wizard.mapping.people import is_graph_user, respelled
from wizard.preview.beside import PageReader
from wizard.preview.brakes import stops_of
from wizard.preview.desk import Counted, Counting
from wizard.preview.document import Told
from wizard.preview.files import FileSource
from wizard.preview.intake import Intake, Part
from wizard.preview.pages import entries_of, loaded
from wizard.preview.patterns import patterns_of
from wizard.preview.result import Preview
from wizard.preview.settings import JobState, Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, Unknown
from wizard.preview.wanted import properties_wanted
from wizard.words.text import plain_line

_OF_SCIM: Final = re.compile(
    rb'"(?:(?:resources|totalresults|schemas)"\s*:|meta"\s*:\s*\{|value"\s*:\s*")', re.IGNORECASE
)
"""What a list of SCIM, a resource, or its first member has, and no group of Graph."""


_LOOKED_AT: Final = 100
"""People of whom one has what was exported."""
_SELDOM: Final = frozenset({"deletedDateTime", "manager"})
"""What a list of people does not have by itself, and what is told of in its own words."""


@dataclass(frozen=True)
class Files:
    """What was exported.

    Attributes:
        entra: Users of Graph.
        webex: Users of SCIM.
        groups: Groups of either side; which, the file tells.
        assigned: Assignments, or ids.
    """

    entra: Path
    webex: Path
    groups: tuple[Path, ...] = ()
    assigned: Path | None = None


def preview_files(
    files: Files,
    document: MappingDocument,
    job: JobState,
    report: Counting = lambda counted: None,
    beside: PageReader | None = None,
) -> Preview:
    """Return what would happen, by files.

    Args:
        files: What was exported.
        document: The mapping.
        job: How the job stands.
        report: Is told how far reading is.
        beside: Another process that reads pages too.

    Raises:
        PreviewError: A file cannot be used.
    """
    reading = taken_in(files, document, job, beside)
    while True:
        try:
            report(next(reading))
        except StopIteration as end:
            intake: Intake = end.value
            return intake.result()


def taken_in(
    files: Files, document: MappingDocument, job: JobState, beside: PageReader | None
) -> Generator[Counted, None, Intake]:
    """Read files, and yield after each page how far that is; raises as `preview_files`."""
    entra = FileSource(files.entra, "value", Unknown.PEOPLE)
    webex = FileSource(files.webex, "Resources", Unknown.ACCOUNTS)
    sides = Sides(entra.completeness, webex.completeness)
    intake = Intake(Settings(document, job, everybody=files.assigned is None), sides, beside)
    try:
        for path in files.groups:
            yield from _take_groups(intake, path)
        intake.webex_groups.note_bare()  # a list of SCIM 2.0 leaves members out unless asked
        _note_groups(document, sides)
        yield from _take_assigned(intake, files.assigned)
        yield from _take(intake, "people", entra)
        yield from _take(intake, "accounts", webex)
    except BaseException:  # whoever asked may have gone
        intake.close()
        raise
    return intake


def _take_assigned(intake: Intake, assigned: Path | None) -> Iterator[Counted]:
    entra = intake.sides.entra
    if assigned is None:
        entra.lacks(
            Unknown.ASSIGNMENTS, "No assignments were given, so everybody counts as assigned."
        )
    else:
        yield from _take(intake, "assignments", FileSource(assigned, "value", Unknown.ASSIGNMENTS))
    if intake.settings.job == "running":  # which alone looks at whoever was deleted
        entra.lacks(
            Unknown.DELETED_PEOPLE,
            "Who is in the recycle bin of Entra is known only where the file holds these people "
            "too.",
        )


def told_of(preview: Preview, before: int | None = None) -> Told:
    """Return a preview with its patterns and stops.

    Args:
        preview: What would happen.
        before: How many people the directory had in the plan of before.
    """
    limit = preview.settings.deletion_limit
    return Told(preview, patterns_of(preview), stops_of(preview, before, limit))


def _note_groups(document: MappingDocument, sides: Sides) -> None:
    """Note of which side groups are not known, where the mapping has them go along."""
    if mapped_object(document.schema, "Group").goes_along is False:
        return
    missing = [
        name
        for name, side in (("Entra", sides.groups), ("Webex", sides.webex_groups))
        if side is None
    ]
    if missing:
        sides.entra.lacks(
            Unknown.GROUPS,
            f"Groups go along in the mapping, and those of {' and '.join(missing)} were not given.",
        )


def _take_groups(intake: Intake, path: Path) -> Iterator[Counted]:
    sides = intake.sides
    if _is_of_webex(path):
        source = FileSource(path, "Resources", Unknown.GROUPS)
        yield from _take(intake, "webex_groups", source)
        sides.webex_groups = source.completeness.joined(sides.webex_groups or Completeness())
    else:
        source = FileSource(path, "value", Unknown.GROUPS)
        yield from _take(intake, "groups", source)
        sides.groups = source.completeness.joined(sides.groups or Completeness())


def _is_of_webex(path: Path) -> bool:
    """Tell whether a file holds groups of SCIM, by how it begins."""
    with suppress(OSError, ValueError), open_file(path) as stream:  # whoever reads it says why not
        return _OF_SCIM.search(stream.read(4_000).replace(b"\0", b"")) is not None  # in UTF-16, too
    return False


def _note_unasked(intake: Intake, page: bytes) -> None:
    """Note what nobody has who stands first: what was asked for, Graph gives be it empty.

    Further attributes of a directory it leaves out where they are.
    """
    people = [respelled(each) for each in entries_of(loaded(page), "value")[:_LOOKED_AT]]
    if not any(map(is_graph_user, people)):
        return
    has = {name for each in people for name in each}
    wanted = {each.partition("/")[0] for each in properties_wanted(intake.settings.document)}
    lacks = sorted(each for each in wanted - has - _SELDOM if not each.startswith("extension_"))
    if lacks:
        intake.sides.entra.lacks(
            Unknown.PROPERTIES,
            f"Nobody in the file of Entra has {plain_line(', '.join(lacks), 300)}: where they were "
            "not exported, what the mapping makes of them, or who is blocked, is not known.",
        )


def _take(intake: Intake, part: Part, source: FileSource) -> Iterator[Counted]:
    try:
        for number, page in enumerate(source.pages()):
            if part == "people" and not number:
                _note_unasked(intake, page)
            intake.take(part, page)
            yield intake.counted()
        intake.settle()
    except PreviewError as error:
        if error.code == "file-unreadable":
            raise
        raise source.blamed(error) from error
