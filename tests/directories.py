"""Pairs of directories with known differences, as Graph and Webex would answer them.

What must come out is written down while they are made: outcome and fields of each, by the kind of
difference, and nothing here reads a mapping.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
DEPARTMENTS = ("Sales", "Support", "Finance", "Legal", "Research")

Fields = tuple[tuple[str, str | None, str | None], ...]


@dataclass
class Pair:
    """Two directories, and what a preview of them must say."""

    people: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    """By object id; of an account of nobody by the id in Webex."""
    fields: dict[str, Fields] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.outcomes.values())

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both as JSON lines; return where."""
        entra, webex = folder / "entra.jsonl", folder / "webex.jsonl"
        for path, records in ((entra, self.people), (webex, self.accounts)):
            path.write_text("".join(json.dumps(each) + "\n" for each in records), "utf-8")
        return entra, webex


def identifier(number: int) -> str:
    return str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128)))


def person(number: int) -> dict[str, Any]:
    """Return a person of Graph, with more than anybody maps."""
    name = f"person{number}"
    return {
        "id": identifier(number),
        "userPrincipalName": f"{name}@example.com",
        "displayName": f"Person {number}",
        "givenName": "Person",
        "surname": f"N{number}",
        "mail": f"{name}@example.com",
        "accountEnabled": True,
        "userType": "Member",
        "department": DEPARTMENTS[number % len(DEPARTMENTS)],
        "jobTitle": "Engineer",
        "businessPhones": [f"+49 30 {number}"],
        "mobilePhone": None,
        "onPremisesExtensionAttributes": {"extensionAttribute1": str(number)},
        "assignedLicenses": [{"skuId": identifier(7), "disabledPlans": []}],
        "proxyAddresses": [f"SMTP:{name}@example.com"],
        "usageLocation": "DE",
    }


