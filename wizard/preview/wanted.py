"""What of each side a preview needs: Graph's properties of people, and attributes of accounts."""

from wizard.mapping.document import MappingDocument
from wizard.mapping.named import named
from wizard.mapping.people import askable, graph_properties

OF_EVERYBODY = ("id", "userPrincipalName", "displayName", "mail", "accountEnabled", "userType")
"""What is needed of everybody: to know, to name, to find, to warn of."""

GROUP = ("id", "displayName", "securityEnabled")
"""What is needed of a group; its direct members come by themselves."""


def properties_wanted(document: MappingDocument) -> tuple[str, ...]:
    """Return Graph's properties that a preview by this mapping needs, sorted.

    `manager` among them is a relation: it comes by `$expand=manager($select=id)`.
    """
    return tuple(sorted({*OF_EVERYBODY, *graph_properties(askable(named(document)))}))
