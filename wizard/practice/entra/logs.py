"""The logs of the tenant (reference/graph-entra.md 2.10)."""

from wizard.practice.entra.call import Call, Route, permission
from wizard.practice.entra.collection import Shape, collection
from wizard.practice.messages import Answer

_READERS = frozenset(
    {
        "Application Administrator",
        "Cloud Application Administrator",
        "Global Administrator",
        "Global Reader",
    }
)
_READ_LOG = permission(
    "ProvisioningLog.Read.All", "AuditLog.Read.All", "Directory.Read.All", roles=_READERS
)
_READ_AUDITS = permission("AuditLog.Read.All", "Directory.Read.All", roles=_READERS)


def _provisioning(call: Call) -> Answer:
    # Graph shows the newest first where nobody orders.
    return collection(call, reversed(call.directory.log), Shape("auditLogs/provisioning"))


def _audits(call: Call) -> Answer:
    return collection(call, reversed(call.directory.audits), Shape("auditLogs/directoryAudits"))


ROUTES = (
    Route("GET", "/auditLogs/provisioning", "logs", _READ_LOG, _provisioning),
    Route("GET", "/auditLogs/directoryAudits", "logs", _READ_AUDITS, _audits),
)
"""What was provisioned, and who changed what."""
