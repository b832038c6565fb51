"""Making key pairs, and showing public halves as JSON Web Keys (RFC 7517)."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import ecdsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm


@dataclass(frozen=True)
class KeyPair:
    """PEM texts: the private half as PKCS #8 (ES256: SEC 1), the public half as SubjectPublicKeyInfo."""

    private_pem: str = field(repr=False)
    public_pem: str


def generate(algorithm: str) -> KeyPair:
    """A fresh pair for RS256 (2048 bits), EdDSA (Ed25519) or ES256 (ECDSA P-256, made by `ecdsa`)."""
    if algorithm == "RS256":
        return _serialised(generate_private_key(public_exponent=65537, key_size=2048))
    if algorithm == "EdDSA":
        return _serialised(Ed25519PrivateKey.generate())
    if algorithm == "ES256":
        signing = ecdsa.SigningKey.generate(curve=ecdsa.NIST256p, hashfunc=sha256)
        return KeyPair(signing.to_pem().decode(), signing.verifying_key.to_pem().decode())
    raise ValueError(f"no key pair is made for {algorithm}")


def json_web_key(kid: str, public_pem: str) -> dict[str, Any]:
    """The public half of an access-token key, as it is published."""
    key = load_pem_public_key(public_pem.encode())
    if isinstance(key, RSAPublicKey):
        shown, algorithm = RSAAlgorithm.to_jwk(key, as_dict=True), "RS256"
        shown.pop("key_ops")  # RFC 7517 4.3: not together with "use"
    elif isinstance(key, Ed25519PublicKey):
        shown, algorithm = OKPAlgorithm.to_jwk(key, as_dict=True), "EdDSA"
    else:
        raise TypeError(f"access tokens are not signed with {type(key).__name__}")
    return {**shown, "kid": kid, "alg": algorithm, "use": "sig"}


def _serialised(key: RSAPrivateKey | Ed25519PrivateKey) -> KeyPair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private.decode(), public.decode())
