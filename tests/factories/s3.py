"""A store that speaks S3, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.processes import free_port

BUCKET = "shop"


@contextmanager
def s3_store() -> Iterator[str]:
    """The address of a fresh bucket, as `HANSE_FILES_URL` has it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_bucket(address, process)
        yield f"s3://an%2Fid:a%2Fsecret@{BUCKET}/files?region=us-east-1&endpoint={address}"
    finally:
        process.kill()
        process.wait()


def _make_bucket(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.put(f"{address}/{BUCKET}", timeout=5).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the store did not start")
