"""The practice tenant of a module, well-behaved again before each test."""

from collections.abc import Iterator

import pytest

from tests.practice_here import PracticeHere


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeHere]:
    with PracticeHere() as tenant:
        yield tenant


@pytest.fixture
def tenant(running: PracticeHere) -> Iterator[PracticeHere]:
    running.forget_requests()
    yield running
    running.behave()
