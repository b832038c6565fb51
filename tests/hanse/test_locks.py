"""The locks: complete, hashed, and silent about where packages come from."""

import re
import tomllib

import pytest

from tests.hanse.commands import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = {
    "runtime": PROJECT["dependencies"],
    "run": [*PROJECT["dependencies"], *EXTRAS["embedded"]],
    "dev": [*PROJECT["dependencies"], *EXTRAS["embedded"], *EXTRAS["dev"]],
}


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_pins_every_package_that_the_project_wants(lock: str) -> None:
    wanted = {re.split(r"[\[<>=]", each)[0] for each in WANTED[lock]}

    assert wanted - set(_pins(lock)) == set()


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_names_no_host(lock: str) -> None:
    assert re.findall(r"\S*(?:https?:|file:|--index|--find-links|--extra-index)\S*", _text(lock)) == []


@pytest.mark.parametrize("lock", WANTED)
def test_every_pin_has_a_hash(lock: str) -> None:
    assert [
        entry for entry in re.split(r"\n(?=\w)", _text(lock)) if "==" in entry and "--hash=sha256:" not in entry
    ] == []


def test_what_the_smaller_locks_pin_the_larger_pin_alike() -> None:
    assert _pins("runtime").items() <= _pins("run").items() <= _pins("dev").items()


def _pins(lock: str) -> dict[str, list[str]]:
    """Versions by package; some packages have one for each range of Python versions."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", _text(lock), re.MULTILINE):
        pins.setdefault(name, []).append(version)
    return pins


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.lock").read_text()
