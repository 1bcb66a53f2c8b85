"""Step `on-demand`: one person at once, before everybody."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 2.9)."""
    return Guide(
        purpose="Entra provisions the test user at once, and shows each attribute it sends. What "
        "is wrong with one person is wrong with everybody, so look before you start.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Provision on demand.",
            "Pick the test user, choose Provision, and read each step of the result.",
            "Look at that person in Control Hub.",
        ),
        older_portal=(
            "Open Cisco Webex > Provisioning > Provision on demand.",
            "Pick the test user, choose Provision, and read each step of the result.",
            "Look at that person in Control Hub.",
        ),
        cautions=(
            "This creates or changes the person in Webex for real.",
            "Who was assigned just now may be skipped; wait some minutes and try again.",
        ),
        done="The test user arrived in Webex with the right values",
    )
