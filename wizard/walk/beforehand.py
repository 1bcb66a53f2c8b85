"""What can be wrong with arguments, told before a terminal is asked for."""

from wizard.net.endpoints import load_endpoints
from wizard.options import DEFAULT_NAME, Options
from wizard.store.profiles import ProfileStore
from wizard.webex.organization import understand
from wizard.workspace import require_practice


def require_usable(options: Options) -> None:
    """Refuse arguments with which nobody could go on, terminal or not.

    Raises:
        EndpointsError: The endpoints file is not usable.
        InvalidInput: There is no such fault, profile, or organization.
        MachineError: What practice needs is not installed.
        ProfileError: The folder of the profiles cannot be read.
    """
    if options.practice:
        require_practice(options.faults)
    base = load_endpoints(options.endpoints).webex.scim_base
    profiles = ProfileStore.here(options)
    name = profiles.known_as(options.profile or DEFAULT_NAME)
    takes_over = options.from_file is not None  # which may make a new one
    if options.profile is not None and options.command != "setup" and not takes_over:
        profiles.require(name)
    if options.organization:
        understand(options.organization, base)
