"""The accounts of Webex as a preview keeps them, and how they are found."""

from array import array
from functools import cached_property
from operator import itemgetter
from typing import Final, NamedTuple

from wizard.preview.columns import Columns
from wizard.preview.index import Index
from wizard.preview.pages import Pages, unusable
from wizard.preview.row_store import RowStore
from wizard.preview.sources import Completeness
from wizard.preview.webex_accounts import VALUES, AccountRow, WebexAccounts

_IDS: Final = (0, 3)


class AccountKept(NamedTuple):
    """What is kept of an account."""

    id: str
    user_name: str
    is_active: bool
    external_id: str
    roles: str
    values: tuple[str | None, ...]
    """What it has at the target of each row."""


class Accounts:
    """Takes the pages of Webex's accounts.

    Args:
        columns: The rows whose targets are compared.
        completeness: What is said of the source.
    """

    def __init__(self, columns: Columns, completeness: Completeness) -> None:
        webex = WebexAccounts(columns.rows)
        self._pages = Pages("Resources", webex.form, webex.quick, webex.patient, completeness)
        self._keys = {at: array("q") for at in columns.matching}
        self._ids, self._links = array("q"), array("q")
        self.rows = RowStore(_IDS)
        self.digests = array("q")
        self.active = bytearray()
        """Whether each is switched on."""
        self.nameless = 0
        """How many have no userName."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> AccountKept:
        row = self.rows[place]
        return AccountKept._make((*row[:VALUES], row[VALUES:]))

    def take(self, page: bytes) -> None:
        """Add a page of accounts; raises as `read`."""
        self.keep(self.read(page))

    def read(self, page: bytes) -> list[AccountRow]:
        """Return the accounts of a page.

        Raises:
            PreviewError: It is no page of accounts.
        """
        accounts = self._pages.things(page)
        if not all(map(itemgetter(0), accounts)):
            raise unusable("An account has no id.", code="preview-no-id")
        return accounts

    def keep(self, accounts: list[AccountRow]) -> None:
        """Add accounts that were read."""
        for known in ("repeated", "by_value", "by_link"):
            vars(self).pop(known, None)  # was looked up after a cut; reading goes on
        self._ids.extend([hash(account[0]) for account in accounts])
        self.nameless += sum([not account[1] for account in accounts])
        self.active.extend([account[2] for account in accounts])
        self._links.extend([hash(account[3].casefold()) for account in accounts])
        for at, keys in self._keys.items():
            found = [account[VALUES + at] or "" for account in accounts]
            keys.extend([hash(value.casefold()) for value in found])  # that of an empty text is 0
        self.digests.extend([hash(account[VALUES:]) for account in accounts])
        self.rows.extend(accounts)

    def links(self) -> set[int]:
        """Return the hashes of all externalIds that were read so far."""
        return set(self._links)

    def some_link(self) -> str:
        """Return an externalId that was read; empty where there is none."""
        return next((row[3] for row in self.rows if row[3]), "")

    @cached_property
    def repeated(self) -> frozenset[int]:
        """The places of accounts that came twice; the first counts."""
        return frozenset(Index(self._ids).repeated)

    @property
    def carrying(self) -> int:
        """How many have an externalId."""
        return sum([bool(link) for link in self._links]) - sum(
            [bool(self._links[at]) for at in self.repeated]
        )

    @cached_property
    def by_value(self) -> dict[int, Index]:
        """For each row that matches: where the account of a value is, by the value's hash."""
        return {at: Index(keys, self.repeated) for at, keys in self._keys.items()}

    @cached_property
    def by_link(self) -> Index:
        """Where the account of an externalId is, by its hash."""
        return Index(self._links, self.repeated)

    def found(self, at: int, value: str) -> int:
        """Return where the account is that has a value at a target, `SEVERAL` or `NONE`."""
        return self.by_value[at].get(hash(value.casefold()))

    def linked(self, identifier: str) -> int:
        """Return where the account is whose externalId is an object id, `SEVERAL` or `NONE`."""
        return self.by_link.get(hash(identifier.casefold()))
