"""Pages of bytes as records: fast where a page has the form that is expected, else with patience.

The fast way decodes of each entry what is named and nothing else. Names in SCIM are caseless
(RFC 7643 section 2.1), and a name that is spelled otherwise would be missed without a word. So the
first page and every fiftieth are read both ways, entries of them compared, and a page that does not
fit is read the patient way.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, Required, TypedDict, TypeVar, cast

import msgspec
from pydantic_core import from_json

from wizard.errors import PreviewError
from wizard.mapping import json_text
from wizard.mapping.refused import graph_error_in, graph_error_line
from wizard.preview.sources import Completeness, Unknown
from wizard.words.text import plain_line

Thing = TypeVar("Thing")
Entry = Mapping[str, Any]

_BOTH_WAYS: Final = 50
"""One page of so many is read both ways."""
_COMPARED: Final = 50
"""Entries of such a page that are compared; the patient way takes thirty times as long."""

EXPORT_HINT = "Export the list again, whole; JSON lines suit large ones best."


class Pages(Generic[Thing]):
    """Reads the pages of one source.

    Args:
        listed: Under which name a page has its entries: `value` or `Resources`.
        entry: The form of an entry, of which only what is named is decoded.
        quick: Makes a thing of an entry of that form.
        patient: Makes it of an entry of any form; None leaves the entry out.
        completeness: Where it is noted that pages differ in spelling.
        bare: Leaves of a thing that was made quickly what the patient way makes, to compare both.
    """

    def __init__(
        self,
        listed: str,
        entry: Any,
        quick: Callable[[Any], Thing],
        patient: Callable[[Entry], Thing | None],
        completeness: Completeness,
        *,
        bare: Callable[[Thing], Thing] = lambda thing: thing,
    ) -> None:
        page = object_form({listed: list[entry]}, required=(listed,))
        self._decode = msgspec.json.Decoder(cast("Any", list[entry]) | page).decode
        self._listed, self._quick, self._patient = listed, quick, patient
        self._completeness, self._bare = completeness, bare
        self._is_fast = True
        self.read = 0
        """Pages that were read."""

    def things(self, page: bytes) -> list[Thing]:
        """Return what a page holds.

        Raises:
            PreviewError: It is no list of such objects.
        """
        self.read += 1
        found = self.quickly(page) if self._is_fast else None
        if found is None:
            return self.patiently(page)
        if self.read % _BOTH_WAYS != 1 or self._is_alike(page, found):
            return found
        self._is_fast = False
        if self.read > 1:
            self._completeness.lacks(
                Unknown.SPELLING,
                f"From page {self.read} on, names are spelled otherwise than on the first one; "
                "attributes of the pages before may have been missed.",
            )
        return self.patiently(page)

    def passes(self) -> bool:
        """Count the next page, if it need not be compared, so that it may be read elsewhere."""
        is_plain = self._is_fast and self.read % _BOTH_WAYS != 0
        self.read += is_plain
        return is_plain

    def reread(self, page: bytes) -> list[Thing]:
        """Return what a page holds that was counted; raises as `things`."""
        found = self.quickly(page)
        return self.patiently(page) if found is None else found

    def _is_alike(self, page: bytes, found: list[Thing]) -> bool:
        """Tell whether the patient way makes the same of some entries of a page, spread over it."""
        records = entries_of(loaded(page), self._listed)
        step = max(1, len(records) // _COMPARED)
        patient = [self._with_patience(each) for each in records[::step]]
        return len(records) == len(found) and self.bare(found[::step]) == patient

    def bare(self, things: Iterable[Thing]) -> list[Thing]:
        """Return what the patient way makes of the same."""
        return list(map(self._bare, things))

    def patiently(self, page: bytes) -> list[Thing]:
        """Return what a page of any form holds; raises as `things`."""
        records = entries_of(loaded(page), self._listed)
        return [thing for each in records if (thing := self._with_patience(each)) is not None]

    def _with_patience(self, record: Entry) -> Thing | None:
        try:
            return self._patient(record)
        except RecursionError as error:
            raise unusable("An entry is nested too deeply.", code="preview-not-json") from error

    def quickly(self, page: bytes) -> list[Thing] | None:
        """Return the same; None where a page has not the form that is expected."""
        try:
            decoded: Any = self._decode(page)
            entries = decoded if isinstance(decoded, list) else decoded[self._listed]
            quick = self._quick
            return [quick(each) for each in entries]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None


def object_form(fields: Mapping[str, Any], required: Iterable[str] = ()) -> Any:
    """Return the type of a JSON object of which these members are decoded, and no others."""
    needed = set(required)
    types = {name: Required[kind] if name in needed else kind for name, kind in fields.items()}
    return cast("Any", TypedDict)("Form", types, total=False)


def loaded(page: bytes) -> Any:
    """Return what JSON bytes hold.

    Raises:
        PreviewError: They are not JSON.
    """
    try:
        return from_json(page, cache_strings="keys", allow_inf_nan=False)
    except ValueError:
        pass  # some texts pass the other reader: UTF-16, a mark in front, half a character
    try:
        return json_text.loads(page)
    except json.JSONDecodeError as error:
        raise unusable(
            f"What was read is not JSON: it cannot be understood at character {error.pos + 1:,} "
            f"({error.msg}). It may be cut off.",
            json_text.instead_of_json(error.doc) or EXPORT_HINT,
            code="preview-not-json",
        ) from error
    except (ValueError, RecursionError) as error:
        raise unusable(
            "What was read is not JSON: it holds a character or a number that JSON does not allow, "
            "or is nested too deeply.",
            code="preview-not-json",
        ) from error


def entries_of(tree: Any, listed: str) -> list[Entry]:
    """Return the objects that a page lists, in whatever case it names the list.

    Raises:
        PreviewError: It lists none.
    """
    entries = tree if isinstance(tree, list) else _listed(tree, listed)
    for at, each in enumerate(entries):
        if not isinstance(each, dict):
            raise unusable(f"Entry {at + 1:,} of a list is not an object.")
    return entries


def _listed(tree: Any, listed: str) -> list[Entry]:
    if isinstance(tree, dict):
        named = {key.casefold(): value for key, value in tree.items()}
        found = named.get(listed.casefold())
        if isinstance(found, list):
            return found
        if found is None and "totalresults" in named:
            return []  # Resources may be missing where there are none (reference/webex.md 4.2)
        if "id" in named:
            return [tree]
        if error := graph_error_in(tree):
            raise unusable(f"It holds an error in place of a list: {graph_error_line(error)}")
        if "detail" in named and "schemas" in named:
            told = plain_line(named["detail"])
            raise unusable(f"It holds an error of Webex in place of a list: {told}")
    raise unusable("It is JSON, but holds no list of objects.")


def unusable(
    message: str, hint: str = EXPORT_HINT, *, code: str = "preview-no-list"
) -> PreviewError:
    """Return the error of what was read and cannot be used."""
    return PreviewError(message, hint, code=code)