def account(of: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the account of a person, in sync with the bundled mapping."""
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "id": f"webex-{number}",
        "externalId": of["id"],
        "userName": of["userPrincipalName"],
        "active": True,
        "displayName": of["displayName"],
        "name": {"givenName": of["givenName"], "familyName": of["surname"]},
        "emails": [{"value": of["userPrincipalName"], "type": "work", "primary": True}],
        "phoneNumbers": [{"value": f"+49 30 {number}", "type": "work"}],
        ENTERPRISE: {"department": of["department"]},
        "meta": {"resourceType": "User", "lastModified": "2026-11-01T00:00:00Z"},
    }


KINDS = (
    "in sync", "new", "renamed", "title case", "surname", "switched off by hand", "blocked",
    "blocked and off", "blocked and unknown", "adopted", "without a name", "no address", "deleted",
    "of nobody", "of nobody and off", "of somebody gone", "empty here", "duplicate",
)  # fmt: skip
"""Differences, in turn."""
RARE = ("purged", "deleted and renamed", "guest", "name taken", "several people")
"""Further ones."""
_LATELY = (datetime.now(UTC) - timedelta(days=7)).isoformat()
"""When somebody was deleted who is not purged yet."""


def pair(count: int, *, kinds: tuple[str, ...] = KINDS, first: int = 0) -> Pair:
    """Return a pair for a running job, with each kind of difference in turn."""
    made = Pair()
    for number in range(first, first + count):
        _add(made, number, kinds[number % len(kinds)])
    return made


def in_sync(count: int) -> Pair:
    return pair(count, kinds=("in sync",))


def _add(made: Pair, number: int, kind: str) -> None:  # noqa: PLR0912 - a table of cases
    who = person(number)
    has = account(who, number)
    outcome = "unchanged"
    fields: Fields = ()
    keep_person, keep_account = True, True
    key = who["id"]
    match kind:
        case "in sync":
            pass
        case "new":
            outcome, keep_account, fields = "create", False, tuple(_all(who))
        case "renamed":
            has["userName"] = f"old{number}@example.com"
            outcome = "rename"
            fields = (("userName", has["userName"], who["userPrincipalName"]),)
        case "title case":
            has["userName"] = who["userPrincipalName"].title()
            outcome, fields = "update", (("userName", has["userName"], who["userPrincipalName"]),)
        case "surname":
            has["name"] = {"givenName": "Person"}
            outcome, fields = "update", (("name.familyName", None, who["surname"]),)
        case "switched off by hand":
            has["active"] = False
            outcome, fields = "reactivate", (("active", "False", "True"),)
        case "blocked":
            who["accountEnabled"] = False
            outcome, fields = "disable", (("active", "True", "False"),)
        case "blocked and off":
            who["accountEnabled"], has["active"] = False, False
            outcome = "out_of_scope"
        case "blocked and unknown":
            who["accountEnabled"], keep_account, outcome = False, False, "out_of_scope"
        case "adopted":
            del has["externalId"]
            outcome, fields = "link", (("externalId", None, who["id"]),)
        case "without a name":
            who["userPrincipalName"] = ""
            outcome, keep_account = "conflict", False
        case "no address":
            who["userPrincipalName"] = f"person{number}"
            outcome, keep_account = "conflict", False
        case "deleted":
            who["deletedDateTime"] = _LATELY
            outcome, fields = "disable", (("active", "True", "False"),)
        case "deleted and renamed":
            old = who["userPrincipalName"]
            who["userPrincipalName"] = f"{who['id'].replace('-', '')}{old}"
            who["deletedDateTime"] = _LATELY
            renamed = ("userName", old, who["userPrincipalName"])
            outcome, fields = "disable", (renamed, ("active", "True", "False"))
        case "purged":
            who["deletedDateTime"], outcome = "2020-01-01T00:00:00Z", "delete"
        case "guest":
            who["userPrincipalName"] = f"guest{number}_partner.example#EXT#@example.com"
            who["userType"] = "Guest"
            sent = who | {"userPrincipalName": f"guest{number}@partner.example"}
            outcome, keep_account, fields = "create", False, tuple(_all(sent))
        case "name taken":
            other = account(who, number) | {"id": f"webex-other-{number}"}
            del other["externalId"]
            has["userName"] = f"old{number}@example.com"
            made.accounts.append(other)
            made.outcomes[other["id"]], outcome = "leftover", "conflict"
        case "several people":
            twin = person(1_000_000 + number)
            twin["userPrincipalName"] = who["userPrincipalName"].upper()
            made.people.append(twin)
            made.outcomes[twin["id"]] = outcome = "conflict"
            keep_account = False
        case "of nobody":
            del has["externalId"]
            keep_person, outcome, key = False, "leftover", has["id"]
        case "of nobody and off":
            has["active"], keep_person, outcome = False, False, ""
        case "of somebody gone":
            keep_person, outcome, key = False, "unknown", has["id"]
        case "empty here":
            who["surname"] = None
        case "duplicate":
            twin = account(who, number) | {"id": f"webex-twin-{number}"}
            del has["externalId"], twin["externalId"]
            made.accounts.append(twin)
            made.outcomes[twin["id"]] = made.outcomes[has["id"]] = "leftover"
            outcome = "conflict"
        case _:
            raise ValueError(kind)
    if keep_person:
        made.people.append(who)
    if keep_account:
        made.accounts.append(has)
    if outcome:
        made.outcomes[key] = outcome
        made.fields[key] = fields


def _all(who: dict[str, Any]) -> Iterator[tuple[str, None, str]]:
    """Yield what the bundled mapping sends of somebody who is created, in its order."""
    yield "userName", None, who["userPrincipalName"]
    yield "active", None, "True"
    yield "displayName", None, who["displayName"]
    yield "name.givenName", None, who["givenName"]
    yield "name.familyName", None, who["surname"]
    yield "externalId", None, who["id"]


@dataclass
class Groups:
    """Groups of two directories, and what a preview of them must say."""

    ours: list[dict[str, Any]] = field(default_factory=list)
    theirs: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    """By object id; of a group of nobody by the id in Webex."""
    fields: dict[str, Fields] = field(default_factory=dict)


GROUP_KINDS = (
    "in sync", "new", "renamed", "in other letters", "adopted", "member added", "member created",
    "member gone", "member without account", "group inside", "emptied", "of nobody", "twice",
)  # fmt: skip


def groups(
    count: int, linked: Sequence[int], created: int, nobody: int, kinds: Sequence[str] = GROUP_KINDS
) -> Groups:
    """Return groups for a running job, with each kind of difference in turn.

    Args:
        count: How many.
        linked: Numbers of people with accounts.
        created: The number of somebody who will have one.
        nobody: The number of somebody without one.
        kinds: The differences.
    """
    made = Groups()
    for number in range(count):
        first = 3 * number % (len(linked) - 3)
        members, beside = list(linked[first : first + 3]), linked[first + 3]
        extra = {"created": created, "nobody": nobody, "beside": beside}
        _add_group(made, number, members, extra, kinds[number % len(kinds)])
    return made


def member(number: int) -> dict[str, str]:
    return {"@odata.type": "#microsoft.graph.user", "id": identifier(number)}


def _add_group(  # noqa: PLR0912 - a table of cases
    made: Groups, number: int, members: list[int], extra: dict[str, int], kind: str
) -> None:
    name = f"Team {number}"
    our: dict[str, Any] = {
        "id": f"group-{number}",
        "displayName": name,
        "members": list(map(member, members)),
    }
    has: dict[str, Any] = {
        "id": f"webex-group-{number}",
        "displayName": name,
        "externalId": our["id"],
        "members": [{"value": f"webex-{each}", "type": "user"} for each in members],
    }
    outcome, key = "update", our["id"]
    fields: Fields = ()
    match kind:
        case "in sync" | "member without account" | "group inside":
            outcome = "unchanged"
            if kind == "member without account":
                our["members"].append(member(extra["nobody"]))
            if kind == "group inside":
                our["members"].append({"@odata.type": "#microsoft.graph.group", "id": "inner"})
        case "new":
            outcome = "create"
            fields = (
                ("displayName", None, name),
                ("externalId", None, our["id"]),
                ("members", "0", "3 (+3, -0)"),
            )
        case "renamed":
            has["displayName"] = f"Old {number}"
            outcome, fields = "rename", (("displayName", has["displayName"], name),)
        case "in other letters":
            has["displayName"] = name.upper()
            fields = (("displayName", has["displayName"], name),)
        case "adopted":
            del has["externalId"]
            outcome, fields = "link", (("externalId", None, our["id"]),)
        case "member added" | "member created":
            more = extra["beside" if kind == "member added" else "created"]
            our["members"].append(member(more))
            fields = (("members", "3", "4 (+1, -0)"),)
        case "member gone":
            del our["members"][0]
            fields = (("members", "3", "2 (+0, -1)"),)
        case "emptied":
            our["members"] = []
            fields = (("members", "3", "0 (+0, -3)"),)
        case "of nobody":
            outcome, key = "leftover", has["id"]
        case "twice":
            del has["externalId"]
            twin = has | {"id": f"webex-twin-group-{number}"}
            made.theirs.append(twin)
            made.outcomes[twin["id"]] = made.outcomes[has["id"]] = "leftover"
            outcome = "conflict"
        case _:
            raise ValueError(kind)
    made.ours += [our] * (kind != "of nobody")
    made.theirs += [has] * (kind != "new")
    made.outcomes[key], made.fields[key] = outcome, fields
