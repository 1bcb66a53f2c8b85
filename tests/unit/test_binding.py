"""What is one place and what is another, and what of it stands in the keyring."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.sessions import ORGANIZATION, PLACE, facts, session_in, stored
from wizard.errors import HostsError
from wizard.net.endpoints import bundled, clouds, override
from wizard.store.binding import HOSTS_DIFFER, HOSTS_UNKNOWN, PRACTICE, Place, place_of
from wizard.store.keystore import LONGEST_SECRET, Keystore, MemoryBackend, Slot, StoredToken
from wizard.store.profiles import TokenFacts
from wizard.store.stored_token import StoredSignIn

LOCAL = {
    "webex": dict.fromkeys(
        ("authorization_endpoint", "api_base", "scim_base"), "http://127.0.0.1:9000/x"
    )
}
SHOWN = (
    ("webex", "authorization_endpoint"),
    ("webex", "token_endpoint_me"),
    ("webex", "api_base"),
    ("webex", "identity_base"),
    ("webex", "scim_base"),
    ("entra", "authority"),
    ("entra", "graph_base"),
)


def place(**tables: Any) -> Place:
    return place_of(override(bundled(), tables))


@pytest.mark.parametrize(("section", "key"), SHOWN)
def test_each_host_that_is_shown_a_secret_makes_another_place(section: str, key: str) -> None:
    moved = place(**{section: {key: "https://elsewhere.example/v1"}})
    assert not moved.is_own
    assert moved.words == "elsewhere.example"
    assert not moved.is_of(PLACE.text)


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"webex": {"identity_base": "", "token_endpoint_me": ""}},
        {"webex": {"control_hub": "https://elsewhere.example", "client_id": "C1"}},
        {"webex": {"api_base": "https://WEBEXAPIS.com.:443/v2"}},
        *({"entra": {"cloud": name}} for name in clouds()),
    ],
)
def test_the_programs_own_hosts_are_one_place_in_every_spelling(tables: Any) -> None:
    assert place(**tables).is_of(PLACE.text)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9001/x",
        "https://127.0.0.1:9000/x",
        "http://localhost:9000/x",
        "http://[::1]:9000/x",
    ],
)
def test_on_loopback_scheme_port_and_spelling_count(url: str) -> None:
    here = place(**LOCAL)
    assert here.is_of(place(**LOCAL).text)
    other = {"webex": LOCAL["webex"] | {"scim_base": url}}
    assert not here.is_of(place(**other).text)


def test_practice_is_a_place_whatever_its_ports() -> None:
    assert PRACTICE.is_own
    assert not PRACTICE.is_of(PLACE.text)
    assert not PLACE.is_of(PRACTICE.text)


def test_microsofts_clouds_are_told_apart_for_a_sign_in_only() -> None:
    china = place(entra={"cloud": "china"})
    china.require("The token", PLACE.text)
    with pytest.raises(HostsError) as caught:
        china.require("The sign-in", PLACE.text, bundled().entra.authority)
    assert caught.value.code == HOSTS_DIFFER
    assert "login.microsoftonline.com" in caught.value.message


def test_what_was_obtained_elsewhere_is_refused_by_both_names() -> None:
    here = place(**LOCAL)
    with pytest.raises(HostsError) as caught:
        PLACE.require("The token", here.text)
    assert caught.value.code == HOSTS_DIFFER
    assert "http://127.0.0.1:9000" in caught.value.message
    assert "idbroker.webex.com" in caught.value.message
    assert "Nothing was sent" in caught.value.hint
    with pytest.raises(HostsError) as caught:
        here.require("The token", "")
    assert caught.value.code == HOSTS_UNKNOWN
    PLACE.require("The token", "")


# -- the keystore

OLD = stored("o" * 60, place="")


def entry(backend: MemoryBackend, name: str) -> Any:
    return json.loads(backend.get_password("webex-wizard", f"default/{name}") or "null")


def holding(**entries: str) -> MemoryBackend:
    backend = MemoryBackend()
    for name, text in entries.items():
        backend.set_password("webex-wizard", f"default/{name.replace('_', '-')}", text)
    return backend


def sign_in(**changes: Any) -> StoredSignIn:
    known = {
        "authority": bundled().entra.authority,
        "client_id": "c",
        "tenant_id": "t",
        "object_id": "o",
        "refresh_token": "r" * 40,
    }
    return StoredSignIn.model_validate(known | changes)


@pytest.mark.parametrize("slot", Slot)
async def test_no_token_is_given_out_or_overwritten_elsewhere_and_can_be_removed(
    slot: Slot,
) -> None:
    backend = holding(**{slot: stored("o" * 60).to_secret()})
    there = Keystore(place(**LOCAL), backend=backend)
    for forbidden in (
        there.read("default", slot),
        there.write("default", slot, stored("n" * 60, place="")),
    ):
        with pytest.raises(HostsError):
            await forbidden
    assert entry(backend, slot)["token"] == "o" * 60
    assert await there.holds("default", slot)
    await there.delete("default", slot)
    assert not await there.holds("default", slot)


async def test_a_token_of_other_hosts_is_not_stored_as_one_of_these() -> None:
    with pytest.raises(HostsError):
        await Keystore(PLACE, backend=MemoryBackend()).write(
            "default", Slot.CURRENT, stored(place=place(**LOCAL).text)
        )


async def test_a_sign_in_is_neither_given_out_nor_overwritten_elsewhere() -> None:
    backend = holding(sign_in=sign_in(at=PLACE.text).to_secret())
    elsewhere = place(entra={"graph_base": "https://graph.elsewhere.example"})
    for there in (elsewhere, place(entra={"cloud": "china"})):
        keystore = Keystore(there, backend=backend)
        with pytest.raises(HostsError):
            await keystore.read_sign_in("default")
        with pytest.raises(HostsError):
            await keystore.write_sign_in("default", sign_in(refresh_token="n" * 40))
        assert entry(backend, "sign-in")["refresh_token"] == "r" * 40
    assert await Keystore(elsewhere, backend=backend).delete_sign_in("default")


async def test_what_an_earlier_version_stored_is_of_our_hosts_and_bound_at_the_next_write() -> None:
    backend = holding(current=OLD.to_secret(), sign_in=sign_in().to_secret())
    keystore = Keystore(PLACE, backend=backend)
    found = await keystore.read("default", Slot.CURRENT)
    assert found is not None
    assert found.place == PLACE.text
    assert "place" not in entry(backend, "current")["facts"], "reading writes nothing"
    await keystore.write("default", Slot.CURRENT, found)
    assert entry(backend, "current")["facts"]["place"] == PLACE.text
    again = await keystore.read_sign_in("default")
    assert again is not None
    await keystore.write_sign_in("default", again)
    assert entry(backend, "sign-in")["at"] == PLACE.text


async def test_elsewhere_it_is_of_nobody_until_somebody_says_so() -> None:
    backend = holding(
        current=OLD.to_secret(),
        pending=stored("n" * 60).to_secret(),
        sign_in=sign_in().to_secret(),
    )
    keystore = Keystore(place(**LOCAL), backend=backend)
    with pytest.raises(HostsError) as caught:
        await keystore.read("default", Slot.CURRENT)
    assert caught.value.code == HOSTS_UNKNOWN
    await keystore.bind("default")
    assert OLD.is_same_token(await keystore.read("default", Slot.CURRENT))
    assert await keystore.read_sign_in("default") is not None
    with pytest.raises(HostsError) as caught:
        await keystore.read("default", Slot.PENDING)
    assert caught.value.code == HOSTS_DIFFER, "what is bound stays bound"


async def test_a_profile_tells_without_a_keyring_where_its_token_was_obtained(
    tmp_path: Any,
) -> None:
    class Unasked(MemoryBackend):
        def get_password(self, service: str, username: str) -> str | None:
            raise AssertionError("asked")

    there = place(**LOCAL).text
    asked = Keystore(PLACE, backend=Unasked())
    await asked.require_here(session_in(tmp_path, token=facts()).profile)
    with pytest.raises(HostsError):
        await asked.require_here(session_in(tmp_path, token=facts(place=there)).profile)


# -- its size


def as_before(token: str, known: TokenFacts, obtained_at: str, expires_at: str) -> str:
    """Return the shortest entry that earlier versions wrote of a token."""
    content = known.model_dump(exclude_defaults=True)
    for name in ("roles", "scopes", "display_name", "email", "place"):
        content.pop(name, None)
    content |= {"obtained_at": f"{obtained_at}Z", "expires_at": f"{expires_at}Z"}
    whole = {"version": 1, "token": token, "facts": content}
    return json.dumps(whole, separators=(",", ":"))


@given(
    microseconds=st.tuples(st.integers(1, 999_999), st.integers(1, 999_999)),
    spare=st.integers(0, 60),
    url=st.sampled_from(["https://a.example", f"https://{'long.' * 40}example", ""]),
)
def test_no_binding_makes_a_token_too_long_that_fitted_before(
    microseconds: tuple[int, int], spare: int, url: str
) -> None:
    obtained, expires = (f"2026-11-23T10:30:00.{each:06d}" for each in microseconds)
    room = LONGEST_SECRET - len(as_before("", facts(), obtained, expires)) - spare
    token = "x" * room
    assert len(as_before(token, facts(), obtained, expires)) == LONGEST_SECRET - spare
    there = place(webex={"scim_base": url}) if url else PLACE
    known = facts(obtained_at=f"{obtained}Z", expires_at=f"{expires}Z", place=there.text)
    secret = StoredToken(token=SecretStr(token), facts=known).to_secret()
    assert len(secret) <= LONGEST_SECRET
    there.require("The token", StoredToken.model_validate_json(secret).place)
    assert StoredToken.model_validate_json(secret).facts.organization_id == ORGANIZATION


def test_a_sign_in_that_fitted_before_fits_with_its_binding() -> None:
    for there in (PLACE, place(entra={"graph_base": f"https://{'long.' * 40}example"})):
        before = len(json.dumps(sign_in().model_dump(mode="json"), separators=(",", ":")))
        token = "r" * (LONGEST_SECRET - before + len("**********"))
        secret = sign_in(refresh_token=token).bound_to(there.text).to_secret()
        assert len(secret) <= LONGEST_SECRET
        there.require("It", StoredSignIn.model_validate_json(secret).place)
