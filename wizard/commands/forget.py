"""`webex-wizard forget`: revoke the tokens, empty the keyring, keep or drop the profile."""

import asyncio

from wizard.commands.output import DONE, FAILED, data, explain
from wizard.errors import WizardError
from wizard.keystore import Slot
from wizard.options import Options
from wizard.workspace import Workspace, open_workspace


def run(options: Options) -> int:
    """Forget one profile; 1 when a token could not be revoked or removed."""
    try:
        return asyncio.run(_forget(options))
    except WizardError as error:
        explain(error, command="forget", as_json=options.json)
        return FAILED


async def _forget(options: Options) -> int:
    space = await open_workspace(options)
    try:
        name = space.profile_name
        outcomes = [await _forget_slot(space, name, slot) for slot in Slot]
        if options.keep_profile:
            session = space.session()
            session.untick("token", "connection", *("new-token", "new-connection", "replacement"))
            session.change(token=None)
            data(f"The profile {name} is kept, without its tokens.")
        else:
            space.profiles.delete(name)
            data(f"The profile {name} is gone.")
    finally:
        space.close()
    return DONE if all(outcomes) else FAILED


async def _forget_slot(space: Workspace, name: str, slot: Slot) -> bool:
    """Revoke and remove one token; return whether its revocation worked."""
    stored = await space.keystore.read(name, slot)
    if stored is None:
        return True
    worked = True
    try:
        data(f"The {slot} token: {await space.revoke(stored.token)}")
    except WizardError as error:
        worked = False
        explain(error, command="forget", as_json=False)
        data(f"The {slot} token could not be revoked; revoke it in Webex.")
    await space.keystore.delete(name, slot)
    data(f"The {slot} token is out of the keyring.")
    return worked
