"""Files that only their owner may read: the demo's master key, the addresses of running engines."""

import os
from base64 import urlsafe_b64encode
from pathlib import Path

from pydantic import SecretStr

from domain.shared.settings import Settings
from hanse.failures import Failure


def make_folder(folder: Path) -> None:
    """Make the data folder, and find out now whether it can be written."""
    probe = folder / f".write-probe-{os.getpid()}"
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Failure(
            f"cannot write the data folder {folder}: {error.strerror} (HANSE_DATA_DIR)", os.EX_CANTCREAT
        ) from error


def with_master_key(settings: Settings) -> Settings:
    """The settings with a master key: the one that is set, else the demo's own, made when first needed."""
    if settings.master_key.get_secret_value():
        return settings
    if settings.environment == "production":
        raise Failure("HANSE_MASTER_KEY is not set; production makes no key of its own (.env.example)", os.EX_CONFIG)
    file = _master_key_file(settings)
    if not file.exists():
        make_folder(settings.data_dir)
        write_secret(file, urlsafe_b64encode(os.urandom(32)).decode())
    return settings.model_copy(update={"master_key": SecretStr(file.read_text())})


def has_master_key(settings: Settings) -> bool:
    return bool(settings.master_key.get_secret_value()) or _master_key_file(settings).exists()


def write_secret(file: Path, text: str) -> None:
    """Write the whole file or nothing, never readable by others, not even for a moment."""
    building = file.with_name(f"{file.name}.new")
    building.unlink(missing_ok=True)
    with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    building.replace(file)


def _master_key_file(settings: Settings) -> Path:
    return settings.data_dir / "master.key"
