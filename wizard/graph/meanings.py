"""What the provisioning service's own codes mean: entries of its log, and quarantine.

Source besides the pages: reference/graph-entra.md 8.4 and 8.5.
"""

from dataclasses import replace

from wizard.graph.errors import GraphError
from wizard.graph.refusals import in_words
from wizard.words.meanings import Meaning, coded, meaning, of_page
from wizard.words.text import plain_line

_LOG = (
    "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
)
_QUARANTINE = (
    "https://learn.microsoft.com/entra/identity/app-provisioning/"
    "application-provisioning-quarantine-status"
)

ENTRIES = of_page(
    _LOG,
    Meaning(
        "conflict",
        "Webex already has this person with other data, or the address belongs to another "
        "organization.",
        "Look the address up in Control Hub: claim the account, rename it, or delete the old one.",
        theirs="*Conflict",
    ),
    Meaning(
        "busy",
        "Webex asked Entra to slow down, or was not available.",
        "Entra tries again.",
        theirs="*TooManyRequests *InternalServerError *InternalError *ServiceUnavailable",
    ),
    Meaning("timeout", "Webex did not answer in time.", "Entra tries again.", theirs="*Timeout"),
    Meaning(
        "rights",
        "Webex did not allow this with the token that is saved.",
        "The administrator whose token it is may have lost the role. Get a new token.",
        theirs="*InsufficientRights *MethodNotAllowed *NotPermitted *Unauthorized *Forbidden "
        "*CredentialValidationFailure *InvalidCredentials",
    ),
    Meaning(
        "payload",
        "Webex could not use what was sent: a value is missing, malformed, or of the wrong kind.",
        "Look at the attribute named in the words of Webex, and change its mapping.",
        theirs="*UnprocessableEntity *WebExceptionProtocolError *BadRequest",
    ),
    Meaning(
        "anchor",
        "The person was deleted in Webex and made anew, so Entra's link leads nowhere.",
        "Restart provisioning, so that Entra matches everybody anew.",
        theirs="*InvalidAnchor",
    ),
    Meaning(
        "not-implemented",
        "Webex does not offer what Entra asked for.",
        "Remove the mapping of the attribute named in the words of Webex.",
        theirs="*NotImplemented",
    ),
    Meaning(
        "value-missing",
        "A value that Webex needs is empty in Entra, such as the family name.",
        "Fill it in for this person, or give the mapping a default.",
        theirs="*MandatoryFieldsMissing *MissingValues",
    ),
    Meaning(
        "attribute-unknown",
        "A mapped attribute does not exist in Webex.",
        "Remove its mapping.",
        theirs="*SchemaAttributeNotFound",
    ),
    Meaning(
        "domain",
        "The domain of the address is not one of this Webex organization.",
        "Verify the domain in Control Hub, or correct the address.",
        theirs="*InvalidDomain",
    ),
    Meaning(
        "licences",
        "Webex has no licence left.",
        "Get more licences, or bring fewer people into scope.",
        theirs="*LicenseLimitExceeded",
    ),
    Meaning(
        "not-unique",
        "The matching attribute is not unique: it finds more than one person.",
        "Make it unique, or match by another attribute.",
        theirs="*DuplicateTargetEntries *DuplicateSourceEntries *MultipleEntriesInResponse",
    ),
    Meaning(
        "skipped",
        "Entra left this person out.",
        "Look at the scope and the assignment of this person.",
        theirs="*ImportSkipped *EntrySynchronizationSkipped",
    ),
    Meaning(
        "several-values",
        "Several values go to an attribute that takes one.",
        "Map a single value, for example with Item or Mid.",
        theirs="*SchemaPropertyCanOnlyAcceptValue",
    ),
    Meaning(
        "not-scim",
        "What answered Entra does not speak SCIM.",
        "Check the Tenant URL.",
        theirs="*ServiceIncompatible",
    ),
    Meaning(
        "same",
        "Everything is already the same in Webex, so nothing was sent.",
        "Nothing to do.",
        theirs="*RedundantExport",
    ),
    Meaning(
        "not-assigned",
        "The person is not assigned to the application.",
        "Assign the person, or a group that holds the person directly.",
        theirs="*NotEffectivelyEntitled",
    ),
    Meaning(
        "out-of-scope",
        "The person does not pass the scoping filter.",
        "Change the filter, or the attribute it looks at.",
        theirs="*NotInScope",
    ),
    Meaning(
        "unreachable",
        "Entra did not reach Webex, or got an answer it cannot use.",
        "Test the connection.",
        theirs="*CredentialValidationUnavailable",
    ),
)
"""Codes of connectors begin with the connector's name, so the end of the code decides."""

QUARANTINES = of_page(
    _QUARANTINE,
    Meaning(
        "refused-or-silent",
        "Entra could not sign in to Webex, or Webex stopped answering.",
        "Get a new token, save it and start provisioning. Without that, Entra gives up after "
        "28 days.",
        theirs="EncounteredQuarantineException",
    ),
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
        theirs="TooManyDeletes",
    ),
    Meaning(
        "on-hold",
        "Microsoft put provisioning on hold.",
        "Ask Microsoft's support with the job id.",
        theirs="QuarantinedOnDemand",
    ),
    Meaning(
        "interrupted",
        "Reading the directory was interrupted.",
        "Start provisioning again.",
        theirs="IngestionInterrupted",
    ),
    Meaning(
        "unsaid",
        "Microsoft does not say why.",
        "Open the troubleshooting address of the job, or ask Microsoft's support.",
        theirs="Unknown",
    ),
)

UNEXPLAINED = "unexplained"
"""Our code of what is in no table."""

_GENERAL = {"encounteredquarantineexception", "unknown", ""}
"""Reasons of quarantine that its error tells more exactly."""


def of_entry(code: str) -> Meaning:
    """Return what an error or skip code of one person means."""
    known = meaning(ENTRIES, code)
    return known or _unexplained(code, "Look at the words beside it, and at the log in the portal.")


def of_quarantine(reason: str, error_code: str = "") -> Meaning:
    """Return what a quarantine means; the code of its error is more exact than its reason."""
    exact = meaning(ENTRIES, error_code) if reason.lower() in _GENERAL else None
    if exact is not None:
        return replace(exact, hint=coded(QUARANTINES, "refused-or-silent").hint)
    known = meaning(QUARANTINES, reason)
    return known or _unexplained(
        reason or error_code, "Open the troubleshooting address of the job."
    )


def as_error(known: Meaning, code: str, *, theirs: str, words: str) -> GraphError:
    """Return a meaning as an error.

    Args:
        known: What happened.
        code: Our stable code of the error.
        theirs: Microsoft's code; may be empty.
        words: Microsoft's own words; may be empty.
    """
    quoted = f" Microsoft says: “{plain_line(words)}”" if words else ""
    source = f" ({theirs})" if theirs else ""
    message = f"{known.message}{quoted}{source}"
    return known.error(GraphError, message=message, code=code, graph_code=theirs, words=words)


def _unexplained(code: str, hint: str) -> Meaning:
    said = f"Microsoft says: {in_words(code)}." if code else "Microsoft does not say why."
    return Meaning(UNEXPLAINED, said, hint)
