"""The guide for partners works as it stands: its commands in a shell, its program in Python."""

import asyncio
import json
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import parse, validate

from domain.orders.states import OrderEvent
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.client import signed_in
from tests.api.operations import schema
from tests.docs.documents import ROOT, blocks
from tests.factories.applications import a_partner
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.processes import running, serving

GUIDE = ROOT / "docs" / "partners.md"


@pytest_asyncio.fixture(scope="module")
async def api(shop: Settings) -> Any:
    async with serving(shop) as url, running("workers.relay", shop=shop):
        yield url


def test_its_operations_fit_the_schema() -> None:
    quoted = [text for script in blocks(GUIDE, "sh") for text in re.findall(r"'([^']*)'", script)]
    operations = [
        text.removeprefix("query=") for text in quoted if re.match(r"(query=)?\{ |mutation|subscription", text)
    ]

    assert len(operations) >= 6
    for operation in operations:
        assert validate(schema()._schema, parse(operation)) == [], operation


async def test_its_commands_work_in_a_shell(api: str, tmp_path: Path) -> None:
    await an_order(await a_person(), await some_goods(), events=(OrderEvent.PAY,))
    staff = await signed_in(api, await a_person("administrator"))
    script = "\n".join(blocks(GUIDE, "sh"))
    script = script.replace(". docs/try.sh", f". {ROOT}/docs/try.sh").replace(
        "log_in administrator", f"AUTH='Bearer {staff.token}'"
    )

    told = await _shell(script + '\necho "TOLD $CLIENT $KEY_ID $KEY"', tmp_path, HANSE=api)

    assert told.count('"message"') == 0, told
    assert '"algorithm":"RS256"' in told
    assert re.search(r'"state":"SHIPPED","order":{"number":"', told), told
    assert len(re.findall(r"hanse_[a-z2-7]{12}_[A-Za-z0-9_-]{43}[0-9a-f]{8}", told)) == 2


async def test_its_program_asks_and_follows(api: str) -> None:
    known = await a_partner("orders.read")
    partner = _program()["Partner"](api, str(known.application_id), known.signer.private_pem)
    start = (await asyncio.to_thread(partner.ask, "{ orderUpdatesCursor }"))["orderUpdatesCursor"]

    await an_order(await a_person(), await some_goods(), events=(OrderEvent.PAY,))
    seen = [
        await asyncio.wait_for(asyncio.to_thread(_first, follow(start), 2), 20)
        for follow in (partner.follow, partner.follow_by_websocket)
    ]

    assert [[one["state"] for one in updates] for updates in seen] == [["PENDING", "PAID"]] * 2


async def test_its_program_gets_a_new_token_when_the_one_it_has_is_refused(api: str) -> None:
    known = await a_partner("orders.read")
    partner = _program()["Partner"](api, str(known.application_id), known.signer.private_pem)
    await an_order(await a_person(), await some_goods(), events=(OrderEvent.PAY,))

    _hold_a_dead_token(partner)
    answered = await asyncio.to_thread(partner.ask, "{ orderUpdatesCursor(oldest: true) }")
    seen = []
    for follow in (partner.follow, partner.follow_by_websocket):
        _hold_a_dead_token(partner)
        seen += await asyncio.wait_for(asyncio.to_thread(_first, follow(answered["orderUpdatesCursor"]), 1), 20)

    assert len(seen) == 2
    assert seen[0] == seen[1]


async def test_its_program_ends_when_its_assertions_are_refused(api: str) -> None:
    known = await a_partner("orders.read")
    partner = _program()["Partner"](api, str(new_id()), known.signer.private_pem)

    with pytest.raises(httpx.HTTPStatusError, match="401"):
        await asyncio.wait_for(asyncio.to_thread(_first, partner.follow(), 1), 20)


async def test_its_program_ends_when_its_cursor_is_none(api: str) -> None:
    known = await a_partner("orders.read")
    partner = _program()["Partner"](api, str(known.application_id), known.signer.private_pem)

    with pytest.raises(RuntimeError, match="after"):
        await asyncio.wait_for(asyncio.to_thread(_first, partner.follow("no cursor"), 1), 20)


async def test_its_program_waits_with_a_new_assertion_while_the_shop_is_busy() -> None:
    answers = [(503, {}), (429, {}), (200, {"access_token": "fresh", "expires_in": 900})]
    asked: list[str] = []
    server = await asyncio.start_server(partial(_answer, answers, asked), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    partner = _program()["Partner"](address, "client", (await a_partner("orders.read")).signer.private_pem)

    async with server:
        token = await asyncio.wait_for(asyncio.to_thread(partner.token), 20)

    assert token == "fresh"
    assert len(asked) == len(set(asked)) == 3


async def _answer(
    answers: list[tuple[int, Any]], asked: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    asked.append((await reader.readexactly(int(re.findall(r"content-length: (\d+)", head)[0]))).decode())
    status, body = answers[len(asked) - 1]
    sent = json.dumps(body)
    writer.write(
        f"HTTP/1.1 {status} X\r\nretry-after: 0\r\nconnection: close\r\n"
        f"content-length: {len(sent)}\r\n\r\n{sent}".encode()
    )
    await writer.drain()
    writer.close()


def _program() -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(blocks(GUIDE, "python")[0], namespace)  # noqa: S102 # it is our own
    return namespace


def _hold_a_dead_token(partner: Any) -> None:
    partner.access_token, partner.renew_at = "dead", time.time() + 900


def _first(updates: Any, number: int) -> list[dict[str, Any]]:
    seen = [next(updates) for _ in range(number)]
    updates.close()
    return seen


async def _shell(script: str, folder: Path, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        script,
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    return told.decode()
