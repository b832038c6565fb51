"""`.env.example` against the settings that there are."""

import shutil
from pathlib import Path

import pytest
from dotenv import dotenv_values

from domain.shared.settings import Settings
from tests.hanse.commands import ROOT

WITHOUT_PREFIX = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}


def test_it_names_every_setting_and_no_other() -> None:
    documented = dotenv_values(ROOT / ".env.example")

    assert set(documented) == {WITHOUT_PREFIX.get(name, f"HANSE_{name.upper()}") for name in Settings.model_fields}


def test_it_shows_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in dotenv_values(ROOT / ".env.example"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / ".env.example", ".env")

    shown = Settings().model_dump()

    assert shown == {name: field.default for name, field in Settings.model_fields.items()}


def test_every_setting_in_it_is_explained() -> None:
    blocks = (ROOT / ".env.example").read_text().split("\n\n")

    unexplained = [block for block in blocks if "=" in block and not block.startswith("#")]

    assert unexplained == []
