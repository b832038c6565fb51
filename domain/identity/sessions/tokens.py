"""Access tokens: JWTs (RFC 7519) that live at most 15 minutes and are checked without a statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain.identity.access.grants import Grant, allowed
from domain.identity.applications.application_rules import ApplicationRights, application_viewer, claimed_rights
from domain.identity.errors import SessionEnded, TokenExpired, TokenInvalid
from domain.identity.factors.second_factor import satisfied
from domain.identity.keys.keys import active_key, public_keys
from domain.identity.queries import UserFacts
from domain.identity.sessions.cutoffs import is_ended, is_good_no_more, moment_of_issue
from domain.shared.clock import now
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

AUDIENCE = "hanse"
ALGORITHMS = ("RS256", "EdDSA")
MAX_LENGTH = 8192

_REQUIRED = ["iss", "aud", "sub", "lang", "iat", "exp", "its"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Claims:
    subject_id: UUID
    session_id: UUID | None
    grants: tuple[Grant, ...]
    methods: tuple[str, ...]
    is_guest: bool
    application: ApplicationRights | None
    language: str
    issued_at: datetime
    expires_at: datetime


@dataclass
class _UnknownKey(Exception):
    kid: str


async def issue_access_token(owner: UserFacts, session_id: UUID, methods: tuple[str, ...]) -> tuple[str, datetime]:
    """A token for this device of `owner`, which signed in by `methods` (RFC 8176), and when it expires."""
    claims: dict[str, Any] = {"sid": str(session_id), "lang": owner.language, "amr": list(methods)}
    if owner.grants:
        claims["grants"] = [[one.role, one.channel, one.supplier_id and str(one.supplier_id)] for one in owner.grants]
    if owner.is_guest:
        claims["guest"] = True
    return await signed_token(owner.id, claims)


async def signed_token(subject_id: UUID, claims: Mapping[str, Any]) -> tuple[str, datetime]:
    """An access token about `subject_id` with `claims` of its own, and when it expires."""
    key, issued_at = await active_key("access"), now()
    expires_at = issued_at.replace(microsecond=0) + timedelta(seconds=settings().access_token_seconds)
    standard = {
        "iss": settings().token_issuer,
        "aud": AUDIENCE,
        "sub": str(subject_id),
        "iat": issued_at,
        "its": (await moment_of_issue(subject_id) - _EPOCH) // _MICROSECOND,  # what cut-offs go by
        "exp": expires_at,
    }
    signed = jwt.encode({**standard, **claims}, _private(key.private_pem), key.algorithm, headers={"kid": key.kid})
    return signed, expires_at


async def viewer_from_token(token: str) -> Viewer:
    """Who sends `token`, with the permissions that their roles have now. Raises TokenExpired, SessionEnded or TokenInvalid.

    A token whose session ended is refused within seconds (`cutoffs`); one whose owner's rights changed since counts as
    expired, for refreshing the session gives one that tells the new ones. No SQL as a rule.
    """
    claims = await _claims(token)
    if claims.expires_at <= now():
        raise TokenExpired
    if claims.session_id is not None and await is_ended(claims.session_id):
        raise SessionEnded
    if await is_good_no_more(claims.subject_id, claims.issued_at):
        raise TokenExpired
    if claims.application is not None:
        return application_viewer(claims.application)
    lacking = bool(claims.grants) and settings().staff_second_factor and not satisfied(claims.methods)
    permissions, limits = await allowed(() if lacking else claims.grants)
    return Viewer(
        user_id=claims.subject_id,
        permissions=permissions,
        limits=limits,
        session_id=claims.session_id,
        language=claims.language,
        is_guest=claims.is_guest,
        needs_second_factor=lacking,
    )


async def _claims(token: str) -> _Claims:
    if len(token) > MAX_LENGTH:
        raise TokenInvalid
    wanted = None
    for _ in range(2):
        known = await public_keys("access", wanted=wanted)
        try:
            return _verified(token, tuple(known.items()), settings().token_issuer)
        except _UnknownKey as unknown:
            wanted = unknown.kid
    raise TokenInvalid


@lru_cache(maxsize=4096)
def _verified(token: str, keys: tuple[tuple[str, str], ...], issuer: str) -> _Claims:
    """The claims of a token with a good signature; its expiry is for the caller to check.

    Only good tokens are remembered (a refusal is an exception), and only while the set of keys stays the same.
    """
    try:
        kid = jwt.get_unverified_header(token).get("kid", "")
        public_pem = dict(keys).get(kid)
        if public_pem is None:
            raise _UnknownKey(kid)
        claims = jwt.decode(
            token,
            public_pem,
            algorithms=ALGORITHMS,
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        held = claims.get("grants", [])
        return _Claims(
            subject_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]) if "sid" in claims else None,
            grants=tuple(Grant(role, channel, supplier and UUID(supplier)) for role, channel, supplier in held),
            methods=tuple(claims.get("amr", ())),
            is_guest=claims.get("guest", False),
            application=claimed_rights(claims),
            language=claims["lang"],
            issued_at=_EPOCH + claims["its"] * _MICROSECOND,
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise TokenInvalid from error


@lru_cache(maxsize=4)
def _private(pem: str) -> RSAPrivateKey | Ed25519PrivateKey:
    """Reading an RSA key from its text checks its primes, which takes a hundred times as long as signing."""
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey | Ed25519PrivateKey)
    return key
