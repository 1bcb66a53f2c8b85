"""Step `application`: add Cisco Webex from the gallery, or adopt the one that is there."""

from wizard.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value

GALLERY_NAME = "Cisco Webex"


def guide(endpoints: Endpoints) -> Guide:
    """Return what to do by hand (reference/tutorial-2019.md, reference/graph-entra.md 2.1)."""
    return Guide(
        purpose="Entra provisions through an enterprise application. If Cisco Webex is already in "
        "your list, use that one: two of them would work against each other.",
        link=f"{endpoints.entra.portal}/#view/Microsoft_AAD_IAM/AppGalleryBladeV2",
        portal=(
            "Open Entra ID > Enterprise apps and search the list for Cisco Webex.",
            "Found one? Open it; this step is done.",
            "None? Choose New application, search the gallery for Cisco Webex, pick the tile with "
            "exactly this name (not Cisco Webex Meetings), and choose Create.",
        ),
        older_portal=(
            "Open Azure Active Directory > Enterprise applications > All applications.",
            "Search for Cisco Webex. If it is missing: New application, search Cisco Webex, Add.",
        ),
        values=(Value("Application name", GALLERY_NAME),),
        cautions=(
            "If people should not see it on their My Apps page, open the application's Properties "
            "and set Visible to users to No.",
        ),
        done="Cisco Webex is in my list of enterprise applications",
    )
