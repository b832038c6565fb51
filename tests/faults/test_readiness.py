"""What the health endpoints say while parts die."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from redis.asyncio import Redis
from starlette.applications import Starlette

from api.http.health import health_routes
from api.http.metrics import Metrics
from domain.shared.settings import settings
from tests.backstage import Backstage, until
from tests.factories.audit import an_entry
from tests.workers.probes import Note, happen

UP = {"database": "up", "queue": "up", "relay": "up", "worker": "up"}


@pytest_asyncio.fixture
async def client(backstage: Backstage) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001  # it makes the settings
    metrics = Metrics(operations=["placeOrder"], paths=["/healthz", "/readyz"])
    async with Redis.from_url(settings().redis_url, socket_timeout=1) as redis:
        app = Starlette(routes=[*health_routes(redis), metrics.route()])
        transport = httpx.ASGITransport(metrics.measured(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield client


async def test_ready_is_who_has_a_relay_and_a_worker_until_one_of_them_dies(
    backstage: Backstage, client: httpx.AsyncClient
) -> None:
    before = await client.get("/readyz")
    relay = backstage.start_relay("ALIVE_SECONDS=2")
    backstage.start_worker()
    await until(lambda: _answers(client, 200))
    complete = await client.get("/readyz")

    relay.kill()
    await until(lambda: _answers(client, 503))
    after = await client.get("/readyz")

    assert (before.status_code, before.json()["parts"]) == (503, {**UP, "relay": "down", "worker": "down"})
    assert complete.json() == {"ready": True, "parts": UP}
    assert after.json() == {"ready": False, "parts": {**UP, "relay": "down"}}


async def test_without_redis_the_process_is_healthy_and_not_ready(
    backstage: Backstage, client: httpx.AsyncClient
) -> None:
    backstage.valkey.stop()

    healthy = await client.get("/healthz")
    ready = await client.get("/readyz")
    backstage.valkey.start()

    assert healthy.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["parts"] == {"database": "up", "queue": "down", "relay": "down", "worker": "down"}


async def test_metrics_tell_the_backlog_and_keep_their_labels_few(client: httpx.AsyncClient) -> None:
    await happen(Note, 3)
    for _ in range(2):
        await an_entry()
    for path in ("/healthz", "/guessed/1", "/guessed/2"):
        await client.get(path)

    text = (await client.get("/metrics")).text

    assert 'hanse_backlog{of="events without position"} 3.0' in text
    assert 'hanse_backlog{of="deliveries given up"} 0.0' in text
    assert 'hanse_backlog{of="audit entries without place"} 2.0' in text
    assert 'hanse_http_requests_total{path="/healthz",status="200"} 1.0' in text
    assert 'hanse_http_requests_total{path="other",status="404"} 2.0' in text
    assert "guessed" not in text


def test_operations_that_the_schema_does_not_know_share_a_name() -> None:
    metrics = Metrics(operations=["placeOrder"], paths=[])

    for name in ("placeOrder", "guessed1", "guessed2"):
        metrics.observe_operation(name, 0.01, failed=name != "placeOrder")

    assert (
        metrics._registry.get_sample_value("hanse_operation_seconds_count", {"operation": "other", "outcome": "failed"})
        == 2
    )


async def _answers(client: httpx.AsyncClient, status: int) -> bool:
    return (await client.get("/readyz")).status_code == status
