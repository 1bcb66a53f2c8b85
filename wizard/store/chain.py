"""The chain of a journal: each line is sealed by an HMAC, and names the seal before it (RFC 2104).

A seal is over every byte since the line that was sealed before, so that it covers what could not
be sealed, too. It is half of an HMAC with SHA-256, as RFC 2104 section 5 allows.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHAINED = re.compile(
    rb'(?P<sealed>\{.*,"chain":"(?P<key>[0-9a-f]{8}):(?P<number>[1-9][0-9]{0,11}):'
    rb'(?P<before>[0-9a-f]{32}):)(?P<seal>[0-9a-f]{32})","after":"[0-9a-f]{8}",'
    rb'"check":"[0-9a-f]{8}"\}',
    re.DOTALL,
)
"""`after` and `check` come last: versions without a chain find them there."""
_SEAL_LENGTH = 32
_NAME_LENGTH = 8


@dataclass(frozen=True)
class Link:
    """A place in a chain: how many lines were sealed up to it, and the last one's seal."""

    number: int
    seal: str


START = Link(0, "0" * _SEAL_LENGTH)
"""What the first line of a chain is linked to."""


@dataclass(frozen=True)
class ChainLine:
    """One line of a journal, as its chain has it."""

    at: int
    """Its number in the file, from 1."""
    end: int
    """Where the next one begins, in bytes."""
    is_ended: bool
    is_chained: bool
    """Whether it has a seal, by whichever key."""
    link: Link | None = None
    """None where it was not sealed by this key."""
    before: str = ""
    """The seal that it names as the one before it."""
    holds: bool = False
    """Whether it, and what has no seal before it, are what was sealed."""
    covers: bool = False
    """Whether something without a seal stands before it, which its seal covers."""

    def follows(self, last: Link) -> bool:
        """Tell whether it was written right after another one."""
        return self.link is not None and (self.link.number, self.before) == (
            last.number + 1,
            last.seal,
        )


def chain_lines(content: bytes, key: bytes) -> Iterator[ChainLine]:
    """Yield the lines of a journal, oldest first.

    Args:
        content: The journal.
        key: The key of its chain; empty where nobody has it.
    """
    own, start, unsealed = _name(key), 0, 0
    for at, line in enumerate(content.split(b"\n"), 1):
        end = start + len(line) + 1
        if not line and end > len(content):
            return  # behind the last line
        found, is_ended = _CHAINED.fullmatch(line), end <= len(content)
        if found is None or not key or found["key"] != own:
            yield ChainLine(at, end, is_ended, is_chained=found is not None)
        else:
            seal = _seal(key, content[unsealed : start + found.end("sealed")])
            yield ChainLine(
                at,
                end,
                is_ended,
                is_chained=True,
                link=Link(int(found["number"]), found["seal"].decode()),
                before=found["before"].decode(),
                holds=hmac.compare_digest(seal, found["seal"]),
                covers=unsealed < start,
            )
            unsealed = end
        start = end


def chained(line: str, content: bytes, key: bytes, noted: Link) -> tuple[str, Link]:
    """Return a new line with its seal, and the place in the chain that it has.

    It goes on from what was noted last, so that a line that was cut off since is missed for ever,
    unless lines stand behind that one that were sealed and not noted yet.

    Args:
        line: The line, a JSON object.
        content: The journal, or its end from behind the line that was noted.
        key: The key of the chain.
        noted: The end of the chain, as it was noted last.
    """
    content += b"" if content.endswith(b"\n") or not content else b"\n"
    last, is_reached, unsealed = noted, noted == START, 0
    for each in chain_lines(content, key):
        if each.link is None:
            continue
        unsealed = each.end
        if is_reached and each.holds and each.follows(last):
            last = each.link
        else:
            is_reached = each.holds and each.link == noted
    number = last.number + 1
    linked = f'{line[:-1]},"chain":"{_name(key).decode()}:{number}:{last.seal}:'
    seal = _seal(key, content[unsealed:] + linked.encode()).decode()
    return f'{linked}{seal}"}}', Link(number, seal)


def is_end(tail: bytes, noted: Link) -> bool:
    """Tell whether a journal ends with the line that was noted last.

    Args:
        tail: Its end, of which the last line is whole.
        noted: The end of the chain, as it was noted last.
    """
    found = _CHAINED.fullmatch(tail.removesuffix(b"\n").rpartition(b"\n")[2])
    return found is not None and found["seal"] == noted.seal.encode()


def _name(key: bytes) -> bytes:
    """Return what tells one key from another, and nothing of it."""
    return _seal(key, b"name")[:_NAME_LENGTH]


def _seal(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, "sha256").hex()[:_SEAL_LENGTH].encode()
