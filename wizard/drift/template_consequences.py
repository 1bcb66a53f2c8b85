"""What it means when Microsoft's template is another: the job that is there is not changed by it.

The long-lived bearer token is on its way out of the gallery: when a template asks for something
else, that is told first, and with a way of its own.
"""

from wizard.drift.items import ASKS_KEY, TEMPLATE_KEY
from wizard.drift.meaning import Consequence, JudgedChange

_TOKEN = "secrettoken"  # noqa: S105 (the name of a field)
_STAYS = "Your job stays as it is."
_RESTORING = "“Restore default mappings” in the portal would take it over."


def template_means(found: JudgedChange) -> Consequence:
    """Return what a difference of a template means."""
    if found.key == TEMPLATE_KEY:
        return _template(found)
    if found.key == ASKS_KEY:
        return _asks(found)
    compare = f"`{found.line('mapping', 'diff', 'template', 'tenant')}` shows how yours differs."
    if found.is_new:
        text = f"A new job gets it; yours has only what it was given. {_STAYS} {_RESTORING}"
        return Consequence(text, f"{compare} To have it, add it in the step Mapping.")
    if found.is_gone:
        return Consequence(f"A new job does not get it any more. {_STAYS} {_RESTORING}", compare)
    return Consequence(f"A new job begins with it as it is now. {_STAYS} {_RESTORING}", compare)


def _template(found: JudgedChange) -> Consequence:
    if found.is_gone:
        return Consequence(
            "Microsoft tells this template no more. A job that is there goes on as it is, as far "
            "as is known; whether a new one can still be made of it is not.",
            "Do not delete the job. Look whether Microsoft or Cisco name another application or "
            "template.",
            is_pressing=True,
        )
    return Consequence(f"Microsoft gives a new job another template. {_STAYS}")


def _asks(found: JudgedChange) -> Consequence:
    after = found.after.same.split() if found.after is not None else []
    if _TOKEN in after:
        return Consequence(
            f"A new job still takes a token, but asks for other credentials than before. {_STAYS}",
            "Read what Microsoft's page on Cisco Webex says of credentials.",
            is_pressing="oauth" in after,
        )
    if not after:
        return Consequence(
            "In what way a new job signs in to Webex is not told in a form that is known. "
            f"{_STAYS}",
            "Read what Microsoft's page on Cisco Webex says of credentials.",
        )
    ends = f", which ends on {found.until}," if found.until else ""
    return Consequence(
        "Microsoft's template does not ask for a long-lived token any more: that way of signing in "
        f"is on its way out. Your job was not changed by that, and goes on with its token{ends} as "
        "long as Entra and Webex take it; until when, is not told.",
        "Plan the change before the token ends. Until then leave the job and its application as "
        "they are: a new job may take no token, and this program gives tokens alone. What to give "
        "instead is for Microsoft's and Cisco's pages on Cisco Webex to say, or for Cisco's "
        f"support. If the token is still taken then, `{found.line('renew')}` renews it as before.",
        is_pressing=True,
    )
