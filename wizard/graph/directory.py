"""Users and groups: searched while somebody types, and read one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import RootModel

from wizard.graph.connection import COUNTING, Connection, not_understood
from wizard.graph.models import GraphLine, GraphModel, Id, Listing
from wizard.graph.odata import search
from wizard.graph.operations import Operation
from wizard.graph.refusals import MICROSOFT_GRAPH
from wizard.net.answers import json_of

HITS = 25
"""Hits of a search that are read; there may be many thousands."""

_LARGE_PAGE = 100
"""People of one page where many are wanted."""

_MANAGER = "manager"
_NAMED = ("id", "userPrincipalName", "displayName")
"""What is asked of everybody, so that there is something to call them."""
_USER = "id,displayName,userPrincipalName,mail,accountEnabled,userType"
_GROUP = "id,displayName,description"


class User(GraphModel):
    """A person of the directory."""

    id: Id = ""
    display_name: GraphLine = ""
    user_principal_name: GraphLine = ""
    mail: GraphLine = ""
    account_enabled: bool | None = None
    user_type: GraphLine = ""

    @property
    def is_guest(self) -> bool:
        """Whether the person belongs to another organization."""
        return self.user_type.lower() == "guest" or "#ext#" in self.user_principal_name.lower()


class Properties(RootModel[dict[str, Any]]):
    """Properties of a person as Graph sent them: data, made harmless where it is shown."""


class Group(GraphModel):
    """A group of the directory."""

    id: Id = ""
    display_name: GraphLine = ""
    description: GraphLine = ""


@dataclass(frozen=True)
class MembersCount:
    """How many members a group has."""

    direct: int
    """The ones that provisioning sees."""
    with_nested: int
    """The ones that are reached through groups in the group as well."""

    @property
    def is_nested(self) -> bool:
        """Whether there are members that provisioning does not see."""
        return self.with_nested > self.direct


class UserRequests:
    """Questions about people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def search(self, text: str, *, most: int = HITS) -> Listing[User]:
        """Return the first people whose name or sign-in name begins with what was typed.

        Args:
            text: What was typed; nothing finds everybody.
            most: Hits to return; `total` tells how many there are.
        """
        wanted = search(text, "displayName", "userPrincipalName", "mail")
        return await self._connection.several(
            Operation.LIST_USERS.at(),
            User,
            query=_found_by(wanted) | {"$select": _USER, "$top": str(most)},
            most=most,
            headers=COUNTING,
        )

    async def people(
        self, text: str, properties: Iterable[str], *, most: int
    ) -> Listing[Properties]:
        """Return properties of the people whom `search` would find, page by page.

        Args:
            text: What was typed; nothing finds everybody.
            properties: Graph's names; relations such as `manager` cannot be among them, because
                Graph does not expand what it searches.
            most: People to return; `total` tells how many there are.
        """
        wanted = search(text, "displayName", "userPrincipalName", "mail")
        names = dict.fromkeys((*_NAMED, *properties))
        return await self._connection.several(
            Operation.LIST_USERS.at(),
            Properties,
            query=_found_by(wanted)
            | {"$select": ",".join(names), "$top": str(min(most, _LARGE_PAGE))},
            most=most,
            headers=COUNTING,
        )

    async def get(self, user_id: str) -> User:
        """Return one person."""
        return await self._connection.one(
            Operation.GET_USER.at(user=user_id), User, query={"$select": _USER}
        )

    async def attributes(self, user_id: str, properties: Iterable[str]) -> Mapping[str, Any]:
        """Return properties of one person as Graph sent them, for trying a mapping.

        The values are data: whoever shows one makes it harmless.

        Args:
            user_id: The person.
            properties: Graph's names, as `wizard.mapping.people.graph_properties` gives them;
                `manager`, a relation, comes as an object with its id (reference/graph-entra.md
                2.6).
        """
        names = dict.fromkeys((*_NAMED, *properties))
        query = {"$select": ",".join(name for name in names if name != _MANAGER)}
        if _MANAGER in names:
            query["$expand"] = f"{_MANAGER}($select=id)"
        answer = await self._connection.send(Operation.GET_USER.at(user=user_id), query=query)
        found = json_of(answer, MICROSOFT_GRAPH)
        if not isinstance(found, dict):
            raise not_understood(answer, "a person")
        return {name: value for name, value in found.items() if "@odata." not in name}


class GroupRequests:
    """Questions about groups."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def search(self, text: str, *, most: int = HITS) -> Listing[Group]:
        """Return the first security groups whose name begins with what was typed.

        Others cannot be assigned to an application (reference/graph-entra.md 2.5).
        """
        wanted = search(text, "displayName")
        query = {"$filter": "securityEnabled eq true", "$select": _GROUP, "$top": str(most)}
        return await self._connection.several(
            Operation.LIST_GROUPS.at(),
            Group,
            query=_found_by(wanted) | query,
            most=most,
            headers=COUNTING,
        )

    async def list(self, *, most: int = HITS) -> Listing[Group]:
        """Return the first groups of the directory by name, of whatever sort they are.

        Args:
            most: Groups to return; `total` tells how many there are.
        """
        return await self._connection.several(
            Operation.LIST_GROUPS.at(),
            Group,
            query=_found_by("") | {"$select": _GROUP, "$top": str(most)},
            most=most,
            headers=COUNTING,
        )

    async def get(self, group_id: str) -> Group:
        """Return one group."""
        return await self._connection.one(
            Operation.GET_GROUP.at(group=group_id), Group, query={"$select": _GROUP}
        )

    async def members(self, group_id: str) -> MembersCount:
        """Return how many members a group has, directly and through groups in it."""
        return MembersCount(
            await self._connection.count(Operation.COUNT_MEMBERS.at(group=group_id)),
            await self._connection.count(Operation.COUNT_TRANSITIVE_MEMBERS.at(group=group_id)),
        )


def _found_by(wanted: str) -> dict[str, str]:
    sought = {"$search": wanted} if wanted else {"$orderby": "displayName"}
    return sought | {"$count": "true"}
