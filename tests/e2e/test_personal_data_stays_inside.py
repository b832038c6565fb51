"""Whatever goes wrong, nobody's data and no secret gets into a log, into the open of a table, or into Redis."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import orjson
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from websockets import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from api.ids import decode
from domain.shared.database import run, value
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.api.client import signed_in
from tests.conftest import own_database
from tests.database_text import database_text, spellings
from tests.e2e.faulty import FAULTS, break_down
from tests.e2e.secretive import DEVICE, KEY, NEW_PASSWORD, PASSWORD, PERSON, WORDS, WRONG_PASSWORD, Somebody
from tests.e2e.waiting import until
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.smtp import smtp_server
from tests.processes import free_port, running

PARTS = {
    "api": ("hanse.serve",),
    "relay": ("workers.relay",),
    "schedule": ("workers.schedule",),
    "worker": ("workers.run", "--queue", "default"),
    "worker-ml": ("workers.run", "--queue", "ml"),
    "worker-bulk": ("workers.run", "--queue", "bulk"),
}
DATABASE_PASSWORD = "gedoelthes-Kennwort-77"
MUCH = '["9999 per hour", "9999 per hour"]'
EVEN_SO = {"HANSE_LOG_LEVEL": "DEBUG", "HANSE_THROTTLE_LOG_IN": MUCH, "HANSE_THROTTLE_MAIL": MUCH}


@dataclass
class Story:
    """What somebody did, and what is left of it: logs by part, tables and Redis as text."""

    somebody: Somebody
    logs: dict[str, str]
    tables: dict[str, str]
    redis: str


@pytest_asyncio.fixture(scope="module")
async def story(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    folder = tmp_path_factory.mktemp("inside")
    async with own_database(shop, folder, f"{shop.redis_url}/4") as own, smtp_server() as inbox:
        port = free_port()
        somebody = Somebody(f"http://127.0.0.1:{port}", inbox)
        more = {**EVEN_SO, "HANSE_PORT": str(port), "HANSE_MAIL_URL": inbox.url()}
        async with AsyncExitStack() as processes:
            for part, words in PARTS.items():
                log = folder / f"{part}.log"
                await processes.enter_async_context(running("tests.e2e.faulty", *words, shop=own, log=log, **more))
            await _until_open(somebody.url)
            await _live(somebody)
            await _stumble(somebody)
            await _meet_refusing_servers(somebody)
            redis = await _meet_faults(somebody, own)
            await _say_too_much(somebody)
            await _start_badly(own, folder)
            await _break_a_rule_of_the_database()
        yield Story(somebody, _read(folder), await database_text(), redis + await _redis_text(own))


async def test_the_story_was_lived(story: Story) -> None:
    """Otherwise nothing would be proved by finding nothing."""
    answers, mails = "\n".join(story.somebody.answers), "\n".join(story.somebody.mails())

    assert PERSON["tax number"] in answers
    assert PERSON["name"] in mails
    assert len(story.somebody.secrets) > 14
    for table in ("users", "address_entry", "orders", "session", "totp", "privacy_request", "api_key"):
        assert story.tables[table], table


async def test_failures_were_logged_with_their_places(story: Story) -> None:
    lines = [orjson.loads(line) for part in ("api", "worker") for line in story.logs[part].splitlines()]
    raised = [line for line in lines if "exception" in line]
    failed = [line for line in raised if line["exception"].endswith("LookupError(…)")]

    assert len(failed) > 10
    assert {line["process"] for line in failed} == {"api", "worker:default"}
    assert all("ValueError(…)" in line["exception"] for line in failed)
    assert all("faulty.py" in line["exception"] for line in failed)
    assert any(line["exception"].endswith("""violates check constraint "broken"')""") for line in raised)


@pytest.mark.parametrize("word", WORDS)
async def test_no_log_tells_it(story: Story, word: str) -> None:
    assert _places(word, story.logs) == set()


@pytest.mark.parametrize("word", WORDS)
async def test_no_table_holds_it_in_the_open(story: Story, word: str) -> None:
    assert _places(word, story.tables) == set()


