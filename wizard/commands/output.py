"""Where commands write: data to standard output, narration to standard error, and exit codes."""

import json
import sys
from dataclasses import replace
from typing import Any, TextIO

from wizard.errors import EndpointsError, InvalidInput, LeftByUser, StepFirst, WizardError
from wizard.machine.streams import columns, forget_what_was_typed, wants_lines
from wizard.options import Options


def data(text: str) -> None:
    """Write what was asked for."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def sentences(text: str) -> None:
    """Write what was asked for where it is sentences, in lines that fit the terminal."""
    data(_fitting(text, sys.stdout))


def listing(text: str) -> None:
    """Write what was asked for where it is lines of a list, which hang where they do not fit."""
    if sys.stdout.isatty():
        from wizard.words.lines import aloud, hung_lines  # programs get lines as they are

        text = "\n".join(hung_lines(aloud(text) if wants_lines() else text, columns()))
    data(text)


def _fitting(text: str, stream: TextIO) -> str:
    """Return sentences for people; programs get them as they are."""
    if not stream.isatty():
        return text
    from wizard.words.lines import aloud, lines_of

    return "\n".join(lines_of(aloud(text) if wants_lines() else text, columns()))


def write_document(content: dict[str, Any]) -> None:
    """Write one JSON document; ASCII only, so that no terminal can be driven by it."""
    data(json.dumps(content, indent=2, ensure_ascii=True))


def narrate(text: str) -> None:
    """Tell what is going on."""
    sys.stderr.write(_fitting(text, sys.stderr) + "\n")
    sys.stderr.flush()


def can_ask(options: Options) -> bool:
    """Tell whether somebody sits there who can be asked, and no program reads along."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not options.json


def asked(question: str) -> str:
    """Ask, and return the answer without blanks around it; empty when the input has ended."""
    return _line_typed(question).strip()


def line_typed(question: str) -> str:
    """Ask, and return the line exactly as it was typed.

    What was typed before the question was there is no answer to it.

    Raises:
        LeftByUser: The input has ended, which is no empty line: that may take what is recommended.
    """
    line = _line_typed(question)
    if not line:
        sys.stderr.write("\n")  # nobody's Enter has ended the line
        raise LeftByUser("Left. Nothing was done.")
    return line.removesuffix("\n").removesuffix("\r")


def _line_typed(question: str) -> str:
    forget_what_was_typed()
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    return sys.stdin.readline()


def is_usage(error: WizardError) -> bool:
    """Tell whether what was given is at fault; a step that has to come first is not."""
    return isinstance(error, InvalidInput | EndpointsError) and not isinstance(error, StepFirst)


def tell_error(error: WizardError, *, command: str, as_json: bool) -> None:
    """Tell what went wrong: to people on standard error, to programs as a document."""
    if as_json:
        write_document(refusal(error, command=command))
    else:
        narrate(error.in_words())


def from_a_command(error: WizardError, options: Options) -> WizardError:
    """Return an error as a command tells it: to go back to a step takes the setup."""
    if not isinstance(error, StepFirst):
        return error
    from wizard.flow.plan import title_of

    step, setup = title_of(error.step), options.line("setup")
    return replace(error, hint=f"Run `{setup}` first, and do the step {step} there.")


def refusal(error: WizardError, *, command: str) -> dict[str, Any]:
    """Return the document of what went wrong."""
    return {
        "version": 1,
        "command": command,
        "error": {
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "tracking_id": error.tracking_id,
        },
    }
