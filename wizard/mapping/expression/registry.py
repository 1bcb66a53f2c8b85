"""The table of functions: names, parameters, and what computes them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One parameter as Microsoft names it."""

    name: str
    required: bool = True
    repeating: bool = False
    """The last parameters that repeat together, as the pairs of Switch do."""


@dataclass(frozen=True)
class Function:
    """One function of the language.

    A strict function's `call` takes evaluated arguments by position (`Argument`: None for null,
    NOT_SUPPLIED for an empty or left-out one) and, when `needs_context`, the context as first.
    A lazy function (IIF, Switch, Coalesce, IgnoreFlow...) takes functions without parameters that
    yield its arguments, so that only the branch that is needed is evaluated.
    """

    name: str
    parameters: tuple[Parameter, ...]
    call: Callable[..., object]
    lazy: bool = False
    needs_context: bool = False

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(parameter.required for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """The most arguments; None when the last ones repeat."""
        if any(parameter.repeating for parameter in self.parameters):
            return None
        return len(self.parameters)
