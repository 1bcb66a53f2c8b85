"""What ships beside the code is there and holds what it must."""

import pytest

from wizard.assets import asset
from wizard.flow.plan import RENEWAL, SETUP
from wizard.net.endpoints import bundled
from wizard.words.links import is_safe_url


@pytest.mark.parametrize("page", ["welcome", "paths", *(step.id for step in SETUP + RENEWAL)])
def test_every_step_has_a_help_page_with_a_title(page: str) -> None:
    assert asset(f"help/{page}.md").startswith("# ")


def test_every_bundled_address_is_https() -> None:
    webex = bundled().webex
    for url in (webex.authorization_endpoint, webex.api_base, webex.scim_base, webex.control_hub):
        assert is_safe_url(url)
        assert url.startswith("https://")


def test_every_step_needs_only_steps_before_it() -> None:
    for steps in (SETUP, RENEWAL):
        before: set[str] = set()
        for step in steps:
            assert step.needs <= before
            before.add(step.id)
