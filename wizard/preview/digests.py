"""Digests of what a preview rests on and comes to, and the code that stands for one.

The digest of a person is keyed by the person's id, so that equal outcomes of two people do not look
equal. It hides nothing that can be guessed: a plan is a private file.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any, Final

from wizard.mapping.attributes import is_manager
from wizard.mapping.document import MappingDocument, Row, rows_of
from wizard.mapping.schema import Filter, ObjectMapping
from wizard.mapping.sources import squeezed
from wizard.preview.fate import Fate
from wizard.preview.outcome import Prospect
from wizard.preview.settings import JobState, Settings

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of codes that are read aloud and typed: without I, L, O and U."""
_CODE: Final = 12
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
MARK_BYTES: Final = 4

WRITES: Final = frozenset(
    {
        Prospect.CREATE,
        Prospect.LINK,
        Prospect.UPDATE,
        Prospect.RENAME,
        Prospect.REACTIVATE,
        Prospect.DISABLE,
        Prospect.DELETE,
    }
)
"""Outcomes that change Webex."""


def canonical(content: Any) -> bytes:
    """Return JSON as everybody would write the same: sorted, without blanks, ASCII."""
    return _CANONICAL.encode(content).encode()


def digest_of(content: Any) -> str:
    """Return the digest of JSON."""
    return hashlib.sha256(canonical(content)).hexdigest()


def digest_of_fate(fate: Fate) -> str:
    """Return what is equal where the same would be written about one."""
    account = fate.account if fate.outcome in WRITES else ""
    told = canonical([fate.outcome, account, fate.changes])
    return hmac.new(fate.key.encode(), told, "sha256").hexdigest()[:32]


def mark(*parts: str) -> bytes:
    """Return 4 bytes that stand for texts; of two that differ, one pair in four milliards meets."""
    told = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=MARK_BYTES).digest()


def marks_of(fate: Fate, members: bytes = b"") -> frozenset[bytes]:
    """Return what would be written about one, a mark each: to which account, and which values.

    Args:
        fate: What would become of it.
        members: Of a group, the marks of who comes and who goes.
    """
    if fate.outcome not in WRITES:
        return frozenset()
    key = fate.key
    whom = marks_in(members)
    values = {
        mark(key, target, after or "")
        for target, _, after in fate.changes
        if not (members and target == "members")
    }
    return frozenset({mark(key, fate.account)} | whom | values)


def worst_of(fate: Fate, job: JobState) -> str:
    """Return the worst that may become of one of whom it is not known; empty of all others.

    `off` is being switched off, `change` being made, taken over or changed. Nobody is switched off
    by a job that knows nobody, or who would be made; groups are not either.
    """
    if fate.outcome is not Prospect.UNKNOWN:
        return ""
    is_new = "no-account" in [code for code, _ in fate.reasons]
    is_known = job == "running" and fate.kind != "group" and not is_new
    return "off" if is_known else "change"


def marks_in(joined: bytes) -> frozenset[bytes]:
    """Return the marks that stand one after another."""
    places = range(0, len(joined), MARK_BYTES)
    return frozenset(joined[at : at + MARK_BYTES] for at in places)


def code_of(digest: str) -> str:
    """Return the 12 letters and digits that stand for a digest."""
    number = int(digest[:15], 16)  # 60 bits, 5 for each letter
    return "".join(LETTERS[number >> 5 * at & 31] for at in reversed(range(_CODE)))


def is_code(typed: str, digest: str) -> bool:
    """Tell whether somebody typed the code of a digest: in any case, and nothing beside it."""
    return typed.isascii() and hmac.compare_digest(typed.upper(), code_of(digest))


def rests_on(settings: Settings, assigned: Iterable[str]) -> dict[str, str]:
    """Return the digests of what decides: mapping, scope, settings and assignments."""
    document = settings.document
    return {
        "mapping": digest_of(_mapping(document)),
        "finding": digest_of(_finding(document)),
        "scope": digest_of([_scope(each.scope) for each in _objects(document)]),
        "settings": digest_of(
            [settings.job, settings.everybody, settings.keeps_out_of_scope, settings.own_account]
        ),
        "assignments": digest_of(sorted(assigned)),
    }


def _objects(document: MappingDocument) -> list[ObjectMapping]:
    return [
        mapping
        for rule in document.schema.synchronization_rules
        for mapping in rule.object_mappings or ()
    ]


def _mapping(document: MappingDocument) -> list[Any]:
    return [
        [each.source_object_name, each.enabled, each.flow_types, sorted(map(_row, rows_of(each)))]
        for each in _objects(document)
    ]


def rows_told(document: MappingDocument) -> dict[str, str]:
    """Return a short digest of each row, by what it is of and its target."""
    return {
        f"{each.source_object_name} {row.target}": digest_of(_row(row))[:16]
        for each in _objects(document)
        for row in rows_of(each)
    }


def _finding(document: MappingDocument) -> list[Any]:
    """Return the rows whose effect no outcome tells whole: those that match, and managers."""
    return [
        [
            each.source_object_name,
            sorted(
                _row(row)
                for row in rows_of(each)
                if row.matching_priority > 0 or is_manager(row.target)
            ),
        ]
        for each in _objects(document)
    ]


def _row(row: Row) -> list[Any]:
    default = row.default_value or ""
    return [row.target, squeezed(row.source), row.matching_priority, row.apply, default]


def _scope(scope: Filter | None) -> Any:
    return None if scope is None else scope.as_json()
