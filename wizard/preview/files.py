"""Exported files as sources: one JSON document, or an object or a page on each line."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from wizard.errors import PreviewError
from wizard.machine.files import open_file, reason_of
from wizard.preview.pages import entries_of, loaded, unusable
from wizard.preview.sources import Completeness, Reader, Unknown
from wizard.words.text import plain_line

MAX_BYTES: Final = 1_000_000_000
"""Largest document that is read at once; JSON lines may be longer."""
_MAX_LINE: Final = 32_000_000
"""Longest line of JSON lines; a page of 999 people has about one million bytes."""

_PAGE: Final = 1_000
"""Objects that are handed on at once."""
_HEAD: Final = 4_000
"""A shorter object without the name of a list in it is none."""
_MARK: Final = b"\xef\xbb\xbf"
_NEXT: Final = "@odata.nextlink"

_NOT_JSON: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class FileSource:
    """One exported file.

    Args:
        path: Where it is.
        listed: Under which name a page has its entries: `value` or `Resources`.
        missed: What is not known where the file says that there is more than it holds.
    """

    reader = Reader.FILE

    def __init__(self, path: Path, listed: str, missed: Unknown) -> None:
        self._path, self._listed, self._missed = path, listed, missed
        self.completeness = Completeness("by hand", self.reader)
        self._goes_on = False

    def pages(self) -> Iterator[bytes]:
        """Yield the file in pages.

        Raises:
            PreviewError: It cannot be read, or holds no list.
        """
        try:
            with open_file(self._path) as stream:
                yield from self._pages_of(stream)
        except (OSError, ValueError) as error:
            raise PreviewError(
                f"{plain_line(self._path)} cannot be read: {reason_of(error)}.",
                "Check the name of the file and your access to it.",
                code="file-unreadable",
            ) from error
        if self._goes_on:
            self.completeness.broke_off(
                self._missed,
                f"{plain_line(self._path.name)} ends with a page that says there is more. Follow "
                "@odata.nextLink to get all of it.",
            )

    def blamed(self, error: PreviewError) -> PreviewError:
        """Return an error with the name of this file."""
        told = f"{plain_line(self._path.name)}: {error.message}"
        return PreviewError(told, error.hint, code=error.code)

    def _pages_of(self, stream: IO[bytes]) -> Iterator[bytes]:
        first = stream.readline(_MAX_LINE + 1)
        while first and not first.removeprefix(_MARK).strip():
            first = stream.readline(_MAX_LINE + 1)
        if not first:
            raise unusable("The file is empty.", code="preview-empty")
        line = first.removeprefix(_MARK)
        if line.endswith(b"\n") and _members(line) is not None:
            yield from self._lines(line, stream)
            return
        is_too_large = stream.seek(0, os.SEEK_END) > MAX_BYTES  # then nothing of it is read
        stream.seek(0)
        content = b"" if is_too_large else stream.read(MAX_BYTES + 1)
        if is_too_large or len(content) > MAX_BYTES:  # it may have grown
            raise unusable(
                f"The file is larger than {MAX_BYTES // 1_000_000:,} MB.", code="preview-too-large"
            )
        yield from self._document(content.removeprefix(_MARK))

    def _lines(self, line: bytes, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield the objects of the lines together, and pages that stand on a line of their own."""
        together: list[bytes] = []
        number = 1
        while line:
            if len(line) > _MAX_LINE:
                raise unusable(
                    f"Line {number:,} is longer than {_MAX_LINE // 1_000_000} MB.",
                    code="preview-line-too-long",
                )
            if line := line.strip():
                if page := self._page(line):
                    yield page
                else:
                    together.append(_object(line, number))
            if len(together) == _PAGE:
                yield _joined(together)
                together = []
            line, number = stream.readline(_MAX_LINE + 1), number + 1
        if together:
            yield _joined(together)

    def _document(self, content: bytes) -> Iterator[bytes]:
        """Yield the objects of one document together, as they stand."""
        entries: list[Any] | None = _entries(content)
        if entries is None and (page := self._page(content)):
            members = _members(page) or {}
            entries = _entries(bytes(_named(members, self._listed)))
        if entries is None:
            # Of another form or encoding, or broken: the patient reader says what is wrong.
            records = entries_of(loaded(content), self._listed)
            entries = [msgspec.json.encode(each) for each in records]
        for at in range(0, len(entries), _PAGE):
            some = [bytes(each) for each in entries[at : at + _PAGE]]
            pages = [page for each in some if (page := self._page(each))]
            if len(pages) == len(some):
                yield from pages
            else:
                yield _joined(some)

    def _page(self, entry: bytes) -> bytes | None:
        """Return what lists others, rather than being one of them; note what it says of itself."""
        name = self._listed.lower()
        if name.encode() not in entry[:_HEAD].lower() and len(entry) < _HEAD:
            return None
        members = _members(entry)
        if members is None or not bytes(_named(members, name)).lstrip().startswith(b"["):
            return None
        self._goes_on = bytes(_named(members, _NEXT)) not in {b"", b"null"}
        total = bytes(_named(members, "totalresults")).strip(b'"')
        if total.isdigit() and len(total) < 12:
            self.completeness.total = int(total)
        return entry


def _members(text: bytes) -> Mapping[str, msgspec.Raw] | None:
    try:
        return _MEMBERS.decode(text)
    except _NOT_JSON:
        return None


def _named(members: Mapping[str, msgspec.Raw], name: str) -> msgspec.Raw:
    """Return a member by its name in any case; nothing where it is not there."""
    wanted = name.casefold()
    found = (value for key, value in members.items() if key.casefold() == wanted)
    return next(found, msgspec.Raw(b""))


def _entries(text: bytes) -> list[msgspec.Raw] | None:
    try:
        return _RAWS.decode(text)
    except _NOT_JSON:
        return None


def _object(line: bytes, number: int) -> bytes:
    if not (line.startswith(b"{") and line.endswith(b"}")):
        raise unusable(
            f"Line {number:,} is no JSON object; the file may be cut off, or hold two things.",
            code="preview-mixed",
        )
    return line


def _joined(entries: list[bytes]) -> bytes:
    return b"[" + b",".join(entries) + b"]"
