"""Step `scope`: only assigned people, or everybody."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value
from wizard.steps.credentials import applications_link
from wizard.steps.narrowed_by_hand import caution


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 3)."""
    return Guide(
        purpose="Scope decides whether only assigned people are provisioned, or the whole "
        "directory. Only assigned is the safe choice.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil.",
            "Under Scope by assignment choose only assigned users and groups; review and save.",
            "Look at the tab Groups of Scoping filters: switch groups off there, or leave them on.",
        ),
        older_portal=(
            "Open Provisioning > Settings.",
            "Set Scope to Sync only assigned users and groups; choose Save.",
            "Look under Mappings: open the one for groups, and set Enabled to No, or leave it.",
        ),
        values=(Value("Scope", "Sync only assigned users and groups"),),
        cautions=(
            "Everybody means everybody: guests and service accounts too.",
            "While groups are on, each assigned group becomes a group in Webex, with its members; "
            "with everybody in scope, each group of the directory.",
            caution("scope"),
        ),
        done="The scope is set",
    )
