"""The command line's words, and that every failure is one line and an exit code."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.shared.settings import Settings
from hanse.cli import app
from tests.hanse.commands import fresh_environment, hanse

COMMANDS = (
    "up",
    "migrate",
    "seed",
    "import",
    "audit",
    "keys",
    "staff",
    "export-schema",
    "serve",
    "worker",
    "relay",
    "schedule",
    "doctor",
    "alive",
)


def test_help_names_every_command_and_every_exit_code(tmp_path: Path) -> None:
    shown = hanse(tmp_path, "--help")

    assert shown.returncode == 0
    assert [command for command in COMMANDS if f" {command} " not in shown.stdout] == []
    assert all(f"{code} " in shown.stdout for code in (65, 66, 69, 70, 73, 75, 78, 130))


def test_no_word_at_all_shows_the_help(tmp_path: Path) -> None:
    assert hanse(tmp_path).stdout == hanse(tmp_path, "--help").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], prog_name="hanse")

    assert shown.exit_code == 0
    assert f"Usage: hanse {command}" in shown.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sell",), "No such command 'sell'"),
        (("worker",), "Missing option '--queue'"),
        (("worker", "--queue", "fast"), "'fast' is not one of 'default', 'ml', 'bulk'"),
        (("import", "transactions"), "Missing argument 'file'"),
        (("up", "--quickly"), "No such option: --quickly"),
    ],
)
def test_wrong_words_are_one_line(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    _assert_fails(hanse(tmp_path, *words), code=2, saying=expected)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HANSE_PORT", "http", "HANSE_PORT: Input should be a valid integer"),
        ("HANSE_TOKEN_ALGORITHM", "none", "HANSE_TOKEN_ALGORITHM: Input should be 'RS256' or 'EdDSA'"),
        ("HANSE_SHOP_CURRENCIES", "EUR", 'error parsing value for field "shop_currencies"'),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, expected: str) -> None:
    _assert_fails(hanse(tmp_path, "up", **{name: value}), code=os.EX_CONFIG, saying=expected)


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    failed = hanse(tmp_path, "migrate", HANSE_MASTER_KEY="hunter2", HANSE_DATABASE_POOL_SIZE="0")

    _assert_fails(failed, code=os.EX_CONFIG, saying="HANSE_DATABASE_POOL_SIZE")
    assert "hunter2" not in failed.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        opened = hanse(tmp_path, "up", HANSE_PORT=port)
        served = hanse(tmp_path, "serve", HANSE_PORT=port, DATABASE_URL="postgresql:///x", REDIS_URL="redis://x")

    for failed in (opened, served):
        _assert_fails(failed, code=os.EX_TEMPFAIL, saying=f"cannot listen on 127.0.0.1:{port}: Address already in use")
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("command", [("up",), ("migrate",)])
def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "data").write_text("a file, not a folder")

    failed = hanse(tmp_path, *command, HANSE_PORT="0")

    _assert_fails(failed, code=os.EX_CANTCREAT, saying=f"cannot write the data folder {tmp_path / 'data'}: File exists")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody who may not write here")
def test_a_data_folder_of_somebody_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    program = (
        "import os, sys; from domain.shared.settings import Settings; from hanse.secret_files import make_folder;"
        "os.seteuid(65534); make_folder(Settings().data_dir)"
    )

    failed = subprocess.run(
        [sys.executable, "-c", program], env=fresh_environment(tmp_path), capture_output=True, text=True, check=False
    )

    assert f"cannot write the data folder {tmp_path / 'data'}: Permission denied" in failed.stderr


def test_a_database_that_is_not_there_is_named(tmp_path: Path, shop: Settings) -> None:
    nobody = hanse(tmp_path, "migrate", DATABASE_URL="postgresql://x:y@127.0.0.1:1/z", REDIS_URL=shop.redis_url)
    nothing = hanse(
        tmp_path, "migrate", DATABASE_URL=shop.database_url.replace("/hanse_", "/no_"), REDIS_URL=shop.redis_url
    )

    _assert_fails(nobody, code=os.EX_UNAVAILABLE, saying="127.0.0.1")
    _assert_fails(nothing, code=os.EX_UNAVAILABLE, saying='PostgreSQL lacks the database: database "no_')


def test_a_redis_that_is_not_there_is_named_before_anything_starts(tmp_path: Path, shop: Settings) -> None:
    failed = hanse(tmp_path, "up", DATABASE_URL=shop.database_url, REDIS_URL="redis://127.0.0.1:1", HANSE_PORT="0")

    _assert_fails(failed, code=os.EX_UNAVAILABLE, saying="(REDIS_URL)")


def test_another_master_key_than_the_databases_is_named(tmp_path: Path, shop: Settings) -> None:
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    failed = hanse(tmp_path, "migrate", DATABASE_URL=shop.database_url, REDIS_URL=shop.redis_url, HANSE_MASTER_KEY=key)

    _assert_fails(failed, code=os.EX_CONFIG, saying="HANSE_MASTER_KEY does not open the stored installation secret")


def test_production_makes_no_secret_of_its_own(tmp_path: Path) -> None:
    failed = hanse(tmp_path, "up", HANSE_ENVIRONMENT="production", HANSE_PORT="0")

    _assert_fails(failed, code=os.EX_CONFIG, saying="HANSE_MASTER_KEY is not set")
    assert not (tmp_path / "data" / "master.key").exists()


def test_a_file_to_import_that_is_missing_or_none_is_named(tmp_path: Path, shop: Settings) -> None:
    servers = {"DATABASE_URL": shop.database_url, "REDIS_URL": shop.redis_url}
    key = os.environ["HANSE_MASTER_KEY"]
    (tmp_path / "picture.csv").write_bytes(bytes(range(256)))

    missing = hanse(tmp_path, "import", "transactions", "sales.csv")
    binary = hanse(tmp_path, "import", "transactions", "picture.csv", HANSE_MASTER_KEY=key, **servers)

    _assert_fails(missing, code=os.EX_NOINPUT, saying="there is no file sales.csv")
    _assert_fails(binary, code=os.EX_DATAERR, saying="picture.csv")


def test_a_part_without_servers_says_what_to_set(tmp_path: Path) -> None:
    failed = hanse(tmp_path, "relay")

    _assert_fails(failed, code=os.EX_CONFIG, saying="DATABASE_URL is not set, and no `hanse up` runs in")


def test_a_fault_is_one_line_that_says_how_to_see_more(tmp_path: Path, shop: Settings) -> None:
    servers = {"DATABASE_URL": f"{shop.database_url}&port=many", "REDIS_URL": shop.redis_url}

    short = hanse(tmp_path, "migrate", **servers)
    long = hanse(tmp_path, "migrate", HANSE_LOG_LEVEL="DEBUG", **servers)

    _assert_fails(short, code=os.EX_SOFTWARE, saying="unexpected ValueError")
    assert "Traceback" in long.stderr


def test_ctrl_c_ends_a_command_without_a_word(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "hanse", "migrate"]
    stopped = subprocess.Popen(
        program, cwd=tmp_path, env=fresh_environment(tmp_path), stderr=subprocess.PIPE, text=True
    )
    while not (tmp_path / "data" / "logs").exists():
        assert stopped.poll() is None

    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=10)

    assert stopped.returncode == 130
    assert said == ""


def test_the_schema_is_printed_as_it_is_checked_in(tmp_path: Path) -> None:
    printed = hanse(tmp_path, "export-schema")

    assert printed.returncode == 0
    assert printed.stdout.startswith(("schema", "directive", '"""', "type", "input", "enum", "interface", "union"))


def _assert_fails(result: subprocess.CompletedProcess[str], *, code: int, saying: str) -> None:
    lines = result.stderr.splitlines()
    assert (len(lines), result.returncode) == (1, code), result.stderr
    assert lines[0].startswith("hanse: ")
    assert saying in lines[0]
