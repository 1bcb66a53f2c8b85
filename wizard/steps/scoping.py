"""Step `scoping`: filters by attribute, on top of the assignment."""

from wizard.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value
from wizard.steps.credentials import applications_link


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 5)."""
    return Guide(
        purpose="A scoping filter leaves people out by an attribute, for example everybody "
        "without a mail address. You need none if assigning people and groups is enough.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Attribute mapping > Users.",
            "Open Scope settings and choose by attribute; add a filter with its clauses.",
            "All clauses of one filter must hold; one of several filters is enough. Save.",
        ),
        older_portal=(
            "Open Provisioning > Mappings > the mapping for users > Source Object Scope.",
            "Add scoping filter, add its clauses, choose OK and Save.",
        ),
        values=(Value("Clause: only people with a mail address", "mail IS NOT NULL"),),
        cautions=(
            "People who fall out of a filter are disabled in Webex.",
            "Saving a filter starts a full cycle.",
        ),
        done="The filters are set, or I need none",
    )
