"""Files are written whole or not at all, and only their owner reads them."""

import os
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from wizard.errors import ProfileError
from wizard.machine.files import (
    NotAFile,
    TooLarge,
    append_private,
    read_file,
    remove,
    write_private,
)

has_bits = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
has_pipes = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="this system has no pipes with a name"
)
has_limits = pytest.mark.skipif(
    find_spec("resource") is None, reason="this system does not limit the size of a file"
)

NO_SPACE = """
import resource, signal, sys
from collections.abc import Callable
from pathlib import Path
from wizard.errors import ProfileError
from wizard.machine.files import NotAFile, TooLarge, append_private, read_file
from wizard.machine.files import remove, write_private
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    {"write": write_private, "append": append_private}[sys.argv[1]](Path(sys.argv[2]), "x" * 1000)
except ProfileError as error:
    print(error.code, error.message)
"""


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@has_bits
def test_files_and_folders_belong_to_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "new" / "a.json", "text")
        append_private(tmp_path / "new" / "a.journal", "line")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == 0o700
    assert mode(tmp_path / "new" / "a.json") == 0o600
    assert mode(tmp_path / "new" / "a.journal") == 0o600


@has_bits
def test_a_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert (file.read_text(), mode(file)) == ("new", 0o600)


def test_text_is_kept_byte_by_byte(tmp_path: Path) -> None:
    write_private(tmp_path / "a", "ä\r\nb\n")
    assert (tmp_path / "a").read_bytes() == "ä\r\nb\n".encode()


@has_limits
@pytest.mark.parametrize("way", ["write", "append"])
def test_a_write_that_does_not_fit_leaves_the_old_file(tmp_path: Path, way: str) -> None:
    file = tmp_path / "a.json"
    file.write_text("old\n")
    run = subprocess.run(
        [sys.executable, "-c", NO_SPACE, way, str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "could not be saved" in run.stdout
    assert file.read_text().startswith("old\n")
    if way == "write":
        assert [found.name for found in tmp_path.iterdir()] == ["a.json"]
        assert file.read_text() == "old\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_named() -> None:
    with pytest.raises(ProfileError) as caught:
        append_private(Path("/dev/full"), "line")
    assert caught.value.code == "disk-full"
    assert "the disk is full" in caught.value.message


def test_text_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_private(file, "old")
    with pytest.raises(ProfileError):
        write_private(file, "new \ud800")
    assert file.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_explained(tmp_path: Path, name: str) -> None:
    for way in (write_private, append_private):
        with pytest.raises(ProfileError) as caught:
            way(tmp_path / name, "text")
        assert caught.value.message.isprintable()


def test_a_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    for way in (write_private, append_private):
        with pytest.raises(ProfileError) as caught:
            way(tmp_path / "folder" / "a.json", "text")
        assert caught.value.code == "not-writable"


def test_a_file_that_cannot_be_removed_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(ProfileError) as caught:
        remove(tmp_path / "a.json")
    assert caught.value.message.startswith(f"a.json could not be removed from {tmp_path}: ")
    remove(tmp_path / "not-there.json")


def test_a_line_that_was_cut_off_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "a.journal"
    file.write_bytes(b'{"whole": 1}\n{"cut')
    append_private(file, "next")
    append_private(file, "last")
    assert file.read_bytes() == b'{"whole": 1}\n{"cut\nnext\nlast\n'


@has_pipes
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(NotAFile) as caught:
        read_file(path, 1000)
    assert caught.value.strerror
    with pytest.raises(ProfileError):
        write_private(path, "x")
    assert not path.is_file()


def test_a_file_of_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(8_000_000_000)
    with pytest.raises(TooLarge) as caught:
        read_file(tmp_path / "x", 1_000_000)
    assert caught.value.strerror == "it is larger than 1 MB"


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a\r\nb")
    assert read_file(tmp_path / "x", 4) == b"a\r\nb"
    with pytest.raises(TooLarge):
        read_file(tmp_path / "x", 3)


@has_pipes
def test_every_file_that_is_named_to_a_command_is_refused_when_it_is_a_pipe(
    tmp_path: Path,
) -> None:
    pipe = tmp_path / "default.json"
    os.mkfifo(pipe)
    (tmp_path / "profiles").mkdir()
    os.mkfifo(tmp_path / "profiles" / "default.json")
    os.mkfifo(tmp_path / "profiles" / "default.journal")
    for arguments in (
        ["test", "--endpoints", str(pipe)],
        ["mapping", "eval", "--batch", str(pipe)],
        ["mapping", "eval", "[a]", "--source", str(pipe)],
        ["mapping", "check", str(pipe)],
        ["report"],
        ["status"],
    ):
        run = subprocess.run(
            [sys.executable, "-m", "wizard", *arguments],
            check=False,
            env=os.environ | {"WEBEX_WIZARD_HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode != 0, arguments
        assert "not a file" in run.stdout + run.stderr, arguments


def test_a_file_that_a_scanner_reads_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, refusals = os.replace, [PermissionError(13, "in use"), PermissionError(13, "in use")]

    def busy(*names: str) -> None:
        if refusals:
            raise refusals.pop()
        replace(*names)

    monkeypatch.setattr(os, "replace", busy)
    write_private(tmp_path / "x", "new")
    assert (tmp_path / "x").read_text() == "new"
