"""Whether a journal is what was written: its chain, laid beside what the keyring notes of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from wizard.errors import KeystoreError, ProfileError
from wizard.store.chain import START, ChainLine, Link, chain_lines
from wizard.store.history import History
from wizard.store.journal import Damage, Journal
from wizard.store.stored_token import StoredAnchor
from wizard.words.text import plain_line

_MOST_NAMED = 10
_NOT_USED = "keyring-not-used"
_LOOK_FOR_IT = (
    "Look for it in a backup: it may have told of more. What was made in Entra then, the audit log "
    "of your tenant tells."
)

Lines = tuple[tuple[int, int], ...]
"""Numbers of lines in the file, each run by its first and its last."""


class Evidence(StrEnum):
    """What can be said of a journal as a whole."""

    WHOLE = "whole"
    """Every line since its chain began is as it was sealed, and none is missing."""
    ALTERED = "altered"
    """A line was altered, is missing, or stands elsewhere than it was written."""
    UNANCHORED = "unanchored"
    """Nothing speaks against it, and not everything in it is vouched for."""


@dataclass(frozen=True)
class Break:
    """A place where a journal is not what was written."""

    line: int
    words: str
    """What is wrong there, for the middle of a sentence."""


@dataclass(frozen=True)
class Verification:
    """What was found of a journal, line by line."""

    evidence: Evidence
    lines: int
    """How many there are."""
    breaks: tuple[Break, ...] = ()
    sealed: Lines = ()
    """As they were sealed, with the key in this keyring."""
    unchained: Lines = ()
    """Written before the chain began."""
    unanchored: Lines = ()
    """Written after that, and without a seal."""
    other_key: Lines = ()
    """Sealed with a key that is not in this keyring."""
    not_noted: int = 0
    """How many of the last lines are sealed, and not noted in the keyring; 0 in an altered one."""
    trouble: str = ""
    """Why there is no key, as a sentence; empty where there is one."""
    hint: str = ""
    """What to do about that; empty where nothing is known."""

    def sentences(self) -> list[str]:
        """Return the same in words."""
        said = [self._headline(), *filter(None, [self.trouble])]
        said += [f"{each.words[0].upper()}{each.words[1:]}." for each in self.breaks[:_MOST_NAMED]]
        if len(self.breaks) > _MOST_NAMED:
            said.append(f"There are {len(self.breaks) - _MOST_NAMED} more such places.")
        if self.sealed:
            said.append(f"{_named(self.sealed)}: as sealed.")
        if self.unchained:
            when = "before the chain began" if self.sealed or self.other_key else "without a chain"
            said.append(
                f"{_named(self.unchained)}: unchained, which means written {when}."
                f"{self._covered(self.unchained)}"
            )
        if self.unanchored:
            said.append(
                f"{_named(self.unanchored)}: unanchored, which means without a seal. The keyring "
                "did not answer then, another program wrote there, or the seal was cut off."
                f"{self._covered(self.unanchored)}"
            )
        if self.other_key:
            how = (
                "sealed, and nothing tells without the key whether as it was written"
                if self.trouble
                else "sealed with a key that is not in this keyring"
            )
            said.append(f"{_named(self.other_key)}: {how}.{self._covered(self.other_key)}")
        if self.not_noted:
            last = "the last line" if self.not_noted == 1 else f"the last {self.not_noted:,} lines"
            said.append(
                f"The keyring does not note {last} yet, as after a run that was ended in between, "
                "so whether more were cut off cannot be told. The next entry makes it good."
            )
        return said

    def _headline(self) -> str:
        if self.evidence is Evidence.WHOLE:
            return "Whole: since its chain began, no line was altered, moved, removed or cut off."
        if self.evidence is Evidence.ALTERED:
            return "Altered: this journal is not what was written."
        vouched = "not everything in it is vouched for" if self.sealed else "nothing vouches for it"
        return f"Unanchored: nothing speaks against this journal, and {vouched}."

    def _covered(self, lines: Lines) -> str:
        """Say of lines without a seal of ours how far the next seal covers them."""
        last = max((end for _, end in self.sealed), default=0)
        if self.breaks or self.trouble:
            return ""
        if lines[-1][1] < last:
            return " They have not been changed since the next sealed line was written."
        return " Nothing tells whether they were changed."


def verified(journal: Journal) -> Verification:
    """Return what is found of a journal; the keyring is asked, and nothing is written.

    Raises:
        ProfileError: It is there and cannot be read.
    """
    found = _looked(journal)
    # What another window is just adding is on the disk before it is noted.
    return _looked(journal) if found.not_noted else found


def lacking_of(journal: Journal) -> ProfileError | None:
    """Return what a journal is seen to lack: by its own lines, and by what the keyring notes.

    A journal that was emptied, cut or removed looks as if nothing had been done; only the note
    tells.

    Raises:
        ProfileError: It is there and cannot be read.
    """
    history = History(journal)
    if (told := history.trouble) is not None:
        return told
    found = verified(journal)
    if found.evidence is Evidence.ALTERED:
        named = "; ".join(each.words for each in found.breaks[:_MOST_NAMED])
        return ProfileError(
            f"The journal {plain_line(journal.file)} is not what was written: {named}.",
            _LOOK_FOR_IT,
            code="journal-altered",
        )
    if not history.lines and journal.file.exists():  # which this program never leaves so
        return _unknown(journal, "empty", found.trouble, found.hint)
    return None


def trouble_of(journal: Journal) -> ProfileError | None:
    """Return what a journal lacks, as `lacking_of`, or why nobody knows whether there was one.

    Raises:
        ProfileError: It is there and cannot be read.
    """
    told = lacking_of(journal)
    failed = journal.anchor and journal.anchor.failed
    if told or not failed or failed.code == _NOT_USED or journal.file.exists():
        return told
    return _unknown(journal, "not there", failed.message, failed.hint)


def _unknown(journal: Journal, how: str, why: str, hint: str) -> ProfileError:
    return ProfileError(
        f"Whether the journal {plain_line(journal.file)} told of anything is not known: it is "
        f"{how}. {why}".rstrip(),
        f"{_LOOK_FOR_IT} {hint}".rstrip(),
        code="journal-unknown",
    )


def _looked(journal: Journal) -> Verification:
    noted, trouble, hint = None, "No keyring was asked for the key of this journal.", ""
    if journal.anchor is not None:
        try:
            noted = journal.anchor.read()
        except KeystoreError as error:
            trouble = f"The key of this journal cannot be read. {error.message}"
            hint = error.hint
        else:
            trouble = "" if noted else "This keyring has no key of this journal."
    content = journal.content()  # after the note, which would know more than it otherwise
    found = compared(content, noted, journal.lines(content))
    return replace(found, trouble=trouble, hint=hint)


def compared(
    content: bytes, noted: StoredAnchor | None, read: Iterable[object] = ()
) -> Verification:
    """Return what is found of the content of a journal.

    Args:
        content: The journal.
        noted: What the keyring notes of it; None where nobody knows.
        read: What it says, and in their places what its checks find damaged.
    """
    key = bytes.fromhex(noted.key.get_secret_value()) if noted else b""
    found = list(chain_lines(content, key))
    damages = (each for each in read if isinstance(each, Damage) and each.harm != "cut off")
    breaks = {each.line: each.words for each in damages} | dict(_chain_breaks(found))
    not_noted = 0
    if noted is not None:
        not_noted, end = _end(found, Link(noted.count, noted.last))
        breaks = end | breaks
    sealed, unchained, unanchored, other_key = _sorted(found, breaks)
    is_whole = sealed and not (unanchored or other_key or not_noted)
    evidence = Evidence.WHOLE if is_whole else Evidence.UNANCHORED
    return Verification(
        Evidence.ALTERED if breaks else evidence,
        len(found),
        tuple(Break(line, words) for line, words in sorted(breaks.items())),
        sealed,
        unchained,
        unanchored,
        other_key,
        not_noted=0 if breaks else not_noted,
    )


def _sorted(
    found: Iterable[ChainLine], breaks: Collection[int]
) -> tuple[Lines, Lines, Lines, Lines]:
    """Return which lines are sealed, unchained, unanchored, or sealed with another key.

    Those that are not what was written are none of these.
    """
    sealed: list[int] = []
    unchained: list[int] = []
    unanchored: list[int] = []
    other_key: list[int] = []
    has_begun = False
    for each in found:
        has_begun = has_begun or each.is_chained
        if each.at in breaks:
            continue
        if each.is_chained:
            (sealed if each.link else other_key).append(each.at)
        else:
            (unanchored if has_begun else unchained).append(each.at)
    return _runs(sealed), _runs(unchained), _runs(unanchored), _runs(other_key)


def _chain_breaks(found: Iterable[ChainLine]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not what was sealed, or not where it was."""
    last = START
    for each in found:
        if each.link is None:
            continue
        missing = each.link.number - last.number - 1
        if not each.holds:
            also = ", or a line without a seal before it," if each.covers else ""
            yield each.at, f"line {each.at}{also} is not what was sealed"
        elif missing > 0:
            yield each.at, f"before line {each.at}, {_count(missing)} missing or changed"
        elif missing < 0:
            yield each.at, f"line {each.at} stands elsewhere than it was written, or twice"
        elif not each.follows(last):
            yield each.at, f"the line before line {each.at} is not the one that was there"
        last = each.link


