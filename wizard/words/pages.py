"""Pages of Microsoft and Cisco that an administrator may want to read beside this program."""

from typing import Final, NamedTuple


class Page(NamedTuple):
    """A page, and what it is about."""

    about: str
    url: str


_LEARN: Final = "https://learn.microsoft.com/en-us/entra/identity"

OF_THE_CONNECTOR: Final = (
    Page(
        "Microsoft offers this connector as a preview, on the terms of its online services",
        "https://www.microsoft.com/licensing/terms/product/ForOnlineServices/all",
    ),
    Page(
        "Microsoft's tutorial says that Cisco's side is in Early Field Testing; Cisco's support "
        "answers questions about it",
        "https://www.webex.co.in/support/support-overview.html",
    ),
    Page(
        "Cisco's own instructions for this set-up",
        "https://help.webex.com/en-us/article/aumpbz",
    ),
    Page(
        "Microsoft's tutorial for it",
        f"{_LEARN}/saas-apps/cisco-webex-provisioning-tutorial",
    ),
)
"""What is said of the connector itself, before anything is set up (the tutorial, read 2026)."""

TO_READ_ON: Final = (
    Page(
        "Reading the provisioning logs",
        f"{_LEARN}/app-provisioning/check-status-user-account-provisioning",
    ),
    Page(
        "Managing provisioning of applications",
        f"{_LEARN}/app-provisioning/configure-automatic-user-provisioning-portal",
    ),
    Page(
        "How provisioning works, with questions and answers",
        f"{_LEARN}/app-provisioning/user-provisioning",
    ),
    Page(
        "Single sign-on with Microsoft Entra ID",
        f"{_LEARN}/enterprise-apps/what-is-single-sign-on",
    ),
)
"""Microsoft's further pages, for the time after the setup."""
