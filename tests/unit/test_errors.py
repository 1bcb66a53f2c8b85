"""The errors that cross module borders: one page of them, and copies with other facts."""

import ast
import pickle
from dataclasses import replace
from pathlib import Path

import wizard
from wizard import errors
from wizard.errors import AnswerError, MachineError, UnusableAnswer, WizardError
from wizard.graph.errors import CredentialsRefused, GraphError

ROOT = Path(wizard.__file__).parent


def test_every_error_class_stands_on_the_page_of_errors() -> None:
    files = [file for file in ROOT.rglob("*.py") if "practice" not in file.parts]
    classes = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    known = {"WizardError"}
    while found := {name for name, bases in classes if bases & known} - known:
        known |= found
    page = (errors.__doc__ or "").split()
    assert len(known) > 15
    assert known <= set(page)


def test_an_error_has_the_code_of_its_class_unless_it_was_given_one() -> None:
    assert WizardError("m").code == "error"
    assert MachineError("m").code == "machine"
    assert GraphError("m").code == "graph"
    assert MachineError("m", code="port-taken").code == "port-taken"


def test_a_copy_has_the_same_facts_but_those_that_are_named() -> None:
    error = GraphError("m", "h", status=404, retry_after=2.0, words="w", tracking_id="T1")
    copied = replace(error, message="n", status=400)
    assert type(copied) is GraphError
    assert vars(copied) == vars(error) | {"message": "n", "status": 400}
    assert str(copied) == "n\nh\nTracking id: T1"
    narrowed = CredentialsRefused(**vars(error), upstream=None)
    assert vars(narrowed) == vars(error) | {"upstream": None}


def test_errors_are_told_apart_and_survive_a_process() -> None:
    error = AnswerError("m", "h", status=503)
    assert error != AnswerError("m", "h", status=503)
    assert len({error, AnswerError("m", "h")}) == 2
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)  # noqa: S301 - our own
    assert UnusableAnswer("m", "h", code="c", question="who").question == "who"
    assert repr(error) == "AnswerError('m')"
