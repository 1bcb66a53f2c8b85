"""Deep links into the Entra portal."""

from wizard.net.endpoints import Endpoints


def portal_link(endpoints: Endpoints, view: str) -> str:
    """Return the deep link to a view of the Entra portal; empty when it is switched off."""
    portal = endpoints.entra.portal.rstrip("/")
    return f"{portal}/#view/{view}" if portal else ""


def applications_link(endpoints: Endpoints) -> str:
    """Return the deep link to the list of enterprise applications."""
    view = "Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview"
    return portal_link(endpoints, view)
