"""What becomes of one person or group: the codes of the log and of on-demand runs.

Source besides the pages: reference/graph-entra.md 8.4 and 11.
"""

from dataclasses import replace

from wizard.words.meanings import Meaning, of_page

_LOG = (
    "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
)
_PROVISIONING = "https://learn.microsoft.com/entra/identity/app-provisioning/"
_SKIPPED = f"{_PROVISIONING}application-provisioning-config-problem-no-users-provisioned"
_ON_DEMAND = (
    "https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provision-on-demand"
)
_SCIM = "RFC 7644 section 3.12"
_SEEN = "reference/graph-entra.md 11"
"""Seen in documents of the service; no page of Microsoft tells it."""

_FORGET_THE_LINK = (
    "If this should be there, restart provisioning through Graph, in the step that watches the "
    "first cycle, and let it forget everything: any other restart, the portal's too, keeps the "
    "links. Microsoft's reference says to ask its support before the links are forgotten."
)
RETRIED = "There is nothing to do: Entra tries again by itself."
"""What is said of what passes."""
_CLAIM = "Look the address up in Control Hub: claim the account, rename it, or delete the old one."
_MAPPING = "Look at the attribute named in the words of Webex, and change its mapping."
_NEW_TOKEN = "Get a new token and save it."  # noqa: S105 (words)
_ROLE = (
    "The administrator whose token it is may have lost the role. Look at the role in Control Hub, "
    "then get a new token."
)
_NO_OTHER_REASON = (
    "If the words of Webex name no other reason, the administrator whose token it is may have lost "
    "the role: look at the role in Control Hub, then get a new token."
)
_WHAT_IT_NAMES = "Look at what Webex names: mostly an attribute, whose mapping is to be changed."

_GROUP_CONFLICT = (
    "Webex already has a group of this name.",
    "Look the group up in Control Hub: rename or delete one of the two.",
)

SAID = of_page(
    _SCIM,
    Meaning(
        "unclaimed",
        "Webex already has an account with this address that no organization has claimed.",
        "Claim the account in Control Hub; its domain must be verified there. Entra then takes it "
        "over when it tries again.",
        words="unclaimed",
        page=_SEEN,
    ),
    *(
        Meaning(
            "licences",
            "Webex has no licence left.",
            "Get more licences, or bring fewer people into scope.",
            words=words,
        )
        for words in (
            *("no license", "no more license", "licenses left", "license left", "license limit"),
            *("not enough license", "enough licenses", "insufficient license", "out of license"),
            *("licenses available", "license available", "license is available"),
            *("licenses exceeded", "license exceeded", "exceeded the number of license"),
        )
    ),
    *(
        Meaning(
            "domain",
            "The domain of the address belongs to another Webex organization.",
            "Correct the address, or ask Cisco's support who has claimed the domain.",
            status=status,
            words=words,
        )
        for status in (400, 422)
        for words in ("claimed by another", "belongs to another org", "claimed by a different")
    ),
    *(
        Meaning(
            "domain",
            "The domain of the address is not one of this Webex organization.",
            "Verify the domain in Control Hub, or correct the address.",
            status=status,
            words=words,
        )
        for status in (400, 422)
        for words in (
            *("domain is not verified", "domain not verified", "unverified domain"),
            *("domain is not claimed", "domain not claimed", "not a verified domain"),
            *("domain is not allowed", "domain not allowed", "domain has not been verified"),
        )
    ),
    *(
        Meaning("conflict", *_GROUP_CONFLICT, status=409, words=words)
        for words in ("group name", "group already exists", "group with this name")
    ),
    Meaning(
        "conflict",
        "Webex already has this person with other data, or the address belongs to another "
        "organization.",
        _CLAIM,
        theirs="uniqueness",
    ),
    Meaning(
        "matching-attribute",
        "Webex cannot search by the matching attribute.",
        "Match people by userName, and groups by displayName.",
        theirs="invalidFilter",
    ),
    Meaning(
        "not-unique",
        "The matching attribute finds more than Webex wants to answer.",
        "Match by an attribute that is unique.",
        theirs="tooMany",
    ),
    Meaning(
        "fixed-value",
        "Webex does not let this attribute be changed.",
        "Remove its mapping, or let it apply only when people are created.",
        theirs="mutability",
    ),
    Meaning(
        "no-target",
        "What should be changed is not there in Webex.",
        _MAPPING,
        theirs="noTarget invalidPath",
    ),
    Meaning(
        "payload",
        "Webex could not use a value that was sent: it is malformed or of the wrong kind.",
        _MAPPING,
        theirs="invalidValue invalidSyntax sensitive",
    ),
)
"""What Webex names in its answer about one person or group."""

