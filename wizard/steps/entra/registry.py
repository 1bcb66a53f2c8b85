"""Which steps can be done through Graph."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.steps.automatic import Automatic
from wizard.steps.entra.application import ApplicationAction
from wizard.steps.entra.assignment import AssignmentAction
from wizard.steps.entra.credentials import CredentialsAction
from wizard.steps.entra.notification import NotificationAction
from wizard.steps.entra.on_demand import OnDemandAction
from wizard.steps.entra.patient import Patient
from wizard.steps.entra.replacement import ReplacementAction
from wizard.steps.entra.schema import SchemaAction
from wizard.steps.entra.scope import ScopeAction
from wizard.steps.entra.start import StartAction
from wizard.steps.entra.watch import WatchAction
from wizard.steps.mapping_file import MappingFile
from wizard.steps.saved_settings import Given
from wizard.store.keystore import Keystore
from wizard.webex.revocation import revoker

if TYPE_CHECKING:
    from wizard.trial.process import Trial


def action_for(
    step_id: str,
    endpoints: Endpoints,
    keystore: Keystore,
    file: MappingFile,
    trial: "Trial | None" = None,
    *,
    connect: Connect = direct,
) -> Automatic | None:
    """Return what is done through Graph in a step; None for a step that is done by hand.

    Args:
        step_id: The step.
        endpoints: Where Webex and Microsoft are.
        keystore: Where the token is.
        file: Where the mapping is kept.
        trial: The people a mapping is tried on, if there are any.
        connect: Makes HTTP clients to Webex.
    """
    given = Given(endpoints, keystore)
    actions: dict[str, Callable[[], Automatic]] = {
        "application": ApplicationAction,
        "credentials": lambda: CredentialsAction(given, file),
        "notification": lambda: NotificationAction(given),
        "mapping": lambda: SchemaAction("mapping", file, trial),
        "scoping": lambda: SchemaAction("scoping", file, trial),
        "assignment": AssignmentAction,
        "scope": lambda: ScopeAction(given),
        "on-demand": OnDemandAction,
        "start": StartAction,
        "watch": WatchAction,
        "replacement": lambda: ReplacementAction(
            endpoints, keystore, revoker(endpoints.webex, connect), connect
        ),
    }
    return Patient(actions[step_id]()) if step_id in actions else None
