"""What a journal says was done: read once, and asked as often as somebody has questions."""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from types import MappingProxyType
from typing import Any

from wizard.errors import ProfileError
from wizard.store.journal import FORGETTING, FORGOTTEN, MADE, Action, Damage, JournalEntry
from wizard.store.narrowings import AGAIN, EVERYTHING, NOTHING, Narrows
from wizard.words.text import plain_line

_MOST_NAMED = 10
_APPLICATION = "application"
SAVES_CREDENTIALS = frozenset({("credentials", Action.CHANGED), ("replacement", Action.RENEWED)})
"""Step and action of the entries that tell of a token that Entra was given."""
_GIVES_A_TOKEN = frozenset({Action.RENEWED, Action.EXPORTED, Action.IMPORTED})
_ENDS_A_RENEWAL = frozenset({Action.PUT_BACK, Action.PROMOTED, Action.DISCARDED})

_TRIES = frozenset({Action.PROVISIONED, Action.SKIPPED, Action.FAILED, Action.TRIED})
_OUTCOMES = MappingProxyType(
    {
        "success": Action.PROVISIONED,
        "warning": Action.PROVISIONED,
        "skipped": Action.SKIPPED,
        "failure": Action.FAILED,
    }
)


class History:
    """A journal as it was when it was read; whoever must know of other windows reads it again.

    Args:
        lines: Its entries, oldest first, and in their places what cannot be relied on.
    """

    def __init__(self, lines: Iterable[JournalEntry | Damage]) -> None:
        self.lines = tuple(lines)
        self.entries = tuple(each for each in self.lines if isinstance(each, JournalEntry))

    @property
    def is_whole(self) -> bool:
        """Whether every line says what was written; one that was cut off never did."""
        return all(not isinstance(each, Damage) or each.harm == "cut off" for each in self.lines)

    @property
    def trouble(self) -> ProfileError | None:
        """Which lines cannot be read or relied on, for whoever uses the rest."""
        found = [each for each in self.lines if isinstance(each, Damage)]
        if not found:
            return None
        named = "; ".join(each.words for each in found[:_MOST_NAMED])
        more = f"; and {len(found) - _MOST_NAMED} more places" if len(found) > _MOST_NAMED else ""
        return ProfileError(
            f"The journal {plain_line(found[0].file)} cannot be read in part: {named}{more}.",
            "What can be read is used, and the file is left as it is. What was made in Entra then, "
            "the audit log of your tenant tells.",
            code="journal-damaged",
        )

    def standing(self, actions: Set[str] = MADE) -> tuple[JournalEntry, ...]:
        """Return what was made and neither taken back nor refused, oldest first.

        Args:
            actions: The actions that count as making.
        """
        gone = self._named({Action.UNDONE, Action.REFUSED, Action.RETURNED})
        return tuple(
            entry for entry in self.entries if entry.action in actions and _key(entry) not in gone
        )

    @property
    def undoable(self) -> tuple[JournalEntry, ...]:
        """What can be taken back, newest first, which is the order to do it in."""
        left = self._named({Action.LEFT})
        return tuple(entry for entry in reversed(self.standing()) if _key(entry) not in left)

    @property
    def left(self) -> tuple[JournalEntry, ...]:
        """What was to be taken back and stays in Entra, as far as nothing was done there since."""
        made = {_key(entry): entry for entry in self.standing()}
        gone = {_key(entry): entry for entry in self.entries if entry.action in MADE}
        left: list[JournalEntry] = []
        for entry in self.entries:
            of = _of(entry)
            if entry.action == Action.LEFT:
                left += [made[of]] if of in made else []
            elif entry.action == Action.UNDONE and of in gone and gone[of].action == Action.MADE:
                # With a job goes what was done to it; tenant URL and token stay.
                job = gone[of].details.get("job_id")
                left = [each for each in left if not _is_of_job(each, job)]
            elif entry.action in {Action.UNDONE, Action.CONFIRMED} or _key(entry) in made:
                left = [each for each in left if each.step != entry.step]
        return tuple(left)

    @property
    def left_in_words(self) -> str:
        """What was to be taken back and stays in Entra, as a sentence; empty where nothing does."""
        named = dict.fromkeys(entry.subject for entry in self.left)
        return f"Could not be taken back, and stays in Entra: {', '.join(named)}." if named else ""

    def _named(self, actions: Set[str]) -> frozenset[tuple[str, str]]:
        """Return which entries others of these actions are about."""
        return frozenset(_of(entry) for entry in self.entries if entry.action in actions)

    def last(self, step_id: str, action: Action, **details: str) -> JournalEntry | None:
        """Return the newest entry of a step that tells of an action, whatever became of it.

        Args:
            step_id: The step.
            action: What was done.
            details: What the entry must say.
        """
        return _newest(self.entries, step_id, action, details)

    def tried(self, principal_id: str) -> tuple[JournalEntry, ...]:
        """Return the tries of one person at once in an application, oldest first."""
        return tuple(
            entry
            for entry in self.entries
            if entry.step == "on-demand"
            and entry.action in _TRIES
            and entry.details.get("service_principal_id") == principal_id
        )

    def latest_tries(self, principal_id: str) -> tuple[JournalEntry, ...]:
        """Return the last try of each person in an application, oldest first."""
        latest: dict[tuple[str, str], JournalEntry] = {}
        for entry in self.tried(principal_id):
            who, name = str(entry.details.get("user_id", "")), entry.subject
            key = (who, "") if who else ("", name)  # earlier versions told names alone
            for known in (key, ("", name)):
                latest.pop(known, None)
            latest[key] = entry
        return tuple(latest.values())

    def last_made(self, step_id: str, **details: str) -> JournalEntry | None:
        """Return the newest entry of a step that made something which was not taken back since.

        Args:
            step_id: The step.
            details: What the entry must say.
        """
        return _newest(self.standing(), step_id, Action.MADE, details)

    def intention(self, step_id: str, **details: str) -> JournalEntry | None:
        """Return the intention to make something that has no outcome: a run that was cut off.

        Args:
            step_id: The step.
            details: What the intention must say; one about something else counts for nothing.
        """
        open_one: JournalEntry | None = None
        for entry in self.lines:
            if isinstance(entry, Damage):
                # Its outcome may stand there, and what somebody else made is not to be ours.
                open_one = open_one if entry.harm == "cut off" else None
            elif entry.step != step_id:
                continue
            elif entry.action == Action.INTENDED:
                open_one = entry
            elif (
                entry.action in {Action.MADE, Action.ADOPTED, Action.REFUSED}
                and "of" not in entry.details
            ):
                open_one = None
        return open_one if open_one and _says(open_one, details) else None

    def saved_by_us(self, principal_id: str) -> bool:
        """Tell whether the credentials of an application are ours, as far as is known here.

        A journal that is damaged may have said since that they are not. After an undo they count
        as somebody else's, also where ours stayed: the earlier ones may be there again, by hand.
        """
        standing, is_ours = self.standing(MADE | {Action.RENEWED}), False
        saved: set[tuple[str, str]] = set()
        for entry in self.entries:
            if (entry.step, entry.action) in SAVES_CREDENTIALS:
                if entry.details.get("service_principal_id") == principal_id:
                    saved.add(_key(entry))
                    is_ours = is_ours or entry in standing
            elif entry.action in {Action.UNDONE, Action.LEFT}:
                is_ours = is_ours and _of(entry) not in saved
        return self.is_whole and is_ours

    def set_up_by_us(self, job_id: str) -> bool:
        """Tell whether we have set a job up; having started somebody else's is not enough."""
        return any(
            entry.step == "credentials" and entry.details.get("job_id") == job_id
            for entry in self.standing()
        )

    @property
    def has_run(self) -> bool:
        """Whether provisioning was started here, or somebody said so."""
        return any(entry.step in {"start", "watch"} for entry in self.entries)

    def cycle_began(self, job_id: str) -> datetime | None:
        """Return when the cycle of a job began, since the job itself tells only of its end."""
        starts = [
            entry.at
            for entry in self.standing(MADE | {Action.RESTARTED})
            if (
                entry.action == Action.RESTARTED
                or (entry.step, entry.action) == ("start", Action.CHANGED)
            )
            and entry.details.get("job_id") == job_id
            and entry.details.get("how") != NOTHING  # a cycle goes on where it was
        ]
        return starts[-1] if starts else None

    @property
    def has_narrowed(self) -> bool:
        """Whether anything was done that may leave people out, be it undone or restarted since."""
        return any("narrows" in entry.details for entry in self.entries)

    def unrestarted(self, job_id: str) -> tuple[Narrows, ...]:
        """Return how a job was narrowed since the last restart that is known and stands.

        What was taken back, or widened again since, does not count.
        """
        if not job_id:
            return ()
        made = {
            (each.step, each.at.isoformat()): each for each in self.entries if each.action in MADE
        }
        waiting: dict[tuple[Narrows, str], None] = {}
        for entry in self.standing(MADE | {Action.UNDONE, Action.RESTARTED}):
            if entry.details.get("job_id", job_id) != job_id:
                continue
            if entry.action == Action.RESTARTED and entry.details.get("how") in {AGAIN, EVERYTHING}:
                waiting.clear()
            of = made.get(_of(entry), entry)
            who = str(of.details.get("assignee", ""))
            if entry.step == "assignment" and entry.action == Action.MADE:
                waiting.pop((Narrows.ASSIGNMENT, who), None)
            for way in _ways(entry, "widens"):
                waiting.pop((way, ""), None)
            if entry.action != Action.RESTARTED:
                waiting |= {
                    (way, who if way is Narrows.ASSIGNMENT else ""): None
                    for way in _ways(entry, "narrows")
                }
        return tuple(dict.fromkeys(way for way, _ in waiting))

    def worth_doing(self, chosen: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
        """Return what must be taken back one by one, in the order it was given.

        With an application goes all that was made in it, so that only the application is left.
        """
        chosen = tuple(chosen)
        gone = [each for made in chosen for each in self.goes_with(made)]
        return tuple(made for made in chosen if made not in gone)

    def goes_with(self, made: JournalEntry) -> tuple[JournalEntry, ...]:
        """Return what stands of the things made in an application, before another was chosen."""
        if made.step != _APPLICATION or made not in self.entries:
            return ()
        still = self.standing()
        return tuple(each for each in self._made_in(made) if each in still)

    def _made_in(self, application: JournalEntry) -> Iterator[JournalEntry]:
        for entry in self.entries[self.entries.index(application) + 1 :]:
            if entry.step == _APPLICATION and entry.action in {Action.MADE, Action.ADOPTED}:
                return
            yield entry

    @property
    def forgotten(self) -> Mapping[str, Any]:
        """What taking back needs of a profile that was forgotten; empty where none was."""
        told = (
            entry.details
            for entry in reversed(self.entries)
            if (entry.step, entry.action) in {FORGETTING, FORGOTTEN} and "entra" in entry.details
        )
        return next(told, MappingProxyType({}))

    @property
    def may_be_in_entra(self) -> bool:
        """Whether a renewal that has not ended may have given Entra its token.

        Whatever token waits then, or was replaced while it waited, must not be revoked: Entra may
        use it.
        """
        begun, may_be = self.standing({Action.RENEWED}), False
        for entry in self.lines:
            if isinstance(entry, Damage):
                # What cannot be read may have said so; what was cut off came before the sending.
                may_be = may_be or entry.harm != "cut off"
            elif entry.action in _ENDS_A_RENEWAL or (entry.step, entry.action) == FORGOTTEN:
                may_be = False
            else:
                may_be = may_be or entry in begun
        return may_be

    @property
    def may_have_given_a_token(self) -> bool:
        """Whether a token may have gone to Entra, or to another machine."""
        return not self.is_whole or any(
            entry.step == "credentials" or entry.action in _GIVES_A_TOKEN for entry in self.entries
        )

    @property
    def has_saved_credentials(self) -> bool:
        """Whether tenant URL and token were saved in Entra, or may have been, and may be there yet.

        What became of the step's mark tells nothing of it. With a profile that was forgotten its
        tokens ended. Earlier versions called undone what they could not take back.
        """
        refused, has_saved = self._named({Action.REFUSED}), False
        removable: set[tuple[str, str]] = set()
        for entry in self.entries:
            if (entry.step, entry.action) == FORGOTTEN:
                has_saved = False
            elif entry.step != "credentials":
                continue
            elif entry.action == Action.UNDONE:
                has_saved = has_saved and _of(entry) not in removable
            elif entry.action == Action.CONFIRMED:
                has_saved = True
            elif entry.action == Action.CHANGED and _key(entry) not in refused:
                has_saved = True
                if entry.details.get("was_empty"):
                    removable.add(_key(entry))
        return has_saved

    @property
    def handed_over(self) -> tuple[JournalEntry, ...]:
        """How the token in force came in a hand-over, or went into one."""
        found: list[JournalEntry] = []
        for entry in self.entries:
            doing = (entry.step, entry.action)
            if entry.action == Action.PROMOTED or doing == ("token", Action.STORED):
                found.clear()
            elif doing in {("token", Action.IMPORTED), ("token", Action.EXPORTED)}:
                found.append(entry)
        return tuple(found)


def deed(entry: JournalEntry) -> str:
    """Return what was done, in a word.

    Earlier versions wrote of everybody who was tried at once that the person was provisioned.
    """
    if entry.action != Action.PROVISIONED or "outcome" not in entry.details:
        return entry.action
    said = str(entry.details.get("said", ""))
    if " was disabled in Webex" in said or " was deleted in Webex" in said:
        return Action.TRIED
    return _OUTCOMES.get(str(entry.details["outcome"]), Action.TRIED)


def has_arrived(entry: JournalEntry) -> bool:
    """Tell whether a try of one person ended with that person in Webex."""
    word = deed(entry)
    is_there_already = word == Action.SKIPPED and entry.details.get("is_good") is True
    return word == Action.PROVISIONED or is_there_already


def _key(entry: JournalEntry) -> tuple[str, str]:
    """Return what others name an entry by."""
    return entry.step, entry.at.isoformat()


def _of(entry: JournalEntry) -> tuple[str, str]:
    """Return which other entry of its step an entry is about."""
    return entry.step, str(entry.details.get("of"))


def _is_of_job(entry: JournalEntry, job: Any) -> bool:
    return entry.step != "credentials" and bool(job) and entry.details.get("job_id") == job


def _newest(
    entries: tuple[JournalEntry, ...], step_id: str, action: Action, details: Mapping[str, str]
) -> JournalEntry | None:
    found = (
        entry
        for entry in reversed(entries)
        if (entry.step, entry.action) == (step_id, action) and _says(entry, details)
    )
    return next(found, None)


def _says(entry: JournalEntry, details: Mapping[str, str]) -> bool:
    return all(entry.details.get(name) == value for name, value in details.items())


def _ways(entry: JournalEntry, name: str) -> tuple[Narrows, ...]:
    """Return the ways that an entry names; one of another version may name others."""
    given = entry.details.get(name)
    known = {each.value: each for each in Narrows}
    ways = map(str, given) if isinstance(given, list) else ()
    return tuple(known[way] for way in ways if way in known)
