"""What is said by hand and of a restart agrees with reference/graph-entra.md 1 and 11."""

from pathlib import Path

import pytest

from tests.sessions import session_in, tools
from wizard.assets import asset
from wizard.flow.plan import RENEWAL, SETUP
from wizard.graph.entry_codes import EXACT
from wizard.net.endpoints import bundled, clouds
from wizard.steps.base import Guide
from wizard.steps.cycle import estimate
from wizard.words.links import is_safe_url
from wizard.words.pages import OF_THE_CONNECTOR, TO_READ_ON, Page

INFO = {info.id: info for info in (*SETUP, *RENEWAL)}


def guide(step_id: str, tmp_path: Path) -> Guide:
    session = session_in(tmp_path, organization_id="96abc2aa-3dcc-11e5-a152-fe34819cdc9a")
    found = tools(profiles=session.profiles).step(INFO[step_id]).guide(session)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("step_id", "today", "older"),
    [
        ("credentials", ("New configuration", "Test connection", "Create"),
         ("Provisioning Mode", "Admin Credentials", "Save")),
        ("notification", ("Overview > Properties", "pencil", "Apply"), ("Settings", "Save")),
        ("mapping", ("Manage > Attribute mapping", "Add New Mapping", "Save"),
         ("Provisioning > Mappings > Synchronize Azure Active Directory Users", "Save")),
        ("scoping", ("Manage > Scoping filters > Users > the pencil",
                     "Configure Scoping Filters", "Scope by attribute", "review"),
         ("Mappings", "Source Object Scope")),
        ("scope", ("Manage > Scoping filters > Users > the pencil", "Scope by assignment",
                   "tab Groups"), ("Provisioning > Settings", "Set Scope to")),
        ("assignment", ("Users and groups > Add user/group", "Assign"), ("Add user", "Assign")),
        ("on-demand", ("Provision on demand",), ("Provision on demand",)),
        ("start", ("Overview", "Start provisioning"), ("Provisioning Status to On", "Save")),
        ("watch", ("Overview", "Provisioning logs"), ("Current Status", "provisioning logs")),
    ],
)  # fmt: skip
def test_each_generation_of_the_portal_is_told_in_its_own_words(
    step_id: str, today: tuple[str, ...], older: tuple[str, ...], tmp_path: Path
) -> None:
    found = guide(step_id, tmp_path)
    for words, lines in ((today, found.portal), (older, found.older_portal)):
        told = " ".join(lines)
        assert [word for word in words if word not in told] == []
    assert "Attribute mapping > Users > Scope" not in " ".join(found.portal)


def test_default_access_is_refused_to_nobody_and_told_of_old_setups(tmp_path: Path) -> None:
    found = guide("assignment", tmp_path)
    assert "Default Access" not in " ".join((*found.portal, *found.older_portal, found.done))
    assert any("16 April 2020" in each for each in found.notes)


@pytest.mark.parametrize(
    ("everybody", "has", "has_not"),
    [
        (False, ("only who is assigned", "10 to 80 minutes"), ("several hours",)),
        (True, ("everybody", "20 minutes to several hours"), ("10 to 80",)),
        (None, ("only who is assigned", "10 to 80 minutes", "everybody", "several hours"), ()),
    ],
)
def test_the_estimate_says_for_whom_it_holds(
    everybody: bool | None, has: tuple[str, ...], has_not: tuple[str, ...]
) -> None:
    told = estimate(everybody=everybody)
    assert [each for each in has if each not in told] == []
    assert [each for each in has_not if each in told] == []


def test_by_hand_too_the_estimate_and_how_long_the_logs_stay_are_told(tmp_path: Path) -> None:
    for step_id in ("start", "watch"):
        assert estimate(everybody=None) in " ".join(guide(step_id, tmp_path).notes)
    kept = next(each for each in guide("watch", tmp_path).notes if "30 days" in each)
    assert "7 days without" in kept
    assert "kept 30 days" in asset("help/watch.md")


def test_a_place_in_the_portal_that_no_page_names_is_told_as_such(tmp_path: Path) -> None:
    found = guide("replacement", tmp_path)
    assert "as far as is known" in next(line for line in found.portal if "Connectivity" in line)


def test_forgetting_the_links_is_advised_with_microsofts_caution_alone() -> None:
    anchor = next(each for each in EXACT if each.code == "anchor")
    assert "ask its support" in anchor.hint
    assert "without its support" in asset("help/watch.md")


@pytest.mark.parametrize(
    ("page", "listed"), [("prepare", OF_THE_CONNECTOR), ("finish", TO_READ_ON)]
)
def test_what_the_tutorial_says_besides_has_its_place(page: str, listed: tuple[Page, ...]) -> None:
    told = asset(f"help/{page}.md")
    for about, url in listed:
        assert about in told
        assert url in told
        assert is_safe_url(url)


@pytest.mark.parametrize("cloud", ["us-government", "us-defense", "global", "china"])
def test_what_holds_for_governments_alone_is_told_there_alone(cloud: str, tmp_path: Path) -> None:
    session = session_in(tmp_path, organization_id="96abc2aa-3dcc-11e5-a152-fe34819cdc9a")
    endpoints = bundled().in_cloud(clouds()[cloud])
    step = tools(profiles=session.profiles, endpoints=endpoints).step(INFO["credentials"])
    found = step.guide(session)
    assert found is not None
    assert any("1 KB" in each for each in found.cautions) is cloud.startswith("us-")
