"""The practice tenant of a module: one process, well-behaved again before each test."""

from collections.abc import Iterator

import pytest

from wizard.practice.process import PracticeTenant


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as tenant:
        yield tenant


@pytest.fixture
def tenant(running: PracticeTenant) -> Iterator[PracticeTenant]:
    running.forget_requests()
    yield running
    running.behave()
