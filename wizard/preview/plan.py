"""A plan: what a preview said, in a file of JSON lines that can be approved, kept and compared.

The first line tells who made it and when, and the digest of all lines after it; the second what it
comes to and rests on; then one line for each person, account and group, sorted. The same tenant
gives the same lines from the second on. Values are in it only where somebody asked for them, and
outside of the digest: that of each person stands for them.
"""

import getpass
import hashlib
import json
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

from wizard import __version__
from wizard.errors import PreviewError
from wizard.machine.files import open_file, reason_of, write_private
from wizard.preview.brakes import ENTRAS_LIMIT
from wizard.preview.digests import (
    canonical,
    digest_of_fate,
    marks_of,
    rests_on,
    rows_told,
    worst_of,
)
from wizard.preview.document import Told, counts_of, unknown_of
from wizard.preview.fate import Fate, FateKind
from wizard.preview.outcome import Prospect
from wizard.preview.patterns import PATTERNS_TOLD, FatePattern
from wizard.words.progress import worked_out
from wizard.words.text import plain_line

PLAN_VERSION: Final = 1
_LONGEST: Final = 64_000_000
"""Bytes of a line; that of a group has eight for each member who comes or goes."""
_IN_A_GO: Final = 64
"""People after whom others get the interpreter."""
_KINDS: Final = frozenset(get_args(FateKind))
_HINT: Final = "Make the plan anew, by a preview with --save."


@dataclass(frozen=True)
class Plan:
    """A plan that was read.

    Attributes:
        digest: Of everything in it but who made it, when, and values.
        made: Who made it, when, with which version.
        body: Counts, patterns, stops, completeness, and digests of what it rests on.
        outcomes: Class and digest of each, by its key.
        writes: Marks of what would be written about one, by its key.
        worst: Of whom it is not known, the worst that may be, by the key; plans of before lack it.
    """

    digest: str
    made: dict[str, Any]
    body: dict[str, Any]
    outcomes: dict[str, tuple[str, str]]
    writes: dict[str, bytes] = field(default_factory=dict)
    worst: dict[str, str] = field(default_factory=dict)

    @property
    def is_of_files(self) -> bool:
        """Whether it was made from exported files, which do not tell of which tenant they are."""
        return self.body.get("target") is None

    @property
    def people(self) -> int:
        """How many people the directory had."""
        read = self.body.get("read")
        people = read.get("people") if isinstance(read, dict) else None
        return people if isinstance(people, int) else 0

    @property
    def switched_off(self) -> int:
        """How many people and groups it switches off or deletes."""
        off = (Prospect.DISABLE, Prospect.DELETE)
        return sum(self.counted(name)[each] for name in ("counts", "groups") for each in off)

    def counted(self, name: str) -> dict[Prospect, int]:
        """Return how many have each outcome: people and accounts (`counts`), or `groups`."""
        told = self.body.get(name)
        known = told if isinstance(told, dict) else {}
        return {each: n if isinstance(n := known.get(each), int) else 0 for each in Prospect}


def body_of(told: Told) -> dict[str, Any]:
    """Return what a preview comes to, and what it rests on; no value of anybody."""
    preview, target = told.preview, told.preview.settings.target
    return {
        "plan": PLAN_VERSION,
        "job": preview.settings.job,
        "read": {"people": preview.people, "accounts": preview.accounts},
        "linked": preview.linked,
        "counts": counts_of(preview),
        "groups": {str(each): preview.group_counts[each] for each in Prospect},
        "patterns": [_pattern_told(each) for each in told.patterns[:PATTERNS_TOLD]],
        "stops": [
            {
                "code": each.code,
                "severity": each.severity,
                "number": each.number,
                "limit": each.limit,
                "unit": each.unit,
                **({"group": each.group} if each.group else {}),
            }
            for each in told.stops
            if each.code != ENTRAS_LIMIT
        ],
        "completeness": {
            "entra": preview.sides.entra.how,
            "webex": preview.sides.webex.how,
            "readers": [side.reader for side in (preview.sides.entra, preview.sides.webex)],
            "unknown": sorted(unknown_of(preview)),
        },
        "digests": rests_on(preview.settings, preview.assigned),
        "everybody": preview.settings.everybody,
        "nested": sorted(preview.nested),
        "rows": rows_told(preview.settings.document),
        "target": None if target is None else asdict(target),
    }


def _pattern_told(pattern: FatePattern) -> dict[str, Any]:
    """Return a pattern without what anybody has."""
    return {
        "outcome": str(pattern.outcome),
        "kind": pattern.kind,
        "count": pattern.count,
        "reason": pattern.code,
        "fields": [field[0] for field in pattern.fields],
        "dangers": list(pattern.dangers),
    }


def save(told: Told, path: Path, *, values: bool) -> str:
    """Write a plan, readable by its owner alone; return its digest.

    Args:
        told: The preview.
        path: Where it is written.
        values: Whether names, fields and reasons are in it.

    Raises:
        ProfileError: It cannot be written.
    """
    plan = worked_out(written_out(told, values=values))
    write_private(path, b"\n".join((*plan.parts(), b"")))
    return plan.digest


@dataclass(frozen=True)
class PlanText:
    """A plan as it is written.

    Attributes:
        digest: As that of `Plan`.
        body: Its second line.
        lines: Those after it.
    """

    digest: str
    body: bytes
    lines: list[bytes]

    def parts(self) -> Iterator[bytes]:
        """Yield all lines, the first with who made it and when."""
        made = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": _whoever(),
            "program": f"webex-wizard {__version__}",
        }
        head = {"webex_wizard_plan": PLAN_VERSION, "digest": self.digest, "made": made}
        yield canonical(head)
        yield self.body
        yield from self.lines


