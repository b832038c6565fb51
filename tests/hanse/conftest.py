"""A folder in which PostgreSQL can start."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Outside pytest's own folder, which every run of pytest closes to the other user as whom PostgreSQL runs for root."""
    folder = Path(tempfile.mkdtemp(prefix="hanse-test-")).resolve()
    yield folder
    shutil.rmtree(folder)
