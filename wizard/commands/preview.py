"""`webex-wizard preview`: what would happen to whom, online or from files; nothing is written."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, NOT_LOOKED, USAGE
from wizard.commands.output import (
    data,
    from_a_command,
    is_usage,
    listing,
    narrate,
    tell_error,
    write_document,
)
from wizard.errors import (
    MappingError,
    PreviewError,
    WizardError,
)
from wizard.machine.passing import show_passing
from wizard.options import Options

if TYPE_CHECKING:
    from wizard.mapping.document import MappingDocument
    from wizard.preview.desk import Counted
    from wizard.preview.document import Told
    from wizard.preview.plan import Plan
    from wizard.preview.result import Preview
    from wizard.workspace import Opening

_IN_JSON, _IN_WORDS = 100, 10
"""People that are told one by one where no number is given."""


def run(options: Options, opening: "Opening | None" = None) -> int:
    """Preview; 0 nothing stops, no conflict, 1 else, 2 a file cannot be used.

    4 where nobody could look, or not all was read, or the plan could not be written.

    Args:
        options: What was asked for.
        opening: Puts the workspace together; None is `open_workspace`, loaded only to ask.
    """
    if options.asks_both:
        return _preview(options, opening)
    # What is made here lives until the end; to look through it again and again costs a third.
    was_on = gc.isenabled()
    gc.disable()
    try:
        return _preview(options, opening)
    finally:
        if was_on:
            gc.enable()


def _preview(options: Options, opening: "Opening | None") -> int:
    told, plan = None, None
    try:
        plan = _plan(options.since)
        told = _told(options, plan, opening)
        show_passing("")
        digest = _saved(options, told)
    except WizardError as error:
        show_passing("")
        if told is not None and not options.json:
            _tell(options, told, plan)  # it took its time to read, and is as true without a plan
        told_as = from_a_command(error, options)
        tell_error(told_as, command="preview", as_json=options.json)
        return _code_of(error, options) if told is None else NOT_LOOKED
    _tell(options, told, plan)
    if digest is not None:
        _tell_plan(options, told, digest)
    if told.is_risky:
        return FAILED
    return DONE if told.preview.is_whole else NOT_LOOKED


def _code_of(error: WizardError, options: Options) -> int:
    """Return the exit code where nothing was foreseen."""
    if is_usage(error) or isinstance(error, PreviewError | MappingError):
        return USAGE
    return NOT_LOOKED if options.asks_both else USAGE


def _plan(path: Path | None) -> "Plan | None":
    if path is None:
        return None
    from wizard.preview.plan import read_plan

    return read_plan(path)


def _told(options: Options, plan: "Plan | None", opening: "Opening | None") -> "Told":
    from wizard.preview.offline import told_of

    preview = _online(options, plan, opening) if options.asks_both else _offline(options)
    before = plan.people if plan is not None else None
    return told_of(preview, before)


def _online(options: Options, plan: "Plan | None", opening: "Opening | None") -> "Preview":
    from wizard.commands.preview_online import preview_online
    from wizard.workspace import open_workspace

    document = _mapping(options.mapping) if options.mapping is not None else None
    return preview_online(options, document, plan, opening or open_workspace)


def _offline(options: Options) -> "Preview":
    if options.entra is None or options.webex is None:
        raise PreviewError(
            "A preview from files needs both directories.",
            "Give --entra FILE and --webex FILE; or neither, and both are asked.",
            code="preview-needs-files",
        )
    from wizard.preview.beside import started_for

    beside = started_for(options.entra, options.webex)  # it loads what this one loads meanwhile
    from wizard.preview.offline import Files, preview_files

    files = Files(options.entra, options.webex, options.groups, options.assigned)
    job = options.job or "never"
    try:
        return preview_files(files, _mapping(options.mapping), job, _report, beside)
    finally:
        if beside is not None:
            beside.close()


def _report(counted: "Counted") -> None:
    show_passing(f"{counted.people:,} people and {counted.accounts:,} accounts read...")


def _mapping(path: Path | None) -> "MappingDocument":
    from wizard.mapping.document import MappingDocument
    from wizard.mapping.written import read_whole

    return MappingDocument.default() if path is None else read_whole(path)


def _saved(options: Options, told: "Told") -> str | None:
    if options.save is None:
        return None
    from wizard.preview.plan import save

    return save(told, options.save, values=options.values)


def _tell(options: Options, told: "Told", plan: "Plan | None") -> None:
    limit = options.limit
    if options.json:
        from wizard.preview.document import preview_document
        from wizard.preview.since import since_document

        most = _IN_JSON if limit is None else limit
        document = preview_document(told, most)
        if plan is not None:
            document["since"] = since_document(told, plan, most)
        write_document(document)
    elif options.csv:
        from wizard.preview.document import people_of
        from wizard.preview.sheet import sheet_of

        for line in sheet_of(people_of(told.preview, limit)):
            data(line)
    else:
        from wizard.preview.in_words import preview_lines
        from wizard.preview.since import since_lines

        most = _IN_WORDS if limit is None else limit
        lines = list(preview_lines(told, most))
        if plan is not None:
            lines += since_lines(told, plan, most)
        listing("\n".join(lines))


def _tell_plan(options: Options, told: "Told", digest: str) -> None:
    from wizard.preview.approval import approval_lines

    told_to = narrate if options.json or options.csv else listing
    told_to("\n".join(("", *approval_lines(told, digest))))
