"""What is wrong with provisioning as a whole: Entra's own test, a cycle, a quarantine.

Source besides the pages: reference/graph-entra.md 8.3, 8.5 and 11.
"""

from wizard.words.meanings import Meaning, of_page

_LOG = (
    "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
)
_PROVISIONING = "https://learn.microsoft.com/entra/identity/app-provisioning/"
_QUARANTINE = f"{_PROVISIONING}application-provisioning-quarantine-status"
_REASONS_PAGE = (
    "https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationquarantine"
)
_SEEN = "reference/graph-entra.md 11"
"""Seen in documents of the service; no page of Microsoft tells it."""

WAIT = "Wait some minutes; Entra tries again by itself."
"""What helps against what passes, outside of a quarantine."""
_URL = (
    "Check the Tenant URL: the host, the path and the organization ID. The connection test of this "
    "wizard says more."
)
_NEW_TOKEN = "Get a new token and save it."  # noqa: S105 (words)
_ROLE = (
    "The administrator whose token it is may have lost the role. Look at the role in Control Hub, "
    "then get a new token."
)

TEST_CONNECTION = of_page(
    _SEEN,
    Meaning(
        "entra-wrong-template",
        "This application wants to sign in by OAuth, not with a secret token.",
        "Use the application Cisco Webex from the gallery. It may have changed: look at the "
        "current tutorial.",
        words="credentiallocationinrequest",
    ),
    Meaning(
        "entra-tenant-url",
        "Entra cannot use the credentials as they were given: the Tenant URL is missing or "
        "malformed.",
        _URL,
        words="valid tenant url",
    ),
    Meaning(
        "entra-unreachable",
        "Entra did not reach Webex at this Tenant URL, or got an answer it cannot use.",
        _URL,
        theirs="*CredentialValidationUnavailable",
        page="https://github.com/bitwarden/server/issues/7309",
    ),
    Meaning(
        "entra-token-refused",
        "Webex does not accept the token that Entra sent.",
        _NEW_TOKEN,
        theirs="*CredentialValidationFailure",
    ),
    Meaning(
        "entra-credentials",
        "Webex does not accept the credentials that Entra has.",
        "Test the connection in this wizard, then get a new token and save it.",
        theirs="*InvalidCredentials",
        page=_QUARANTINE,
    ),
    Meaning(
        "entra-not-scim",
        "What answers at this Tenant URL does not speak SCIM.",
        f"{_URL} A proxy or a web page may answer in its place.",
        theirs="*ServiceIncompatible*",
        page=_LOG,
    ),
    Meaning(
        "entra-several-hits",
        "Webex found several people where Entra expects one at most.",
        "Try again. If it stays so, ask Cisco's support.",
        theirs="*MultipleEntriesInResponse",
        page=_LOG,
    ),
    Meaning(
        "entra-request-refused",
        "Webex refused the search that Entra sent.",
        _URL,
        theirs="*ManagementBadRequest",
    ),
    *(
        Meaning(
            "entra-credentials",
            "Webex does not accept the credentials that Entra has.",
            "Test the connection in this wizard, then get a new token and save it.",
            words=words,
            page=page,
        )
        for words, page in (
            ("invalid credentials", "https://github.com/MicrosoftDocs/azure-docs/issues/54231"),
            ("credentials are invalid", _SEEN),
            ("credentials provided are invalid", _QUARANTINE),
        )
    ),
)
"""Entra asked Webex, and tells what it thinks of the answer."""

LICENCES = of_page(
    _SEEN,
    *(
        Meaning(
            "unlicensed",
            "Microsoft says that the organization lacks a licence that this needs.",
            "Look at the organization's licences, such as Microsoft Entra ID P1. If they are "
            "there, ask Microsoft's support, with the job id.",
            theirs=theirs,
            words=words,
            asks_for_job=True,
        )
        for theirs, words in (
            ("*Unlicensed*", ""),
            ("*Premium*License*", ""),
            ("*License*Premium*", ""),
            ("", "premium license"),
            ("", "not licensed"),
            ("", "no license"),
        )
    ),
)
"""The tenant itself lacks something; nothing was asked of Webex."""

