"""Why Graph refuses: the known codes as data (reference/graph-entra.md 8.2 and 8.3)."""

from dataclasses import dataclass

_ROLE = (
    "Sign in as an Application Administrator or Cloud Application Administrator. If you hold the "
    "role in Privileged Identity Management (PIM), activate it, wait some minutes and try again."
)
_CONSENT = (
    "Grant this program the permission it asks for: sign in again and consent, or let an "
    "administrator consent for the organization."
)
_LATER = "{again}"
_BUG = "This is a mistake in the program, not in your setup. Please report it with the tracking id."
_TEMPLATE_AGAIN = "Choose the application again; this program then looks its ids up anew."
_URL = (
    "Check the Tenant URL: the host, the path and the organization ID. The connection test of this "
    "wizard says more."
)


@dataclass(frozen=True)
class Refusal:
    """One known way of saying no."""

    code: str
    """Ours, stable."""
    message: str
    hint: str
    status: int | None = None
    """The HTTP status it comes with; None: any."""
    theirs: str = ""
    """End of Microsoft's code, in lower case; empty: any code."""
    words: str = ""
    """Part of Microsoft's message, in lower case; empty: any message."""
    is_silent: bool = False
    """Whether it comes without any words."""

    def fits(self, status: int, codes: tuple[str, ...], words: str) -> bool:
        """Tell whether an answer says no in this way."""
        return (
            self.status in {None, status}
            and (not self.theirs or any(code.endswith(self.theirs) for code in codes))
            and self.words in words
            and not (self.is_silent and words)
        )


REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        "graph-step-up",
        "Microsoft wants a stronger or fresher sign-in for this.",
        "Sign in again and complete what Microsoft asks for.",
        status=401,
        words="insufficient_claims",
    ),
    Refusal(
        "graph-step-up",
        "Microsoft wants a fresher sign-in: the one in use was revoked or no longer satisfies a "
        "policy.",
        "Sign in again and complete what Microsoft asks for.",
        status=401,
        words="continuous access evaluation",
    ),
    Refusal(
        "graph-scope-missing",
        "Nobody has allowed this program to do this.",
        _CONSENT,
        theirs="permissionscopenotgranted",
    ),
    Refusal(
        "graph-sign-in",
        "Microsoft does not accept the sign-in: it has ended, or belongs to another cloud.",
        "Sign in again. If it stays so, check the entra hosts in the endpoints file, if you use "
        "one.",
        status=401,
        theirs="invalidauthenticationtoken",
    ),
    Refusal(
        "graph-not-allowed-or-not-ready",
        "The provisioning service refuses without saying why. Either the application is too new, "
        "or the role or the permission Synchronization.ReadWrite.All is missing.",
        f"If the application was just added, wait some minutes and try again. {_ROLE}",
        status=401,
        theirs="unknownerror",
        is_silent=True,
    ),
    Refusal(
        "graph-role-missing",
        "Your account may not do this.",
        _ROLE,
        status=403,
        theirs="authorization_requestdenied",
    ),
    Refusal(
        "graph-role-missing",
        "Your account may not do this.",
        _ROLE,
        words="insufficient privileges",
    ),
    Refusal(
        "graph-wrong-verb",
        "The provisioning service does not know this request.",
        _BUG,
        status=404,
        words="no http resource was found",
    ),
    Refusal(
        "graph-not-found",
        "Microsoft does not find this object. It was deleted, or it is so new that it has not "
        "reached every data center.",
        "If it was just created, wait some minutes and try again. Otherwise choose it again.",
        status=404,
        theirs="resourcenotfound",
    ),
    Refusal(
        "graph-not-found",
        "Microsoft does not find this object. It was deleted, or it is so new that it has not "
        "reached every data center.",
        "If it was just created, wait some minutes and try again. Otherwise choose it again.",
        status=404,
        theirs="objectnotfound",
    ),
    Refusal(
        "graph-exists",
        "This is already there.",
        "Go on; if it looks different from what you expect, read the list again.",
        status=400,
        words="already exists",
    ),
    Refusal(
        "graph-exists",
        "Something with the same name or key is already there.",
        "Read the list again and use what is there.",
        theirs="multipleobjectswithsamekeyvalue",
    ),
    Refusal(
        "graph-not-ready",
        "The person, group or role is so new that it has not reached every data center.",
        "Wait some minutes and try again.",
        status=400,
        words="not a valid reference update",
    ),
    Refusal(
        "graph-role-unknown",
        "The application does not have the role that was chosen.",
        "Choose one of the roles of the application.",
        status=400,
        words="permission being assigned was not found",
    ),
    Refusal(
        "graph-query",
        "Microsoft does not understand the search as this program sent it.",
        _BUG,
        status=400,
        theirs="request_unsupportedquery",
    ),
    Refusal(
        "graph-license-missing",
        "The organization has no Microsoft Entra ID P1 or P2, which this needs.",
        "Assign people one by one instead of groups, or get the licence. Results of provisioning "
        "then show in the portal only.",
        words="premium license",
    ),
    # Test Connection: Entra asked Webex and tells what it thinks of the answer.
    Refusal(
        "entra-unreachable",
        "Entra did not reach Webex at this Tenant URL, or got an answer it cannot use.",
        _URL,
        theirs="credentialvalidationunavailable",
    ),
    Refusal(
        "entra-token-refused",
        "Webex does not accept the token that Entra sent.",
        "Get a new token and save it.",
        theirs="credentialvalidationfailure",
    ),
    Refusal(
        "entra-tenant-url",
        "Entra cannot use the credentials as they were given: the Tenant URL is missing or "
        "malformed.",
        _URL,
        theirs="invalidcredentials",
    ),
    Refusal(
        "entra-not-scim",
        "What answers at this Tenant URL does not speak SCIM.",
        f"{_URL} A proxy or a web page may answer in its place.",
        theirs="serviceincompatible",
    ),
    Refusal(
        "entra-several-hits",
        "Webex found several people where Entra expects one at most.",
        "Try again. If it stays so, ask Cisco's support.",
        theirs="multipleentriesinresponse",
    ),
    Refusal(
        "entra-request-refused",
        "Webex refused the search that Entra sent.",
        _URL,
        theirs="managementbadrequest",
    ),
    Refusal(
        "entra-wrong-template",
        "This application wants to sign in by OAuth, not with a secret token.",
        "Use the application Cisco Webex from the gallery. It may have changed: look at the "
        "current tutorial.",
        words="credentiallocationinrequest",
    ),
    Refusal(
        "entra-credentials",
        "Entra does not accept the credentials.",
        "Test the connection in this wizard, then get a new token.",
        words="invalid credentials",
    ),
    # What no code tells, the status does.
    Refusal(
        "graph-wrong-id",
        "The provisioning service cannot make sense of the request.",
        _TEMPLATE_AGAIN,
        theirs="unknownerror",
        status=400,
        is_silent=True,
    ),
    Refusal("graph-sign-in", "Microsoft does not accept the sign-in.", "Sign in again.", 401),
    Refusal("graph-role-missing", "Your account may not do this.", _ROLE, 403),
    Refusal(
        "graph-not-found",
        "Microsoft does not find this object, or not yet.",
        "If it was just created, wait some minutes and try again. Otherwise choose it again.",
        404,
    ),
    Refusal(
        "graph-conflict",
        "Somebody or something else is changing the same object.",
        "Read it again, look at what changed, and try again.",
        409,
    ),
    Refusal("graph-throttled", "Microsoft asks us to slow down.", _LATER, 429),
)
"""From the special to the general; the first that fits counts."""

UNAVAILABLE = Refusal(
    "graph-unavailable",
    "Microsoft Graph has a problem of its own.",
    f"{_LATER} If it stays so, look at Microsoft's service health.",
)
REDIRECTED = Refusal(
    "graph-redirected",
    "Microsoft Graph sends us on to {place}. We do not follow, because the token would go along.",
    "A sign-in page of the network may stand in between. Check the entra hosts in the endpoints "
    "file, if you use one.",
)
UNKNOWN = Refusal(
    "graph-refused",
    "Microsoft Graph refused.",
    "Try again. If it stays so, give the tracking id to Microsoft's support.",
)
