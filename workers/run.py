"""One worker process for one queue: `python -m workers.run --queue default`.

Dramatiq's own command is not used: when one of its processes dies it stops the others too, and it forks. Here the
process is the worker; more workers are more processes, and whoever started one starts it again.
"""

import argparse
import importlib
import os
import signal
import sys
import threading

import dramatiq
import structlog
from redis import RedisError

from domain.shared.logs import configure_logs
from domain.shared.settings import settings
from workers.broker import CannotStart, make_broker
from workers.consume import declare_actors
from workers.routes import QUEUES

HEARTBEAT_SECONDS = 5.0
FINISH_SECONDS = 4.0
"""How long a message that is being worked on may take to finish when the worker is told to stop."""

_log = structlog.get_logger()


def main() -> None:
    parser = argparse.ArgumentParser(prog="workers.run")
    parser.add_argument("--queue", choices=QUEUES, required=True)
    queue: str = parser.parse_args().queue
    configure_logs(settings().log_level, process=f"worker:{queue}")
    # Several BLAS threads of several jobs fight for the cores; the variable counts only before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imported here, and not above, so that a worker loads nothing of the other queue: numpy and scikit-learn are large.
    for module in QUEUES[queue].modules:
        importlib.import_module(module)
    sys.exit(work(queue))


def work(queue: str) -> int:
    """Work off `queue` with the actors that are declared until SIGTERM or SIGINT. Returns the exit code.

    A message that is not finished `FINISH_SECONDS` after the signal goes back to the queue: another worker gets it as
    soon as this one's heartbeat has aged.
    """
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    # Long, because a message that was fetched without the answer arriving is only found again by the relay's sweep.
    broker = make_broker(settings(), answer_seconds=10)
    declare_actors(broker)
    broker.emit_after("process_boot")
    heartbeat = dramatiq.actor(actor_name=f"heartbeat_{queue}", queue_name=queue, broker=broker, max_retries=0)(_beat)
    worker = dramatiq.Worker(
        broker,
        queues={queue},
        worker_threads=QUEUES[queue].threads,
        worker_timeout=int(QUEUES[queue].poll.total_seconds() * 1000),
    )
    try:
        worker.start()
    except CannotStart as error:
        _log.error("worker cannot start", error=str(error))
        return 1
    _log.info("worker started", queue=queue, pid=os.getpid())
    while not stop.is_set():
        _send(heartbeat)
        stop.wait(HEARTBEAT_SECONDS)
    _end(worker)
    return 0


async def _beat() -> None:
    """Nothing: that it was fetched and finished is the message (`workers/alive.py`)."""


def _send(heartbeat: dramatiq.Actor[[], None]) -> None:
    try:
        heartbeat.send()
    except RedisError as error:
        _log.warning("heartbeat not sent", error=repr(error))


def _end(worker: dramatiq.Worker) -> None:
    # Work in a thread of its own cannot be stopped, and Python would wait for it.
    last_resort = threading.Timer(FINISH_SECONDS + 2, os._exit, [1])
    last_resort.daemon = True
    last_resort.start()
    worker.stop(timeout=int(FINISH_SECONDS * 1000))
    worker.broker.close()
    _log.info("worker ended")


if __name__ == "__main__":
    main()
