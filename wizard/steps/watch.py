"""Step `watch`: the first cycle, until everybody was looked at once."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 2.10 and 6.4)."""
    return Guide(
        purpose="The first cycle looks at everybody in scope. When it is done, failures are "
        "listed in the provisioning logs, each with a reason.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Overview and wait for the first cycle to complete.",
            "Open Provisioning logs and look at what failed or was skipped.",
        ),
        older_portal=(
            "Open Cisco Webex > Provisioning and look at Current Status until the cycle completes.",
            "Choose View provisioning logs and look at what failed or was skipped.",
        ),
        cautions=(
            "It takes about 10 to 80 minutes for 1,000 people; the logs lag some minutes behind.",
            "Groups that are on come last, and stand in the logs like people. In Webex they stay, "
            "also when provisioning ends.",
            "You can leave and come back: provisioning does not need this program.",
        ),
        done="The first cycle is complete, and nobody failed for a reason you do not know",
    )
