"""What a machine without a person proves itself with: which files are taken, and what of them."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.certificates import assertion, certificate, key, pem, written
from wizard.errors import AuthorizationError
from wizard.oauth.entra.client_proof import ClientAssertionFile, read_certificate

PASSPHRASE = BestAvailableEncryption(b"only a person knows it")

needs_modes = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


def refusal(file: Path) -> AuthorizationError:
    with pytest.raises(AuthorizationError) as caught:
        read_certificate(file)
    return caught.value


@pytest.mark.parametrize(
    "parts",
    [
        (pem(), certificate()),
        (certificate(), pem()),
        ("Bag Attributes\n", pem(form=PrivateFormat.TraditionalOpenSSL), certificate()),
        (pem(), certificate(key(1)), certificate()),
    ],
    ids=["key first", "certificate first", "as openssl writes it", "below its issuer"],
)
def test_a_key_and_its_certificate_are_found_in_one_file(
    parts: tuple[str, ...], tmp_path: Path
) -> None:
    own = parts[-1] if parts[-1] != pem() else parts[0]
    found = read_certificate(written(tmp_path / "monitor.pem", *parts))
    assert found.private_key.private_numbers() == key().private_numbers()
    assert found.certificate == own.strip()


PIECES = (pem().encode(), certificate().encode(), b"-----BEGIN PRIVATE KEY-----", b"\xff\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=5))
def test_whatever_is_in_a_file_is_taken_or_refused_in_a_sentence(
    tmp_path: Path, pieces: list[bytes]
) -> None:
    file = written(tmp_path / "monitor.pem")
    file.write_bytes(b"".join(pieces))
    refused: AuthorizationError | None = None
    try:
        read_certificate(file)
    except AuthorizationError as error:
        refused = error
    assert refused is None or refused.message.startswith("monitor.pem ")


@needs_modes
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_key_that_others_may_read_is_not_used(mode: int, tmp_path: Path) -> None:
    error = refusal(written(tmp_path / "monitor.pem", pem(), certificate(), mode=mode))
    assert error.code == "certificate-open-to-others"
    assert f"mode {mode:04o}" in error.message
    assert "chmod 600" in error.hint


@needs_modes
def test_a_key_that_nobody_may_change_is_good_too(tmp_path: Path) -> None:
    found = read_certificate(written(tmp_path / "monitor.pem", pem(), certificate(), mode=0o400))
    assert found.certificate


def _absent(file: Path) -> None:
    """Leave it out."""


def _holding(*parts: str) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        written(file, *parts)

    return make


def _binary(file: Path) -> None:
    written(file)
    file.write_bytes(b"\x30\x82\x0a\x00" + bytes(range(256)))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_absent, "certificate-unreadable"),
        (Path.mkdir, "certificate-unreadable"),
        (_holding(), "certificate-malformed"),
        (_binary, "certificate-malformed"),
        (_holding(pem()), "certificate-malformed"),
        (_holding(certificate()), "certificate-malformed"),
        (_holding(pem(), pem(key(1)), certificate()), "certificate-malformed"),
        (_holding(pem().replace("M", "?", 1), certificate()), "certificate-malformed"),
        (_holding(pem(), certificate().replace("M", "N", 1)), "certificate-malformed"),
        (_holding(pem(encryption=PASSPHRASE), certificate()), "certificate-encrypted"),
        (
            _holding(pem(None, PrivateFormat.TraditionalOpenSSL, PASSPHRASE), certificate()),
            "certificate-encrypted",
        ),
        (_holding(pem(), certificate(key(1))), "certificate-of-another-key"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_do(
    make: Callable[[Path], None], code: str, tmp_path: Path
) -> None:
    file = tmp_path / "monitor.pem"
    make(file)
    error = refusal(file)
    assert error.code == code
    assert error.message.startswith("monitor.pem ")
    assert error.message.endswith(".")
    assert error.hint.endswith(".")


def test_a_key_of_another_kind_is_named_as_that(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    file = written(tmp_path / "monitor.pem", pem(other), certificate(other))
    assert refusal(file).code == "certificate-not-rsa"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "monitor.pem", 0o600)
    assert refusal(tmp_path / "monitor.pem").code == "certificate-unreadable"


@pytest.mark.parametrize("parts", [(pem(), certificate(key(1))), (pem(),), (pem() * 2,)])
def test_no_traceback_shows_the_key_not_even_one_with_all_that_was_held(
    parts: tuple[str, ...], tmp_path: Path
) -> None:
    error = refusal(written(tmp_path / "monitor.pem", *parts))
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = "".join(told.format())
    assert "read_certificate" in shown
    for line in pem().splitlines()[1:-1]:
        assert line not in shown


def test_what_was_read_shows_nothing_of_the_key(tmp_path: Path) -> None:
    found = read_certificate(written(tmp_path / "monitor.pem", pem(), certificate()))
    numbers = key().private_numbers()
    shown = f"{found!r} {found} {found.credential()!r}"
    assert str(numbers.d) not in shown
    assert pem().splitlines()[1] not in shown


def test_the_assertion_is_read_whenever_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    proof = ClientAssertionFile(file)
    give = proof.credential()["client_assertion"]
    for number in (1, 2):
        text = assertion(key(), iss=f"https://issuer.example/{number}", sub="x")
        file.write_text(f"{text}\n", "ascii")
        assert give() == text
        assert text not in repr(proof.read())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200).filter(lambda content: b"." not in content))
def test_whatever_is_no_assertion_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(AuthorizationError) as caught:
        ClientAssertionFile(file).read()
    assert caught.value.code == "assertion-malformed"


@pytest.mark.parametrize("make", [_absent, Path.mkdir, lambda file: file.write_bytes(b"x" * 10**6)])
def test_an_assertion_that_cannot_be_read_is_told(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    make(tmp_path / "token")
    with pytest.raises(AuthorizationError) as caught:
        ClientAssertionFile(tmp_path / "token").read()
    assert caught.value.code == "assertion-unreadable"
