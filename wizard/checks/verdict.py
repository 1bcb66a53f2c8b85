"""The last rung: what Entra's own button will say, and whether writes would work."""

from typing import Literal

from wizard.checks.check import Status
from wizard.checks.rung import Climb, Outcome, Rung, failed, passed, warned

_ABOUT_WRITING = (
    "token-shape",
    "authorization",
    "identity",
    "organization",
    "role",
    "scopes",
    "lifetime",
)
_PASSING_TROUBLE = frozenset({"throttled", "server-error"})

_ENTRA = {
    "success": "Entra's Test Connection will say that it worked.",
    "failure": "Entra's Test Connection will fail.",
    "unknown": "What Entra's Test Connection will say cannot be told from here: it is asked from "
    "Microsoft's network, which may get further or less far than this machine.",
}
_WRITES = {
    "yes": "Creating and changing users will work, as far as reading can tell.",
    "no": "Creating and changing users will not work.",
    "unknown": "Whether creating and changing users will work is not known.",
}


def entra_says(climb: Climb) -> Literal["success", "failure", "unknown"]:
    """Return what Entra's Test Connection will most likely say.

    No answer at all leaves it unknown, because Entra asks from another network.
    """
    query = climb.done.get("scim-query")
    if query is not None and query.status is Status.PASSED:
        return "success"
    if query is not None and query.code == "filter-ignored":
        return "unknown"
    if climb.failed("address", "authorization", "scim-query"):
        return "failure"
    return "failure" if _failed_with(climb, "token-shape", "token-impossible") else "unknown"


def writes(climb: Climb) -> Literal["yes", "no", "unknown"]:
    """Return whether creating and changing users would work."""
    if climb.failed("address", *_ABOUT_WRITING) and not _only_unreachable_identity(climb):
        return "no"
    if climb.failed("scim-query"):
        return "unknown" if climb.done["scim-query"].code in _PASSING_TROUBLE else "no"
    knows = all(climb.done[rung].status is Status.PASSED for rung in ("scim-query", "role"))
    missing = climb.done["scopes"].status is Status.WARNED
    return "yes" if knows and not missing else "unknown"


async def verdict(climb: Climb) -> Outcome:
    """Sum up."""
    entra, write = entra_says(climb), writes(climb)
    wrong = [check.title for check in climb.done.values() if check.status is Status.FAILED]
    text = f"{_ENTRA[entra]} {_WRITES[write]}"
    if wrong:
        return failed(
            f"entra-{entra}", f"{text} Failed: {', '.join(wrong)}.", "Start with the first of them."
        )
    if entra == "success" and write == "yes":
        return passed(text)
    return warned(f"entra-{entra}", text, "Look at the warnings above before you go on.")


def _failed_with(climb: Climb, rung: str, code: str) -> bool:
    return climb.failed(rung) and climb.done[rung].code == code


def _only_unreachable_identity(climb: Climb) -> bool:
    """Tell whether all that failed is that the REST API could not be reached."""
    others = [rung for rung in _ABOUT_WRITING if rung != "identity"]
    unreached = not _failed_with(climb, "identity", "unauthorized")
    return unreached and not climb.failed("address", *others)


VERDICT = (Rung("verdict", verdict),)
