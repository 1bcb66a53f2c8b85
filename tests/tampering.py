"""What somebody may do to the lines of a journal; each returns the lines with one out of place."""

from collections.abc import Callable

Tampering = Callable[[list[bytes], int], list[bytes]]

FORGED = b'{"at":"2026-11-23T10:30:00Z","step":"start","action":"changed","subject":"forged"}\n'


def removed(lines: list[bytes], at: int) -> list[bytes]:
    return lines[:at] + lines[at + 1 :]


def twice(lines: list[bytes], at: int) -> list[bytes]:
    return lines[: at + 1] + lines[at:]


def twice_at_the_end(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines, lines[at]]


def swapped(lines: list[bytes], at: int) -> list[bytes]:
    other = (at + 1) % len(lines)
    changed = [*lines]
    changed[at], changed[other] = lines[other], lines[at]
    return changed


def inserted(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], FORGED, *lines[at:]]


def blank(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], b"\n", *lines[at:]]


def cut_off(lines: list[bytes], at: int) -> list[bytes]:
    return lines[:at]


WAYS: tuple[Tampering, ...] = (
    removed,
    twice,
    twice_at_the_end,
    swapped,
    inserted,
    blank,
    cut_off,
)
