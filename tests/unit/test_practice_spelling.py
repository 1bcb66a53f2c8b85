"""The many spellings of the practice tenants: paths, addresses, shells."""

import shlex

import pytest

from tests.graph_properties import FILE, properties, text_of
from wizard.practice.entra.spelling import Spelled, alternate, spelled
from wizard.practice.environment import SHELLS, snippet
from wizard.practice.fronts import inside


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/users/x", Spelled("/users/x")),
        ("/users('x@y.example')/manager", Spelled("/users/x@y.example/manager")),
        ("/users('siobhan.o''brien@y.example')", Spelled("/users/siobhan.o'brien@y.example")),
        ("/applications(appId='1')", Spelled("/applications/appId='1'")),
        ("/jobs/j/schema/functions()", Spelled("/jobs/j/schema/functions")),
        ("/jobs/j/schema/filterOperators()", Spelled("/jobs/j/schema/filterOperators")),
        ("/jobs/j/microsoft.graph.start", Spelled("/jobs/j/start")),
        ("/me/memberOf/graph.directoryRole", Spelled("/me/memberOf", "directoryRole")),
        ("/me/memberOf/microsoft.graph.group", Spelled("/me/memberOf", "group")),
        ("/groups/g/members/$count", Spelled("/groups/g/members", counts=True)),
        ("/groups/g/members/graph.user/$count", Spelled("/groups/g/members", "user", True)),
        ("/$batch", Spelled("/$batch")),
        ("/", Spelled("/")),
    ],
)
def test_spellings_of_a_path_mean_the_same(path: str, meant: Spelled) -> None:
    assert spelled(path) == meant


def test_a_key_names_a_property_or_is_an_id() -> None:
    assert alternate("appId='1-2'") == ("appId", "1-2")
    assert alternate("1-2") == ("", "1-2")


@pytest.mark.parametrize(
    ("scheme", "host", "path", "meant"),
    [
        ("http", "127.0.0.1:1", "/v1/people/me", ("/v1/people/me", "http://127.0.0.1:1")),
        ("http", "127.0.0.1:1", "/graph/v1.0/me", ("/graph/v1.0/me", "http://127.0.0.1:1/graph")),
        ("http", "127.0.0.1:1", "/v1.0/me", ("/graph/v1.0/me", "http://127.0.0.1:1")),
        ("https", "localhost:2", "/v1.0/me", ("/graph/v1.0/me", "https://localhost:2")),
        ("https", "127.0.0.1:2", "/common/x", ("/entra/common/x", "https://127.0.0.1:2")),
        ("https", "127.0.0.1:2", "/v1/scim/o", ("/v1/scim/o", "https://127.0.0.1:2")),
        (
            "https",
            "graph.microsoft.com",
            "/v1.0/me",
            ("/graph/v1.0/me", "https://graph.microsoft.com"),
        ),
        (
            "https",
            "login.microsoftonline.com",
            "/organizations/x",
            ("/entra/organizations/x", "https://login.microsoftonline.com"),
        ),
        ("https", "webexapis.com", "/v1/people/me", ("/v1/people/me", "https://webexapis.com")),
    ],
)
def test_every_address_leads_inside(
    scheme: str, host: str, path: str, meant: tuple[str, str]
) -> None:
    assert inside(scheme, host, path) == meant


@pytest.mark.parametrize("value", ["plain", "it's", 'a $b `c` \\ "d"', "''"])
def test_a_shell_reads_each_value_as_it_is(value: str) -> None:
    assert shlex.split(snippet({"NAME": value}, "posix")) == ["export", f"NAME={value}"]
    doubled = value.replace("'", "''")
    assert snippet({"NAME": value}, "powershell") == f"$env:NAME = '{doubled}'\n"
    assert set(SHELLS) == {"posix", "powershell"}


def test_the_practice_knows_the_properties_that_microsoft_describes() -> None:
    """After a change: python -m tests.graph_properties."""
    assert FILE.read_text(encoding="utf-8") == text_of(properties())
