"""What to do by hand in the portal, in plain lines."""

from wizard.linear.console import Console
from wizard.steps.base import Guide


def show_guide(console: Console, guide: Guide) -> None:
    """Say the whole guide, for both generations of the portal."""
    console.say(guide.purpose)
    if guide.link:
        console.say(f"Link: {guide.link}")
    console.say("In the portal of today:" if guide.is_of_portal else "What to do:")
    for number, text in enumerate(guide.portal, 1):
        console.say(f"{number}. {text}")
    if guide.is_of_portal:
        console.say("In the older portal, with Provisioning Mode:")
        for number, text in enumerate(guide.older_portal, 1):
            console.say(f"{number}. {text}")
    for number, value in enumerate(guide.values, 1):
        shown = "copied without being shown" if value.secret else value.text or "switched off"
        console.say(f"Value {number}, {value.label}: {shown}")
    for note in (*guide.cautions, *guide.notes):
        console.say(f"Note: {note}")
    console.say(f"Done when: {guide.done}.")
