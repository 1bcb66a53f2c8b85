"""The fast way to read a page says what the patient one says, or leaves the page to it."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.directories import ENTERPRISE
from wizard.mapping.document import MappingDocument, Row
from wizard.preview.columns import Columns
from wizard.preview.graph_people import GraphUsers
from wizard.preview.pages import Pages
from wizard.preview.sources import Completeness
from wizard.preview.webex_accounts import WebexAccounts

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text("aÄ#E\ud800 @.", max_size=6)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text("ab", max_size=2), SCALARS)
)
NAMES = (
    "objectId", "userPrincipalName", "telephoneNumber", "mobile", "otherMails", "proxyAddresses",
    "extensionAttribute1", "manager", "extension_abc_own", "IsSoftDeleted", "accountEnabled",
)  # fmt: skip
PEOPLE = st.fixed_dictionaries(
    {"id": st.sampled_from(("a", "b")), "userPrincipalName": st.text("ab_#EXT@.", max_size=9)},
    optional={
        "businessPhones": VALUES,
        "mobilePhone": VALUES,
        "otherMails": VALUES,
        "proxyAddresses": VALUES,
        "accountEnabled": SCALARS,
        "deletedDateTime": SCALARS,
        "onPremisesExtensionAttributes": st.none()
        | st.fixed_dictionaries({}, optional={"extensionAttribute1": SCALARS}),
        "manager": st.none() | st.fixed_dictionaries({}, optional={"id": SCALARS}),
        "extension_abc_own": VALUES,
        "userType": SCALARS,
        "unasked": VALUES,
    },
)
TARGETS = (
    "userName", "active", "name.givenName", "nickName", 'emails[type eq "work"].value',
    "emails[primary eq true].value", 'addresses[type eq "work"].locality',
    f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager.displayName",
)  # fmt: skip
ITEMS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"type": st.sampled_from(("work", "Work", "home")), "value": SCALARS,
                      "primary": st.booleans(), "locality": SCALARS}
    ),
    max_size=3,
)  # fmt: skip
ACCOUNTS = st.fixed_dictionaries(
    {"id": st.sampled_from(("a", "b")), "userName": st.text("ab@.", max_size=5)},
    optional={
        "active": SCALARS,
        "externalId": SCALARS,
        "name": st.none() | st.fixed_dictionaries({}, optional={"givenName": SCALARS}),
        "nickName": SCALARS,
        "emails": st.none() | ITEMS,
        "addresses": st.none() | ITEMS,
        ENTERPRISE: st.none() | st.fixed_dictionaries({}, optional={"department": SCALARS}),
        "roles": st.lists(st.fixed_dictionaries({"value": st.just("id_full_admin")}), max_size=2),
    },
)


def both_ways(pages: Pages[Any], listed: str, records: list[Any]) -> None:
    page = json.dumps({listed: records}).encode()
    fast = pages.quickly(page)
    assert fast is None or pages.bare(fast) == pages.patiently(page)


@given(st.lists(PEOPLE, max_size=3))
@example([{"id": "a", "userPrincipalName": "", "deletedDateTime": False}])
def test_people_are_the_same_either_way(people: list[dict[str, Any]]) -> None:
    graph = GraphUsers(NAMES)
    pages = Pages("value", graph.form, graph.quick, graph.patient, Completeness(), bare=graph.bare)
    both_ways(pages, "value", people)


@given(st.lists(ACCOUNTS, max_size=3))
def test_accounts_are_the_same_either_way(accounts: list[dict[str, Any]]) -> None:
    webex = WebexAccounts(tuple(Row(target, "[mail]") for target in TARGETS))
    pages = Pages("Resources", webex.form, webex.quick, webex.patient, Completeness())
    both_ways(pages, "Resources", accounts)


def test_what_a_row_of_the_bundled_mapping_means_is_known() -> None:
    columns = Columns.of(MappingDocument.default().rows)
    assert [columns.rows[at].target for at in columns.matching] == ["userName"]
    assert columns.rows[columns.link or 0].target == "externalId"
    assert columns.rows[columns.active or 0].target == "active"
