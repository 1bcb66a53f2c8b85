"""What must hold of the whole tree: what is loaded when, and how large a file may grow.

Who may import whom is proved by `lint-imports`; that graph is static, and does not see what a
deferred import loads, so the questions about loading are asked of fresh interpreters.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import screens
import wizard

TREES = [Path(tree.__path__[0]) for tree in (wizard, screens)]
ROOT = TREES[0].parent
FILES = sorted(file for tree in TREES for file in tree.rglob("*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 40

CLIENTS = {"cryptography", "filelock", "httpx", "keyring", "msal", "psutil", "pyrage"}
SLOW = {"dataclasses", "inspect", "typing", "pathlib", "shutil"}
"""Of the standard library, too slow for saying a version."""

HEAVY = CLIENTS | {"textual", "pydantic", "asyncio", "h11", "icalendar", "truststore", "rich"}

LIGHT = [
    "wizard.assets",
    "wizard.checks.check",
    "wizard.cli",
    "wizard.machine.clipboard",
    "wizard.net.endpoints",
    "wizard.errors",
    "wizard.machine.files",
    "wizard.handover.age",
    "wizard.handover.passphrase",
    "wizard.options",
    "wizard.store.places",
    "wizard.flow.plan",
    "wizard.words.progress",
    "wizard.words.redact",
    "wizard.words.text",
    "wizard.webex.organization",
]
WITHOUT_CLIENTS = [
    "wizard.commands.log",
    "wizard.commands.mapping",
    "wizard.commands.report",
    "wizard.commands.status",
    "wizard.flow.session",
    "wizard.handover.document",
    "wizard.handover.exchange",
    "wizard.store.history",
    "wizard.store.journal",
    "wizard.mapping.document",
    "wizard.mapping.lint.linter",
    "wizard.mapping.people",
    "wizard.trial.process",
    "wizard.store.profiles",
    "wizard.reports.reminder",
    "wizard.flow.renewal",
    "wizard.reports.report",
    "wizard.reports.status",
]

FIRST_FRAMES = """
from screens.app import WizardApp
from wizard.errors import WizardError
from wizard.options import Options

class Watched(WizardApp):
    def begin(self):
        said["first frame"] = sorted(sys.modules)
        return super().begin()

    async def workspace(self):
        said["screen"] = [type(self.screen).__name__]
        self.exit(0)
        raise WizardError("Seen enough.")

app = Watched(Options())
said["choices"] = []

def heard(event, arguments):
    # What reads the profiles does so in a thread of its own, as soon as they are laid out.
    if event == "import" and "screen" not in said and not any(each.size for each in choices()):
        said["choices"].append(arguments[0])

def choices():
    return app.screen.query("#choices") if app.is_running and app.screen_stack else ()

sys.addaudithook(heard)
app.run(headless=True)
"""

BOTH_SIDES = {
    "AuthorizationRequest",  # RFC 6749
    "Execution",  # Graph, as the next three
    "Job",
    "Quarantine",
    "ServicePrincipal",
    "Function",  # the expressions of a mapping
}
"""What a page of Microsoft's or an RFC names; the practice tenants have the other side of it."""

ONE_IN_EACH = {
    "FUNCTIONS",  # of the expressions, by module; the table has them all
    "ROUTES",  # of the practice tenants' Graph
    "STEP",  # the step that a module is about
    "TYPE_CHECKING",  # where importing it from `typing` is too slow
    "main",  # of a program or a command with commands of its own
    "run",  # of a command
}
"""Names of what each module of a kind has one of, whose meaning is the same in all."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def told_by(program: str, home: Path) -> dict[str, list[str]]:
    """Run a program in a fresh interpreter; return what it put into `said`."""
    asked = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"import json, sys\nsaid = {{}}\n{program}\nsys.stderr.write(json.dumps(said))",
        ],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said: dict[str, list[str]] = json.loads(asked.stderr)
    return said


def loaded_by(program: str, home: Path) -> set[str]:
    said = told_by(f"{program}\nsaid['loaded'] = sorted(sys.modules)", home)
    return set(said["loaded"])


def loading(unwanted: set[str], names: list[str], home: Path) -> dict[str, set[str]]:
    """Import modules one after another in one interpreter; return those that bring the unwanted."""
    program = (
        f"from importlib import import_module\nfor name in {names}:\n"
        "    before = set(sys.modules)\n    import_module(name)\n"
        "    said[name] = sorted(set(sys.modules) - before)"
    )
    brought = told_by(program, home)
    return {name: found for name in names if (found := unwanted & set(brought[name]))}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def where(file: Path, node: Function | ast.ClassDef) -> str:
    return f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Yield public classes and functions, and what is public inside public classes."""
    for node in body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from public(node.body)


