"""Signed assertions, by which partner applications prove who they are (RFC 7523, section 3; `private_key_jwt`).

Until the signature is good, a refusal tells only of the assertion's form, so that nobody learns who is registered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import api_jws

from domain.identity.errors import AssertionRefused
from domain.shared.clock import now

MAX_LENGTH = 4096
ALGORITHMS = ("RS256", "ES256")
LONGEST = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)
"""How far a partner's clock may be wrong."""
_MAX_JTI = 200
_LATEST = 253_402_300_799
"""The end of the year 9999, the last moment that a `datetime` holds."""


@dataclass(frozen=True)
class VerificationKey:
    id: UUID
    application_id: UUID
    kid: str
    algorithm: str
    public_pem: str


@dataclass(frozen=True)
class Assertion:
    """As it was presented: nothing in it is proven yet."""

    text: str
    algorithm: str
    kid: str | None
    claims: dict[str, Any]

    @property
    def client_id(self) -> UUID | None:
        """Whose it claims to be, where that has the form of a client id."""
        subject = self.claims.get("sub")
        try:
            found = UUID(subject) if isinstance(subject, str) else None
        except ValueError:
            return None
        return found if str(found) == subject else None


@dataclass(frozen=True)
class Proven:
    """`jti` must not have been used before; it is to be remembered until `expires_at`."""

    jti: str
    expires_at: datetime


def read_assertion(text: str) -> Assertion:
    """Raises AssertionRefused by the rule `malformed`, or `algorithm` for any but RS256 and ES256: `none` and HS256 too."""
    if len(text) > MAX_LENGTH:
        raise AssertionRefused("malformed")
    try:
        parts = jwt.decode_complete(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise AssertionRefused("malformed") from None
    algorithm = parts["header"].get("alg")
    if algorithm not in ALGORITHMS:
        raise AssertionRefused("algorithm")
    return Assertion(text, algorithm, parts["header"].get("kid"), parts["payload"])


def verifying_key(assertion: Assertion, keys: Iterable[VerificationKey]) -> VerificationKey:
    """The one of the client's `keys` that signed it: the named one, or any where none is named.

    Raises AssertionRefused by the rule `signature`. A key verifies by its own algorithm alone.
    """
    for key in keys:
        if assertion.kid in {None, key.kid} and key.algorithm == assertion.algorithm and _is_signed(assertion, key):
            return key
    raise AssertionRefused("signature")


def checked_claims(assertion: Assertion, *, audiences: frozenset[str]) -> Proven:
    """What an assertion with a good signature says, checked against the clock.

    Raises AssertionRefused by the rules `issuer`, `audience` (anything but these, or others beside them), `lifetime` (no
    end, or one more than five minutes ahead), `expired`, `notYetValid` and `jti`.
    """
    claims = assertion.claims
    if claims.get("iss") != claims.get("sub"):
        raise AssertionRefused("issuer")
    meant_for = claims.get("aud")
    meant = meant_for if isinstance(meant_for, list) else [meant_for]
    if not meant or not all(isinstance(one, str) and one in audiences for one in meant):
        raise AssertionRefused("audience")
    expires_at = _checked_times(claims)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= _MAX_JTI:
        raise AssertionRefused("jti")
    return Proven(jti, expires_at + LEEWAY)


def _is_signed(assertion: Assertion, key: VerificationKey) -> bool:
    try:
        api_jws.decode_complete(assertion.text, _public_key(key.public_pem), algorithms=[key.algorithm])
    except jwt.InvalidSignatureError:
        return False
    return True


@lru_cache(maxsize=512)
def _public_key(pem: str) -> RSAPublicKey | EllipticCurvePublicKey:
    """Reading it from its text takes as long as verifying with it."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey | EllipticCurvePublicKey)
    return key


def _checked_times(claims: dict[str, Any]) -> datetime:
    """When it expires."""
    expires_at = _moment(claims.get("exp"))
    if expires_at is None or expires_at > now() + LONGEST + LEEWAY:
        raise AssertionRefused("lifetime")
    if expires_at <= now() - LEEWAY:
        raise AssertionRefused("expired")
    for name in ("iat", "nbf"):
        since = _moment(claims.get(name))
        if name in claims and (since is None or since > now() + LEEWAY):
            raise AssertionRefused("notYetValid")
    return expires_at


def _moment(value: object) -> datetime | None:
    """Of a NumericDate (RFC 7519, section 2); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)
