"""Step `organization`: which Webex organization is this about?"""

from wizard.errors import InvalidInput
from wizard.flow.plan import StepInfo
from wizard.flow.session import Session
from wizard.steps.base import Step, Tools
from wizard.store.journal import Action
from wizard.store.marks import Mark
from wizard.store.merging import chosen_meanwhile
from wizard.webex.organization import MISPLACED, Understood, understand


class OrganizationStep(Step):
    """Understands what was typed, and remembers the organization."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._theirs: str | None = None
        """What another window chose while this one was asking."""

    @property
    def control_hub(self) -> str:
        """Where the organization id is shown."""
        return self.tools.endpoints.webex.control_hub

    @property
    def _scim_base(self) -> str:
        return self.tools.endpoints.webex.scim_base

    def understand(self, text: str) -> Understood:
        """Return the organization that a text names.

        Raises:
            InvalidInput: It names none, or something else than an organization.
        """
        return understand(text, self._scim_base)

    def refused_token(self, text: str) -> InvalidInput | None:
        """Return the error of a text that looks like a token, which nobody may go on showing."""
        try:
            understand(text, self._scim_base)
        except InvalidInput as error:
            return error if error.code == MISPLACED else None
        return None

    def tenant_url(self, organization_id: str) -> str:
        """Return the Tenant URL that Entra wants."""
        return self.tools.endpoints.tenant_url(organization_id)

    async def apply(self, session: Session, organization_id: str) -> None:
        """Remember the organization.

        Raises:
            InvalidInput: The profile holds the token of another organization, or another window
                has chosen another one since this step was entered.
        """
        seen = session.profile.organization_id
        async with session.turn():
            known = session.profile.organization_id
            if known != seen:
                self._theirs = known
            if known not in {None, organization_id} and known == self._theirs:
                raise chosen_meanwhile(session.profile)
            await self._remember(session, organization_id)

    async def _remember(self, session: Session, organization_id: str) -> None:
        known = session.profile.organization_id
        profile = session.profile
        has_token = profile.token is not None or profile.has_waiting_token
        if has_token and known not in {None, organization_id}:
            raise InvalidInput(
                f"The profile {session.profile.name} already holds a token of organization "
                f"{known}.",
                "Keep one profile for each organization: leave, and start again with "
                "--profile and another name.",
                code="profile-of-another-organization",
            )
        if known != organization_id:
            session.untick("connection", "credentials")
            session.change(organization_id=organization_id)
            await session.log(self.info.id, Action.CHOSEN, organization_id)
        session.tick(self.info.id, mark=Mark.SAID)