def _end(found: list[ChainLine], noted: Link) -> tuple[int, dict[int, str]]:
    """Return how many lines are behind the one that is noted last, and what is wrong there."""
    ours = [each for each in found if each.link is not None]
    links = [each.link for each in ours]
    if noted != START and noted not in links:
        there = max((link.number for link in links if link), default=0)
        lacking = f"{_count(noted.number - there)} missing at the end"
        words = (
            lacking if there < noted.number else "the line that the keyring notes last is not here"
        )
        return 0, {len(found) + 1: words}
    behind = len(links) - links.index(noted) - 1 if noted in links else len(links)
    if not behind and ours and not ours[-1].is_ended:
        return 0, {ours[-1].at: f"line {ours[-1].at} lacks its end"}
    return behind, {}


def _runs(numbers: Iterable[int]) -> Lines:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def _named(runs: Lines) -> str:
    """Return the numbers of lines, at the beginning of a sentence."""
    told = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    more = f" and {len(told) - _MOST_NAMED} more runs" if len(told) > _MOST_NAMED else ""
    is_one = len(runs) == 1 and runs[0][0] == runs[0][1]
    return f"{'Line' if is_one else 'Lines'} {', '.join(told[:_MOST_NAMED])}{more}"


def _count(number: int) -> str:
    return "1 line is" if number == 1 else f"{number:,} lines are"
