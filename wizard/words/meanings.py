"""What a code of somebody's means here, and what to do: one row, and one way to find it.

The rows stand in tables beside whoever meets them, in Python, because an error must be explained
also where no file can be opened any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Self, TypeVar

from wizard.errors import WizardError

ErrorKind = TypeVar("ErrorKind", bound=WizardError)


@dataclass(frozen=True)
class Meaning:
    """What happened in the administrator's words, and when it is that what happened."""

    code: str
    """Ours, stable."""
    message: str
    """May hold names in braces, which `filled` replaces, as may the hint."""
    hint: str = ""
    theirs: str = ""
    """Their codes as their page spells them, blanks between; `*` is any text. Empty: any code."""
    status: int | None = None
    """The HTTP status it comes with; 3 and 5 are all of their hundred. None: any."""
    words: str = ""
    """Part of their message, in lower case; empty: any message."""
    is_silent: bool = False
    """Whether it comes without any words."""
    asks_for_job: bool = False
    """Whether whoever is asked for help wants the id of the provisioning job."""
    page: str = ""
    """Where they say so."""

    def fits(self, codes: Iterable[str], status: int | None, words: str) -> bool:
        """Tell whether it is this that their codes, in lower case, and their words say."""
        known = self.theirs.lower().split()
        return (
            (not known or any(fnmatchcase(code, each) for code in codes for each in known))
            and self.status in {None, status, (status or 0) // 100}
            and self.words in words
            and not (self.is_silent and words)
        )

    def filled(self, **shown: object) -> Self:
        """Return it with values in place of the names in braces."""
        message, hint = (text.format_map(shown) for text in (self.message, self.hint))
        return replace(self, message=message, hint=hint)

    def about_job(self, job_id: str) -> Self:
        """Return it with the id of the job, where whoever is asked for help wants it."""
        if not (self.asks_for_job and job_id):
            return self
        return replace(self, hint=f"{self.hint} The job id is {job_id}.")

    def error(self, kind: type[ErrorKind], **facts: Any) -> ErrorKind:
        """Return it as an error with further facts."""
        return kind(**{"message": self.message, "hint": self.hint, "code": self.code} | facts)


def of_page(page: str, *rows: Meaning) -> tuple[Meaning, ...]:
    """Return rows that are from one page, where they do not name their own."""
    return tuple(row if row.page else replace(row, page=page) for row in rows)


def meaning(
    table: Iterable[Meaning], *codes: str, status: int | None = None, words: str = ""
) -> Meaning | None:
    """Return the first row of a table that fits; tables go from the special to the general.

    Args:
        table: The rows.
        codes: Whatever they call it, in any case of letters.
        status: The HTTP status it came with.
        words: Their message.
    """
    lower = [code.lower() for code in codes]
    return next((row for row in table if row.fits(lower, status, words.lower())), None)


def coded(table: Iterable[Meaning], code: str) -> Meaning:
    """Return the first row of a table with a code of ours."""
    return next(row for row in table if row.code == code)
