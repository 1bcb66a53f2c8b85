"""`status` for monitoring: what a plugin of Nagios says however it ends, and where metrics go."""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from wizard.commands.output import data
from wizard.errors import WizardError
from wizard.machine import streams
from wizard.options import Options
from wizard.words.plugin import PluginCode, plugin_line

if TYPE_CHECKING:
    from wizard.reports.status import Standing


def is_plugin(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments, which may be wrong, ask for a plugin of Nagios."""
    asked = ("--format", "nagios")
    return "=".join(asked) in arguments or asked in pairwise(arguments)


def as_plugin(run: Callable[[], int]) -> int:
    """Return the code of a command that says one line; whatever else it comes to is unknown.

    Nobody reads a plugin's narration, and some agents put it among its lines: it is not told.

    Args:
        run: The command.
    """
    narration = io.StringIO()
    try:
        with redirect_stderr(narration):
            return run()
    except streams.OutputLost:
        streams.give_up_output()
        return PluginCode.UNKNOWN
    except WizardError as error:
        why = f"{error.message} {error.hint}"
    except SystemExit:  # how argparse ends
        why = narration.getvalue().rstrip().rpartition("\n")[2] or "This is only help."
    except KeyboardInterrupt:
        why = "The check was stopped."
    except Exception as error:
        from wizard.words.unexpected import line

        why = line(error)
    return _say_unknown(why)


def _say_unknown(why: str) -> int:
    try:
        data(plugin_line(PluginCode.UNKNOWN, why))
    except (OSError, streams.OutputLost):
        streams.give_up_output()
    return PluginCode.UNKNOWN


def tell_monitor(options: Options, found: Sequence["Standing"], now: datetime) -> int | None:
    """Tell how profiles stand in the format that was asked for.

    Returns:
        The code of a plugin; None where that of the command counts.

    Raises:
        ProfileError: The metrics cannot be written.
    """
    if options.format == "nagios":
        from wizard.reports.nagios import plugin_result

        is_one = options.profile is not None or (options.reads_tenant and len(found) == 1)
        line, code = plugin_result(found, now, is_one=is_one)
        data(line)
        return code
    from wizard.machine.files import write_readable
    from wizard.reports.prometheus import exposition

    metrics = exposition(found, now)
    if options.output is None:
        data(metrics)
    else:
        write_readable(options.output, metrics)
    return None
