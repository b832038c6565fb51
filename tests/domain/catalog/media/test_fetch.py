"""Fetching from addresses of strangers, and what may not be fetched."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from domain.catalog.media import fetch as fetching
from domain.catalog.media.fetch import REDIRECTS_AT_MOST, CannotFetch, fetch
from domain.catalog.media.reach import is_public, reaching
from domain.catalog.media.rules import checked_url
from domain.shared.errors import InvalidInput
from tests.factories.web_server import WebServer, page, redirect, web_server

HERE = reaching(["127.0.0.1/32"])


@pytest_asyncio.fixture
async def web() -> AsyncIterator[WebServer]:
    async with web_server() as server:
        yield server


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 nothing is bound to it
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_nothing_but_public_addresses_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0", "169.254.169.254"]
)
async def test_the_guard_refuses_whatever_leads_to_this_machine(host: str, web: WebServer, tmp_path: Path) -> None:
    web.pages["/"] = page(b"secret")

    with pytest.raises(CannotFetch) as refused:
        await fetch(f"http://{host}:{web.port}/", tmp_path / "got", longest=100, reach=is_public)

    assert (refused.value.code, refused.value.is_final) == ("ADDRESS_REFUSED", True)
    assert web.asked == []


async def test_what_is_answered_is_stored_with_the_name_that_was_asked_for(web: WebServer, tmp_path: Path) -> None:
    web.pages["/a?b=c"] = page(b"picture")

    await fetch(f"http://127.0.0.1:{web.port}/a?b=c", tmp_path / "got", longest=7, reach=HERE)

    assert (tmp_path / "got").read_bytes() == b"picture"
    assert web.asked == [("/a?b=c", f"127.0.0.1:{web.port}")]


async def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_connected_to(
    web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server of an attacker answers a good address to the check and another to the connection."""
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    seen: list[str] = []

    async def lookup(_loop: Any, host: str, port: int, **_: Any) -> list[Any]:
        seen.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    web.pages["/"] = page(b"picture")
    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", lookup)
    await fetch(f"http://pictures.example:{web.port}/", tmp_path / "got", longest=100, reach=HERE)

    assert "pictures.example" in seen
    assert seen.count("pictures.example") == 1
    assert web.asked == [("/", f"pictures.example:{web.port}")]


async def test_a_name_with_one_private_address_among_others_is_refused(
    web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lookup(_loop: Any, _host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("127.0.0.1", "10.0.0.1")]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", lookup)
    with pytest.raises(CannotFetch, match="ADDRESS_REFUSED"):
        await fetch(f"http://pictures.example:{web.port}/", tmp_path / "got", longest=100, reach=HERE)


async def test_redirects_are_followed_and_counted(web: WebServer, tmp_path: Path) -> None:
    web.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(10)}
    web.pages["/3"] = page(b"picture")

    await fetch(f"{web.url}/0", tmp_path / "got", longest=100, reach=HERE)
    web.pages["/3"] = redirect("/4")
    with pytest.raises(CannotFetch, match="TOO_MANY_REDIRECTS"):
        await fetch(f"{web.url}/0", tmp_path / "not", longest=100, reach=HERE)

    assert (tmp_path / "got").read_bytes() == b"picture"
    assert len(web.asked) == 2 * (REDIRECTS_AT_MOST + 1)


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.2/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "//u:p@127.0.0.1/",
        "//127.0.0.1:99999/",
        "//127.0.0.1:0/",
        f"//{'a' * 64}.example/",
        "//a..b/",
        "//a%00b/",
    ],
)
async def test_a_redirect_may_not_lead_where_an_address_may_not(to: str, web: WebServer, tmp_path: Path) -> None:
    web.pages["/"] = redirect(to)

    with pytest.raises(CannotFetch, match="ADDRESS_REFUSED"):
        await fetch(f"{web.url}/", tmp_path / "got", longest=100, reach=HERE)


@pytest.mark.parametrize(
    ("answer", "code", "is_final"),
    [
        (page(b"x" * 101), "TOO_LARGE", True),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + b"x" * 101, "TOO_LARGE", True),
        (page(b"", status="404 Not Found"), "NOT_THERE", True),
        (page(b"", status="403 Forbidden"), "NOT_THERE", True),
        (page(b"", status="204 No Content"), "NOT_THERE", True),
        (page(b"", status="429 Too Many Requests"), "UNREACHABLE", False),
        (page(b"", status="503 Service Unavailable"), "UNREACHABLE", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort", "UNREACHABLE", False),
        (b"this is no HTTP", "UNREACHABLE", False),
    ],
)
async def test_what_cannot_be_used_says_why_and_whether_later_may_be_better(
    answer: bytes, code: str, is_final: bool, web: WebServer, tmp_path: Path
) -> None:
    web.pages["/"] = answer

    with pytest.raises(CannotFetch) as refused:
        await fetch(f"{web.url}/", tmp_path / "got", longest=100, reach=HERE)

    assert (refused.value.code, refused.value.is_final) == (code, is_final)


@pytest.mark.parametrize(
    "url",
    [
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://[fe80::1%25eth0]/",
        "http://u:p@shop.example/",
    ],
)
def test_an_address_that_can_lead_nowhere_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_url(url, field="url")

    assert (refused.value.field, refused.value.rule) == ("url", "webAddress")


@pytest.mark.parametrize(
    "url",
    ["https://shop.example/a?b=c", "http://[2606:4700::1111]:81/", "http://xn--a.example./", "http://my_cdn.example/"],
)
def test_any_other_may_lead_somewhere(url: str) -> None:
    assert checked_url(url, field="url") == url


async def test_who_does_not_answer_is_not_waited_for_for_ever(
    web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_SECONDS", 0.3)

    for url in (f"{web.url}/silent", "http://127.0.0.1:9/", "http://no-such-host.invalid/", "http://xn--a.example/"):
        with pytest.raises(CannotFetch) as refused:
            await fetch(url, tmp_path / "got", longest=100, reach=HERE)
        assert (refused.value.code, refused.value.is_final) == ("UNREACHABLE", False)