ANSWERS_TO_JOBS = of_page(
    "RFC 7644 section 3.12",
    Meaning(
        "entra-token-refused", "Webex does not accept the token of Entra.", _NEW_TOKEN, status=401
    ),
    Meaning("entra-token-rights", "Webex does not allow this with the token.", _ROLE, status=403),
    Meaning(
        "entra-tenant-url",
        "Webex has nothing at the Tenant URL (HTTP 404).",
        _URL,
        status=404,
        page=_QUARANTINE,
    ),
    Meaning(
        "entra-tenant-url",
        "What answers at the Tenant URL sends Entra on to another address.",
        _URL,
        status=3,
    ),
    Meaning(
        "entra-busy",
        "Webex asked Entra to slow down.",
        WAIT,
        status=429,
    ),
    Meaning(
        "entra-webex-trouble",
        "Webex had a problem of its own.",
        f"{WAIT} status.webex.com shows known trouble.",
        status=5,
    ),
    Meaning(
        "entra-unreachable",
        "Webex did not answer Entra in time.",
        WAIT,
        status=408,
    ),
    Meaning(
        "entra-request-refused",
        "Webex refused what Entra asked.",
        _URL,
        status=4,
    ),
    Meaning(
        "entra-not-scim",
        "What answers at the Tenant URL does not speak SCIM.",
        f"{_URL} A proxy or a web page may answer in its place.",
        status=2,
    ),
)
"""What the status of Webex's answer to the service as such means."""

NO_ANSWER = of_page(
    _SEEN,
    *(
        Meaning("entra-unreachable", message, hint, words=words)
        for message, hint, several in (
            (
                "Entra could not find the host of the Tenant URL.",
                _URL,
                ("could not be resolved", "no such host", "name or service not known"),
            ),
            (
                "Entra could not make a safe connection to the Tenant URL (TLS).",
                "A proxy may stand in between, or the host is not Webex's: check the Tenant URL.",
                ("ssl connection", "secure channel", "trust relationship", "remote certificate"),
            ),
            (
                "Webex did not answer Entra in time.",
                WAIT,
                ("timed out", "request timeout", "gateway timeout", "task was canceled"),
            ),
            (
                "Entra could not connect to the Tenant URL.",
                _URL,
                (
                    "error occurred while sending the request",
                    "unable to connect",
                    "actively refused",
                    "connection was closed",
                ),
            ),
        )
        for words in several
    ),
)
"""Words of the service where Webex gave no answer at all."""

QUARANTINES = of_page(
    _REASONS_PAGE,
    Meaning(
        "too-many-failures",
        "Too many people failed, so Entra tries only rarely.",
        "Look at the failures, correct the mapping or the scope, then restart and let it forget "
        "the errors and the quarantine.",
        theirs="EncounteredBaseEscrowThreshold EncounteredTotalEscrowThreshold "
        "EncounteredEscrowProportionThreshold",
    ),
    Meaning(
        "too-many-deletes",
        "More people would be deactivated or deleted than the limit allows, so Entra stopped.",
        "Look at who it is. Assign them again, or allow it by restarting with the deletions that "
        "were held back.",
        theirs="*TooManyDeletes",
    ),
    Meaning(
        "on-hold",
        "Microsoft put provisioning on hold.",
        "Ask Microsoft's support, with the job id.",
        theirs="*QuarantinedOnDemand *QuarantineOnDemand",
        asks_for_job=True,
    ),
    Meaning(
        "interrupted",
        "Reading the directory was interrupted.",
        "Start provisioning again.",
        theirs="IngestionInterrupted",
    ),
    Meaning(
        "refused-or-silent",
        "Entra could not sign in to Webex, or Webex stopped answering.",
        "Test the connection in this wizard: it tells whether the token or the Tenant URL is at "
        "fault.",
        theirs="EncounteredQuarantineException",
    ),
    Meaning(
        "unsaid",
        "Microsoft does not say why.",
        "Ask Microsoft's support, with the job id.",
        theirs="Unknown",
        asks_for_job=True,
    ),
)
"""Reasons of quarantine."""
