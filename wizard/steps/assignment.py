"""Step `assignment`: who is provisioned; one test user first."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide
from wizard.steps.credentials import applications_link
from wizard.steps.narrowed_by_hand import caution


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/tutorial-2019.md, reference/graph-entra.md 2.5)."""
    return Guide(
        purpose="Only people and groups assigned to the application are provisioned. Start with "
        "one test user, look at the result, then assign the others.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Users and groups > Add user/group.",
            "Pick one test user. Choose the role User, if the dialog offers one; choose Assign.",
        ),
        older_portal=(
            "Open Cisco Webex > Users and groups > Add user.",
            "Pick one test user and a role of the application, not Default Access; choose Assign.",
        ),
        cautions=(
            "Not the administrator whose token this is: unassigning that account later would "
            "switch off its own token.",
            caution("assignment"),
            "Members of nested groups are not provisioned. Groups need Entra ID P1 or P2.",
            "While groups are on, a group that you assign becomes a group in Webex, with its "
            "members. Switched off: in the portal under Provisioning > Scoping filters > Groups; "
            "in the older one under Mappings, the one for groups, Enabled.",
        ),
        done="One test user is assigned, with a role other than Default Access",
    )
