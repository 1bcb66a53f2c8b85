"""A practice tenant that goes on where an earlier one ended."""

from pathlib import Path

from tests.entra import set_up
from wizard.practice.tenant import PracticeTenant


def test_a_later_practice_finds_the_directory_as_it_was_left(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeTenant.start(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
        setup.assign("ana.ruiz")
        setup.admin.post(f"{setup.job}/start")
        tenant.tell_entra(advance=3600, change_user={"user": "ana.ruiz@practice.example"})
        before = tenant.entra()
    with PracticeTenant.start(state=file) as tenant:
        after = tenant.entra()
    assert after["applications"] == before["applications"]
    assert after["servicePrincipals"] == before["servicePrincipals"]
    assert after["now"] >= before["now"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    file.write_text('{"directory": {"tenant_id": 7}}')
    with PracticeTenant.start(state=file) as tenant:
        assert tenant.entra()["applications"] == []


def test_without_a_file_everything_is_forgotten(tmp_path: Path) -> None:
    with PracticeTenant.start() as tenant:
        set_up(tenant)
    with PracticeTenant.start() as tenant:
        assert tenant.entra()["applications"] == []
