"""The error of the expression language: what is wrong, and at which character."""

from dataclasses import dataclass

from wizard.errors import MappingError


@dataclass(eq=False, repr=False, kw_only=True)
class ExpressionError(MappingError):
    """An expression that cannot be read, or that yields no value for a person.

    Args:
        position: Where in the text, in characters from 0; None where no text is involved. A
            function that fails leaves it out: whoever evaluates the call fills it in.
    """

    code = "expression"
    position: int | None = None

    def at(self, position: int) -> None:
        """Note where it happened, unless that is known more exactly."""
        if self.position is None:
            self.position = position
