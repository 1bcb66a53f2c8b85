"""Step `start`: switch provisioning on."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/tutorial-2019.md steps 13 and 15)."""
    return Guide(
        purpose="This starts the first cycle for everybody in scope. Later cycles follow about "
        "every 40 minutes.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Users and groups: while groups are on, each group there becomes a "
            "group in Webex, with its members; with everybody in scope, each of the directory.",
            "To leave groups out, switch them off in Provisioning > Scoping filters > Groups.",
            "Open Cisco Webex > Provisioning > Overview.",
            "Choose Start provisioning.",
        ),
        older_portal=(
            "Open Cisco Webex > Users and groups: while groups are on, each group there becomes a "
            "group in Webex, with its members; with everybody in scope, each of the directory.",
            "To leave groups out, open Provisioning > Mappings > the one for groups; set Enabled "
            "to No.",
            "Open Cisco Webex > Provisioning.",
            "Under Settings set Provisioning Status to On; choose Save.",
        ),
        cautions=(
            "The first cycle takes about 10 to 80 minutes for 1,000 people.",
            "Read Provisioning logs afterwards; a person or group that failed is named there.",
        ),
        done="Provisioning is on",
    )
