"""Command lines that are told: made in one place, with the options without which they fail."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import screens
import wizard
from wizard.commands.arguments import COMMANDS
from wizard.options import Options

FILES = [
    file
    for tree in (wizard, screens)
    for file in sorted(Path(tree.__path__[0]).rglob("*.py"))
    if file.name not in {"arguments.py", "help_below.py"}  # the help, which tells of itself
]
BY_HAND = re.compile(rf"`webex-wizard|webex-wizard ({'|'.join(COMMANDS)})\b")

NAMES = {"webex-wizard mapping", "webex-wizard practice: trust this nowhere else"}
"""Of a parser, and of who signs the certificate of practice."""


def told(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module, but for what only documents it."""
    nodes = list(ast.walk(tree))
    documents = {id(each.value) for each in nodes if isinstance(each, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and id(node) not in documents:
            yield from (node.value,) if isinstance(node.value, str) else ()


def test_a_command_line_that_is_told_is_never_made_by_hand() -> None:
    texts = [text for file in FILES for text in told(ast.parse(file.read_text(encoding="utf-8")))]
    assert len(texts) > 1000
    assert [text for text in texts if BY_HAND.search(text) and text not in NAMES] == []


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (Options(), "webex-wizard renew"),
        (Options(profile="default"), "webex-wizard renew"),
        (Options(practice=True), "webex-wizard renew --practice"),
        (Options(profile="eu", practice=True), "webex-wizard renew --practice --profile eu"),
    ],
)
def test_a_command_line_has_the_options_without_which_it_is_about_something_else(
    options: Options, line: str
) -> None:
    assert options.line("renew") == line
    assert options.line("renew", "--plain") == f"{line} --plain"
    assert options.line() == line.replace(" renew", "")
