"""A difference of a plan says what it is about in the words of its kind."""

from wizard.preview.fate import Fate
from wizard.preview.outcome import Prospect
from wizard.preview.since import PlanDifference


def test_a_group_is_told_by_what_is_said_of_groups() -> None:
    fate = Fate(Prospect.CREATE, "group", "g", "", "Sales", (("no-account", "displayName"),))
    told = PlanDifference("group:g", str(Prospect.UPDATE), fate, has_grown=True).words
    assert told.endswith("because no group is found by displayName")
