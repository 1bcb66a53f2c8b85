"""`webex-wizard mapping apply`: a mapping from a file into Entra, previewed and asked before."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any, Final

from wizard import DONE, FAILED, LEFT, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.asking import answers_to, asked_again, require_numbers
from wizard.commands.mapping_diff import to_json
from wizard.commands.mapping_sources import exit_code_of
from wizard.commands.output import (
    can_ask,
    from_a_command,
    listing,
    narrate,
    sentences,
    tell_error,
    write_document,
)
from wizard.commands.practice_shell import require_real_shell
from wizard.commands.preview_online import ReadCounts, require_sign_in
from wizard.errors import (
    AnswerError,
    AuthorizationError,
    EndpointsError,
    InvalidInput,
    KeystoreError,
    LeftByUser,
    MappingError,
    TransportError,
    WizardError,
)
from wizard.flow.plan import STEPS
from wizard.flow.session import Session
from wizard.machine.passing import show_passing
from wizard.mapping.comparing import Differing, differing
from wizard.mapping.document import MappingDocument
from wizard.mapping.lint.finding import MappingFinding
from wizard.mapping.lint.linter import lint
from wizard.mapping.written import read_part
from wizard.options import Options
from wizard.preview.brakes import Stop
from wizard.preview.document import preview_document
from wizard.preview.effect import EditTold, TakingBeside, edit_document
from wizard.preview.effect_words import edit_lines, stops_to_pass
from wizard.steps.base import Outlook
from wizard.steps.mapping import MappingStep
from wizard.steps.previewing import WouldBe, previewing
from wizard.walk.doing import Doing
from wizard.walk.hosts import asking_once
from wizard.words.progress import Progress
from wizard.words.text import plain_line
from wizard.workspace import Opening, Workspace, open_workspace

_COMMAND: Final = "mapping apply"
_VERSION: Final = 1
"""Version of the JSON that this command writes."""
_SHOWN, _IN_JSON = 10, 100
"""People that are told one by one."""
_STEP: Final = "mapping"
_TYPED: Final = "apply"
_USAGE: Final = frozenset({"no-such-profile", "apply-unconfirmed"})


def run(
    options: Options, file: Path, opening: Opening = open_workspace, *, writes: bool = True
) -> int:
    """Apply; 0 it is so, 1 refused, 2 unusable, or nobody to ask, 4 nobody could look, 130 left.

    Args:
        options: The profile, and under which hosts.
        file: A text, or Graph's document.
        opening: Puts the workspace together.
        writes: Whether it asks and writes; else it tells alone: 0 nothing stops, no conflict,
            1 else.
    """
    try:
        given = read_part(file)
    except WizardError as error:
        tell_error(error, command=_COMMAND, as_json=options.json)
        return exit_code_of(error)
    try:
        if writes:
            _require_somebody(options, file)
        require_real_shell(options)
        work = partial(_apply, options, given, opening, writes=writes)
        return asking_once(options, output, work, opening)
    except LeftByUser as left:
        narrate(left.message)
        return LEFT
    except WizardError as error:
        show_passing("")
        tell_error(from_a_command(error, options), command=_COMMAND, as_json=options.json)
        return _code(error, writes=writes)


def _code(error: WizardError, *, writes: bool) -> int:
    """Return the exit code; what only looks ends with 1 for what it found in the mapping alone."""
    if isinstance(error, EndpointsError) or error.code in _USAGE:
        return USAGE
    unseen = TransportError | AnswerError | AuthorizationError | KeystoreError
    is_unseen = isinstance(error, unseen) or not (writes or isinstance(error, MappingError))
    return NOT_LOOKED if is_unseen else FAILED


def _require_somebody(options: Options, file: Path) -> None:
    """Let nothing but somebody who types write anything.

    Raises:
        InvalidInput: Nobody can be asked (`apply-unconfirmed`).
    """
    if not can_ask(options):
        shown = options.line(_STEP, "apply", quote(plain_line(file)), "--preview")
        raise InvalidInput(
            "Before a mapping is written somebody has to see what it would do, and to type; nobody "
            "can be asked here.",
            f"Run it in a terminal. What it would do, `{shown}` tells anywhere.",
            code="apply-unconfirmed",
        )


def _apply(options: Options, given: MappingDocument, opening: Opening, *, writes: bool) -> int:
    """Look, show, ask and write, in one loop, which does not run while somebody is asked."""
    with asyncio.Runner() as runner, closing(runner.run(opening(options, narrate))) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session, step = space.work_on(name), MappingStep(STEPS[_STEP], space)
        step.given, step.reads_leavers = given, False
        doing = Doing(space, session, step)
        found = runner.run(_look(space, session, doing))
        present, wanted = step.compared or (given, given)
        differences = differing(present, wanted)
        if not differences:
            _tell_same(options)
            return DONE
        if not options.json:
            told_first = "From what Entra has to what is in the file:"
            listing("\n".join((told_first, *(each.words for each in differences), "\n")))
        _require_sound(present, wanted)
        told = runner.run(_previewed(space, session, present, wanted))
        if options.json:
            write_document(_document(differences, told, found))
        else:
            _show(told, found)
        if not writes:
            return FAILED if told.is_risky else DONE
        return _written(options, runner, doing, _answers(step, found, stops_to_pass(told)))


def _written(
    options: Options, runner: asyncio.Runner, doing: Doing, answers: dict[str, str]
) -> int:
    try:
        done = runner.run(doing.apply(answers, _report))
    except WizardError as error:
        tell_error(error, command=_COMMAND, as_json=False)
        return FAILED
    sentences(
        f"{done.finding.text} Entra was read again and shows it. "
        f"To take it back: `{options.line('undo')}`"
    )
    return DONE


async def _look(space: Workspace, session: Session, doing: Doing) -> Outlook:
    await space.keystore.require_here(session.profile)
    await require_sign_in(space, session)
    return await doing.look_only(_report)


def _require_sound(present: MappingDocument, wanted: MappingDocument) -> None:
    """Tell what is wrong with the mapping, and refuse an error that Entra does not have yet.

    Raises:
        MappingError: There is one (`mapping-has-errors`).
    """
    known = {_place(each) for each in lint(present)}
    new = [each for each in lint(wanted) if _place(each) not in known]
    for each in new:
        narrate("\n".join(_finding_lines(each)))
    if errors := [each for each in new if each.severity == "error"]:
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        raise MappingError(
            f"The mapping has {count} that Entra's does not have, so it was not written.",
            "Correct what is named above, and try again.",
            code="mapping-has-errors",
        )


def _place(finding: MappingFinding) -> tuple[str, str | None, str]:
    return finding.code, finding.target, finding.why


def _finding_lines(finding: MappingFinding) -> Iterator[str]:
    where = "the mapping" if finding.target is None else plain_line(finding.target, 80)
    yield f"{finding.severity}: {where}: {finding.why}"
    yield f"  Next: {finding.fix}"
    yield f"  Code: {finding.code}"


async def _previewed(
    space: Workspace, session: Session, present: MappingDocument, wanted: MappingDocument
) -> EditTold:
    """Return what the edit does to whom, and what would happen without it, reading alone and once.

    Raises:
        WizardError: The directories could not be read whole.
    """
    would_be = WouldBe(present, beside=wanted)
    async with previewing(space, session, would_be=would_be, report=ReadCounts()) as both:
        with closing(TakingBeside(both, wanted)) as taking:
            await both.read(taking)
            if both.interrupted is not None:
                raise both.interrupted
            told = taking.told()
    show_passing("")
    return told


def _tell_same(options: Options) -> None:
    if options.json:
        write_document(_head(written=False, same=True))
    else:
        sentences("Entra has this mapping already, so nothing is to be written.")


def _head(*, written: bool, same: bool) -> dict[str, Any]:
    return {"version": _VERSION, "command": _COMMAND, "written": written, "same": same}


def _document(differences: Iterable[Differing], told: EditTold, found: Outlook) -> dict[str, Any]:
    """Return what the edit does, and the previews of before and after, as one document."""
    return _head(written=False, same=False) | {
        "risky": told.is_risky,
        "differences": [to_json(each) for each in differences],
        "cautions": [*found.facts, *found.cautions],
        "edit": edit_document(told, _IN_JSON),
        "without": preview_document(told.without, 0),
        "with": preview_document(told.with_it, _IN_JSON),
    }


def _show(told: EditTold, found: Outlook) -> None:
    listing("\n".join((*edit_lines(told, _SHOWN), "\n")))
    if said := (*found.facts, *(f"Note: {caution}" for caution in found.cautions)):
        sentences("\n".join(said))


def _answers(step: MappingStep, found: Outlook, stops: tuple[Stop, ...]) -> dict[str, str]:
    """Ask for the number of each stop, and for what shows that this is meant.

    Raises:
        LeftByUser: The input has ended.
        InvalidInput: Something else was typed, three times (`apply-not-typed`).
        WizardError: It was no number of a stop, none of the choices, or not the name.
    """
    require_numbers(stops)
    if found.questions:
        return answers_to(found.questions, step.check)
    asked_again(f"To write this into Entra, type {_TYPED}:", _require_typed)
    return {}


def _require_typed(typed: str) -> None:
    if typed.strip() != _TYPED:
        raise InvalidInput(
            "That was not typed, so nothing was written.",
            f"Type {_TYPED} once you have read what would happen.",
            code="apply-not-typed",
        )


def _report(progress: Progress) -> None:
    narrate(progress.message)
