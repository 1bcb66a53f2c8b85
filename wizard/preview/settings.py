"""What a preview rests on besides the two directories."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from wizard.mapping.document import MappingDocument

JobState = Literal["never", "running", "restarted"]
"""A job that never ran knows nobody; one that runs knows who is who; one that was restarted with
everything forgotten has to find everybody again (reference/graph-entra.md 2.7)."""


@dataclass(frozen=True)
class PreviewTarget:
    """Whose provisioning a preview is about; a plan binds only the start of the same.

    Attributes:
        tenant: The id of the Entra tenant.
        organization: The id of the Webex organization.
        application: The id of the service principal.
        job: The id of the job.
        deletion_limit: How many a cycle may switch off before Entra stops it; None is no limit.
    """

    tenant: str
    organization: str
    application: str
    job: str
    deletion_limit: int | None


@dataclass(frozen=True)
class Settings:
    """What a preview rests on.

    Attributes:
        document: The mapping, with its scope.
        job: How the job stands.
        everybody: Whether everybody counts as assigned.
        keeps_out_of_scope: Whether who leaves the scope is left alone (SkipOutOfScopeDeletions).
        own_account: Webex's id of the account of the token; empty where it is not known.
        target: Whose provisioning it is; None where files do not tell.
        known_people: How many accounts Entra says it knows; None where that is not told.
        now: What time it is for expressions and the recycle bin.
    """

    document: MappingDocument
    job: JobState = "never"
    everybody: bool = True
    keeps_out_of_scope: bool = False
    own_account: str = ""
    target: PreviewTarget | None = None
    known_people: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def deletion_limit(self) -> int | None:
        """At how many Entra stops a cycle; None where no limit is known, or nobody can leave."""
        return None if self.target is None or self.job == "never" else self.target.deletion_limit
