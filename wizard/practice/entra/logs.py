"""The logs of the tenant (reference/graph-entra.md 2.10)."""

from collections.abc import Sequence
from datetime import timedelta

from wizard.practice.entra.call import Call, permission
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.collection import table
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.shapes import AUDIT_LOG, PROVISIONING_LOG

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


_KEPT = timedelta(days=30)
"""How long an entry is kept with a premium licence (reference/graph-entra.md 11)."""


def _provisioning(call: Call) -> Sequence[Resource]:
    kept = stamp(call.services.clock.now() - _KEPT)
    # Graph shows the newest first where nobody orders.
    log = call.directory.log[::-1]
    return [each for each in log if str(each.get("activityDateTime", "9")) > kept]


def _audits(call: Call) -> Sequence[Resource]:
    return call.directory.audits[::-1]


ROUTES = (
    *table("/auditLogs/provisioning", "logs", _READ_LOG, _provisioning, PROVISIONING_LOG),
    *table("/auditLogs/directoryAudits", "logs", _READ_AUDITS, _audits, AUDIT_LOG),
)
"""What was provisioned, and who changed what."""
