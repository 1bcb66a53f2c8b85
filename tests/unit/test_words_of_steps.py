"""Words of steps that an administrator stumbled over: each says what it is about, and no more."""

import pytest

from tests.sessions import ORGANIZATION
from wizard.assets import asset
from wizard.flow.plan import STEPS
from wizard.steps.prepare import NEEDED
from wizard.steps.token_refusals import other_organization

OTHER = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"


@pytest.mark.parametrize("renews", [True, False])
def test_a_renewal_names_no_step_that_it_does_not_have(renews: bool) -> None:
    hint = other_organization(ORGANIZATION, OTHER, renews=renews).hint
    assert ("go back and correct it" in hint) is not renews
    assert ("a profile of its own, with --profile" in hint) is renews


@pytest.mark.parametrize("page", sorted(STEPS))
def test_no_page_makes_of_one_person_everybody_or_of_a_licence_a_duty(page: str) -> None:
    said = asset(f"help/{page}.md")
    assert "wrong with everybody" not in said
    assert "needs a licence" not in said


def test_what_is_needed_tells_whose_time_it_is() -> None:
    (time,) = [each for each in NEEDED if "minutes" in each]
    assert "of yours" in time
    assert "the first cycle then runs longer, without you" in time
