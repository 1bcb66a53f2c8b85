"""The table of functions: names, parameters, and what computes them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


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
    A lazy function (IIF, Switch, Coalesce, ...) takes functions without parameters that yield
    its arguments, so that only the branch that is needed is evaluated.
    """

    name: str
    parameters: tuple[Parameter, ...]
    call: Callable[..., object]
    lazy: bool = False
    needs_context: bool = False

    @cached_property
    def fixed(self) -> int:
        """The number of parameters before those that repeat."""
        repeats = (n for n, parameter in enumerate(self.parameters) if parameter.repeating)
        return next(repeats, len(self.parameters))

    @cached_property
    def repeated(self) -> int:
        """How many parameters repeat together; 0 when none does."""
        return sum(parameter.repeating for parameter in self.parameters)

    @cached_property
    def least(self) -> int:
        """The fewest arguments; what stands before a repetition keeps its place."""
        if self.repeated:
            return self.fixed + self.repeated
        return sum(parameter.required for parameter in self.parameters)

    @cached_property
    def most(self) -> int | None:
        """The most arguments; None when the last ones repeat."""
        return None if self.repeated else len(self.parameters)

    @cached_property
    def in_order(self) -> bool:
        """Whether the optional parameters stand behind the required ones."""
        required = [parameter.required for parameter in self.parameters]
        return required == sorted(required, reverse=True)

    def takes(self, count: int) -> bool:
        """Tell whether so many arguments fit; pairs that repeat come whole."""
        if count < self.least or (self.most is not None and count > self.most):
            return False
        return not self.repeated or (count - self.fixed) % self.repeated == 0

    def parameter(self, index: int) -> Parameter:
        """Return the parameter that the argument at this index belongs to."""
        if index < self.fixed or not self.repeated:
            return self.parameters[index]
        return self.parameters[self.fixed + (index - self.fixed) % self.repeated]
