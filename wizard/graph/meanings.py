"""What the provisioning service's own codes mean: entries of its log, and quarantine.

Sources: reference/graph-entra.md 8.4 and 8.5, from Microsoft's pages on provisioning logs and on
quarantine.
"""

from dataclasses import dataclass
from types import MappingProxyType

from wizard.graph.errors import GraphError
from wizard.graph.refusals import in_words
from wizard.words.text import plain_line

_SCIM = "systemforcrossdomainidentitymanagement"


@dataclass(frozen=True)
class Meaning:
    """What a code means, and what to do."""

    message: str
    hint: str
    is_known: bool = True

    def error(self, code: str, *, theirs: str = "", words: str = "") -> GraphError:
        """Return it as an error.

        Args:
            code: Our stable code.
            theirs: Microsoft's code.
            words: Microsoft's own words.
        """
        quoted = f" Microsoft says: “{plain_line(words)}”" if words else ""
        source = f" ({theirs})" if theirs else ""
        return GraphError(
            f"{self.message}{quoted}{source}", self.hint, code=code, graph_code=theirs, words=words
        )


_CONFLICT = Meaning(
    "Webex already has this person with other data, or the address belongs to another "
    "organization.",
    "Look the address up in Control Hub: claim the account, rename it, or delete the old one.",
)
_RIGHTS = Meaning(
    "Webex did not allow this with the token that is saved.",
    "The administrator whose token it is may have lost the role. Get a new token.",
)
_PAYLOAD = Meaning(
    "Webex could not use what was sent: a value is missing, malformed, or of the wrong kind.",
    "Look at the attribute named in the words of Webex, and change its mapping.",
)
_MISSING = Meaning(
    "A value that Webex needs is empty in Entra, such as the family name.",
    "Fill it in for this person, or give the mapping a default.",
)
_BUSY = Meaning("Webex asked Entra to slow down, or was not available.", "Entra tries again.")
_DUPLICATE = Meaning(
    "The matching attribute is not unique: it finds more than one person.",
    "Make it unique, or match by another attribute.",
)
_SKIPPED = Meaning(
    "Entra left this person out.", "Look at the scope and the assignment of this person."
)

ENTRIES = MappingProxyType(
    {
        "conflict": _CONFLICT,
        "entryconflict": _CONFLICT,
        "toomanyrequests": _BUSY,
        "internalservererror": _BUSY,
        "internalerror": _BUSY,
        "serviceunavailable": _BUSY,
        "timeout": Meaning("Webex did not answer in time.", "Entra tries again."),
        "insufficientrights": _RIGHTS,
        "methodnotallowed": _RIGHTS,
        "notpermitted": _RIGHTS,
        "unauthorized": _RIGHTS,
        "forbidden": _RIGHTS,
        "unprocessableentity": _PAYLOAD,
        "webexceptionprotocolerror": _PAYLOAD,
        "badrequest": _PAYLOAD,
        "invalidanchor": Meaning(
            "The person was deleted in Webex and made anew, so Entra's link leads nowhere.",
            "Restart provisioning, so that Entra matches everybody anew.",
        ),
        "notimplemented": Meaning(
            "Webex does not offer what Entra asked for.",
            "Remove the mapping of the attribute named in the words of Webex.",
        ),
        "mandatoryfieldsmissing": _MISSING,
        "missingvalues": _MISSING,
        "schemaattributenotfound": Meaning(
            "A mapped attribute does not exist in Webex.", "Remove its mapping."
        ),
        "invaliddomain": Meaning(
            "The domain of the address is not one of this Webex organization.",
            "Verify the domain in Control Hub, or correct the address.",
        ),
        "licenselimitexceeded": Meaning(
            "Webex has no licence left.", "Get more licences, or bring fewer people into scope."
        ),
        "duplicatetargetentries": _DUPLICATE,
        "duplicatesourceentries": _DUPLICATE,
        "multipleentriesinresponse": _DUPLICATE,
        "importskipped": _SKIPPED,
        "entrysynchronizationskipped": _SKIPPED,
        "schemapropertycanonlyacceptvalue": Meaning(
            "Several values go to an attribute that takes one.",
            "Map a single value, for example with Item or Mid.",
        ),
        "serviceincompatible": Meaning(
            "What answered Entra does not speak SCIM.", "Check the Tenant URL."
        ),
        "redundantexport": Meaning(
            "Everything is already the same in Webex, so nothing was sent.", "Nothing to do."
        ),
        "noteffectivelyentitled": Meaning(
            "The person is not assigned to the application.",
            "Assign the person, or a group that holds the person directly.",
        ),
        "notinscope": Meaning(
            "The person does not pass the scoping filter.",
            "Change the filter, or the attribute it looks at.",
        ),
        "credentialvalidationfailure": _RIGHTS,
        "credentialvalidationunavailable": Meaning(
            "Entra did not reach Webex, or got an answer it cannot use.", "Test the connection."
        ),
        "invalidcredentials": _RIGHTS,
    }
)
"""By code in lower case, without the prefix of a connector."""

_THRESHOLD = Meaning(
    "Too many people failed, so Entra tries only rarely.",
    "Look at the failures, correct the mapping or the scope, then restart and let it forget the "
    "errors and the quarantine.",
)

QUARANTINES = MappingProxyType(
    {
        "encounteredquarantineexception": Meaning(
            "Entra could not sign in to Webex, or Webex stopped answering.",
            "Get a new token, save it and start provisioning. Without that, Entra gives up after "
            "28 days.",
        ),
        "encounteredbaseescrowthreshold": _THRESHOLD,
        "encounteredtotalescrowthreshold": _THRESHOLD,
        "encounteredescrowproportionthreshold": _THRESHOLD,
        "toomanydeletes": Meaning(
            "More people would be deactivated or deleted than the limit allows, so Entra stopped.",
            "Look at who it is. Assign them again, or allow it by restarting with the deletions "
            "that were held back.",
        ),
        "quarantinedondemand": Meaning(
            "Microsoft put provisioning on hold.", "Ask Microsoft's support with the job id."
        ),
        "ingestioninterrupted": Meaning(
            "Reading the directory was interrupted.", "Start provisioning again."
        ),
        "unknown": Meaning(
            "Microsoft does not say why.",
            "Open the troubleshooting address of the job, or ask Microsoft's support.",
        ),
    }
)
"""By reason in lower case."""


def of_entry(code: str) -> Meaning:
    """Return what an error or skip code of one person means.

    Codes of connectors begin with the connector's name, so the end of the code decides.
    """
    bare = code.lower().removeprefix(_SCIM)
    endings = (meaning for name, meaning in ENTRIES.items() if bare.endswith(name))
    known = next(endings, None)
    return known or _unexplained(code, "Look at the words beside it, and at the log in the portal.")


def of_quarantine(reason: str, error_code: str = "") -> Meaning:
    """Return what a quarantine means; the code of its error is more exact than its reason."""
    known = QUARANTINES.get(reason.lower())
    bare = error_code.lower().removeprefix(_SCIM)
    if bare in ENTRIES and reason.lower() in {"encounteredquarantineexception", "unknown", ""}:
        general = QUARANTINES["encounteredquarantineexception"]
        return Meaning(ENTRIES[bare].message, general.hint)
    return known or _unexplained(
        reason or error_code, "Open the troubleshooting address of the job."
    )


def _unexplained(code: str, hint: str) -> Meaning:
    said = f"Microsoft says: {in_words(code)}." if code else "Microsoft does not say why."
    return Meaning(said, hint, is_known=False)
