"""Which steps can be done through Graph."""

from wizard.endpoints import Endpoints
from wizard.keystore import Keystore
from wizard.steps.automatic import Automatic
from wizard.steps.entra.application import ApplicationAction
from wizard.steps.entra.credentials import CredentialsAction
from wizard.steps.entra.start import StartAction


def action_for(step_id: str, endpoints: Endpoints, keystore: Keystore) -> Automatic | None:
    """Return what is done through Graph in a step; None for a step that is done by hand."""
    match step_id:
        case "application":
            return ApplicationAction()
        case "credentials":
            return CredentialsAction(endpoints, keystore)
        case "start":
            return StartAction()
        case _:
            return None
