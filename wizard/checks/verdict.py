"""The last rung: what Entra's own button will say, and whether writes would work."""

from typing import Literal

from wizard.checks.check import VERDICT_CHECK, Check, Status
from wizard.checks.rung import (
    OUT_OF_TIME,
    SWITCHED_OFF,
    Climb,
    Outcome,
    Rung,
    failed,
    passed,
    warned,
)

_ABOUT_WRITING = (
    "token-shape",
    "authorization",
    "identity",
    "organization",
    "role",
    "scopes",
    "lifetime",
)
_ABOUT_ASKING = ("address", "token-shape", "authorization", "scim-query")
_PASSING_TROUBLE = frozenset({"throttled", "server-error"})
_MAYBE_NOT_WEBEX = frozenset({"html-page", "not-json", "not-a-list", "redirected"})
"""Answers that something in this network may have given in Webex's place."""

_ENTRA = {
    "success": "Entra's Test Connection will say that it worked.",
    "failure": "Entra's Test Connection will fail{why}.",
    "unknown": "What Entra's Test Connection will say cannot be told{why}.",
}
_WRITES = {
    "yes": "Creating and changing users will work, as far as reading can tell.",
    "no": "Creating and changing users will not work{why}.",
    "unknown": "Whether creating and changing users will work is not known{why}.",
}
_ENDED = {
    Status.PASSED: "passed",
    Status.WARNED: "is in doubt",
    Status.FAILED: "failed",
    Status.SKIPPED: "was not tried",
}
_UNTOLD = {
    "filter-ignored": "the service does not heed the search, and Entra may or may not notice",
    SWITCHED_OFF: "the SCIM service is switched off in the endpoints file",
    OUT_OF_TIME: "the time of this test was used up before",
}
_MAYBE_BETWEEN = (
    "what answered here may stand in this network alone, such as a proxy, and Entra asks from "
    "Microsoft's"
)
_ELSEWHERE = (
    "no answer came here, and Entra asks from Microsoft's network, which may get further or less "
    "far than this machine"
)


def entra_says(climb: Climb) -> Literal["success", "failure", "unknown"]:
    """Return what Entra's Test Connection will most likely say.

    No answer at all leaves it unknown, because Entra asks from another network.
    """
    query = climb.done.get("scim-query")
    if query is not None and query.status is Status.PASSED:
        return "success"
    if query is not None and query.code in {"filter-ignored", *_MAYBE_NOT_WEBEX}:
        return "unknown"
    if climb.failed("address", "authorization", "scim-query"):
        return "failure"
    return "failure" if _failed_with(climb, "token-shape", "token-impossible") else "unknown"


def writes(climb: Climb) -> Literal["yes", "no", "unknown"]:
    """Return whether creating and changing users would work."""
    if climb.failed("address", *_ABOUT_WRITING) and not _only_unreachable_identity(climb):
        return "no"
    if climb.failed("scim-query"):
        open_end = _PASSING_TROUBLE | _MAYBE_NOT_WEBEX
        return "unknown" if climb.done["scim-query"].code in open_end else "no"
    knows = all(climb.done[rung].status is Status.PASSED for rung in ("scim-query", "role"))
    missing = climb.done["scopes"].status is Status.WARNED
    return "yes" if knows and not missing else "unknown"


async def verdict(climb: Climb) -> Outcome:
    """Sum up, with the reason of each half."""
    entra, write = entra_says(climb), writes(climb)
    text = " ".join(
        (
            _ENTRA[entra].format(why=_why_entra(climb, entra)),
            _WRITES[write].format(why=_why_writes(climb, write)),
        )
    )
    if wrong := _titles(climb, Status.FAILED):
        hint = "Start with the first of them." if "," in wrong else "Start there."
        return failed(f"entra-{entra}", f"{text} Failed: {wrong}.", hint)
    doubtful = _titles(climb, Status.WARNED)
    text += f" In doubt: {doubtful}." if doubtful else ""
    if entra == "success" and write == "yes":
        return passed(text)
    return warned(f"entra-{entra}", text, "Look at that before you go on.")


def _why_entra(climb: Climb, says: str) -> str:
    query = climb.done.get("scim-query")
    if says == "failure":
        lasts = query is None or query.code not in _PASSING_TROUBLE
        return ("" if lasts else " while this lasts") + _because(_first(climb, *_ABOUT_ASKING))
    code = query.code if query else ""
    if code in _MAYBE_NOT_WEBEX:
        return f", because {_MAYBE_BETWEEN}"
    return f", because {_UNTOLD.get(code, _ELSEWHERE)}"


def _why_writes(climb: Climb, answer: str) -> str:
    asking = _first(climb, *_ABOUT_ASKING)
    if answer == "no":
        return _because(_first(climb, "address", *_ABOUT_WRITING) or asking)
    doubts = (climb.done[rung] for rung in ("scim-query", "role", "scopes"))
    doubtful = (check for check in doubts if check.status is not Status.PASSED)
    return _because(asking or next(doubtful, None))


def _because(check: Check | None) -> str:
    return f", because “{check.title}” {_ENDED[check.status]}" if check else ""


def _first(climb: Climb, *rungs: str) -> Check | None:
    """Return the first of these rungs that failed."""
    return next((climb.done[rung] for rung in rungs if climb.failed(rung)), None)


def _titles(climb: Climb, status: Status) -> str:
    return ", ".join(check.title for check in climb.done.values() if check.status is status)


def _failed_with(climb: Climb, rung: str, code: str) -> bool:
    return climb.failed(rung) and climb.done[rung].code == code


def _only_unreachable_identity(climb: Climb) -> bool:
    """Tell whether all that failed is that the REST API could not be reached."""
    others = [rung for rung in _ABOUT_WRITING if rung != "identity"]
    unreached = not _failed_with(climb, "identity", "unauthorized")
    return unreached and not climb.failed("address", *others)


VERDICT = (Rung(VERDICT_CHECK, verdict),)
