"""The parts of the shop that `hanse up` keeps running, each the command that docker-compose.yml starts too."""

import sys

from domain.shared.settings import Settings
from hanse.processes import MARK, Part
from hanse.surroundings import environment_of

_COMMANDS = {
    "api": ("serve",),
    "worker-default": ("worker", "--queue", "default"),
    "worker-ml": ("worker", "--queue", "ml"),
    "worker-bulk": ("worker", "--queue", "bulk"),
    "relay": ("relay",),
    "schedule": ("schedule",),
}


def parts(settings: Settings) -> list[Part]:
    return [_part(settings, name, *words) for name, words in _COMMANDS.items()]


def seeding(settings: Settings) -> Part:
    """Fills the shop; draws its progress on our terminal."""
    folder = settings.data_dir.resolve()
    command = (sys.executable, "-m", "hanse", "seed")
    return Part("seed", command, None, {**environment_of(settings), MARK: str(folder)})


def _part(settings: Settings, name: str, *words: str) -> Part:
    folder = settings.data_dir.resolve()
    environment = {**environment_of(settings), MARK: str(folder)}
    return Part(name, (sys.executable, "-m", "hanse", *words), folder / "logs" / f"{name}.log", environment)
