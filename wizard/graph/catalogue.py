"""Why Graph refuses: the known answers (reference/graph-entra.md 8.2 and 8.3)."""

from wizard.words.meanings import Meaning, of_page

_GRAPH = "https://learn.microsoft.com/graph/errors"
_CHALLENGE = "https://learn.microsoft.com/entra/identity-platform/claims-challenge"
_QUERIES = "https://learn.microsoft.com/graph/aad-advanced-queries"
_THROTTLING = "https://learn.microsoft.com/graph/throttling"
_VALIDATE = (
    "https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-validatecredentials"
)

_ROLE = (
    "Sign in as an Application Administrator or Cloud Application Administrator. If you hold the "
    "role in Privileged Identity Management (PIM), activate it, wait some minutes and try again."
)
_BUG = "This is a mistake in the program, not in your setup. Please report it with the tracking id."
_SIGN_IN_AGAIN = "Sign in again and complete what Microsoft asks for."
_NEW_OR_GONE = "If it was just created, wait some minutes and try again. Otherwise choose it again."
_URL = (
    "Check the Tenant URL: the host, the path and the organization ID. The connection test of this "
    "wizard says more."
)

_OF_GRAPH = of_page(
    _GRAPH,
    Meaning(
        "graph-redirected",
        "Microsoft Graph sends us on to {place}. We do not follow, because the token would go "
        "along.",
        "A sign-in page of the network may stand in between. Check the entra hosts in the "
        "endpoints file, if you use one.",
        status=3,
    ),
    Meaning(
        "graph-unavailable",
        "Microsoft Graph has a problem of its own.",
        "{again} If it stays so, look at Microsoft's service health.",
        status=5,
    ),
    Meaning(
        "graph-step-up",
        "Microsoft wants a stronger or fresher sign-in for this.",
        _SIGN_IN_AGAIN,
        status=401,
        words="insufficient_claims",
        page=_CHALLENGE,
    ),
    Meaning(
        "graph-step-up",
        "Microsoft wants a fresher sign-in: the one in use was revoked or no longer satisfies a "
        "policy.",
        _SIGN_IN_AGAIN,
        status=401,
        words="continuous access evaluation",
        page=_CHALLENGE,
    ),
    Meaning(
        "graph-scope-missing",
        "Nobody has allowed this program to do this.",
        "Grant this program the permission it asks for: sign in again and consent, or let an "
        "administrator consent for the organization.",
        theirs="*PermissionScopeNotGranted",
    ),
    Meaning(
        "graph-sign-in",
        "Microsoft does not accept the sign-in: it has ended, or belongs to another cloud.",
        "Sign in again. If it stays so, check the entra hosts in the endpoints file, if you use "
        "one.",
        theirs="*InvalidAuthenticationToken",
        status=401,
    ),
    Meaning(
        "graph-not-allowed-or-not-ready",
        "The provisioning service refuses without saying why. Either the application is too new, "
        "or the role or the permission Synchronization.ReadWrite.All is missing.",
        f"If the application was just added, wait some minutes and try again. {_ROLE}",
        theirs="*UnknownError",
        status=401,
        is_silent=True,
    ),
    Meaning(
        "graph-role-missing",
        "Your account may not do this.",
        _ROLE,
        theirs="*Authorization_RequestDenied",
        status=403,
    ),
    Meaning(
        "graph-role-missing",
        "Your account may not do this.",
        _ROLE,
        words="insufficient privileges",
    ),
    Meaning(
        "graph-wrong-verb",
        "The provisioning service does not know this request.",
        _BUG,
        status=404,
        words="no http resource was found",
    ),
    Meaning(
        "graph-not-found",
        "Microsoft does not find this object. It was deleted, or it is so new that it has not "
        "reached every data center.",
        _NEW_OR_GONE,
        theirs="*ResourceNotFound *ObjectNotFound",
        status=404,
    ),
    Meaning(
        "graph-exists",
        "This is already there.",
        "Go on; if it looks different from what you expect, read the list again.",
        status=400,
        words="already exists",
    ),
    Meaning(
        "graph-exists",
        "Something with the same name or key is already there.",
        "Read the list again and use what is there.",
        theirs="*MultipleObjectsWithSameKeyValue",
    ),
    Meaning(
        "graph-not-ready",
        "The person, group or role is so new that it has not reached every data center.",
        "Wait some minutes and try again.",
        status=400,
        words="not a valid reference update",
    ),
    Meaning(
        "graph-role-unknown",
        "The application does not have the role that was chosen.",
        "Choose one of the roles of the application.",
        status=400,
        words="permission being assigned was not found",
    ),
    Meaning(
        "graph-query",
        "Microsoft does not understand the search as this program sent it.",
        _BUG,
        theirs="*Request_UnsupportedQuery",
        status=400,
        page=_QUERIES,
    ),
    Meaning(
        "graph-license-missing",
        "The organization has no Microsoft Entra ID P1 or P2, which this needs.",
        "Assign people one by one instead of groups, or get the licence. Results of provisioning "
        "then show in the portal only.",
        words="premium license",
    ),
)

