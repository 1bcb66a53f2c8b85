"""Each step put together with what it needs of the workspace."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from wizard.flow.plan import StepInfo
from wizard.net.endpoints import Endpoints
from wizard.steps import (
    application,
    assignment,
    credentials,
    notification,
    on_demand,
    scope,
    start,
    watch,
)
from wizard.steps.by_hand import ByHandStep, Guide
from wizard.steps.connection import ConnectionStep
from wizard.steps.finish import FinishStep
from wizard.steps.mapping import MappingStep
from wizard.steps.mapping_file import MappingFile
from wizard.steps.organization import OrganizationStep
from wizard.steps.prepare import PrepareStep
from wizard.steps.replacement import ReplacementStep
from wizard.steps.scoping import ScopingStep
from wizard.steps.sign_in import SignInStep
from wizard.steps.token import TokenStep
from wizard.store.keystore import Slot

if TYPE_CHECKING:
    from wizard.workspace import Workspace

AnyStep = (
    PrepareStep
    | OrganizationStep
    | TokenStep
    | ConnectionStep
    | MappingStep
    | ScopingStep
    | SignInStep
    | ByHandStep
    | ReplacementStep
    | FinishStep
)


def _prepare(space: "Workspace", info: StepInfo) -> PrepareStep:
    return PrepareStep(
        info,
        keystore=space.keystore,
        endpoints=space.endpoints,
        use_browser=space.options.use_browser,
        connect=space.connect,
    )


def _organization(space: "Workspace", info: StepInfo) -> OrganizationStep:
    return OrganizationStep(info, endpoints=space.endpoints)


def _token(slot: Slot, space: "Workspace", info: StepInfo) -> TokenStep:
    return TokenStep(
        info,
        keystore=space.keystore,
        endpoints=space.endpoints,
        slot=slot,
        revoke=space.revoke,
        connect=space.connect,
    )


def _connection(slot: Slot, space: "Workspace", info: StepInfo) -> ConnectionStep:
    return ConnectionStep(
        info,
        keystore=space.keystore,
        endpoints=space.endpoints,
        slot=slot,
        time_limit=space.options.time_limit,
        connect=space.connect,
    )


def _credentials(space: "Workspace", info: StepInfo) -> ByHandStep:
    return ByHandStep(
        info, lambda session: credentials.guide(session, space.endpoints, space.keystore)
    )


def _replacement(space: "Workspace", info: StepInfo) -> ReplacementStep:
    return ReplacementStep(
        info, keystore=space.keystore, endpoints=space.endpoints, revoke=space.revoke
    )


def _mapping(space: "Workspace", info: StepInfo) -> MappingStep:
    from wizard.steps.microsoft_parser import SecondOpinion

    return MappingStep(
        info,
        file=MappingFile(space.profiles),
        trial=space.trial,
        directory=space.directory,
        microsoft=SecondOpinion(space.tenant, space.trial),
        tenant=space.tenant,
    )


def _scoping(space: "Workspace", info: StepInfo) -> ScopingStep:
    return ScopingStep(
        info,
        endpoints=space.endpoints,
        file=MappingFile(space.profiles),
        trial=space.trial,
        directory=space.directory,
    )


def _sign_in(space: "Workspace", info: StepInfo) -> SignInStep:
    return SignInStep(info, tenant=space.tenant, remembered=space.remembered)


def _finish(space: "Workspace", info: StepInfo) -> FinishStep:
    return FinishStep(info, endpoints=space.endpoints)


def _by_hand(
    write_guide: Callable[[Endpoints], Guide], space: "Workspace", info: StepInfo
) -> ByHandStep:
    return ByHandStep(info, lambda _session: write_guide(space.endpoints))


BUILDERS: dict[str, Callable[["Workspace", StepInfo], AnyStep]] = {
    "prepare": _prepare,
    "organization": _organization,
    "token": partial(_token, Slot.CURRENT),
    "connection": partial(_connection, Slot.CURRENT),
    "sign-in": _sign_in,
    "application": partial(_by_hand, application.guide),
    "credentials": _credentials,
    "notification": partial(_by_hand, notification.guide),
    "mapping": _mapping,
    "scoping": _scoping,
    "assignment": partial(_by_hand, assignment.guide),
    "scope": partial(_by_hand, scope.guide),
    "on-demand": partial(_by_hand, on_demand.guide),
    "start": partial(_by_hand, start.guide),
    "watch": partial(_by_hand, watch.guide),
    "finish": _finish,
    "new-token": partial(_token, Slot.PENDING),
    "new-connection": partial(_connection, Slot.PENDING),
    "replacement": _replacement,
    "renewed": _finish,
}
