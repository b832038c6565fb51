"""Public keys as partners hand them in: PEM or JSON Web Key in, one checked form out."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from domain.shared.errors import InvalidInput

MAX_LENGTH = 4_000
RSA_BITS = (2048, 4096)
RSA_EXPONENTS = (65_537, 2**32)

_FIELD = "publicKey"
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


@dataclass(frozen=True)
class PublicKey:
    """`pem` is a SubjectPublicKeyInfo; `kid` what the JSON Web Key named, else its thumbprint (RFC 7638)."""

    algorithm: str
    pem: str
    kid: str


def read_public_key(text: str) -> PublicKey:
    """A key for RS256 (RSA of 2048 to 4096 bits) or ES256 (ECDSA on P-256); which one, the key itself says.

    Raises InvalidInput by a rule that names what is wrong. A private key is refused as such, and never repeated.
    """
    if len(text) > MAX_LENGTH:
        raise _refused("length", f"1..{MAX_LENGTH}")
    known = text.strip()
    members = _members(known) if known.startswith("{") else {}
    key = _from_members(members) if members else _from_pem(known)
    algorithm = _checked(key)
    if members.get("alg", algorithm) != algorithm or members.get("use", "sig") != "sig":
        raise _refused("keyUse", algorithm)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    named = members.get("kid")
    return PublicKey(algorithm, pem, named if isinstance(named, str) else _thumbprint(key))


def _members(text: str) -> dict[str, Any]:
    """Of a JSON Web Key (RFC 7517)."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _refused("keyFormat") from None
    if not isinstance(found, dict) or not found:
        raise _refused("keyFormat")
    return found


def _from_members(members: dict[str, Any]) -> Any:
    if members.get("kty") == "oct" or "k" in members:
        raise _refused("symmetricKey")
    if not _PRIVATE_MEMBERS.isdisjoint(members):
        raise _refused("privateKey")
    readers = {"RSA": RSAAlgorithm.from_jwk, "EC": ECAlgorithm.from_jwk}
    kind = members.get("kty")
    if not isinstance(kind, str) or kind not in readers:
        raise _refused("keyKind")
    try:
        return readers[kind](members)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
        raise _refused("keyFormat") from None


def _from_pem(text: str) -> Any:
    if "PRIVATE KEY" in text:
        raise _refused("privateKey")
    try:
        return load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise _refused("keyFormat") from None


def _checked(key: Any) -> str:
    """The algorithm that the key is for."""
    if isinstance(key, RSAPublicKey):
        if not RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
            raise _refused("keyBits", f"{RSA_BITS[0]}..{RSA_BITS[1]}")
        if not RSA_EXPONENTS[0] <= key.public_numbers().e < RSA_EXPONENTS[1]:
            raise _refused("keyExponent", str(RSA_EXPONENTS[0]))
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey):
        if not isinstance(key.curve, SECP256R1):
            raise _refused("keyCurve", "P-256")
        return "ES256"
    raise _refused("keyKind")


def _thumbprint(key: RSAPublicKey | EllipticCurvePublicKey) -> str:
    if isinstance(key, RSAPublicKey):
        shown = RSAAlgorithm.to_jwk(key, as_dict=True)
    else:
        shown = ECAlgorithm.to_jwk(key, as_dict=True)
    required = {name: shown[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in shown}
    digest = sha256(orjson.dumps(required, option=orjson.OPT_SORT_KEYS)).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refused(rule: str, limit: str = "") -> InvalidInput:
    return InvalidInput(field=_FIELD, rule=rule, limit=limit)
