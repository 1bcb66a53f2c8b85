"""The accounts of Webex as a preview keeps them, and how they are found."""

from array import array
from collections.abc import Sequence
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple

from wizard.preview.columns import Columns
from wizard.preview.index import Index, add_hashes, in_any_case
from wizard.preview.pages import Pages, unusable
from wizard.preview.row_store import PackedRows, RowStore, packed
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
        self._ids = array("q")
        self.rows = RowStore(_IDS)
        self.links, self.digests = array("q"), array("q")
        """The hash of each externalId, 0 where there is none, and a digest of what is there."""
        self.active = bytearray()
        """Whether each is switched on."""
        self.nameless = 0
        """How many have no userName."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> AccountKept:
        row = self.rows[place]
        return AccountKept._make((*row[:3], row[3] or "", row[4], row[VALUES:]))

    def take(self, page: bytes) -> None:
        """Add a page of accounts; raises as `read`."""
        self.keep(self.read(page))

    def passes(self) -> bool:
        """Count the next page, if it may be read elsewhere."""
        return self._pages.passes()

    def read(self, page: bytes) -> list[AccountRow]:
        """Return the accounts of the next page.

        Raises:
            PreviewError: It is no page of accounts.
        """
        return _with_ids(self._pages.things(page))

    def reread(self, page: bytes) -> list[AccountRow]:
        """Return the accounts of a page that was counted; raises as `read`."""
        return _with_ids(self._pages.reread(page))

    def quickly(self, page: bytes) -> list[AccountRow] | None:
        """Return the same where a page has the form that is expected; None where it has not."""
        accounts = self._pages.quickly(page)
        return None if accounts is None else _with_ids(accounts)

    def keep(self, accounts: list[AccountRow]) -> None:
        """Add accounts that were read."""
        self._note(*self._noted(accounts))
        self.rows.extend(accounts)

    def pack(self, accounts: list[AccountRow]) -> PackedRows:
        """Return accounts that were read, as another process keeps them."""
        return self._noted(accounts), packed(accounts, _IDS)

    def keep_packed(self, accounts: PackedRows) -> None:
        """Add accounts that were packed."""
        noted, chunks = accounts
        self._note(*noted)
        self.rows.add(chunks)

    @staticmethod
    def _noted(accounts: list[AccountRow]) -> tuple[Any, ...]:
        """Return the columns that accounts are found and compared by."""
        if not accounts:
            return (), 0, b"", (), ()
        ids, names, active, links, _, *values = zip(*accounts, strict=True)
        return ids, names.count(""), bytes(active), links, values

    def _note(
        self,
        ids: Sequence[str],
        nameless: int,
        active: bytes,
        links: Sequence[str | None],
        values: Sequence[Sequence[str | None]],
    ) -> None:
        for known in ("repeated", "by_value"):
            vars(self).pop(known, None)  # was looked up after a cut; reading goes on
        add_hashes(self._ids, ids)
        self.nameless += nameless
        self.active += active
        add_hashes(self.links, in_any_case(links))
        for at, keys in self._keys.items():
            add_hashes(keys, in_any_case(values[at] if ids else ()))
        add_hashes(self.digests, zip(*values, strict=True) if values else repeat((), len(ids)))

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
        return sum([bool(link) for link in self.links]) - sum(
            [bool(self.links[at]) for at in self.repeated]
        )

    @cached_property
    def by_value(self) -> dict[int, Index]:
        """For each row that matches: where the account of a value is, by the value's hash."""
        return {at: Index(keys, self.repeated) for at, keys in self._keys.items()}

    def found(self, at: int, value: str) -> int:
        """Return where the account is that has a value at a target, `SEVERAL` or `NONE`."""
        return self.by_value[at].get(hash(value.casefold()))


def _with_ids(accounts: list[AccountRow]) -> list[AccountRow]:
    if not all(map(itemgetter(0), accounts)):
        raise unusable("An account has no id.", code="preview-no-id")
    return accounts
