"""Why Graph refuses: the known answers (reference/graph-entra.md 8.2 and 8.3)."""

from wizard.graph.job_codes import TEST_CONNECTION
from wizard.words.meanings import Meaning, of_page

_GRAPH = "https://learn.microsoft.com/graph/errors"
_SEEN = "reference/graph-entra.md 8.2"
"""Seen in answers of Graph; its page of errors lists the statuses, not these codes."""
_CHALLENGE = "https://learn.microsoft.com/entra/identity-platform/claims-challenge"
_QUERIES = "https://learn.microsoft.com/graph/aad-advanced-queries"
_CONTRIB = "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues"
_LIMITS = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
_THROTTLING = "https://learn.microsoft.com/graph/throttling"

_ROLE = (
    "Sign in as an Application Administrator or Cloud Application Administrator. If you hold the "
    "role in Privileged Identity Management (PIM), activate it, wait some minutes and try again."
)
_BUG = "This is a mistake in the program, not in your setup. Please report it with the tracking id."
_SIGN_IN_AGAIN = "Sign in again and complete what Microsoft asks for."
_NEW_OR_GONE = "If it was just created, wait some minutes and try again. Otherwise choose it again."

_OF_GRAPH = of_page(
    _SEEN,
    Meaning(
        "graph-redirected",
        "Microsoft Graph sends us on to {place}. We do not follow, because the token would go "
        "along.",
        "A sign-in page of the network may stand in between. Check the entra hosts in the "
        "endpoints file, if you use one.",
        status=3,
        page=_GRAPH,
    ),
    Meaning(
        "graph-unavailable",
        "Microsoft Graph has a problem of its own.",
        "{again} If it stays so, look at Microsoft's service health.",
        status=5,
        page=_GRAPH,
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
    *(
        Meaning(
            "graph-scope-missing",
            "Nobody has allowed this program to do this.",
            "Sign in again and consent to the permission that Microsoft names, or let an "
            "administrator consent for the organization.",
            theirs=theirs,
            words=words,
            page=f"{_CONTRIB}/6659",
        )
        for theirs, words in (
            ("*MSGraphPermissionMissing *HasNoReadAuditLogDataAccess", ""),
            ("", "required msgraph permission"),
            ("", "missing msgraph api"),
            ("", "required scopes are missing"),
            ("", "missing required scope"),
        )
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
    *(
        Meaning(
            "graph-directory-unread",
            "Microsoft could not look whether the organization has the licence: this sign-in may "
            "not read the directory. The licence may well be there.",
            "Sign in again and consent to what is asked, with a role that may read the logs, such "
            "as Reports Reader. If it stays so, an administrator has to allow Directory.Read.All.",
            theirs=theirs,
            words=words,
            page=f"{_CONTRIB}/4818",
        )
        for theirs, words in (("*HasNoDirectoryReadAccess", ""), ("", "premium license check"))
    ),
    *(
        Meaning(
            "graph-license-missing",
            "The organization has no Microsoft Entra ID P1 or P2, which this needs.",
            "Assign people one by one instead of groups, or get the licence. Results of "
            "provisioning then show in the portal only.",
            theirs=theirs,
            words=words,
            page=f"{_CONTRIB}/3581",
        )
        for theirs, words in (
            ("*RequestFromNonPremiumTenantOrB2CTenant", ""),
            ("", "premium license"),
            ("", "premium licence"),
        )
    ),
    *(
        Meaning(
            "graph-license-missing",
            "Microsoft says that a licence is missing that this needs.",
            "Look at the organization's licences; groups need Microsoft Entra ID P1 or P2. Without "
            "it, assign people one by one.",
            status=403,
            words=words,
        )
        for words in ("licens", "licenc", "premium")
    ),
    Meaning(
        "graph-quota",
        "Entra holds no more objects for the organization, or for your account.",
        "Delete for good what is not needed any more: what was deleted in the last 30 days still "
        "counts. Or ask Microsoft's support for a larger quota.",
        theirs="*QuotaExceeded *QuotaLimitExceeded",
    ),
    Meaning(
        "graph-quota",
        "Entra holds no more objects for the organization, or for your account.",
        "Delete for good what is not needed any more: what was deleted in the last 30 days still "
        "counts. Or ask Microsoft's support for a larger quota.",
        words="quota limit",
        page=_LIMITS,
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
        "graph-secret-too-long",
        "Microsoft cannot keep this: the secret is too long.",
        "In the clouds of the US Government the token and the notification addresses may take 1 "
        "KB together: name fewer addresses. Elsewhere look whether more than the token was pasted.",
        words="size of input externalsecret",
        page="https://learn.microsoft.com/entra/identity/app-provisioning/known-issues",
    ),
)

_BY_STATUS = of_page(
    _GRAPH,
    Meaning(
        "graph-wrong-id",
        "The provisioning service cannot make sense of the request.",
        "Choose the application again; this program then looks its ids up anew.",
        theirs="*UnknownError",
        status=400,
        is_silent=True,
        page=_SEEN,
    ),
    Meaning(
        "graph-sign-in", "Microsoft does not accept the sign-in.", "Sign in again.", status=401
    ),
    Meaning(
        "graph-forbidden",
        "Microsoft does not allow this.",
        f"If Microsoft's words name no other reason, your account may lack the role. {_ROLE}",
        status=403,
    ),
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

REFUSALS = (*_OF_GRAPH, *TEST_CONNECTION, *_BY_STATUS, UNKNOWN)
"""From the special to the general; the first that fits counts."""
