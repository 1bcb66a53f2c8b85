"""Functions about the tenant, the target and the log, as far as they can be known here."""

from functools import lru_cache

from wizard.mapping.expression.functions.arguments import all_values, as_text
from wizard.mapping.expression.functions.errors import EvaluationError
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import Argument, Context, NotSupplied, Value

ONLY_THE_SERVICE_KNOWS = "only-the-service-knows"
"""The code of the error when Entra alone can tell the value."""


def app_role_assignments(assignments: Argument) -> Value:
    """Return null for someone without roles; the shape of the rest is not documented."""
    if not all_values(assignments):
        return None
    raise _unknown(
        "Entra writes app roles in a form of its own, which only its service can make.",
        "Try it on one person with provisioning on demand.",
    )


def single_app_role_assignment(assignments: Argument) -> str | None:
    """Return the name of the one role someone has; null without a role."""
    roles = all_values(assignments)
    if len(roles) > 1:
        raise _unknown(
            f"The person has {len(roles)} app roles, and Entra does not say which one it takes.",
            "Assign only one role to each person.",
        )
    return as_text(roles[0]) if roles else None


def default_domain(context: Context) -> str:
    """Return the tenant's default verified domain."""
    if context.default_domain:
        return context.default_domain
    raise _unknown(
        "The tenant's default domain is not known here.",
        'Write the domain as text, such as "contoso.com"; a batch takes it as defaultDomain of the '
        "context.",
    )


def select_unique_value(context: Context, *candidates: Argument) -> str | None:
    """Return the first value that nobody in the target has; upper and lower case are equal.

    An empty value is no candidate.

    Raises:
        EvaluationError: All of them are taken.
    """
    taken = _folded(context.taken)
    values = [text for text in map(as_text, candidates) if text]
    for value in values:
        if value.casefold() not in taken:
            return value
    if not values:
        return None
    raise EvaluationError(
        "Every value that SelectUniqueValue may choose is taken in the target.",
        "Add a rule that leads to another value.",
        code="no-unique-value",
    )


@lru_cache(maxsize=4)
def _folded(taken: frozenset[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in taken)


def _redact(value: Argument) -> Value:
    """Return the value as it is: only Entra's log shows [Redact] in its place."""
    return None if isinstance(value, NotSupplied) else value


def _unknown(message: str, hint: str) -> EvaluationError:
    return EvaluationError(message, hint, code=ONLY_THE_SERVICE_KNOWS)


_ASSIGNMENTS = (Parameter("appRoleAssignments"),)
_RULE = "uniqueValueRule"

FUNCTIONS: tuple[Function, ...] = (
    Function("AppRoleAssignments", (Parameter("source"),), app_role_assignments),
    Function("AppRoleAssignmentsComplex", _ASSIGNMENTS, app_role_assignments),
    Function("AssertiveAppRoleAssignmentsComplex", _ASSIGNMENTS, app_role_assignments),
    Function("DefaultDomain", (), default_domain, needs_context=True),
    Function("Redact", (Parameter("attributeOrValue"),), _redact),
    Function(
        "SelectUniqueValue",
        (Parameter(_RULE), Parameter(_RULE, repeating=True)),
        select_unique_value,
        needs_context=True,
    ),
    Function("SingleAppRoleAssignment", _ASSIGNMENTS, single_app_role_assignment),
)
