"""The key that openssl makes, by the line that the page of the commands gives, is one we take."""

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.practice_here import PracticeHere
from tests.readme import KEY_MADE
from tests.unattended_here import reading, register
from wizard.errors import AuthorizationError
from wizard.oauth.entra.client_proof import read_certificate

pytestmark = pytest.mark.peer("openssl")


def run(line: str, folder: Path) -> None:
    subprocess.run(["bash", "-c", line], cwd=folder, check=True, capture_output=True, timeout=60)


async def test_the_line_makes_a_file_that_proves_an_application(tmp_path: Path) -> None:
    run(KEY_MADE, tmp_path)
    file = tmp_path / "monitor.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "PRIVATE KEY" not in (tmp_path / "monitor.crt").read_text("ascii")
    proof = read_certificate(file)
    assert timedelta(days=364) < proof.ends - datetime.now(UTC) < timedelta(days=366)
    with PracticeHere() as tenants:
        register(tenants, certificate=(tmp_path / "monitor.crt").read_text("ascii"))
        assert await reading(tenants, file).token()


@pytest.mark.parametrize("how", ["-traditional -aes256", "-aes256"])
def test_a_key_that_openssl_encrypted_is_told_as_that(how: str, tmp_path: Path) -> None:
    run(KEY_MADE, tmp_path)
    made = f"(umask 077 && openssl rsa {how} -passout pass:x -in monitor.pem -out locked.pem && "
    run(f"{made}cat monitor.crt >> locked.pem)", tmp_path)
    with pytest.raises(AuthorizationError) as caught:
        read_certificate(tmp_path / "locked.pem")
    assert caught.value.code == "certificate-encrypted"


def test_the_way_from_pkcs_12_that_is_told_leads_to_a_file_that_is_taken(tmp_path: Path) -> None:
    run(KEY_MADE, tmp_path)
    run("openssl pkcs12 -export -in monitor.pem -out FILE.pfx -passout pass:x", tmp_path)
    (tmp_path / "FILE.pfx").chmod(0o600)
    with pytest.raises(AuthorizationError) as caught:
        read_certificate(tmp_path / "FILE.pfx")
    told = caught.value.hint.partition("`")[2].partition("`")[0]
    run(f"umask 077 && {told} -passin pass:x", tmp_path)
    assert read_certificate(tmp_path / "FILE.pem").certificate
