"""requirements/install, which `make` runs before everything else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pip
import pytest

from tests.hanse.commands import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def test_an_old_python_is_refused_in_one_line(clone: Path) -> None:
    old = clone / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" || exit 1\n')
    old.chmod(0o755)

    refused = _install(clone, "run", PYTHON=str(old), PATH=f"{clone}:{os.environ['PATH']}")

    assert refused.returncode == 78
    assert refused.stderr.startswith("hanse: Python 3.11 or newer is needed; found Python 3.9.2.")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(("installed", "wanted"), [("run", "run"), ("dev", "dev"), ("dev", "run")])
def test_nothing_is_installed_when_the_lock_has_not_changed(clone: Path, installed: str, wanted: str) -> None:
    _make_venv(clone, f"{installed}.lock")

    done = _install(clone, wanted)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("installed", "wanted"), [("run", "dev"), ("changed", "run")])
def test_a_lock_that_changed_is_installed_before_it_counts_as_installed(
    clone: Path, installed: str, wanted: str
) -> None:
    _make_venv(clone, f"{installed}.lock")

    failed = _install(clone, wanted, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(clone / "nowhere"))

    assert failed.returncode == 78
    assert failed.stderr.splitlines()[-1] == f"hanse: the packages of requirements/{wanted}.lock could not be installed"
    assert not (clone / ".venv" / f"{wanted}.lock").exists()


def test_the_command_works_from_any_folder(clone: Path) -> None:
    packages = _make_venv(clone, "run.lock")
    (packages / "ours.pth").write_text(str(Path(pip.__file__).parents[1]))
    _install(clone, "run")
    for package in ("hanse", "domain", "api", "workers", "migrations"):
        (clone / package).symlink_to(ROOT / package)
    elsewhere = clone / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "hanse").symlink_to(clone / ".venv" / "bin" / "hanse")

    shown = subprocess.run(["./hanse", "--help"], cwd=elsewhere, capture_output=True, text=True, check=False)

    assert "Usage: hanse" in shown.stdout


def _make_venv(clone: Path, stamp: str) -> Path:
    """One that has pip and nothing else. Returns where its packages lie."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    (packages,) = (clone / ".venv").glob("lib/*/site-packages")
    (packages / "pip").symlink_to(Path(pip.__file__).parent)
    lock = clone / "requirements" / stamp
    (clone / ".venv" / stamp.replace("changed", "run")).write_bytes(lock.read_bytes() if lock.exists() else b"other")
    return packages


def _install(clone: Path, lock: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "requirements" / "install", lock],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
