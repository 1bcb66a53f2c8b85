"""All functions of the language by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wizard.mapping.expression.functions import convert, dates, directory, logic, replace, text
from wizard.mapping.expression.registry import Function

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        function.name: function
        for module in (convert, dates, directory, logic, replace, text)
        for function in module.FUNCTIONS
    }
)
"""Every function by its name, which is case-sensitive."""
