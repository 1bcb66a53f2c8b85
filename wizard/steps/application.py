"""Step `application`: add Cisco Webex from the gallery, or adopt the one that is there."""

from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value, portal_link

GALLERY_NAME = "Cisco Webex"


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/tutorial-2019.md, reference/graph-entra.md 2.1)."""
    return Guide(
        purpose="Provisioning is part of an enterprise application. If you have one already, use "
        "it: two would work against each other.",
        link=portal_link(endpoints, "Microsoft_AAD_IAM/AppGalleryBladeV2"),
        portal=(
            "Open Entra ID > Enterprise apps; search for Cisco Webex.",
            "Found? Open it; this step is done.",
            "Not found? New application > search Cisco Webex > the tile of exactly this name (not "
            "Cisco Webex Meetings) > Create.",
        ),
        older_portal=(
            "Open Azure Active Directory > Enterprise applications > All applications.",
            "Search for Cisco Webex. If it is missing: New application, search Cisco Webex, Add.",
        ),
        values=(Value("Application name", GALLERY_NAME),),
        cautions=("To keep it off people's My Apps page: Properties > Visible to users > No.",),
        done="Cisco Webex is in my list of enterprise applications",
    )
