"""A preview as one frozen document; adding a field is fine, changing one is a new version."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from wizard.preview.brakes import Stop
from wizard.preview.dangers import DANGERS
from wizard.preview.fate import Fate
from wizard.preview.outcome import Prospect
from wizard.preview.patterns import PATTERNS_TOLD, FatePattern
from wizard.preview.result import Preview
from wizard.preview.rules import RULES, reason_words
from wizard.preview.sources import NEVER_READ, Completeness, no_source_tells

DOCUMENT_VERSION: Final = 1

NO_SOURCE_TELLS: Final = {
    "seats": "how many licences are left",
    "domains": "which domains are verified",
    "connectors": "which other connectors write there too",
    "roles": "who administers Webex, unless the account says so",
    "required_attributes": "which attributes Control Hub demands",
}
"""What no source tells, in words."""


@dataclass(frozen=True)
class Told:
    """A preview with what is concluded from it."""

    preview: Preview
    patterns: list[FatePattern]
    stops: tuple[Stop, ...]

    @property
    def is_risky(self) -> bool:
        """Whether something stops, or is in conflict."""
        conflicts = self.preview.counts[Prospect.CONFLICT]
        conflicts += self.preview.group_counts[Prospect.CONFLICT]
        return bool(conflicts) or any(stop.severity == "stop" for stop in self.stops)


def preview_document(told: Told, limit: int) -> dict[str, Any]:
    """Return the document.

    Args:
        told: The preview.
        limit: Of how many people it tells, riskiest first.
    """
    preview = told.preview
    shown = [person_of(fate) for fate in people_of(preview, limit)]
    return {
        "version": DOCUMENT_VERSION,
        "command": "preview",
        "risky": told.is_risky,
        "job": preview.settings.job,
        "read": {"people": preview.people, "accounts": preview.accounts},
        "counts": counts_of(preview),
        "groups": {str(each): preview.group_counts[each] for each in Prospect},
        "patterns": [pattern_of(each) for each in told.patterns[:PATTERNS_TOLD]],
        "stops": [stop_of(each) for each in told.stops],
        "completeness": completeness_of(preview),
        "people": shown,
        "people_in_all": len(preview),
    }


def counts_of(preview: Preview) -> dict[str, int]:
    """Return how many people and accounts each class has."""
    return {str(each): preview.counts[each] for each in Prospect}


def completeness_of(preview: Preview) -> dict[str, Any]:
    """Return what was read of each side, and what is not known."""
    sides = preview.sides
    read = {
        "entra": sides.entra,
        "webex": sides.webex,
        "groups": sides.groups,
        "webex_groups": sides.webex_groups,
    }
    return {
        **{name: _side(side) for name, side in read.items()},
        "unknown": unknown_of(preview),
        "remarks": preview.remarks,
    }


def unknown_of(preview: Preview) -> dict[str, str]:
    """Return what is not known, with the reason."""
    found = {str(what): why for what, why in preview.unknown.items()}
    never = (each for each in NEVER_READ if each not in found)
    return found | {str(each): no_source_tells([NO_SOURCE_TELLS[each]]) for each in never}


def untold_of(preview: Preview) -> tuple[str, ...]:
    """Return what no source tells, in words, but for what has a reason of its own."""
    return tuple(NO_SOURCE_TELLS[each] for each in NEVER_READ if each not in preview.unknown)


def not_known(preview: Preview) -> tuple[str, ...]:
    """Return what is not known, in sentences: one for all that no source tells."""
    untold = untold_of(preview)
    return (*preview.unknown.values(), *([no_source_tells(untold)] if untold else ()))


def person_of(fate: Fate) -> dict[str, Any]:
    """Return what would become of one."""
    return {
        "outcome": str(fate.outcome),
        "kind": fate.kind,
        "id": fate.id,
        "account": fate.account,
        "name": fate.name,
        "reasons": [
            {
                "code": code,
                "words": reason_words((code, detail), fate.kind),
                "page": RULES[code].page,
                "certainty": RULES[code].certainty,
            }
            for code, detail in fate.reasons
        ],
        "changes": [
            {"target": target, "before": before, "after": after}
            for target, before, after in fate.changes
        ],
        "dangers": [{"code": each, "words": DANGERS[each]} for each in fate.dangers],
    }


def people_of(preview: Preview, limit: int | None) -> Iterator[Fate]:
    """Yield people, accounts and groups, riskiest first."""
    return islice(preview.by_risk(), limit)


def _side(side: Completeness | None) -> dict[str, Any] | None:
    return (
        None
        if side is None
        else {
            "how": side.how,
            "reader": side.reader,
            "total": side.total,
        }
    )


def pattern_of(pattern: FatePattern) -> dict[str, Any]:
    """Return people of whom the same would become."""
    return {
        "outcome": str(pattern.outcome),
        "kind": pattern.kind,
        "count": pattern.count,
        "words": pattern.words,
        "names": pattern.names,
        "dangers": list(pattern.dangers),
    }


def stop_of(stop: Stop) -> dict[str, Any]:
    """Return what stops, or warns."""
    return {
        "code": stop.code,
        "severity": stop.severity,
        "number": stop.number,
        "limit": stop.limit,
        "unit": stop.unit,
        "message": stop.message,
        "allow": stop.allow,
        "names": list(stop.names),
    }
