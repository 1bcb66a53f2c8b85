"""Step `scope`: only assigned people, or everybody."""

from wizard.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 3)."""
    return Guide(
        purpose="Scope decides whether only assigned people are provisioned, or the whole "
        "directory. Only assigned is the safe choice.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Attribute mapping > Users > Scope settings.",
            "Choose by assignment: only assigned users and groups. Save.",
        ),
        older_portal=(
            "Open Provisioning > Settings.",
            "Set Scope to Sync only assigned users and groups; choose Save.",
        ),
        values=(Value("Scope", "Sync only assigned users and groups"),),
        cautions=("Everybody means everybody: guests and service accounts too.",),
        done="The scope is set",
    )