_OF_TEST_CONNECTION = of_page(
    _VALIDATE,
    Meaning(
        "entra-unreachable",
        "Entra did not reach Webex at this Tenant URL, or got an answer it cannot use.",
        _URL,
        theirs="*CredentialValidationUnavailable",
    ),
    Meaning(
        "entra-token-refused",
        "Webex does not accept the token that Entra sent.",
        "Get a new token and save it.",
        theirs="*CredentialValidationFailure",
    ),
    Meaning(
        "entra-tenant-url",
        "Entra cannot use the credentials as they were given: the Tenant URL is missing or "
        "malformed.",
        _URL,
        theirs="*InvalidCredentials",
    ),
    Meaning(
        "entra-not-scim",
        "What answers at this Tenant URL does not speak SCIM.",
        f"{_URL} A proxy or a web page may answer in its place.",
        theirs="*ServiceIncompatible",
    ),
    Meaning(
        "entra-several-hits",
        "Webex found several people where Entra expects one at most.",
        "Try again. If it stays so, ask Cisco's support.",
        theirs="*MultipleEntriesInResponse",
    ),
    Meaning(
        "entra-request-refused",
        "Webex refused the search that Entra sent.",
        _URL,
        theirs="*ManagementBadRequest",
    ),
    Meaning(
        "entra-wrong-template",
        "This application wants to sign in by OAuth, not with a secret token.",
        "Use the application Cisco Webex from the gallery. It may have changed: look at the "
        "current tutorial.",
        words="credentiallocationinrequest",
    ),
    Meaning(
        "entra-credentials",
        "Entra does not accept the credentials.",
        "Test the connection in this wizard, then get a new token.",
        words="invalid credentials",
    ),
)
"""Entra asked Webex and tells what it thinks of the answer."""

_BY_STATUS = of_page(
    _GRAPH,
    Meaning(
        "graph-wrong-id",
        "The provisioning service cannot make sense of the request.",
        "Choose the application again; this program then looks its ids up anew.",
        theirs="*UnknownError",
        status=400,
        is_silent=True,
    ),
    Meaning(
        "graph-sign-in", "Microsoft does not accept the sign-in.", "Sign in again.", status=401
    ),
    Meaning("graph-role-missing", "Your account may not do this.", _ROLE, status=403),
    Meaning(
        "graph-not-found",
        "Microsoft does not find this object, or not yet.",
        _NEW_OR_GONE,
        status=404,
    ),
    Meaning(
        "graph-conflict",
        "Somebody or something else is changing the same object.",
        "Read it again, look at what changed, and try again.",
        status=409,
    ),
    Meaning(
        "graph-throttled",
        "Microsoft asks us to slow down.",
        "{again}",
        status=429,
        page=_THROTTLING,
    ),
)

UNKNOWN = Meaning(
    "graph-refused",
    "Microsoft Graph refused.",
    "Try again. If it stays so, give the tracking id to Microsoft's support.",
)

REFUSALS = (*_OF_GRAPH, *_OF_TEST_CONNECTION, *_BY_STATUS, UNKNOWN)
"""From the special to the general; the first that fits counts."""
