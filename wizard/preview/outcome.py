"""What can become of a person, an account or a group: the classes of a preview, riskiest first."""

from enum import StrEnum
from types import MappingProxyType


class Prospect(StrEnum):
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


QUIET = frozenset({Prospect.UNCHANGED, Prospect.OUT_OF_SCOPE, Prospect.LEFTOVER})
"""Of whom nothing has to be told one by one: Webex stays as it is."""

PROSPECT_WORDS = MappingProxyType(
    {
        Prospect.DELETE: "deleted in Webex",
        Prospect.DISABLE: "switched off in Webex",
        Prospect.CONFLICT: "in conflict",
        Prospect.LINK: "taken over in Webex",
        Prospect.RENAME: "renamed in Webex",
        Prospect.REACTIVATE: "switched on again",
        Prospect.CREATE: "created in Webex",
        Prospect.UPDATE: "updated in Webex",
        Prospect.UNKNOWN: "not known",
        Prospect.LEFTOVER: "left over in Webex (active, in nobody's scope)",
        Prospect.OUT_OF_SCOPE: "out of scope",
        Prospect.UNCHANGED: "unchanged",
    }
)
"""What is said of so many people."""


def off_already(count: int) -> str:
    """Return what is said of so many accounts that are switched off and nobody's."""
    return f"{'account' if count == 1 else 'accounts'} of nobody, switched off already"
