"""What the provisioning service's own codes mean: in its log, on demand, in a job, in its test.

The answer of Webex, where the service repeats it, decides before any code: one code may stand for
many causes. Rows stand here once; each table lays them in the order that suits what is explained.
Source besides the pages: reference/graph-entra.md 8.3, 8.4, 8.5 and 11.
"""

from collections.abc import Iterable
from dataclasses import replace

from wizard.graph.entry_checks import CHECKS, GROUP_CHECKS
from wizard.graph.entry_codes import (
    ANSWERS,
    EXACT,
    FAMILIES,
    OF_GROUPS,
    RETRIED,
    SAID,
)
from wizard.graph.errors import GraphError
from wizard.graph.job_codes import (
    ANSWERS_TO_JOBS,
    LICENCES,
    NO_ANSWER,
    QUARANTINES,
    TEST_CONNECTION,
    WAIT,
)
from wizard.graph.upstream import upstream_answer
from wizard.words.meanings import Meaning, coded, meaning
from wizard.words.text import in_words, plain_line

ENTRIES = (
    *SAID,
    *EXACT,
    *ANSWERS,
    *FAMILIES,
    *(row for row in TEST_CONNECTION if "Credential" in row.theirs),
    *(row for row in QUARANTINES if row.code in {"on-hold", "too-many-deletes"}),
)
"""Of the log and on demand. Codes of connectors begin with the connector's name."""

JOB_MEANINGS = (
    *(row for row in TEST_CONNECTION if row.words),
    *ANSWERS_TO_JOBS,
    *(row for row in TEST_CONNECTION if row.theirs),
    *LICENCES,
    *EXACT,
    *NO_ANSWER,
    *FAMILIES,
    *QUARANTINES,
)
"""Of a job as a whole: its quarantine, its last cycle, and Entra's own test."""

UNEXPLAINED = "unexplained"
"""Our code of what is in no table."""

_GENERAL = {"encounteredquarantineexception", "unknown", "none", ""}
"""Reasons of quarantine that its error tells more exactly."""
_TEST = "Look at the words beside it, and test the connection in this wizard."
_PASSES = "Wait until it is over: the connection test of this wizard tells."
_AND_THEN = (
    "Then start provisioning. Without that, Entra tries ever more rarely, and gives up after 28 "
    "days."
)


def of_entry(code: str, words: str = "", *, of_group: bool = False) -> Meaning:
    """Return what an error or skip code of one person or group means.

    Args:
        code: The service's code.
        words: Its words, with the answer of Webex where they hold one.
        of_group: Whether it is about a group.
    """
    known = _found((*OF_GROUPS, *ENTRIES) if of_group else ENTRIES, code, words)
    return known or _unexplained(code, "Look at the words beside it, and at the log in the portal.")


def of_checks(
    failed: Iterable[str], clauses: Iterable[str] = (), *, of_group: bool = False
) -> Meaning | None:
    """Return why somebody was skipped, check by check; None where no check is known.

    Args:
        failed: The checks that were not passed, as the service names them.
        clauses: The clauses of the filter that were not met.
        of_group: Whether it is a group that was skipped.
    """
    table = GROUP_CHECKS if of_group else CHECKS
    rows = [meaning(table, "".join(name.split())) for name in failed]
    known = list(dict.fromkeys(row for row in rows if row is not None))
    if not known:
        return None
    listed = "; ".join(clauses)
    codes = {row.code for row in known}
    filled = [row.filled(clause=f": {listed}" if listed else "") for row in known]
    return replace(
        filled[0],
        message=" ".join(row.message for row in filled),
        # Whoever is not assigned has no role either, and the same helps.
        hint=" ".join(
            row.hint for row in filled if not (row.code == "no-role" and "not-assigned" in codes)
        ),
    )


def of_cycle(code: str, words: str = "") -> Meaning:
    """Return what the error of a whole cycle means."""
    look = "Look at the words beside it, and test" if words else "Test"
    hint = f"{look} the connection in this wizard."
    return _found(JOB_MEANINGS, code, words) or _unexplained(code, hint)


def of_test(code: str, words: str) -> Meaning | None:
    """Return what the refusal of Entra's test means; None where its cause is not known."""
    return _found(JOB_MEANINGS, code, words)


def of_quarantine(reason: str, error_code: str = "", words: str = "") -> Meaning:
    """Return what a quarantine means; its error is more exact than its reason."""
    known = meaning(QUARANTINES, reason)
    if known is None or reason.lower() in _GENERAL:
        exact = _found(JOB_MEANINGS, error_code, words)
        if exact is None and known is None:
            exact = meaning(JOB_MEANINGS, reason)
        if exact is not None:
            return exact if exact in QUARANTINES else _before_a_start(exact)
    unsaid = coded(QUARANTINES, "unsaid")
    code = "" if error_code.lower() in _GENERAL else error_code
    if known is None or (code and reason.lower() in _GENERAL):
        said = _unexplained(code or reason, f"{_TEST} {unsaid.hint}" if code else unsaid.hint)
        return replace(said, asks_for_job=unsaid.asks_for_job)
    return _before_a_start(known) if known.code == "refused-or-silent" else known


def _before_a_start(known: Meaning) -> Meaning:
    """Return what is to be done before provisioning is started again, and that it has to be."""
    hint = known.hint.replace(WAIT, _PASSES).replace(RETRIED, _PASSES)
    return replace(known, hint=f"{hint} {_AND_THEN}")


def told(words: str) -> str:
    """Return what to show of the service's words: the answer of Webex, or else the words."""
    answer = upstream_answer(words)
    if answer is not None and answer.detail:
        return f"Webex answered “{answer.in_words.rstrip('.')}”."
    if answer is not None and answer.is_repeated and answer.in_words:
        return f"Webex answered “{answer.in_words}”, and nothing more."
    return f"Microsoft says: “{plain_line(words)}”" if words.strip() else ""


def as_error(known: Meaning, code: str, *, theirs: str, words: str) -> GraphError:
    """Return a meaning as an error; the answer of Webex comes first.

    Args:
        known: What happened.
        code: Our stable code of the error.
        theirs: Microsoft's code; may be empty.
        words: Microsoft's own words; may be empty.
    """
    source = f"({theirs})" if theirs else ""
    shown = told(words)
    parts = (shown, known.message) if shown.startswith("Webex") else (known.message, shown)
    message = " ".join(filter(None, (*parts, source)))
    return known.error(GraphError, message=message, code=code, graph_code=theirs, words=words)


def _found(table: Iterable[Meaning], code: str, words: str) -> Meaning | None:
    """Return the first row that fits; without an answer of Webex the words themselves count."""
    answer = upstream_answer(words)
    codes = [code]
    heard, status = words, None
    if answer is not None:
        codes = [answer.scim_type, answer.code, code]
        heard, status = answer.detail or words, answer.status
    return meaning(table, *filter(None, codes), status=status, words=heard)


def _unexplained(code: str, hint: str) -> Meaning:
    said = f"Microsoft says: {in_words(code)}." if code else "Microsoft does not say why."
    return Meaning(UNEXPLAINED, said, hint)