EXACT = of_page(
    _LOG,
    Meaning(
        "anchor",
        "What Entra's link leads to was deleted in Webex, or made anew there.",
        _FORGET_THE_LINK,
        theirs="*InvalidAnchor",
    ),
    Meaning(
        "value-missing",
        "A value that Webex needs is empty in Entra, such as the family name.",
        "Fill it in in Entra, or give the mapping a default.",
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
        "not-unique-there",
        "The matching attribute finds more than one in Webex.",
        "Remove the duplicate in Control Hub, or match by another attribute.",
        theirs="*DuplicateTargetEntries *MultipleEntriesInResponse",
    ),
    Meaning(
        "not-unique-here",
        "More than one in Entra has this value of the matching attribute.",
        "Make it unique in Entra, or match by another attribute.",
        theirs="*DuplicateSourceEntries",
    ),
    Meaning(
        "several-values",
        "Several values go to an attribute that takes one.",
        "Map a single value, for example with Item.",
        theirs="*SchemaPropertyCanOnlyAcceptValue",
    ),
    Meaning(
        "connection-broke",
        "The connection between Entra and Webex broke.",
        RETRIED,
        theirs="*WebExceptionProtocolError",
    ),
    Meaning(
        "matching-value-empty",
        "The matching attribute is empty in Entra, so Entra has not even looked whether this is "
        "in scope.",
        "If it should come, fill in the attribute that is matched by.",
        theirs="*ImportSkipped",
    ),
)
"""Codes that each have one cause, whatever Webex answered."""

ANSWERS = of_page(
    _SCIM,
    Meaning(
        "unauthorized",
        "Webex does not accept the token that is saved in Entra.",
        _NEW_TOKEN,
        status=401,
    ),
    Meaning("rights", "Webex does not allow this.", _NO_OTHER_REASON, status=403),
    Meaning(
        "gone",
        "Webex does not find this person or group any more.",
        _FORGET_THE_LINK,
        status=404,
    ),
    Meaning(
        "conflict",
        "Webex already has this person with other data, or the address belongs to another "
        "organization.",
        _CLAIM,
        status=409,
    ),
    Meaning("busy", "Webex asked Entra to slow down.", RETRIED, status=429),
    Meaning("timeout", "Webex did not answer in time.", RETRIED, status=408),
    Meaning("timeout", "Webex did not answer in time.", RETRIED, status=504),
    Meaning(
        "not-implemented",
        "Webex does not offer what Entra asked for.",
        "Remove the mapping of the attribute named in the words of Webex.",
        status=501,
    ),
    Meaning("webex-trouble", "Webex has a problem of its own.", RETRIED, status=5),
    Meaning("payload", "Webex could not use what was sent.", _WHAT_IT_NAMES, status=400),
    Meaning("payload", "Webex could not use what was sent.", _WHAT_IT_NAMES, status=422),
)
"""What the status of Webex's answer about one person or group means."""

