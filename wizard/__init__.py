"""Everything webex-wizard does without a terminal interface; nothing in here imports Textual.

Begin with `plan`, the list of steps, then `flow`, which walks it, and any module of `steps`.

front ends          cli, linear, commands; and outside of this package, screens
put together        workspace, from options
the work            plan, flow, steps, renewal
judgement           checks, mapping
what is told        standing, report, facts, reminder
what is kept        profiles, journal, keystore with stored, binding and keyring_help, files, places
who is asked        webex, scim, oauth; practice plays all of them
how one asks        endpoints, transport, connection_errors, answers
this machine        ports, browser, clipboard, assets
this process        process, streams, unexpected
words and leaves    errors, text, redact, progress
"""

__version__ = "0.1.0"

PROGRAM = "webex-wizard"
"""The command, as it is typed."""

SUMMARY = "Automatic provisioning of Cisco Webex users from Microsoft Entra ID"
"""What this program is about, as the first thing that is read."""

DONE, FAILED, USAGE, NO_TOKEN, NOT_LOOKED, LEFT = 0, 1, 2, 3, 4, 130
"""Exit codes of the commands."""
