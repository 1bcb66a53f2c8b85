"""What the fields of everything stored have in common: times in UTC, harmless lines."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from wizard.words.redact import redact
from wizard.words.text import plain_line


class Record(BaseModel):
    """Something that is kept; what later versions add is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _utc(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A time in UTC, also where a file edited by hand left the zone away."""

Second = Annotated[Moment, AfterValidator(lambda at: at.replace(microsecond=0))]
"""A time in UTC to the second: an entry of the keyring has no room for more."""

Line = Annotated[str, AfterValidator(lambda text: redact(plain_line(text, 1000)))]
"""One harmless line without secrets, also where a file was edited by hand."""
