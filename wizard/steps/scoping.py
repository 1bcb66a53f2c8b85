"""Step `scoping`: filters by attribute, on top of the assignment."""

from wizard.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 5)."""
    return Guide(
        purpose="A filter leaves people out by an attribute, on top of the assignment. You need "
        "none if assigning people and groups is enough.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Attribute mapping > Users > Scope settings.",
            "Choose by attribute; add a filter with its clauses. Save.",
        ),
        older_portal=(
            "Open Provisioning > Mappings > the mapping for users > Source Object Scope.",
            "Add scoping filter, add its clauses, choose OK and Save.",
        ),
        values=(Value("Only people with mail", "mail IS NOT NULL"),),
        cautions=(
            "All clauses of one filter must hold; one of several filters is enough.",
            "Who falls out of a filter is disabled in Webex. Saving starts a full cycle.",
        ),
        done="The filters are set, or I need none",
    )
