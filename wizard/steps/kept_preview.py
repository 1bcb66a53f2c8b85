"""The preview that somebody accepted: its plan, kept beside the profile, and whether it is old.

The plan names nobody but whoever made it, and has no values: ids, outcomes and digests alone,
readable by its owner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from wizard.errors import PreviewError
from wizard.flow.marks import moment
from wizard.flow.plan import PREVIEW
from wizard.flow.previewed import CHANGED
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.preview.digests import code_of, rests_on
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect
from wizard.preview.plan import Plan, head_of
from wizard.preview.settings import PreviewTarget, Settings
from wizard.store.journal import FORGOTTEN, Action, JournalEntry
from wizard.store.marks import Mark

_DIGESTS = MappingProxyType({"mapping": "mapping", "scoping": "scope", "assignment": "assignments"})
"""By step, the digest of what it saves."""
_SET_UP_ANEW = "provisioning was set up anew"


@dataclass(frozen=True)
class KeptPreview:
    """A preview that was accepted.

    Attributes:
        at: When.
        plan: Its plan, without the people.
        is_partial: Whether something was not read.
    """

    at: datetime
    plan: Plan
    is_partial: bool

    @property
    def code(self) -> str:
        """What stands for it: 12 letters and digits."""
        return code_of(self.plan.digest)

    @property
    def words(self) -> str:
        """When it was accepted, and what would happen, as sentences."""
        people, groups = self._counted("counts"), self._counted("groups")
        told = counts_in_words(people)
        if _would_change(groups):
            told = told if _would_change(people) else "no person and no account would change"
            told += f". Groups: {counts_in_words(groups)}"
        return (
            f"The preview of {moment(self.at)} is kept: {told}."
            f"{self._reserved} The code of its plan is {self.code}."
        )

    @property
    def told(self) -> str:
        """That it is kept, in short: for whoever has just read what would happen."""
        return f"The preview is kept: plan {self.code}.{self._reserved}"

    @property
    def _reserved(self) -> str:
        partial = " Not everything was read." if self.is_partial else ""
        files = " It was made from files, and binds no start." if self.is_of_files else ""
        return f"{partial}{files}"

    @property
    def is_of_files(self) -> bool:
        """Whether it was made from exported files."""
        return self.plan.is_of_files

    def _counted(self, name: str) -> dict[Prospect, int]:
        return {each: count for each, count in self.plan.counted(name).items() if count}

    def changed(self, settings: Settings, assigned: frozenset[str]) -> tuple[str, ...]:
        """Return what of that it rests on is another since: by what it is, not by who changed it.

        Args:
            settings: What a preview would rest on.
            assigned: The ids of who is assigned.
        """
        if self.is_of_files:
            return self._moved(settings, assigned, ("mapping", "scoping"))
        if not _is_same(self.plan.body.get("target"), settings.target):
            return (_SET_UP_ANEW,)
        if (self.plan.body.get("everybody") is True) is settings.everybody:
            return self._moved(settings, assigned, _DIGESTS)
        return (*self._moved(settings, assigned, ("mapping", "scoping")), CHANGED["scope"])

    def changed_mapping(self, document: MappingDocument) -> tuple[str, ...]:
        """Return the same of one that was made from files, by the mapping that the profile keeps.

        One that was made through Graph rests on what Entra has.
        """
        if not self.is_of_files:
            return ()
        return self._moved(Settings(document), frozenset(), ("mapping", "scoping"))

    def _moved(
        self, settings: Settings, assigned: frozenset[str], steps: Iterable[str]
    ) -> tuple[str, ...]:
        then, now = self.plan.body.get("digests"), rests_on(settings, assigned)
        known = then if isinstance(then, dict) else {}
        return tuple(
            CHANGED[step] for step in steps if known.get(_DIGESTS[step]) != now[_DIGESTS[step]]
        )


def counts_in_words(counts: Mapping[Prospect, int]) -> str:
    """Return of how many what becomes, riskiest first, those last who stay as they are."""
    told = [each for each in Prospect if counts.get(each)]
    if not _would_change(counts):
        return "nothing would change in Webex"
    return ", ".join(f"{counts[each]:,} {PROSPECT_WORDS[each]}" for each in told)


def _would_change(counts: Mapping[Prospect, int]) -> bool:
    return any(count and each not in QUIET for each, count in counts.items())


def made_before(changed: tuple[str, ...]) -> str:
    """Return that a preview is old, as a sentence; empty where it is not."""
    return f"The preview was made before {' and '.join(changed)}." if changed else ""


def kept_preview(session: Session) -> KeptPreview | None:
    """Return the preview that was accepted last; None where none was, or its plan is not there.

    Raises:
        ProfileError: The journal cannot be read.
    """
    entry = _accepted(session)
    if entry is None:
        return None
    try:
        plan = head_of(session.profiles.plan_path(session.profile.name))
    except PreviewError:
        return None
    if plan.digest != entry.details["digest"]:
        return None
    return KeptPreview(entry.at, plan, entry.details.get("partial") is True)


def is_plan_lost(session: Session) -> bool:
    """Tell whether a preview was accepted whose plan is not there any more, or is another.

    Raises:
        ProfileError: The journal cannot be read.
    """
    entry = _accepted(session)
    forgotten = session.history.last(*FORGOTTEN)  # with the profile its plan went, too
    if entry is None or (forgotten is not None and forgotten.at >= entry.at):
        return False
    return kept_preview(session) is None


async def note_accepted(
    session: Session, plan: Plan, *, mark: Mark, is_partial: bool
) -> KeptPreview:
    """Write into journal and profile that a preview was accepted, whose plan is kept already.

    Raises:
        ProfileError: It could not be saved.
    """
    read = plan.body["read"]
    entry = await session.log(
        PREVIEW.id,
        Action.CONFIRMED,
        f"preview of {read['people']:,} people and {read['accounts']:,} accounts",
        digest=plan.digest,
        code=code_of(plan.digest),
        counts={name: count for name, count in plan.body["counts"].items() if count},
        stops=[_stop(each) for each in plan.body["stops"]],
        partial=is_partial,
    )
    session.tick(PREVIEW.id, f"plan {code_of(plan.digest)}", mark)
    return KeptPreview(entry.at, plan, is_partial)


def _accepted(session: Session) -> JournalEntry | None:
    found = (
        entry
        for entry in reversed(session.history.entries)
        if (entry.step, entry.action) == (PREVIEW.id, Action.CONFIRMED)
        and "digest" in entry.details
    )
    return next(found, None)


def _is_same(then: Any, now: PreviewTarget | None) -> bool:
    """Tell whether a plan is about a target."""
    told = then if isinstance(then, dict) else {}
    return all(told.get(name) == getattr(now, name, None) for name in ("application", "job"))


def _stop(stop: Mapping[str, Any]) -> dict[str, Any]:
    return {name: stop[name] for name in ("code", "severity", "number", "unit")}
