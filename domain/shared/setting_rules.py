"""What a setting may say beyond its type. Each rule gives the form to keep, or raises ValueError with what is asked for."""

import re
from email.errors import MessageError
from email.policy import SMTP
from ipaddress import ip_network
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from domain.shared.messages import LANGUAGES
from domain.shared.money import tender_currencies

_ORIGIN: Final = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+])(:[0-9]{1,5})?/?")
_HOST: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_RATE: Final = re.compile(r"[1-9][0-9]{0,5} per ([1-9][0-9]{0,3} )?(second|minute|hour|day)s?")
_PAGE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_NO_MAIL_SERVER: Final = "must be an address such as smtp://user:secret@mail.example:587 or smtps://mail.example"
_NO_SENDER: Final = "must be one address such as Shop <post@shop.example>"
_NO_FILE_STORE: Final = (
    "must be an address such as s3://ID:SECRET@bucket/folder?region=eu-central-1, with &endpoint=https://store.example "
    "for a store other than Amazon's"
)
_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}


def language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return code


def currencies(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not codes or len(set(codes)) < len(codes) or not tender_currencies().issuperset(codes):
        raise ValueError("must be one or more ISO 4217 codes of currencies in use, each once")
    return codes


def database(url: str) -> str:
    return _address(url, "postgresql", "postgres")


def redis(url: str) -> str:
    return _address(url, "redis", "rediss")


def origins(given: tuple[str, ...]) -> tuple[str, ...]:
    """As browsers send them: in lower case, without the port that the scheme has anyway."""
    return tuple(_origin(one) for one in given)


def public_origin(url: str) -> str:
    """One origin, in the same form. Empty means this machine."""
    return url and _origin(url)


def host_name(given: str) -> str:
    if not _HOST.fullmatch(given):
        raise ValueError("must be a host name in lower case such as shop.example, without scheme and port")
    return given


def networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for one in given:
        try:
            ip_network(one)
        except ValueError:
            raise ValueError("must be addresses such as 10.0.0.5 or networks such as 10.0.0.0/8") from None
    return given


def rate(given: str) -> str:
    if _RATE.fullmatch(given) is None:
        raise ValueError("must be a rate such as 10 per 15 minutes or 5 per hour")
    return given


def rates(given: tuple[str, str]) -> tuple[str, str]:
    """Per account and per network address."""
    for one in given:
        if _RATE.fullmatch(one) is None:
            raise ValueError("must be two rates such as 10 per 15 minutes or 5 per hour")
    return given


def mail_server(url: SecretStr) -> SecretStr:
    """Empty means that mails become files."""
    given = url.get_secret_value()
    try:
        parts = urlsplit(given)
        whole = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:
        raise ValueError(_NO_MAIL_SERVER) from None
    if given and (not whole or parts.path or parts.query or parts.fragment):
        raise ValueError(_NO_MAIL_SERVER)
    return url


def file_store(url: SecretStr) -> SecretStr:
    """Empty means the local folder."""
    try:
        parts = urlsplit(url.get_secret_value())
        asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
        endpoint = urlsplit(asked.get("endpoint", ["https://-"])[-1])
        whole = parts.scheme == "s3" and parts.hostname and not parts.fragment and parts.port is None
    except ValueError:
        raise ValueError(_NO_FILE_STORE) from None
    known = set(asked) <= {"region", "endpoint"} and endpoint.scheme in {"http", "https"} and endpoint.hostname
    if url.get_secret_value() and (not whole or not known or bool(parts.username) != bool(parts.password)):
        raise ValueError(_NO_FILE_STORE)
    return url


def sender(given: str) -> str:
    """One mailbox, with the shop's name before it or without."""
    try:
        header = SMTP.header_factory("From", given)
    except (ValueError, MessageError, IndexError):
        raise ValueError(_NO_SENDER) from None
    found = [one.domain for one in header.addresses]
    if header.defects or len(found) != 1 or not found[0] or not given.isprintable():
        raise ValueError(_NO_SENDER)
    return given


def page_address(given: str) -> str:
    """Without a slash at its end."""
    if _PAGE.fullmatch(given) is None:
        raise ValueError("must be the address of a page such as https://shop.example, without ? and #")
    return given.rstrip("/")


def _address(url: str, *schemes: str) -> str:
    """Empty means that the embedded engine is wanted."""
    if url and url.partition("://")[0] not in schemes:
        raise ValueError(f"must be an address that begins with {schemes[0]}://")
    return url


def _origin(given: str) -> str:
    found = _ORIGIN.fullmatch(given.lower())
    if found is None:
        raise ValueError("must be origins such as https://shop.example or http://localhost:3000")
    scheme, host, port = found.groups("")
    return f"{scheme}://{host}{'' if port == _USUAL_PORTS[scheme] else port}"
