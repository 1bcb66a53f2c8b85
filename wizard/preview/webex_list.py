"""Webex's accounts and groups read online, in whichever way they let themselves be read."""

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, Literal

import msgspec

from wizard.errors import AnswerError, TransportError
from wizard.preview.online import WOULD_BE_MET_AGAIN, PagesOnline, members_unread, not_all
from wizard.preview.pages import entries_of, loaded
from wizard.preview.sources import Reader, SoughtValue, Unknown
from wizard.scim.reading import (
    MEMBERS_AT_ONCE,
    NotBelieved,
    ScimList,
    Searches,
    Service,
    without,
)
from wizard.words.progress import Report, silent

Sought = Callable[[], Awaitable[list[SoughtValue]]]
"""Returns by which attributes and values somebody is found, as `Intake.sought` does."""

_MORE = {("Groups", Reader.SCIM2): "includeMembers=true"}
"""Further options; the SCIM 2.0 service leaves members out without (reference/webex.md 4.3)."""
_LIST_OF = {
    Reader.FACADE: "Webex's list at the address that Entra uses",
    Reader.SCIM2: "The list of Webex's SCIM 2.0 service",
}
_NONE_SEEN = (
    "Nothing that was found by name in Webex has an externalId, so whether it can be searched by "
    "that is not known: what Entra knows under another name was not found."
)


class WebexList(PagesOnline):
    """Accounts or groups of Webex, read in the first way that can be believed.

    The ways: the list at the address that Entra uses, the list of the SCIM 2.0 service, and a
    search for each that is in scope, by name and then by link.

    Args:
        kind: `Users` or `Groups`.
        services: The services that may list, by which reader each is, the first first; the first
            is searched, too.
        sought: Returns what to search for; None where that is not known.
        report: Is told how many came.
        linked: Returns by which links to search then; None where nobody is linked.
    """

    def __init__(
        self,
        kind: Literal["Users", "Groups"],
        services: Mapping[Reader, Service],
        sought: Sought | None,
        report: Report = silent,
        linked: Sought | None = None,
    ) -> None:
        words = "Accounts" if kind == "Users" else "Groups"
        self.reader = next(iter(services), Reader.EACH)
        super().__init__(f"{words} read from Webex", report, None)
        self.about = Unknown.ACCOUNTS if kind == "Users" else Unknown.GROUPS
        self._kind = kind
        self._services = services
        self._sought, self._linked = sought, linked
        self._lists = {
            reader: ScimList(service, kind, _MORE.get((kind, reader), ""))
            for reader, service in services.items()
        }
        self._refused: dict[Reader, str] = {}
        self._searches: Searches | None = None
        self._by_link: Searches | None = None
        self._large: deque[tuple[str, str]] = deque()

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        for reader, listing in self._lists.items():
            if reader in self._refused:
                continue
            self.reader = reader
            try:
                async with aclosing(listing.pages()) as pages:
                    async for body in pages:
                        self._counted(listing.read, listing.total)
                        fresh = self._fresh(body, listing)
                        self._large.extend(self._cut(fresh, reader))
                        yield fresh
            except NotBelieved as reason:
                self._refused[reader] = f"{_LIST_OF[reader]} {reason}."
            except AnswerError as error:
                if error.status in WOULD_BE_MET_AGAIN:
                    raise
                self._refused[reader] = f"{_LIST_OF[reader]} cannot be used: {error.message}"
            except TransportError as error:
                if error.code != "answer-too-large":
                    raise
                self._refused[reader] = f"{_LIST_OF[reader]} cannot be used: {error.message}"
            else:
                self.completeness.total = listing.total
                self.completeness.remarks = list(self._refused.values())
                async with aclosing(self._members(self._services[reader])) as pages:
                    async for body in pages:
                        yield body
                return
        async with aclosing(self._searched()) as pages:
            async for body in pages:
                yield body

    def _fresh(self, body: bytes, listing: ScimList | None = None) -> bytes:
        """Return a page without whom a list has shown that was given up since."""
        for other in self._lists.values():
            if other is not listing and other.read:
                body = without(body, other)
        return body

    def _cut(self, body: bytes, reader: Reader) -> Iterable[tuple[str, str]]:
        """Yield id and name of the groups of which the SCIM 2.0 service may have more members."""
        if (self._kind, reader) not in _MORE:
            return
        for record in entries_of(loaded(body), "Resources"):
            named = {key.casefold(): value for key, value in record.items()}
            if len(named.get("members") or ()) >= MEMBERS_AT_ONCE:
                yield str(named.get("id")), str(named.get("displayname"))

    async def _members(self, service: Service) -> AsyncGenerator[bytes, None]:
        """Yield all members of the groups that are too large to come whole in a list."""
        asked = service.pace.together(self._large, partial(self._whole, service))
        async with aclosing(asked) as groups:
            async for _, body in groups:
                yield body

    async def _whole(self, service: Service, large: tuple[str, str]) -> bytes:
        group: dict[str, Any] = {"id": large[0], "displayName": large[1]}
        try:
            members = await service.members(group["id"])
        except NotBelieved as reason:
            self.completeness.lacks(Unknown.MEMBERS, members_unread(group, f"Webex {reason}."))
        except AnswerError as error:
            if error.status in WOULD_BE_MET_AGAIN:
                raise
            self.completeness.lacks(Unknown.MEMBERS, members_unread(group, error.message))
        else:
            told = [{"value": each, "type": kind} for each, kind in members.items()]
            return msgspec.json.encode({"Resources": [group | {"members": told}]})
        return not_all(group, "Resources")

    async def _searched(self) -> AsyncGenerator[bytes, None]:
        """Search for each; whoever has an account and is not in scope stays unknown."""
        why = " ".join(self._refused.values())
        if self._sought is None or not self._services:
            self.completeness.broke_off(self.about, why)
            return
        service = next(iter(self._services.values()))
        if self._searches is None:
            self._searches = Searches(service, self._kind, await self._sought())
        self.reader = Reader.EACH
        self.completeness.broke_off(Unknown.LEFTOVERS, why)
        async with aclosing(self._found(self._searches, self.about)) as pages:
            async for body in pages:
                yield body
        if self._linked is None:
            return
        if self._by_link is None:
            self._by_link = Searches(service, self._kind, *self._links(await self._linked()))
        async with aclosing(self._found(self._by_link, Unknown.LINKS)) as pages:
            async for body in pages:
                yield body

    def _links(self, values: list[SoughtValue]) -> tuple[list[SoughtValue], SoughtValue | None]:
        """Return which links to search for: none where nothing shows that they are found."""
        seen, absent = next(iter(values), None), values[1:]
        if absent and seen is not None and not seen[1]:
            self.completeness.lacks(Unknown.LINKS, _NONE_SEEN)
            return [], None
        return absent, seen

    async def _found(self, searches: Searches, about: Unknown) -> AsyncGenerator[bytes, None]:
        try:
            async with aclosing(searches.pages()) as pages:
                async for body in pages:
                    self._counted(searches.asked, searches.total)
                    yield self._fresh(body)
        except NotBelieved as reason:
            self.completeness.broke_off(about, f"Webex {reason}.")
        except AnswerError as error:
            if about is not Unknown.LINKS or error.status in WOULD_BE_MET_AGAIN:
                raise
            told = f"Webex cannot be searched by externalId: {error.message}"
            self.completeness.broke_off(about, told)
