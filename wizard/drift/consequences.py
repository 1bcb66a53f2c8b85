"""What each difference means for the people of an administrator, and what to do about it.

Source: reference/graph-entra.md 2.7, 3, 6.4 and 11.
"""

from collections.abc import Callable
from typing import Final

from wizard.drift.items import (
    ADDRESS_KEY,
    APPLICATION_KEY,
    ASSIGNED_KEY,
    EVERYBODY_KEY,
    JOB_KEY,
    JOB_ON_KEY,
    LEAVERS_KEY,
    LIMIT_KEY,
    MAIL_KEY,
    NO_MAIL,
    NOTHING_SET,
    OF_TEMPLATE,
    OTHER_JOB_KEY,
    SAVED_KEY,
    TEMPLATE_KEY,
    UNKNOWN_FORM,
)
from wizard.drift.mapping_consequences import filter_means, mapping_means
from wizard.drift.meaning import Consequence, JudgedChange
from wizard.drift.template_consequences import template_means

_STOPS: Final = "Nobody is created, changed or switched off in Webex any more"
_TOKEN: Final = f"{SAVED_KEY}SecretToken"


def consequence_of(found: JudgedChange) -> Consequence:
    """Return what a difference means."""
    means = (means for begins, means in _MEANS if found.key.startswith(begins))
    return next(means, _unknown)(found)


def _unknown(_: JudgedChange) -> Consequence:
    return Consequence("What that means is not known here.")


def _application(found: JudgedChange) -> Consequence:
    return Consequence(
        f"{_STOPS}: what provisioned them is gone.",
        "Entra can restore a deleted application for 30 days, in the portal. Else "
        f"`{found.line('setup')}` sets it up anew.",
        is_pressing=True,
    )


def _job(found: JudgedChange) -> Consequence:
    if found.is_new:
        return Consequence("Provisioning is set up, though it was not.", found.whom)
    return Consequence(
        f"{_STOPS}, and Entra has forgotten which account is whose.",
        f"`{found.line('setup')}` sets provisioning up anew in the step Credentials; the step "
        "Preview then tells what it would do.",
        is_pressing=True,
    )


def _other_job(found: JudgedChange) -> Consequence:
    if found.is_gone:
        return Consequence("It writes nothing to Webex any more.")
    return Consequence(
        "While it is on, it writes to Webex too, by its own mapping, beside the job of this "
        "profile.",
        "Find out who made it; in the portal, delete the one that is not needed.",
    )


def _is_on(found: JudgedChange) -> Consequence:
    if found.value == "off":
        return Consequence(
            f"{_STOPS}, until it is started again.",
            f"Find out who stopped it, and why; `{found.line('setup')}` starts it in the step "
            "Start.",
        )
    return Consequence(
        "Entra writes to Webex, about every 40 minutes, by what mapping, filters and assignments "
        "are by then.",
        found.whom,
    )


def _address(found: JudgedChange) -> Consequence:
    if found.value == UNKNOWN_FORM:
        return Consequence("Where Entra sends people is not known any more.", found.whom)
    if found.value == NOTHING_SET:
        return Consequence(
            "Without it nothing reaches Webex: provisioning stops.",
            f"`{found.line('setup')}` saves it again in the step Credentials.",
        )
    return Consequence(
        "Entra sends the token, and everybody in scope, to that address.",
        "If none of you meant it, stop provisioning in the portal, put the address right in "
        f"the step Credentials (`{found.line('setup')}`), and have the token replaced: "
        f"`{found.line('renew')}`.",
        is_pressing=True,
    )


def _saved(found: JudgedChange) -> Consequence:
    if found.key == _TOKEN and found.is_gone:
        return Consequence(
            "Without it Webex refuses Entra: provisioning stops.",
            f"`{found.line('setup')}` saves it again in the step Credentials.",
        )
    what = "is not saved any more" if found.is_gone else "is saved beside what was set up"
    return Consequence(
        f"It {what}, so Entra may sign in to Webex in another way; with what it does, Microsoft "
        "does not tell.",
        f"`{found.line('test')}` tries the token of this profile; for Entra's own credentials use "
        "Test Connection in the portal.",
    )


def _everybody(found: JudgedChange) -> Consequence:
    if found.value == "everybody":
        text = "Everybody in the directory is provisioned, assigned or not."
    elif found.value == "only who is assigned":
        text = (
            "Only who is assigned is provisioned. After a restart of provisioning, everybody else "
            "whom it provisioned is switched off in Webex."
        )
    else:
        text = "Who is provisioned is not known any more."
    return Consequence(text, found.whom)


def _leavers(found: JudgedChange) -> Consequence:
    if found.value == "left alone":
        return Consequence("Whoever is not in scope any more stays active in Webex.")
    text = "Whoever is not in scope any more is switched off in Webex."
    return Consequence(text, found.whom)


def _mail(found: JudgedChange) -> Consequence:
    again = f"`{found.line('setup')}` sets it in the step Notification."
    if found.value == NO_MAIL:
        return Consequence("Nobody is told when provisioning fails or stops.", again)
    if found.value == UNKNOWN_FORM:
        return Consequence("Whether anybody is told when provisioning stops is not known.", again)
    return Consequence("When provisioning fails or stops, they are told, and nobody else.", again)


def _limit(found: JudgedChange) -> Consequence:
    again = f"`{found.line('setup')}` sets it in the step Notification."
    if found.value == NOTHING_SET:
        return Consequence(
            "Nothing stops a cycle that switches off many people by accident.", again
        )
    if found.value == UNKNOWN_FORM:
        return Consequence("Whether anything stops a cycle is not known any more.", again)
    return Consequence(f"Entra stops a cycle that would switch off {found.value} or more.", again)


def _assigned(found: JudgedChange) -> Consequence:
    item = found.after or found.before
    is_group = item is not None and item.value.startswith("group")
    if found.everybody_is_in_scope:
        return Consequence("By itself it changes nothing in Webex: everybody is in scope.")
    if found.is_new and is_group:
        text = "Its members are in scope, and are created in Webex; while groups are on, it is too."
    elif found.is_new:
        text = "In scope now, and created in Webex unless a filter says otherwise."
    elif found.is_gone and is_group:
        text = "Whoever is assigned by it alone falls out of scope, and is switched off in Webex."
    elif found.is_gone:
        text = "Out of scope, unless assigned by a group, and then switched off in Webex."
    else:
        return Consequence("Who is in scope stays the same; Webex is told nothing of roles.")
    return Consequence(text, found.whom)


_MEANS: Final[tuple[tuple[str, Callable[[JudgedChange], Consequence]], ...]] = (
    (APPLICATION_KEY, _application),
    (OTHER_JOB_KEY, _other_job),
    (JOB_ON_KEY, _is_on),
    (JOB_KEY, _job),
    (ADDRESS_KEY, _address),
    (SAVED_KEY, _saved),
    (EVERYBODY_KEY, _everybody),
    (LEAVERS_KEY, _leavers),
    (MAIL_KEY, _mail),
    (LIMIT_KEY, _limit),
    (ASSIGNED_KEY, _assigned),
    ("mapping/", mapping_means),
    ("filters/", filter_means),
    (OF_TEMPLATE, template_means),
    (TEMPLATE_KEY, template_means),
)
