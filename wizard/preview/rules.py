"""The rules of the service that a preview goes by: each with its page, and how sure it is.

A person's outcome carries a chain of them, in the order in which they decided. `stated` means that
a page of Microsoft or Cisco says so, `inferred` that we conclude it, `ours` that it is about what
was read.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Certainty = Literal["stated", "inferred", "ours"]


@dataclass(frozen=True)
class ServiceRule:
    """One thing that decided.

    Attributes:
        words: What it says of a person; `{}` takes the detail.
        page: Where that is written down.
        certainty: How sure it is.
        of_group: What it says of a group, where that is something else.
    """

    words: str
    page: str = ""
    certainty: Certainty = "stated"
    of_group: str = ""


_SCOPE = "reference/graph-entra.md 5"
_CYCLE = "reference/graph-entra.md 6.4"
_MATCH = "reference/graph-entra.md 2.8"
_LOG = "reference/graph-entra.md 11"

RULES = MappingProxyType(
    {
        "users-off": ServiceRule("users are switched off in the mapping", _MATCH),
        "groups-off": ServiceRule("groups are switched off in the mapping", _MATCH),
        "assigned": ServiceRule("assigned to the application", "reference/graph-entra.md 2.5"),
        "everybody": ServiceRule("everybody counts as assigned", "reference/graph-entra.md 3"),
        "not-assigned": ServiceRule("not assigned to the application", _CYCLE),
        "maybe-assigned": ServiceRule(
            "not assigned by what was read, which does not tell all of it",
            certainty="ours",
        ),
        "passes": ServiceRule("the scoping filters let them through", _SCOPE),
        "filtered": ServiceRule("a scoping filter leaves them out: {}", _SCOPE),
        "ignored": ServiceRule(
            "a filter has them ignored: neither provisioned nor switched off", _SCOPE
        ),
        "left-alone": ServiceRule("the mapping leaves the person alone (IgnoreObjectFlow)", _MATCH),
        "blocked": ServiceRule("blocked in Entra (accountEnabled is false)", _CYCLE),
        "deleted": ServiceRule("in the recycle bin of Entra", _CYCLE),
        "purged": ServiceRule(
            "30 days in the recycle bin, so Entra purges them", "reference/webex.md 5"
        ),
        "never-created": ServiceRule("who is blocked is never created", _CYCLE, "inferred"),
        "kept-out-of-scope": ServiceRule("who leaves the scope is left alone in this job", _SCOPE),
        "linked": ServiceRule("known to Entra: externalId is the object id", _MATCH, "inferred"),
        "known": ServiceRule(
            "found by {}, and externalId is the object id already", _MATCH, "inferred"
        ),
        "matched": ServiceRule(
            "found by {}: the account exists, and Entra takes it over",
            _MATCH,
            of_group="found by {}: the group exists, and Entra takes it over",
        ),
        "found": ServiceRule(
            "found by {}; whether Entra knows it already is not known", _MATCH, "ours"
        ),
        "no-account": ServiceRule(
            "no account is found by {}", _MATCH, of_group="no group is found by {}"
        ),
        "not-all-accounts": ServiceRule(
            "not all accounts were read, so there may be one", "", "ours"
        ),
        "links-unknown": ServiceRule(
            "externalId does not hold the person's id in Entra, so an account that Entra knows by "
            "another name cannot be told from one that it does not know",
            _MATCH,
            "inferred",
        ),
        "maybe-linked": ServiceRule(
            "the account carries the person's id in Entra (externalId), but more do than Entra "
            "says it knows, so it may be switched off or left alone",
            _MATCH,
            "inferred",
        ),
        "not-all-links": ServiceRule(
            "Webex could not be searched by externalId, so an account under another name would not "
            "have been found",
            "",
            "ours",
        ),
        "links-hidden": ServiceRule(
            "an account under another name may be theirs: not all accounts that Entra has linked "
            "show that",
            _MATCH,
            "inferred",
        ),
        "several-accounts": ServiceRule("several accounts have {}", "reference/graph-entra.md 8.4"),
        "several-people": ServiceRule("several people of Entra would get {}", _MATCH, "inferred"),
        "account-of-other": ServiceRule(
            "the account belongs to another person of Entra: {}", "", "ours"
        ),
        "name-taken": ServiceRule("another account has {} already", "reference/webex.md 4.5"),
        "no-match-value": ServiceRule("nothing to find the account by: {} is empty", _LOG),
        "required": ServiceRule("Webex demands {}, and it is empty", "reference/webex.md 6"),
        "refused": ServiceRule(
            "Webex refuses the value of {}", "reference/webex.md 4.5", "inferred"
        ),
        "no-value": ServiceRule("the mapping yields no value: {}", "reference/graph-entra.md 4"),
        "switched-off": ServiceRule("active is sent as False", _CYCLE),
        "off-already": ServiceRule("the account is switched off already", _CYCLE),
        "not-switched-off": ServiceRule("active is not mapped, so the account stays on", _CYCLE),
        "switched-on": ServiceRule("active is sent as True", "reference/webex.md 5"),
        "same": ServiceRule("all is as it would be sent", "reference/graph-entra.md 8.4"),
        "differs": ServiceRule("what is sent differs from what Webex has", _MATCH),
        "nobody-known": ServiceRule(
            "no person of Entra in scope has it, and externalId does not tell whether Entra knows "
            "it",
            _MATCH,
            "ours",
        ),
        "nobody": ServiceRule("no person of Entra in scope has it", "", "ours"),
        "person-out": ServiceRule("its person is out of scope, and the links are forgotten", _LOG),
        "person-gone": ServiceRule(
            "externalId is nobody's id in Entra: the person was deleted, or another directory "
            "made the account",
            "",
            "ours",
        ),
        "not-all-groups": ServiceRule(
            "not all groups and members were read, so it may be a group of Entra", "", "ours"
        ),
        "members-unread": ServiceRule(
            "not all of its members could be read, so whether they change is not known", "", "ours"
        ),
        "not-all-people": ServiceRule(
            "not all people were read, so it may be somebody's", "", "ours"
        ),
        "creating-off": ServiceRule("the mapping does not create", _MATCH),
        "updating-off": ServiceRule("the mapping does not update", _MATCH),
        "deleting-off": ServiceRule("the mapping does not switch off or delete", _MATCH),
    }
)
"""By the code that stands in a chain."""

Reason = tuple[str, str]
"""A code of `RULES`, and its detail."""


def reason_words(reason: Reason, kind: str = "person") -> str:
    """Return what decided, in words.

    Args:
        reason: What decided.
        kind: Of what: a person, an account or a group.
    """
    code, detail = reason
    rule = RULES[code]
    words = (kind == "group" and rule.of_group) or rule.words
    return words.format(detail)
