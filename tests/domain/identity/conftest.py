"""Settings that a test may change for itself."""

from collections.abc import Callable, Iterator

import pytest

from domain.shared.settings import settings
from tests.own_shop import own_shop

__all__ = ["own_shop"]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Call it with settings by name; they are put back afterwards."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HANSE_{name.upper()}", str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()
