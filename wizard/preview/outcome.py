"""What can become of a person, an account or a group: the classes of a preview, riskiest first."""

from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """What provisioning would do."""

    DELETE = "delete"
    """The account is deleted: Entra has purged its person."""
    DISABLE = "disable"
    """The account is switched off."""
    CONFLICT = "conflict"
    """Nothing can be done as it stands: somebody has to decide something first."""
    LINK = "link"
    """An account that exists already is taken over for the first time."""
    RENAME = "rename"
    """The value by which Entra finds the account changes on one that it knows already."""
    REACTIVATE = "reactivate"
    """An account that is off is switched on."""
    CREATE = "create"
    """A new account is made."""
    UPDATE = "update"
    """Attributes of the account change."""
    UNKNOWN = "unknown"
    """What was read does not tell."""
    LEFTOVER = "leftover"
    """An active account of nobody in scope; it is left alone."""
    OUT_OF_SCOPE = "out_of_scope"
    """The person is left out, and has no account that would be switched off."""
    UNCHANGED = "unchanged"
    """All is as it would be sent."""


WORDS = MappingProxyType(
    {
        Outcome.DELETE: "deleted in Webex",
        Outcome.DISABLE: "switched off in Webex",
        Outcome.CONFLICT: "in conflict",
        Outcome.LINK: "taken over in Webex",
        Outcome.RENAME: "renamed in Webex",
        Outcome.REACTIVATE: "switched on again",
        Outcome.CREATE: "created in Webex",
        Outcome.UPDATE: "updated in Webex",
        Outcome.UNKNOWN: "not known",
        Outcome.LEFTOVER: "left over in Webex (active, in nobody's scope)",
        Outcome.OUT_OF_SCOPE: "out of scope",
        Outcome.UNCHANGED: "unchanged",
    }
)
"""What is said of so many people."""
