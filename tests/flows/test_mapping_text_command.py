"""`mapping export` and `mapping diff`: a mapping as a file, and where two differ."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_here import Ran, run_here
from tests.sessions import session_in
from wizard.assets import ASSETS
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import read_schema, write_schema
from wizard.store.places import settings_folder

DATA = Path(__file__).parent.parent / "data"
CUSTOMISED = DATA / "graph-synchronizationSchema-customised.json"
DEFAULT = ASSETS / "mapping" / "default-schema.json"

Edit = Callable[[str], str]


def run(*arguments: str | Path) -> Ran:
    return run_here("mapping", *arguments)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """The customised mapping as a text, with the rest beside it."""
    file = tmp_path / "mapping.txt"
    assert run("export", "--text", "--schema", CUSTOMISED, file).returncode == 0
    return file


def changed(file: Path, edit: Edit) -> Path:
    file.write_text(edit(file.read_text("utf-8")), "utf-8")
    return file


def replacing(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) == 1
        return text.replace(old, new)

    return edit


@pytest.mark.parametrize("schema", [DEFAULT, CUSTOMISED], ids=lambda path: path.stem)
def test_export_and_import_give_back_every_byte(schema: Path, tmp_path: Path) -> None:
    text, back = tmp_path / "a.txt", tmp_path / "back.json"
    done = run("export", "--text", "--schema", schema, text)
    assert done.stdout == ""
    assert "a.txt.rest.json" in done.stderr
    assert run("export", "--schema", text, back).returncode == 0
    assert back.read_text("utf-8") == write_schema(read_schema(schema.read_bytes()))
    assert json.loads(back.read_bytes()) == json.loads(schema.read_bytes())
    assert run("export", "--text", "--schema", schema).stdout == text.read_text("utf-8")


def test_what_is_the_same_is_said_in_no_line(text: Path) -> None:
    for other in (CUSTOMISED, text.with_name("mapping.txt.rest.json"), text):
        assert run("diff", text, other) == Ran(0, "", "")
    assert json.loads(run("diff", text, text, "--json").stdout)["same"] is True


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (replacing("name.familyName                          = [surname]",
                   'name.familyName  default "-" = [displayName]'),
         'changed  users  name.familyName: [surname] -> [displayName], default "-"'),
        (replacing("row 1 always   userName", "row 2 always userName"),
         "changed  users  userName: [mail], matching 1 -> matching 2"),
        (replacing("row - creation displayName", "row - always displayName"),
         "changed  users  displayName: [displayName], creation -> always"),
        (replacing("= [surname]", r"=\ [\u{202e}surname]"),
         r"changed  users  name.familyName: [surname] -> [\u{202e}surname]"),
        (replacing("[telephoneNumber]", "[telephoneNumber]\n  row - always title = [jobTitle]"),
         "added    users  title: [jobTitle]"),
        (replacing("  row - always   members                                  = [members]\n", ""),
         "removed  groups  members: [members]"),
        (replacing("groups off", "groups on"), "changed  groups  switch: off -> on"),
        (replacing('EQUALS "Sales"', 'EQUALS "Ops"'),
         'changed  users  filter "Sales only": department EQUALS "Sales"'
         ' -> department EQUALS "Ops"'),
        (replacing('"Sales only"', '"All sales"'),
         'removed  users  filter "Sales only": department EQUALS "Sales"\n'
         'added    users  filter "All sales": department EQUALS "Sales"'),
        (replacing("end\n", '  filter-input "F"\nend\n'),
         'added    users  filter-input "F": no clause'),
    ],
)  # fmt: skip
def test_what_differs_is_one_line_with_before_and_after(text: Path, edit: Edit, line: str) -> None:
    done = run("diff", CUSTOMISED, changed(text, edit))
    assert (done.returncode, done.stdout) == (1, f"{line}\n")
    told = json.loads(run("diff", CUSTOMISED, text, "--json").stdout)
    assert [told["version"], told["same"]] == [1, False]
    assert [f"{each['how']:<7}" for each in told["differences"]] == [
        each[:7] for each in line.split("\n")
    ]


def test_blanks_and_the_order_of_rows_are_no_difference(text: Path) -> None:
    def edit(content: str) -> str:
        lines = content.replace("Switch([IsSoftDeleted], ,", "Switch( [IsSoftDeleted],,").split(
            "\n"
        )
        at = next(n for n, line in enumerate(lines) if "name.givenName" in line)
        lines[at : at + 2] = reversed(lines[at : at + 2])
        return "\n".join(lines)

    assert run("diff", changed(text, edit), CUSTOMISED).returncode == 0


def test_what_a_text_leaves_unsaid_is_no_difference(text: Path) -> None:
    users = "users unset\n  filters unset\n" + "".join(
        f"{line}\n" for line in text.read_text("utf-8").partition("users on\n")[2].split("\n")
        if line.startswith("  row")
    )  # fmt: skip
    text.write_text(f"webex-wizard-mapping 1\n{users}end\n", "utf-8")
    assert run("diff", text, CUSTOMISED) == run("diff", CUSTOMISED, text) == Ran(0, "", "")
    schema = MappingDocument(read_schema(CUSTOMISED.read_bytes())).schema.as_json()
    del schema["synchronizationRules"][0]["objectMappings"][0]
    without = text.with_name("without.json")
    without.write_text(json.dumps(schema), "utf-8")
    assert run("diff", text, without).returncode == 0
    assert run("diff", CUSTOMISED, without).stdout == "removed  groups  objects: mapped\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("webex-wizard-mapping 1\n<<<<<<< HEAD\nend", "mapping-text-conflict"),
        ("webex-wizard-mapping 7\nend", "mapping-text-newer"),
        ("webex-wizard-mapping 1\nusers on", "mapping-text-cut-off"),
        ("webex-wizard-mapping 1\ngroups on\nend", "mapping-no-users"),
        ("webex-wizard-mapping 1\nusers on\nrow\nend", "mapping-text-unreadable"),
        ("{", "mapping-truncated"),
    ],
)
@pytest.mark.parametrize("action", ["diff", "check", "export"])
def test_a_file_that_cannot_be_used_is_refused_by_name(
    text: Path, action: str, content: str, code: str
) -> None:
    text.write_text(content, "utf-8")
    needed: dict[str, list[str | Path]]
    needed = {"diff": [text, CUSTOMISED], "check": [text], "export": ["--schema", text]}
    done = run(action, *needed[action])
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Code: {code}" in done.stderr
    assert f"{text}: " in " ".join(done.stderr.split())


def test_a_check_reads_the_text_with_what_stands_beside_it(text: Path) -> None:
    assert run("check", text).stdout == run("check", CUSTOMISED).stdout


@pytest.mark.usefixtures("env", "no_keyring")
def test_what_entra_has_is_written_unless_another_is_named(tmp_path: Path) -> None:
    session_in(settings_folder(practice=False)).tick("prepare")
    file = tmp_path / "mapping.txt"
    asked = run("export", "--text", file)
    assert (asked.returncode, file.exists()) == (4, False)
    assert "`--schema profile` writes what the profile keeps" in " ".join(asked.stderr.split())
    assert run("export", "--text", "--schema", "profile", file).returncode == 0


def test_nothing_is_asked_without_a_profile(env: dict[str, str], text: Path) -> None:
    named = str(text)
    for arguments in ("export --text", f"diff {named} tenant", f"diff template {named}"):
        done = run(*arguments.split())
        assert done.returncode == 2
        assert "Code: no-such-profile" in done.stderr
    assert env


@pytest.mark.usefixtures("env")
def test_a_look_at_what_an_edit_does_ends_with_no_finding_where_the_profile_is_damaged(
    text: Path,
) -> None:
    folder = settings_folder(practice=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "default.json").write_text("damaged")
    ran = run("apply", text, "--preview")
    assert (ran.returncode, "Code: profile-damaged" in ran.stderr) == (4, True)
