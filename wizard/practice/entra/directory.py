"""The directories of the practice tenants: everything that Graph shows and changes, in memory."""

import copy
import json
import threading
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wizard.practice.entra.accounts import (
    ENTRA_ACCOUNTS,
    OTHER_TENANT_ID,
    TENANT_ID,
    EntraAccount,
)
from wizard.practice.entra.client_assertions import RegisteredKeys
from wizard.practice.entra.clock import PracticeClock
from wizard.practice.entra.scopes import READER_GRANTED
from wizard.practice.entra.seed import groups, users
from wizard.practice.entra.synchronization import Job

Resource = dict[str, Any]
"""A resource of Graph as JSON."""


@dataclass
class ServicePrincipal:
    """An application as it is set up in a tenant, with everything that hangs on it."""

    resource: Resource
    assignments: dict[str, Resource] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its object id."""
        return str(self.resource["id"])

    @property
    def display_name(self) -> str:
        """What people call it."""
        return str(self.resource["displayName"])


@dataclass
class Directory:
    """One tenant."""

    tenant_id: str
    display_name: str
    domain: str
    users: dict[str, Resource] = field(default_factory=dict)
    deleted: dict[str, Resource] = field(default_factory=dict)
    """Users that were deleted and can be restored; no list shows them."""
    groups: dict[str, Resource] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the direct members of each group."""
    applications: dict[str, Resource] = field(default_factory=dict)
    service_principals: dict[str, ServicePrincipal] = field(default_factory=dict)
    log: list[Resource] = field(default_factory=list)
    """The provisioning log, oldest first."""
    audits: list[Resource] = field(default_factory=list)
    """The directory audit log, oldest first."""

    def user(self, key: str) -> Resource | None:
        """Return a user by id or user principal name."""
        wanted = key.casefold()
        return self.users.get(wanted) or next(
            (u for u in self.users.values() if u["userPrincipalName"].casefold() == wanted), None
        )


@dataclass
class World:
    """All directories, who holds which role, and the clock."""

    clock: PracticeClock = field(default_factory=PracticeClock)
    directories: dict[str, Directory] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    """The accounts whose eligible roles are activated."""
    reader: RegisteredKeys = field(default_factory=RegisteredKeys)
    """What proves a request to be of the program that only reads."""
    reader_granted: frozenset[str] = READER_GRANTED
    """The application permissions of that program."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Held while a request is answered: what a request sees does not change under it."""

    def __post_init__(self) -> None:
        """Begin with the seeded directories."""
        self.reset()

    def reset(self) -> None:
        """Begin anew, as a freshly started tenant."""
        self.clock.reset()
        self.active.clear()
        self.reader, self.reader_granted = RegisteredKeys(), READER_GRANTED
        self.directories = {
            TENANT_ID: _practice_directory(),
            OTHER_TENANT_ID: _other_directory(),
        }

    def roles_of(self, account: EntraAccount) -> frozenset[str]:
        """Return the names of the directory roles an account holds at the moment."""
        activated = account.eligible if account.email in self.active else ()
        return frozenset(account.roles + activated)


def new_id() -> str:
    """Return a new object id."""
    return str(uuid.uuid4())


def _practice_directory() -> Directory:
    directory = Directory(TENANT_ID, "Practice Example", "practice.example")
    people, teams = json.loads(_seeded())
    directory.users = {user["id"]: user for user in people}
    for group, members in teams:
        directory.groups[group["id"]] = group
        directory.members[group["id"]] = members
    return directory


@cache
def _seeded() -> str:
    """Return everybody and every group of the practice as a text, which is soon read anew."""
    return json.dumps([users(), groups()])


def _other_directory() -> Directory:
    directory = Directory(OTHER_TENANT_ID, "Other Example", "other.example")
    account = next(one for one in ENTRA_ACCOUNTS if one.tenant_id == OTHER_TENANT_ID)
    user = copy.deepcopy(users()[0])
    user |= {
        "id": account.object_id,
        "userPrincipalName": account.email,
        "mail": account.email,
        "displayName": account.name,
    }
    directory.users = {user["id"]: user}
    return directory
