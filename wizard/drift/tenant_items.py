"""What is watched besides the mapping: credentials, scope, mails, job, who is assigned."""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from wizard.drift.items import (
    ADDRESS_KEY,
    ASKS_KEY,
    ASSIGNED_KEY,
    EVERYBODY_KEY,
    JOB_KEY,
    JOB_ON_KEY,
    LEAVERS_KEY,
    LIMIT_KEY,
    MAIL_KEY,
    NO_MAIL,
    NOTHING_SET,
    OTHER_JOB_KEY,
    SAVED_KEY,
    TEMPLATE_KEY,
    UNKNOWN_FORM,
    Watched,
    WatchedItem,
)
from wizard.graph.assignments import Assignment
from wizard.graph.job import Job
from wizard.graph.secrets import (
    BASE_ADDRESS,
    NOTIFICATION,
    SKIP_OUT_OF_SCOPE_DELETIONS,
    SYNC_ALL,
    Secrets,
)
from wizard.graph.service_principals import DEFAULT_ACCESS, ServicePrincipal
from wizard.graph.templates import Template
from wizard.words.links import LOOPBACK_HOSTS
from wizard.words.text import plain_line

_TOLD: Final = frozenset({BASE_ADDRESS, SYNC_ALL, NOTIFICATION, SKIP_OUT_OF_SCOPE_DELETIONS})
"""Saved values that are not secret, and are told."""
_KINDS: Final = {"User": "person", "Group": "group"}
_SCOPES: Final = {True: "everybody", False: "only who is assigned", None: "not told"}
_CREDENTIALS: Final = {
    "baseaddress": "tenant URL",
    "secrettoken": "secret token",
    "clientid": "client id",
    "oauth2clientid": "client id",
    "clientsecret": "client secret",
    "oauth2clientsecret": "client secret",
    "tokenendpoint": "token address",
    "oauth2tokenexchangeuri": "token address",
    "oauth2authorizationuri": "sign-in address",
    "oauth": "sign-in by OAuth",
    "username": "user name",
}

KeyedItem = tuple[str, WatchedItem]


def job_items(job: Job | None, jobs: Iterable[Job]) -> Iterator[KeyedItem]:
    """Yield a job, whether it is on, and which others the application has.

    Args:
        job: The one that this profile works with; None where it is gone.
        jobs: All there are.
    """
    part = Watched.JOB
    if job is not None:
        yield JOB_KEY, WatchedItem(part=part, name="provisioning job", value=job.id)
        is_told = job.schedule is not None and job.schedule.state  # else quarantine hides it
        is_on = job.is_on or (job.is_quarantined and not is_told)
        state = "on" if is_on else "off"
        yield JOB_ON_KEY, WatchedItem(part=part, name="provisioning", value=state)
    for each in jobs:
        if job is None or each.id != job.id:
            item = WatchedItem(part=part, name="another job", value=each.id)
            yield f"{OTHER_JOB_KEY}{plain_line(each.id)}", item


def saved_items(saved: Secrets) -> Iterator[KeyedItem]:
    """Yield what is saved beside a job, with no secret: of these, only that there is one."""
    part, address = Watched.CREDENTIALS, saved.base_address
    address = address or (UNKNOWN_FORM if BASE_ADDRESS in saved.hidden else NOTHING_SET)
    yield ADDRESS_KEY, address_item(address)
    for key, value in saved.values.items():
        if key not in _TOLD and value.get_secret_value():
            item = WatchedItem(part=part, name=_credential(key), value="saved")
            yield f"{SAVED_KEY}{plain_line(key)}", item
    yield from _scope(saved)
    yield from _notification(saved)


def address_item(address: str) -> WatchedItem:
    """Return a tenant URL as it is watched."""
    same = _on_this_machine(address)
    return WatchedItem(part=Watched.CREDENTIALS, name="tenant URL", value=address, same=same)


def _on_this_machine(address: str) -> str:
    """Return an address of this machine without its port, which is another with each practice."""
    try:
        url = urlsplit(address)
    except ValueError:
        return ""
    return f"{url.hostname}{url.path}" if url.hostname in LOOPBACK_HOSTS else ""


def _scope(saved: Secrets) -> Iterator[KeyedItem]:
    who = UNKNOWN_FORM if saved.has_unknown_scope else _SCOPES[saved.syncs_all]
    leavers = "left alone" if saved.keeps_out_of_scope else "switched off"
    part = Watched.SCOPE
    yield EVERYBODY_KEY, WatchedItem(part=part, name="who is in scope", value=who)
    yield LEAVERS_KEY, WatchedItem(part=part, name="who falls out of scope", value=leavers)


def _notification(saved: Secrets) -> Iterator[KeyedItem]:
    settings = saved.notification
    mail, limit = NO_MAIL, NOTHING_SET
    if saved.has_unknown_notification:
        mail = limit = UNKNOWN_FORM
    elif settings is not None:
        mail = (plain_line(settings.recipients) if settings.is_enabled else "") or NO_MAIL
        limit = f"{settings.deletion_limit:,}" if settings.limits_deletions else NOTHING_SET
    part = Watched.NOTIFICATION
    yield MAIL_KEY, WatchedItem(part=part, name="mails about failures", value=mail)
    yield LIMIT_KEY, WatchedItem(part=part, name="deletion limit", value=limit)


def assigned_items(
    assigned: Iterable[Assignment], principal: ServicePrincipal
) -> Iterator[KeyedItem]:
    """Yield who is assigned, with the roles; a new name of the same is no difference."""
    names = {role.id: role.display_name for role in principal.app_roles}
    names.setdefault(DEFAULT_ACCESS, "Default Access")
    roles: dict[str, list[str]] = {}
    who: dict[str, Assignment] = {}
    for each in assigned:
        key = each.principal_id.lower()
        roles.setdefault(key, []).append(each.app_role_id.lower())
        who[key] = each
    for key, each in who.items():
        held = sorted(roles[key])
        called = ", ".join(sorted(names.get(role) or role for role in held))
        kind = _KINDS.get(each.principal_type, each.principal_type or "unknown")
        yield (
            f"{ASSIGNED_KEY}{plain_line(key)}",
            WatchedItem(
                part=Watched.ASSIGNMENTS,
                name=each.principal_display_name or key,
                value=f"{kind}, role {called}",
                same=" ".join((kind, *held)),
            ),
        )


def template_items(template: Template) -> Iterator[KeyedItem]:
    """Yield a template, and what it wants to sign in with."""
    yield (
        TEMPLATE_KEY,
        WatchedItem(part=Watched.TEMPLATE, name="Microsoft's template", value=template.id),
    )
    asked = template.asks_for
    words = ", ".join(dict.fromkeys(map(_credential, asked))) or "not told"
    name = "credentials that a new job asks for"
    item = WatchedItem(part=Watched.TEMPLATE, name=name, value=words, same=" ".join(asked))
    yield ASKS_KEY, item


def _credential(key: str) -> str:
    return _CREDENTIALS.get(key.lower()) or key
