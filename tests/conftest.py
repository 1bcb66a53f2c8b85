"""What every test stands on."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, which Textual needs."""
    return "asyncio"
