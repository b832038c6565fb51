"""`hanse up`: the whole shop on one machine, from nothing to addresses and log-ins, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable

from rich.console import Console

from domain.shared.settings import Settings, settings
from hanse.engines import Engines
from hanse.failures import Failure
from hanse.opening import prepare_database, seed, wait_for_models, wait_until_ready
from hanse.parts import parts
from hanse.readiness import with_free_port
from hanse.secret_files import with_master_key
from hanse.steps import Steps
from hanse.supervisor import Supervisor
from hanse.under_make import follow_make
from hanse.welcome import welcome

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    asyncio.run(up(settings(), Console(highlight=False)))


async def up(known: Settings, console: Console) -> None:
    """Start everything, tell how to reach it, and keep it running until SIGINT, SIGTERM or SIGHUP.

    Every way out ends every process within 10 seconds; a second signal kills what has not ended. Raises Failure.
    """
    shop = Shop(known, console)
    work = asyncio.ensure_future(shop.run())

    def interrupt(number: signal.Signals) -> None:
        shop.interrupt(number)
        work.cancel()

    make = asyncio.ensure_future(follow_make(interrupt))
    _listen(interrupt)
    try:
        await work
    except asyncio.CancelledError:
        if not shop.is_open:
            raise Failure("stopped before the shop was open", 128 + shop.interrupted_by) from None
    finally:
        make.cancel()
        await shop.close()
        _stop_listening()


def _listen(interrupt: Callable[[signal.Signals], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        # nohup has SIGHUP ignored; a script that starts us in the background SIGINT, but then whoever sends it means us
        if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:
            loop.add_signal_handler(name, interrupt, name)


def _stop_listening() -> None:
    """Nothing is left to be ended; one more Ctrl-C must not make the last moment look like a crash."""
    for name in _SIGNALS:
        asyncio.get_running_loop().remove_signal_handler(name)
        signal.signal(name, signal.SIG_IGN)


class Shop:
    """Everything that one `hanse up` runs. `close()` may be called at any moment of `run()`, after cancelling it."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.is_open = False
        self.interrupted_by = 0
        self._settings = settings
        self._console = console
        self._steps = Steps(console)
        self._engines = Engines(settings)
        self._supervisor = Supervisor(self._steps.say)
        self._watch: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    async def run(self) -> None:
        self._settings = with_free_port(self._settings)
        await self._start_engines()
        with self._steps.step("Migrations, roles and keys"):
            seeded = await prepare_database(self._settings)
        if not seeded:
            await seed(self._settings, self._hurry)
        self._supervisor.adopt(self._engines.children)
        self._watch = asyncio.create_task(self._supervisor.watch())
        with self._steps.step("API, workers, relay and schedule") as step:
            self._supervisor.start(parts(self._settings))
            await wait_until_ready(self._settings, self._supervisor, step)
        self.is_open = True
        with self._steps.step("First models") as step:
            await wait_for_models(self._settings, step)
        welcome(self._settings, self._console)
        await self._watch

    def interrupt(self, number: signal.Signals) -> None:
        """The first signal ends the shop in good order, the second at once."""
        if self.interrupted_by:
            self._hurry.set()
        else:
            self.interrupted_by = number
            self._console.print("\nClosing the shop; everything stays as it is. Ctrl-C again closes it at once.")

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        await self._supervisor.stop(self._hurry)
        await self._engines.stop()
        if self.interrupted_by:
            self._console.print("Closed.")

    async def _start_engines(self) -> None:
        await self._engines.claim()
        self._settings = with_master_key(self._settings)
        with self._steps.step("PostgreSQL") as step:
            await self._engines.start_postgres()
            step.tell("at DATABASE_URL" if self._settings.database_url else "embedded")
        with self._steps.step("Valkey") as step:
            await self._engines.start_valkey()
            step.tell("at REDIS_URL" if self._settings.redis_url else "embedded")
        found = self._engines.settings
        addresses = {"database_url": found.database_url, "redis_url": found.redis_url}
        self._settings = self._settings.model_copy(update=addresses)


if __name__ == "__main__":
    main()
