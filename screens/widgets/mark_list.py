"""A list whose lines can be marked; the key line says with which key."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import SelectionList


class MarkList(SelectionList[int]):
    """Lines that are marked with the space bar or Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", "Mark")]

    DEFAULT_CSS = """
    MarkList { height: auto; max-height: 60%; border: none; padding: 0; }
    """
