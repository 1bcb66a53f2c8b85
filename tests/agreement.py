"""A tenant with everybody a preview may meet, and what the practice service did to them.

What happened is read off Webex before and after, and off the provisioning log: no word of the
preview is used for it, and the service shares no code with it.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.entra import Setup

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LEFT_OUT = "Contractors"
"""A department that the scope leaves out."""

KINDS = (
    "new", "adopted", "adopted off", "in step", "behind", "blocked", "blocked new", "guest",
    "named before", "other case", "left out", "left out new", "not assigned", "nameless",
)  # fmt: skip


def id_of(number: int) -> str:
    return f"a9{number:06}-0000-4000-8000-{number:012}"


def name_of(number: int) -> str:
    return f"person{number}@practice.example"


def person(number: int, **given: Any) -> dict[str, Any]:
    return {
        "id": id_of(number),
        "userPrincipalName": name_of(number),
        "displayName": f"Person {number}",
        "givenName": "Person",
        "surname": f"N{number}",
        "jobTitle": f"Title {number % 7}",
        "department": "Sales",
        **given,
    }


def account(number: int, **given: Any) -> dict[str, Any]:
    """Return the account that is in step with a person."""
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": name_of(number),
        "externalId": id_of(number),
        "active": True,
        "displayName": f"Person {number}",
        "name": {"givenName": "Person", "familyName": f"N{number}"},
        "title": f"Title {number % 7}",
        **given,
    }


def made(number: int, kind: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a person of a kind, and the account, if there is one."""
    guest = f"guest{number}_partner.example#EXT#@practice.example"
    linked, nobody = account(number), None
    return {
        "new": (person(number), nobody),
        "adopted": (person(number), account(number, externalId=None, title="Old")),
        "adopted off": (person(number), account(number, externalId=None, active=False)),
        "in step": (person(number), linked),
        "behind": (person(number, displayName="Newer"), linked),
        "blocked": (person(number, accountEnabled=False), linked),
        "blocked new": (person(number, accountEnabled=False), nobody),
        "guest": (person(number, userPrincipalName=guest, userType="Guest"), nobody),
        "named before": (person(number), account(number, userName=f"old.{name_of(number)}")),
        "other case": (person(number), account(number, userName=name_of(number).upper())),
        "left out": (person(number, department=LEFT_OUT), account(number, externalId=None)),
        "left out new": (person(number, department=LEFT_OUT), nobody),
        "not assigned": (person(number), account(number, externalId=None)),
        "nameless": (person(number, displayName=None, jobTitle=None), nobody),
    }[kind]


