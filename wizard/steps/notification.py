"""Step `notification`: who gets a mail when provisioning fails, and the deletion limit."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value
from wizard.steps.credentials import applications_link

DELETION_LIMIT = 50
"""People per cycle; a suggestion of ours, to be adapted to the size of the organization."""


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 3)."""
    return Guide(
        purpose="When provisioning stops, Entra sends one mail, to this address only: use a "
        "mailbox somebody reads. The limit stops a wrong filter from disabling everybody.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Overview > Properties and choose the pencil.",
            "Enter the notification mail address and tick the mail on failure.",
            f"Turn on accidental deletion prevention, for example at {DELETION_LIMIT}; "
            "choose Apply.",
        ),
        older_portal=(
            "Under Settings enter the Notification Email and tick "
            "Send an email notification when a failure occurs.",
            f"Tick Prevent accidental deletion and set the threshold, for example "
            f"{DELETION_LIMIT}; choose Save.",
        ),
        values=(Value("Deletion limit", str(DELETION_LIMIT)),),
        done="Failures are mailed, and the deletion limit is on",
    )