FAMILIES = of_page(
    _LOG,
    Meaning("timeout", "Webex did not answer in time.", RETRIED, theirs="*Timeout"),
    Meaning(
        "conflict",
        "Webex already has this person with other data, or the address belongs to another "
        "organization.",
        _CLAIM,
        theirs="*Conflict",
    ),
    Meaning("busy", "Webex asked Entra to slow down.", RETRIED, theirs="*TooManyRequests"),
    Meaning(
        "webex-trouble",
        "Webex has a problem of its own.",
        RETRIED,
        theirs="*InternalServerError",
    ),
    Meaning(
        "entra-trouble",
        "Entra's provisioning service has a problem of its own.",
        RETRIED,
        theirs="*InternalError",
    ),
    Meaning(
        "rights",
        "Webex does not allow this with the token that is saved.",
        _ROLE,
        theirs="*InsufficientRights *MethodNotAllowed *NotPermitted *Unauthorized",
    ),
    Meaning(
        "payload",
        "Webex could not use what was sent: a value is missing, malformed, or of the wrong kind.",
        _MAPPING,
        theirs="*UnprocessableEntity",
    ),
    Meaning(
        "not-implemented",
        "Webex does not offer what Entra asked for.",
        "Remove the mapping of the attribute named in the words of Webex.",
        theirs="*NotImplemented",
    ),
    Meaning(
        "refused",
        "Webex refused what Entra sent.",
        "Look at what Webex answered, and at the steps of the entry in the portal's provisioning "
        "logs.",
        status=4,
        page=_SCIM,
    ),
    Meaning(
        "not-understood",
        "Entra could not use what Webex answered.",
        "If it stays so with everybody, test the connection in this wizard; if it is only one, "
        "look at the steps of the entry in the portal's provisioning logs.",
        theirs="*ServiceIncompatible*",
    ),
    *(
        replace(row, page=_SEEN)
        for row in (
            Meaning(
                "webex-trouble",
                "Webex has a problem of its own.",
                RETRIED,
                theirs="*ServiceUnavailable",
            ),
            Meaning(
                "rights",
                "Webex does not allow this with the token that is saved.",
                _ROLE,
                theirs="*Forbidden",
            ),
            Meaning(
                "payload", "Webex could not use what was sent.", _MAPPING, theirs="*BadRequest"
            ),
        )
    ),
    Meaning(
        "unchanged",
        "Webex already has the same values.",
        "Nothing to do.",
        theirs="*RedundantExport",
        page=_ON_DEMAND,
    ),
    Meaning(
        "not-entitled",
        "Entra skipped the person: the account is switched off, is not assigned, has no role that "
        "provisions, or does not pass the scoping filter. Entra does not say here which of these.",
        "Look at the four in turn; the steps of the entry in the portal's provisioning logs name "
        "it. If all are right, remove the assignment and assign again.",
        theirs="*NotEffectivelyEntitled",
        page=_SKIPPED,
    ),
    Meaning(
        "skipped",
        "Entra found this, and had nothing to do: out of scope, or in Webex already.",
        "If that is not right, look at the scope and the assignment.",
        theirs="*EntrySynchronizationSkipped",
    ),
)
"""Codes that name a kind of trouble, or stand for several causes."""

OF_GROUPS = (
    *of_page(
        _SCIM,
        Meaning("conflict", *_GROUP_CONFLICT, theirs="uniqueness"),
        Meaning("conflict", *_GROUP_CONFLICT, status=409),
    ),
    *of_page(
        _LOG,
        Meaning("conflict", *_GROUP_CONFLICT, theirs="*Conflict"),
        Meaning(
            "value-missing",
            "A value that Webex needs is empty in Entra, such as the group's name.",
            "Fill it in in Entra, or give the mapping a default.",
            theirs="*MandatoryFieldsMissing *MissingValues",
        ),
        Meaning(
            "not-entitled",
            "Entra skipped the group: it was deleted, is not assigned, has no role that "
            "provisions, or does not pass the scoping filter. Entra does not say here which of "
            "these.",
            "Look at the four in turn; the steps of the entry in the portal's provisioning logs "
            "name it. If all are right, remove the assignment and assign again.",
            theirs="*NotEffectivelyEntitled",
            page=_SKIPPED,
        ),
    ),
)
"""What means something else of a group than of a person."""
