"""What it means when rows, filters, switches or actions of a mapping are others.

Source: reference/graph-entra.md 2.8 and 5.
"""

from wizard.drift.mapping_items import finds_by
from wizard.drift.meaning import Consequence, JudgedChange

_DONE = {
    "create": "created",
    "change": "changed",
    "switch off and delete": "switched off or deleted",
}


def mapping_means(found: JudgedChange) -> Consequence:
    """Return what a difference of a mapping means."""
    kind, _, rest = found.key.removeprefix("mapping/").partition("/")
    _, _, what = rest.partition("/")
    who = {"User": "people", "Group": "groups"}.get(kind, "these objects")
    if not what:
        return _objects(found, who)
    if what == "switch":
        return _switch(found, who)
    if what == "actions":
        return _actions(found, who)
    return _row(found, kind, what.removeprefix("row/").rpartition("/")[0])


def filter_means(found: JudgedChange) -> Consequence:
    """Return what a difference of a filter means."""
    if found.key.startswith("filters/User/"):
        return Consequence(
            "It decides who is in scope: whoever falls out of it may be switched off in Webex, and "
            "whoever comes in is created there.",
            found.whom,
        )
    return Consequence("It decides which of them go along to Webex.", found.whom)


def _objects(found: JudgedChange, who: str) -> Consequence:
    if found.is_gone:
        text = f"Entra does nothing for {who} in Webex any more; what is there stays."
        return Consequence(text, found.whom)
    return Consequence(f"Entra provisions {who} by a further mapping.", found.whom)


def _switch(found: JudgedChange, who: str) -> Consequence:
    if found.value == "on":
        kinds = "with their members " if who == "groups" else ""
        text = f"In scope, {who} are created and changed in Webex {kinds}again."
    elif found.value == "off":
        text = f"Entra creates and changes no {who} in Webex any more; what is there stays."
    else:
        text = f"Whether {who} go along is not told."
    return Consequence(text, found.whom)


def _actions(found: JudgedChange, who: str) -> Consequence:
    before = set(found.before.value.split(", ")) if found.before is not None else set()
    after = set(found.value.split(", "))
    told = [f"are not {_done(each)} in Webex any more" for each in sorted(before - after - _NOT)]
    told += [f"are {_done(each)} in Webex too" for each in sorted(after - before - _NOT)]
    said = f"{who} {', and '.join(told)}." if told else f"What is done to {who} is another."
    return Consequence(said[:1].upper() + said[1:], found.whom)


_NOT = frozenset({"nothing", ""})


def _done(action: str) -> str:
    return _DONE.get(action, f"treated by {action}")


def _row(found: JudgedChange, kind: str, target: str) -> Consequence:
    if finds_by(found.before) or finds_by(found.after):
        what = "accounts" if kind == "User" else "groups"
        return Consequence(
            f"Entra finds {what} in Webex by it: some may be made twice, or be taken for others.",
            found.whom,
        )
    if kind == "User" and target.lower() == "active":
        return Consequence(
            "It decides who is switched off in Webex: somebody who left may stay active there, or "
            "somebody who works be switched off.",
            found.whom,
        )
    whom = {"User": "for everybody in scope", "Group": "for every group in scope"}.get(kind, "")
    if found.is_gone:
        return Consequence("Entra does not write it any more; what Webex has of it stays.")
    if found.is_new:
        text = "Entra writes it to Webex, over what is there,"
    else:
        text = "Entra fills it in another way"
    return Consequence(f"{text} {whom}".rstrip(" ,") + ".", found.whom)