def types(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names of public classes and aliases of types, but not of type variables."""
    for node in body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_type(name, value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                pass
            case _:
                continue
        if not name.startswith("_"):
            yield name


def values(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names of public functions and constants."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found = {name}
            case ast.Assign(targets=targets, value=value):
                named = {each for target in targets for each in ast.walk(target)}
                found = {each.id for each in named if isinstance(each, ast.Name)}
                found = {name for name in found if not (is_type(name, value) or is_variable(value))}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found = {name}
            case _:
                continue
        yield from (name for name in found if not name.startswith("_"))


def is_type(name: str, value: ast.expr) -> bool:
    return name[0].isupper() and not name.isupper() and not is_variable(value)


def is_variable(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar"


@pytest.mark.parametrize("question", ["--version", "--help"])
def test_saying_what_it_is_loads_no_library(question: str, tmp_path: Path) -> None:
    program = (
        f"from wizard.cli import main\ntry:\n    main(['{question}'])\nexcept SystemExit:\n    pass"
    )
    assert not loaded_by(program, tmp_path) & (HEAVY | SLOW)


def test_a_wrong_command_loads_no_library(tmp_path: Path) -> None:
    program = (
        "import io\nfrom contextlib import redirect_stderr, suppress\n"
        "from wizard.cli import main\n"
        "with redirect_stderr(io.StringIO()), suppress(SystemExit):\n"
        "    main(['no-such-command'])"
    )
    assert not loaded_by(program, tmp_path) & HEAVY


def test_no_module_of_the_wizard_loads_the_interface(tmp_path: Path) -> None:
    names = [module_name(file) for file in FILES if file.is_relative_to(TREES[0])]
    assert len(names) > 50
    loaded = loaded_by(f"from importlib import import_module\nfor name in {names}:\n"
                       "    import_module(name)", tmp_path)  # fmt: skip
    assert set(names) <= loaded
    assert not {name for name in loaded if name.split(".")[0] in {"textual", "screens"}}


def test_a_light_module_loads_no_library(tmp_path: Path) -> None:
    assert loading(HEAVY, LIGHT, tmp_path) == {}


def test_what_needs_no_network_loads_no_client(tmp_path: Path) -> None:
    assert loading(CLIENTS | {"textual"}, WITHOUT_CLIENTS, tmp_path) == {}


def test_msal_is_loaded_only_when_somebody_signs_in(tmp_path: Path) -> None:
    program = (
        "from wizard.net.endpoints import bundled\n"
        "from wizard.oauth.entra.sign_in import EntraSignIn\n"
        "EntraSignIn(bundled().entra)"
    )
    assert not loaded_by(program, tmp_path) & {"cryptography", "msal", "requests", "keyring"}


def test_nothing_heavy_is_loaded_before_there_is_something_to_choose(tmp_path: Path) -> None:
    said = told_by(FIRST_FRAMES, tmp_path)
    late = CLIENTS | {"pydantic", "h11", "icalendar", "truststore"}
    assert not set(said["first frame"]) & late
    assert said["screen"] == ["WelcomeScreen"]
    assert not set(said["choices"]) & late


def test_everything_public_says_what_it_is() -> None:
    silent = []
    for file in FILES:
        tree = parsed(file)
        if not ast.get_docstring(tree):
            silent.append(str(file.relative_to(ROOT)))
        silent += [where(file, node) for node in public(tree.body) if not ast.get_docstring(node)]
    assert silent == []


def test_no_file_and_no_function_outgrows_its_reader() -> None:
    too_long = []
    for file in FILES:
        if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE:
            too_long.append(str(file.relative_to(ROOT)))
        too_long += [
            where(file, node)
            for node in ast.walk(parsed(file))
            if isinstance(node, Function)
            and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
        ]
    assert too_long == []


def shared_by(named: Callable[[list[ast.stmt]], Iterator[str]]) -> dict[str, list[str]]:
    """Return the names that several modules define at their tops, with these modules."""
    places: dict[str, list[str]] = {}
    for file in FILES:
        for name in set(named(parsed(file).body)):
            places.setdefault(name, []).append(str(file.relative_to(ROOT)))
    return {name: found for name, found in places.items() if len(found) > 1}


def test_a_function_or_constant_that_is_public_has_a_name_of_its_own() -> None:
    shared = shared_by(values)
    assert set(shared) == ONE_IN_EACH, shared


def test_a_type_that_is_public_has_a_name_of_its_own() -> None:
    shared = shared_by(types)
    assert set(shared) == BOTH_SIDES, shared
    for found in shared.values():
        assert sorted(file.startswith("wizard/practice/") for file in found) == [False, True]


def test_no_screen_knows_the_practice_tenants() -> None:
    knowing = []
    for file in sorted(TREES[1].rglob("*.py")):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            if any(f"{name}.".startswith("wizard.practice.") for name in names):
                knowing.append(f"{file.name}:{node.lineno}")
    assert knowing == []