async def test_secrets_stand_nowhere(story: Story) -> None:
    everywhere = {**story.logs, **story.tables, "redis": story.redis}
    known = {**story.somebody.secrets, "password of the database": DATABASE_PASSWORD}

    assert {name: found for name, secret in known.items() if (found := _places(secret, everywhere))} == {}


@pytest.mark.parametrize("word", [*WORDS, KEY])
async def test_redis_holds_nothing_of_it(story: Story, word: str) -> None:
    assert _places(word, {"redis": story.redis}) == set()


async def test_a_key_that_a_client_chose_stands_in_its_table_alone(story: Story) -> None:
    assert _places(KEY, story.logs) == set()
    assert _places(KEY, story.tables) == {"idempotency_key"}


def _places(text: str, where: dict[str, str]) -> set[str]:
    wanted = spellings(text)
    return {place for place, found in where.items() if any(one in found for one in wanted)}


async def _until_open(url: str) -> None:
    async with httpx.AsyncClient() as http:

        async def answers() -> bool:
            try:
                return (await http.get(f"{url}/healthz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(answers)


async def _live(somebody: Somebody) -> None:
    """What people do, all of which succeeds."""
    await somebody.sign_up()
    await until(lambda: _mailed(somebody, 1))
    await somebody.confirm()
    await somebody.log_in()
    await somebody.refresh()
    await somebody.tell_all()
    assert await somebody.buy(await some_goods())
    await somebody.do("giveConsent", "... on Consent { id }", purpose="TERMS", textVersion="2026-01")
    await somebody.change_address()
    await until(lambda: _mailed(somebody, 3))
    await somebody.do("requestPasswordReset", "... on MailRequested { linkValidSeconds }", email=PERSON["email"])
    await until(lambda: _mailed(somebody, 4))
    asked = await somebody.do("requestPersonalData", "... on PrivacyRequest { id }")
    request_id = decode("PrivacyRequest", asked["id"], field="id")
    await until(lambda: value("SELECT file_path FROM privacy_request WHERE id = $1", request_id))
    somebody.secrets["link of the reset"] = somebody.token_for("reset-password")
    await somebody.protect()
    await _use_an_api_key(somebody)


async def _mailed(somebody: Somebody, count: int) -> bool:
    return len(somebody.inbox.envelopes) >= count


async def _use_an_api_key(somebody: Somebody) -> None:
    administrator = await signed_in(somebody.url, await a_person("administrator"))
    other = Somebody(somebody.url, somebody.inbox, administrator.token or "")
    made = await other.do("registerApplication", "... on Application { id }", name="Partner", scopes=["orders.read"])
    issued = await other.do(
        "createApiKey", "... on IssuedApiKey { secret }", applicationId=made["id"], scopes=["orders.read"]
    )
    somebody.secrets |= {"API key": issued["secret"], "token of the administrator": administrator.token or ""}
    await Somebody(somebody.url, somebody.inbox, issued["secret"]).do(
        "createCart", "... on Cart { id }", currency="EUR"
    )
    await Somebody(somebody.url, somebody.inbox, f"{issued['secret']}x").do(
        "createCart", "... on Cart { id }", currency="EUR"
    )


async def _stumble(somebody: Somebody) -> None:
    """What people get wrong, and what programs that talk to the shop do."""
    mistaken = Somebody(somebody.url, somebody.inbox, somebody.token)
    for change in (
        {"email": f"{PERSON['email']}@@"},
        {"name": PERSON["name"] * 99},
        {"password": WRONG_PASSWORD * 20_000},
    ):
        await mistaken.do("signUp", "... on SignUpAccepted { linkValidSeconds }", **somebody.sign_up_input(**change))
    await mistaken.do("logIn", "... on Tokens { accessToken }", email=PERSON["email"], password=WRONG_PASSWORD)
    for change in ({"postcode": PERSON["phone"]}, {"country": PERSON["city"]}, {"line1": ""}):
        await mistaken.do("addAddress", "... on AddressEntry { id }", address=somebody.address(**change))
    await mistaken.do("updateProfile", "... on User { id }", phone=PERSON["street"], taxNumber=PERSON["tax number"] * 9)
    await mistaken.do(
        "changePassword", "... on PasswordChanged { userId }", currentPassword=NEW_PASSWORD, newPassword="a"
    )
    await mistaken.do("confirmEmail", "... on AccountOpened { userId }", token=PERSON["email"], password=PASSWORD)
    everything = " ".join([*PERSON.values(), *somebody.secrets.values()])
    async with httpx.AsyncClient(base_url=somebody.url, headers={"user-agent": DEVICE}) as http:
        for body in (everything, f'{{"query": "{{ {everything} }}"}}', f'{{"variables": ["{everything}"', "null"):
            await http.post("/graphql", content=body.encode(), headers={"content-type": "application/json"})
        wrong = {"query": "query($n: Int!) { orders(first: $n) { nodes { id } } }", "variables": {"n": everything}}
        await http.post("/graphql", json=wrong, headers={"authorization": f"Bearer {somebody.token}"})
        for path in (
            "/graphql",
            "/files/personal-data/0.json",
            "/.well-known/jwks.json",
            "/readyz",
            "/nowhere",
            "/oauth/token",
        ):
            await http.get(path, params={"access_token": somebody.token, "q": everything[:2000]})
        await http.post("/oauth/token", data={"client_assertion": everything, "grant_type": PERSON["name"]})
        for authorization in (f"Bearer {somebody.token}x", f"Basic {everything[:500]}", everything[:500]):
            sent = [(b"authorization", authorization.encode())]
            await http.post("/graphql", json={"query": "{ me { id } }"}, headers=sent)


async def _meet_refusing_servers(somebody: Somebody) -> None:
    """A mail server that quotes the address in its refusal, and a database that quotes the row in its."""
    somebody.inbox.refusals += [f"550 no mailbox {PERSON['email']}", f"451 {PERSON['email']} is busy"]
    for _ in range(2):
        await somebody.do("requestPasswordReset", "... on MailRequested { linkValidSeconds }", email=PERSON["email"])
    await until(lambda: _no_refusals_left(somebody))
    await run("ALTER TABLE idempotency_key ADD CONSTRAINT broken CHECK (key !~ 'rhabarber') NOT VALID")
    await somebody.do("createCart", "... on Cart { id }", currency="EUR", idempotencyKey=KEY)
    await run("ALTER TABLE idempotency_key DROP CONSTRAINT broken")
    await run(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND datname = current_database()"""
    )


async def _no_refusals_left(somebody: Somebody) -> bool:
    return not somebody.inbox.refusals


async def _meet_faults(somebody: Somebody, shop: Settings) -> str:
    """Each function that holds somebody's data in the open fails over it, in the API and in the worker.

    Returns what Redis holds while work waits to be tried again.
    """
    for fault in FAULTS:
        break_down(shop.data_dir, fault)
        await _do_what_fails(somebody)
    await _come_back(somebody)
    for fault, consumer in (("seal", "export_personal_data"), ("letter", "mail_password_reset")):
        break_down(shop.data_dir, fault)
        await run("UPDATE inbox_entry SET error = NULL WHERE consumer = $1", consumer)
        await somebody.do("requestPasswordReset", "... on MailRequested { linkValidSeconds }", email=PERSON["email"])
        await somebody.do("requestPersonalData", "... on PrivacyRequest { id }")
        await until(lambda of=consumer: value(_FAILED, of))  # type: ignore[misc] # mypy does not see through the default
    held = await _redis_text(shop)
    break_down(shop.data_dir, "")
    return held


async def _come_back(somebody: Somebody) -> None:
    """On a new device, with both factors: the new password signed the others out, and a copy of everything takes this."""
    user_id = await value("SELECT user_id FROM privacy_request LIMIT 1")
    somebody.token = (await signed_in(somebody.url, Viewer(user_id=user_id))).token or ""
    somebody.secrets["token of the new device"] = somebody.token
    await run("""UPDATE session SET methods = '["pwd","otp","mfa"]' WHERE user_id = $1""", user_id)
    await somebody.protect(NEW_PASSWORD)  # the reset took away what had just been added


_FAILED = "SELECT error FROM inbox_entry WHERE consumer = $1 AND error LIKE 'LookupError%' LIMIT 1"


async def _do_what_fails(somebody: Somebody) -> None:
    newcomer = somebody.sign_up_input(email=PERSON["new email"])
    renewal = {"token": somebody.secrets["link of the reset"], "newPassword": NEW_PASSWORD}
    await somebody.do("signUp", "... on SignUpAccepted { linkValidSeconds }", **newcomer)
    await somebody.do("logIn", "... on Tokens { accessToken }", email=PERSON["email"], password=PASSWORD)
    await somebody.do("addAddress", "... on AddressEntry { id }", address=somebody.address())
    await somebody.do("resetPassword", "... on PasswordChanged { userId }", **renewal)
    await somebody.do("updateProfile", "... on User { id }", name=PERSON["name"])
    await _subscribe(somebody)


async def _subscribe(somebody: Somebody) -> None:
    try:
        address = f"ws{somebody.url[4:]}/graphql?access_token={somebody.token}"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            payload = {"authorization": f"Bearer {somebody.token}", "name": PERSON["name"]}
            await socket.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
            async with asyncio.timeout(1):
                await socket.recv()
            await socket.send(orjson.dumps({"type": "subscribe", "id": PERSON["name"], "payload": PERSON}).decode())
            async with asyncio.timeout(1):
                await socket.recv()
    except (WebSocketException, TimeoutError, OSError):
        return


async def _say_too_much(somebody: Somebody) -> None:
    """Straight into the socket."""
    host, port = somebody.url.removeprefix("http://").split(":")
    for words in (
        f"GET /{PERSON['email']} HTTP/9\r\n\r\n",
        f"{PERSON['name']}\r\n\r\n",
        f"GET / HTTP/1.1\r\n{PERSON['city']}\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(words.encode())
        writer.write_eof()
        await reader.read(1000)
        writer.close()


async def _start_badly(shop: Settings, folder: Path) -> None:
    """Parts whose database is not there: its address holds a password."""
    away = f"postgresql://hanse:{DATABASE_PASSWORD}@127.0.0.1:{free_port()}/hanse"
    for part in ("workers.run", "workers.relay", "hanse.serve"):
        words = ("--queue", "default") if part == "workers.run" else ()
        async with running(
            part, *words, shop=shop.model_copy(update={"database_url": away}), log=folder / f"bad-{part}.log"
        ):
            await asyncio.sleep(3)


async def _break_a_rule_of_the_database() -> None:
    """PostgreSQL answers with the whole row, and would write it into its log."""
    with pytest.raises(asyncpg.NotNullViolationError) as violation:
        await run("INSERT INTO secret (name, sealed) VALUES ($1, $2)", PERSON["city"], PERSON["name"])
    assert PERSON["name"] in str(violation.value.detail)


def _read(folder: Path) -> dict[str, str]:
    """By part; PostgreSQL's is that of the whole run."""
    files = [*folder.glob("*.log"), Path(os.environ["HANSE_TEST_POSTGRES_LOG"])]
    return {path.name.removesuffix(".log"): path.read_text(errors="replace") for path in files}


async def _redis_text(shop: Settings) -> str:
    found = []
    for url in (shop.redis_url, shop.queue_url):
        async with Redis.from_url(url) as redis:
            async for key in redis.scan_iter():
                found += [key, await redis.dump(key) or b""]
                kind = await redis.type(key)
                if kind == b"hash":
                    found += [one for pair in (await redis.hgetall(key)).items() for one in pair]
                elif kind == b"string":
                    found.append(await redis.get(key) or b"")
    return b"\n".join(found).decode(errors="replace")
