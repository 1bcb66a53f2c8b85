"""Where the administrator goes from a step: the answer every step screen gives."""

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """A direction."""

    FORWARD = "forward"
    BACK = "back"
    JUMP = "jump"


@dataclass(frozen=True)
class Move:
    """A direction, and for a jump the step."""

    way: Way
    step_id: str = ""