def written_out(told: Told, *, values: bool) -> Generator[int, None, PlanText]:
    """Return a plan as it is written, and yield of how many its lines are made."""
    body = canonical(body_of(told))
    lines = list[tuple[bytes, bytes]]()
    for line in _lines(told, values=values):
        lines.append(line)
        yield len(lines)
    lines.sort()
    digest = hashlib.sha256(body)
    for bare, _ in lines:
        digest.update(b"\n" + bare)
    return PlanText(digest.hexdigest(), body, [line for _, line in lines])


def read_plan(path: Path) -> Plan:
    """Return a plan, if it is what was written.

    Raises:
        PreviewError: It cannot be read, is none, of another version, or was changed.
    """
    try:
        with open_file(path) as stream:
            head = _head(_object(stream.readline(_LONGEST)))
            body = _object(stream.readline(_LONGEST))
            digest = hashlib.sha256(canonical(body))
            outcomes: dict[str, tuple[str, str]] = {}
            writes: dict[str, bytes] = {}
            worst: dict[str, str] = {}
            while line := stream.readline(_LONGEST):
                if not len(outcomes) % _IN_A_GO:
                    time.sleep(0)  # else an interface beside this thread waits for the interpreter
                one = _object(line)
                _require_values_that_fit(one, one.pop("values", None))
                digest.update(b"\n" + canonical(one))
                key = _key_of(one)
                outcomes[key] = str(one.get("outcome")), str(one.get("digest"))
                if "writes" in one:
                    writes[key] = bytes.fromhex(str(one["writes"]))
                if "worst" in one:
                    worst[key] = str(one["worst"])
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if digest.hexdigest() != head["digest"]:
        raise PreviewError(
            "The plan is not what was written: somebody changed it, or it is cut off.",
            _HINT,
            code="plan-altered",
        )
    return Plan(head["digest"], _made(head), body, outcomes, writes, worst)


def head_of(path: Path) -> Plan:
    """Return a plan without its people; whoever binds anything by it uses `read_plan`.

    Raises:
        PreviewError: It cannot be read, is none, or of another version.
    """
    try:
        with open_file(path) as stream:
            head = _head(_object(stream.readline(_LONGEST)))
            body = _object(stream.readline(_LONGEST))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return Plan(head["digest"], _made(head), body, {})


def _made(head: dict[str, Any]) -> dict[str, Any]:
    made = head.get("made")
    return made if isinstance(made, dict) else {}


def _head(head: dict[str, Any]) -> dict[str, Any]:
    """Return the first line of a plan of this version.

    Raises:
        PreviewError: It is none.
    """
    if not isinstance(head.get("digest"), str) or "webex_wizard_plan" not in head:
        raise _no_plan("The file is no plan.")
    if head["webex_wizard_plan"] != PLAN_VERSION:
        shown = plain_line(head["webex_wizard_plan"], 20)
        raise PreviewError(
            f"The plan has version {shown}, and this program reads version {PLAN_VERSION}.",
            _HINT,
            code="plan-version",
        )
    return head


def _key_of(one: dict[str, Any]) -> str:
    """Return whom a line is about.

    Raises:
        PreviewError: That is nobody of the kinds that there are.
    """
    key = one.get("key")
    if not isinstance(key, str) or key.partition(":")[0] not in _KINDS:
        raise _no_plan("A line of the plan is about neither a person, an account nor a group.")
    return key


def _lines(told: Told, *, values: bool) -> Iterator[tuple[bytes, bytes]]:
    """Yield the line of each, as it counts for the digest and as it is written."""
    for fate in told.preview.fates():
        key = fate.key
        one = {"key": key, "outcome": str(fate.outcome), "digest": digest_of_fate(fate)}
        if marks := marks_of(fate, told.preview.members.get(key, b"")):
            one["writes"] = b"".join(sorted(marks)).hex()
        if worst := worst_of(fate, told.preview.settings.job):
            one["worst"] = worst
        bare = canonical(one)
        yield bare, canonical(one | {"values": _values(fate)}) if values else bare


def _values(fate: Fate) -> list[Any]:
    return list(fate.plain())


def _require_values_that_fit(one: dict[str, Any], values: Any) -> None:
    """Refuse values that are not those of the digest.

    Raises:
        PreviewError: They are not.
    """
    if values is None:
        return
    try:
        fits = digest_of_fate(Fate.of(tuple(values))) == one["digest"]
    except (TypeError, ValueError, KeyError):
        fits = False
    if not fits:
        shown = plain_line(one.get("key", ""), 80)
        raise PreviewError(
            f"The values of {shown} in the plan are not those that it was made of.",
            _HINT,
            code="plan-altered",
        )


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _no_plan("The file is no plan, or it is cut off.") from error
    if not isinstance(found, dict):
        raise _no_plan("The file is no plan.")
    return found


def _unreadable(path: Path, error: Exception) -> PreviewError:
    return PreviewError(
        f"The plan {plain_line(path)} cannot be read: {reason_of(error)}.",
        "Check the name of the file and your access to it.",
        code="file-unreadable",
    )


def _no_plan(message: str) -> PreviewError:
    return PreviewError(message, _HINT, code="plan-unusable")


def _whoever() -> str:
    try:
        return plain_line(getpass.getuser(), 80)
    except (OSError, KeyError):
        return ""
