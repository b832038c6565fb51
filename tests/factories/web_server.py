"""A web server on this machine, to fetch from."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class WebServer:
    """`pages` maps a path to the whole answer; `asked` are the paths that were asked for, with the Host that was told;
    those that are `silent` get no answer."""

    port: int
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    silent: set[str] = field(default_factory=lambda: {"/silent"})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def page(content: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def redirect(to: str) -> bytes:
    return page(b"", f"location: {to}", status="302 Found")


@asynccontextmanager
async def web_server() -> AsyncIterator[WebServer]:
    """What is not among its pages is not found."""
    found = WebServer(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = request.split()[1]
            host = next(line[6:] for line in request.splitlines() if line.lower().startswith("host: "))
            found.asked.append((path, host))
            if path in found.silent:
                await asyncio.sleep(30)
            writer.write(found.pages.get(path, page(b"", status="404 Not Found")))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
