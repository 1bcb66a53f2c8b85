"""The accounts of Webex as a preview keeps them, and how they are found."""

from array import array
from typing import NamedTuple

from wizard.preview.columns import Columns
from wizard.preview.pages import Pages
from wizard.preview.row_store import RowStore
from wizard.preview.sources import Completeness
from wizard.preview.webex_accounts import WebexAccounts

SEVERAL = -1
"""More than one account has it."""
NONE = -2
"""No account has it."""


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
        self._ids: set[int] = set()
        self.rows = RowStore()
        self.digests = array("q")
        self.by_value: dict[int, dict[int, int]] = {at: {} for at in columns.matching}
        """For each row that matches: where the account of a value is, by the value's hash."""
        self.active = bytearray()
        """Whether each is switched on."""
        self.by_link: dict[int, int] = {}
        self.again = 0
        """How many came twice; the first counts."""
        self.nameless = 0
        """How many have no userName."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> AccountKept:
        return AccountKept(*self.rows[place])

    def take(self, page: bytes) -> None:
        """Add a page of accounts.

        Raises:
            PreviewError: It is no page of accounts.
        """
        ids, rows, digests = self._ids, self.rows, self.digests
        for account in self._pages.things(page):
            identifier, user_name, is_active, link, _, values = account
            key = hash(identifier)
            if key in ids:
                self.again += 1
                continue
            ids.add(key)
            place = len(digests)
            self.nameless += not user_name
            for at, index in self.by_value.items():
                if value := values[at]:
                    _put(index, hash(value.casefold()), place)
            if link:
                _put(self.by_link, hash(link.casefold()), place)
            self.active.append(is_active)
            digests.append(hash(values))
            rows.append(account)

    def found(self, at: int, value: str) -> int:
        """Return where the account is that has a value at a target, `SEVERAL` or `NONE`."""
        return self.by_value[at].get(hash(value.casefold()), NONE)

    def linked(self, identifier: str) -> int:
        """Return where the account is whose externalId is an object id, `SEVERAL` or `NONE`."""
        return self.by_link.get(hash(identifier.casefold()), NONE)


def _put(index: dict[int, int], key: int, place: int) -> None:
    index[key] = SEVERAL if key in index else place
