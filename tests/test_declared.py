"""Whatever is imported is declared, with the reason why it is needed."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"wizard", "screens", "assets", "tests"}
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
OF_PEERS = {
    "azure": ["azure-identity"],
    "kiota_abstractions": ["microsoft-kiota-abstractions"],
    "msgraph": ["msgraph-sdk"],
    "oauth2_provider": ["django-oauth-toolkit"],
}
"""What is named unlike its module, and need not be installed where the tests run."""
REQUIREMENT = re.compile(
    r'^  "(?P<name>[A-Za-z0-9-]+)(?P<extras>\[[^]]*\])?[=<>].*",(?P<reason>.*)$'
)


def needed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements, with what holds some, but for those that only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):  # holds no statement
            continue
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from needed(node)


def imported(tree: str) -> Iterator[tuple[str, str]]:
    """Yield each module that a tree imports from elsewhere, wherever, and the file."""
    for file in sorted((ROOT / tree).rglob("*.py")):
        for node in needed(ast.parse(file.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in OURS and top not in sys.stdlib_module_names:
                    yield top, str(file.relative_to(ROOT))


def declared(*, also_for_tests: bool) -> set[str]:
    found: dict[str, Any] = tomllib.loads(PROJECT)
    wanted: list[Any] = list(found["project"]["dependencies"])
    for extra in found["project"]["optional-dependencies"].values():
        wanted += extra
    if also_for_tests:
        for group in found["dependency-groups"].values():
            wanted += group
    names = [re.split(r"[\[=<>]", each)[0] for each in wanted if isinstance(each, str)]
    return {name.lower() for name in names}


@pytest.mark.parametrize("tree", ["wizard", "screens", "tests"])
def test_every_import_is_declared(tree: str) -> None:
    known = declared(also_for_tests=tree == "tests")
    distributions = OF_PEERS | dict(packages_distributions())
    missing = {
        f"{top} in {file}"
        for top, file in imported(tree)
        if known.isdisjoint(
            name.lower().replace("_", "-") for name in distributions.get(top, [top])
        )
    }
    assert not missing


def test_every_dependency_says_in_a_sentence_why() -> None:
    begin = PROJECT.index("\ndependencies = [")
    part = PROJECT[begin : PROJECT.index("[tool.uv]")]
    lines = [match for line in part.splitlines() if (match := REQUIREMENT.match(line))]
    assert len(lines) > 30
    unexplained = [line["name"] for line in lines if not re.match(r" +# .{8,}", line["reason"])]
    assert not unexplained
