"""Which screen shows which visit of a walk."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from wizard.walk.walk import Move, Visit
    from wizard.workspace import Workspace

_SCREENS = {
    "prepare": ("screens.prepare", "PrepareScreen"),
    "organization": ("screens.organization", "OrganizationScreen"),
    "token": ("screens.token", "TokenScreen"),
    "connection": ("screens.connection", "ConnectionScreen"),
    "sign-in": ("screens.sign_in", "SignInScreen"),
    "mapping": ("screens.mapping", "MappingScreen"),
    "scoping": ("screens.scoping", "ScopingScreen"),
    "preview": ("screens.preview_by_hand", "PreviewByHandScreen"),
    "finish": ("screens.finish", "FinishScreen"),
    "new-token": ("screens.token", "TokenScreen"),
    "new-connection": ("screens.connection", "ConnectionScreen"),
    "renewed": ("screens.finish", "FinishScreen"),
}
_THROUGH_GRAPH = {"preview": ("screens.preview", "PreviewScreen")}
_BY_HAND = ("screens.by_hand", "ByHandScreen")
_AUTOMATIC = ("screens.automatic", "AutomaticScreen")
_LACKING = ("screens.lacking", "LackingScreen")


def screen_of(visit: "Visit", space: "Workspace") -> "Screen[Move]":
    """Return the screen that shows a visit; it is loaded only here."""
    name = visit.info.id
    by_hand, doing = _SCREENS.get(name, _BY_HAND), _THROUGH_GRAPH.get(name, _AUTOMATIC)
    own = by_hand if visit.doing is None else doing
    module, name = _LACKING if visit.lacking else own
    screen: Screen[Move] = getattr(import_module(module), name)(visit, space)
    return screen