@dataclass
class Company:
    """Everybody in both directories, as they are changed from one look to the next."""

    setup: Setup
    people: dict[int, str] = field(default_factory=dict)
    """The kind of each number."""
    members: dict[str, list[str]] = field(default_factory=dict)
    moved: int = 0
    """How often the company moved on."""
    bin: list[str] = field(default_factory=list)
    """The ids of those with an account who were deleted."""

    def fill(self, count: int) -> None:
        """Make so many people, assigned by groups and by themselves, and accounts of nobody."""
        pairs = []
        for number in range(count):
            kind = self.people[number] = KINDS[number % len(KINDS)]
            pairs.append(made(number, kind))
        strangers = [account(900_000 + number, externalId=None) for number in range(count // 25)]
        self.setup.tenant.tell_entra(people=[who for who, _ in pairs])
        self.setup.tenant.fill_webex([has for _, has in pairs if has] + strangers)
        assigned = [n for n, kind in self.people.items() if kind != "not assigned"]
        for at in range(5):
            self.members[group_id(at)] = [id_of(n) for n in assigned if n % 5 == at and n % 20]
        self.members[group_id(5)] = [group_id(0)]
        self.members[group_id(6)] = []
        self.tell_groups()
        for at in (0, 1, 2, 3, 4, 6):
            self.assign(group_id(at))
        for number in assigned:
            if not number % 20:
                self.assign(id_of(number))

    def tell_groups(self) -> None:
        groups = [
            {"id": each, "displayName": f"Group {each[-2:]}", "members": members}
            for each, members in self.members.items()
        ]
        self.setup.tenant.tell_entra(groups=groups)

    def assign(self, identifier: str) -> None:
        principal = self.setup.principal
        path = f"/servicePrincipals/{principal['id']}/appRoleAssignedTo"
        role = principal["appRoles"][0]["id"]
        asked = {"principalId": identifier, "resourceId": principal["id"], "appRoleId": role}
        assert self.setup.admin.post(path, asked).status_code == 201

    def some(self, kind: str, share: int = 3) -> Iterator[int]:
        """Yield the numbers of every so manieth of a kind."""
        yield from [number for number, each in self.people.items() if each == kind][::share]

    def change(self, number: int, **properties: Any) -> None:
        self.setup.tenant.tell_entra(change_user={"user": id_of(number), **properties})

    def delete(self, number: int) -> None:
        """Delete somebody, whose groups lose a member by that."""
        if self.people.pop(number) != "not assigned":
            self.bin.append(id_of(number))
        for members in self.members.values():
            if id_of(number) in members:
                members.remove(id_of(number))
        self.setup.tenant.tell_entra(delete_user=id_of(number))

    def move_on(self) -> None:
        """Let happen what happens in a company between two cycles."""
        self.moved += 1
        for kind in ("other case", "not assigned"):
            for number in list(self.some(kind, 5)):
                self.delete(number)
        for number in self.some("in step"):
            self.change(number, userPrincipalName=f"new{self.moved}.{name_of(number)}")
        for number in self.some("adopted"):
            self.change(number, accountEnabled=False)
        for number in self.some("behind"):
            self.change(number, jobTitle=f"Another title {self.moved}")
        for number in self.some("new"):
            self.change(number, jobTitle=None)
        for number in self.some("guest"):
            self.change(number, department=LEFT_OUT)
        for number in self.some("blocked", 2):
            self.change(number, accountEnabled=True)
        for number in self.some("blocked new", 2):
            self.change(number, accountEnabled=True)
        for number in self.some("left out new", 2):
            self.change(number, department="Sales")
        for number, taken in zip(self.some("nameless", 4), range(900_000, 900_003), strict=False):
            self.change(number, userPrincipalName=name_of(taken))
        for at, members in self.members.items():
            self.members[at] = members[3:]
        self.members[group_id(5)].append(id_of(next(self.some("new"))))
        now_assigned = [id_of(number) for number in self.some("not assigned", 1)]
        self.members[group_id(6)] = now_assigned[len(self.members[group_id(6)]) and 3 :]
        self.tell_groups()


def group_id(number: int) -> str:
    return f"b7000000-0000-4000-8000-0000000000{number:02}"


Seen = dict[str, dict[str, Any]]


@dataclass
class Happened:
    """What a cycle did to people, accounts and groups, by id."""

    outcomes: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was written, by whom it was written for and by target."""


def snapshot(setup: Setup) -> dict[str, Seen]:
    """Return who and what is in Webex, by id."""
    kept = setup.tenant.webex()
    return {kind: {each["id"]: each for each in kept[kind]} for kind in ("users", "groups")}


def happened(
    before: dict[str, Seen], after: dict[str, Seen], log: list[dict[str, Any]]
) -> Happened:
    """Return what differs between two snapshots, and who failed in the log."""
    found = Happened()
    for kind in ("users", "groups"):
        for identifier, now in after[kind].items():
            was = before[kind].get(identifier)
            values = {
                name: text
                for name, text in _flat(now).items()
                if text != _flat(was or {}).get(name)
            }
            if not values:
                continue
            whom = str(now.get("externalId"))
            found.outcomes[whom] = _outcome(was, now, values, kind)
            found.values[whom] = values
        for identifier in before[kind].keys() - after[kind].keys():
            found.outcomes[str(before[kind][identifier].get("externalId"))] = "delete"
    for entry in log:
        if entry["provisioningStatusInfo"]["status"] == "failure":
            found.outcomes[entry["sourceIdentity"]["id"]] = "conflict"
    return found


def _outcome(
    was: dict[str, Any] | None, now: dict[str, Any], values: dict[str, str], kind: str
) -> str:
    if was is None:
        return "create"
    if was.get("externalId") != now.get("externalId"):
        return "disable" if values.get("active") == "False" else "link"
    if values.get("active") == "False":
        return "disable"
    name = "userName" if kind == "users" else "displayName"
    if str(was[name]).casefold() != str(now[name]).casefold():
        return "rename"
    return "reactivate" if values.get("active") == "True" else "update"


def _flat(resource: dict[str, Any]) -> dict[str, str]:
    """Return what a resource holds, by target."""
    found: dict[str, str] = {}
    for name, value in resource.items():
        if name in {"meta", "id", "schemas"} or value is None:
            continue
        if name == "members":
            found[name] = ",".join(sorted(str(each["value"]) for each in value))
        elif isinstance(value, dict):
            separator = ":" if name.startswith("urn:") else "."
            parts = {key: each for key, each in value.items() if each is not None}
            found |= {f"{name}{separator}{key}": str(each) for key, each in parts.items()}
        elif not isinstance(value, list):
            found[name] = str(value)
    return found


def with_more_rows(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that sends titles too, and leaves out a department."""
    changed = copy.deepcopy(schema)
    for mapping in changed["synchronizationRules"][0]["objectMappings"]:
        if mapping["sourceObjectName"] != "User":
            continue
        row = copy.deepcopy(mapping["attributeMappings"][2])
        row |= {"targetAttributeName": "title", "defaultValue": "Nobody special"}
        row["source"] = {
            "expression": "[jobTitle]", "name": "jobTitle", "type": "Attribute", "parameters": []
        }  # fmt: skip
        mapping["attributeMappings"].append(row)
        clause = {
            "operatorName": "NOT EQUALS",
            "sourceOperandName": "department",
            "targetOperand": {"values": [LEFT_OUT]},
        }
        mapping["scope"] = {
            "groups": [{"name": "Ours", "clauses": [clause]}],
            "inputFilterGroups": [],
            "categoryFilterGroups": [],
        }
    return changed
