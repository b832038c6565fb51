"""Access tokens: JWTs (RFC 7519) that live at most 15 minutes and are checked without a statement."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain.identity.errors import TokenExpired, TokenInvalid
from domain.identity.keys import active_key, public_keys
from domain.identity.queries import UserFacts
from domain.identity.roles import permissions_of
from domain.shared.clock import now
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

AUDIENCE = "hanse"
ALGORITHMS = ("RS256", "EdDSA")
MAX_LENGTH = 2048

_REQUIRED = ["iss", "aud", "sub", "sid", "role", "lang", "iat", "exp"]


@dataclass(frozen=True)
class _Claims:
    user_id: UUID
    session_id: UUID
    supplier_id: UUID | None
    role: str
    language: str
    expires_at: datetime


@dataclass
class _UnknownKey(Exception):
    kid: str


async def issue_access_token(owner: UserFacts, session_id: UUID) -> tuple[str, datetime]:
    """A token for this device of `owner`, and when it expires."""
    key = await active_key("access")
    issued_at = now().replace(microsecond=0)
    expires_at = issued_at + timedelta(seconds=settings().access_token_seconds)
    claims = {
        "iss": settings().token_issuer,
        "aud": AUDIENCE,
        "sub": str(owner.id),
        "sid": str(session_id),
        "role": owner.role,
        "lang": owner.language,
        "iat": issued_at,
        "exp": expires_at,
    }
    if owner.supplier_id is not None:
        claims["sup"] = str(owner.supplier_id)
    signed = jwt.encode(claims, _private(key.private_pem), key.algorithm, headers={"kid": key.kid})
    return signed, expires_at


async def viewer_from_token(token: str) -> Viewer:
    """Who sends `token`, with the permissions that the role has now. Raises TokenExpired, or TokenInvalid.

    A token stays good until it expires although its session has ended: that is what its short life is for.
    """
    claims = await _claims(token)
    if claims.expires_at <= now():
        raise TokenExpired
    return Viewer(
        user_id=claims.user_id,
        permissions=await permissions_of(claims.role),
        supplier_id=claims.supplier_id,
        session_id=claims.session_id,
        language=claims.language,
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
        return _Claims(
            user_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            supplier_id=UUID(claims["sup"]) if "sup" in claims else None,
            role=claims["role"],
            language=claims["lang"],
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
