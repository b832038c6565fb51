"""Checkpoints: the chain as it stood at one entry, signed, so that its end cannot be taken off unnoticed.

The signature is for whoever has the public key alone: it proves years later what the chain was. The seal beside it is for
us: whoever writes to the tables could store a key pair of their own, and sign with that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.audit.end_of_chain import LAST_TWO, end_of
from domain.audit.entries import SECRET, START, Head
from domain.shared.clock import now
from domain.shared.database import row, rows, run
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
from domain.shared.signatures import read_signature
from domain.shared.transactions import require_transaction

_COLUMNS = "position, chain_hash, at, kid, seal, signature"
LAST_BEFORE = f"SELECT {_COLUMNS} FROM audit_checkpoint WHERE position < $1 ORDER BY position DESC LIMIT 1"


class CannotSign(Exception):
    """The end of the chain, or what stands where its checkpoint belongs, was put there by hand."""


@dataclass(frozen=True)
class Checkpoint:
    position: int
    chain_hash: str
    at: datetime
    kid: str
    seal: str
    signature: str

    @property
    def head(self) -> Head:
        return Head(self.position, self.chain_hash)

    def text(self) -> str:
        """What is signed and sealed: JSON with sorted keys and no spaces."""
        stated = {
            "what": "audit checkpoint",
            "position": self.position,
            "chain_hash": self.chain_hash,
            "at": self.at,
            "kid": self.kid,
        }
        return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode()

    def is_sealed(self, key: bytes) -> bool:
        return self.seal == keyed_hash(self.text(), key=key)

    def is_signed(self, public_keys: Mapping[str, str]) -> bool:
        """Whether the key that it names has signed it. OpenSSL does it in 0.05 ms; a year may have 100,000 of them."""
        signature, public_pem = read_signature(self.signature), public_keys.get(self.kid)
        if signature is None or public_pem is None:
            return False
        written = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        try:
            _public_key(public_pem).verify(written, self.text().encode(), ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


async def head_to_sign(every: timedelta) -> Head | None:
    """The end of the chain, when it has grown since the last checkpoint and that is older than `every`.

    Only checkpoints count that the shop has made. Raises CannotSign: whoever writes to the tables must neither get the
    shop's signature on what they put there, nor take it from what comes after.
    """
    key = await secret_for(SECRET)
    end = end_of(await rows(LAST_TWO), key=key)
    if end.head == START:
        return None
    at_the_end, before = await _known_around(end.head, key)
    if (at_the_end is not None and at_the_end.is_sealed(key)) or (before is not None and before.at > now() - every):
        return None
    if not (end.is_linked and end.is_sealed):
        raise CannotSign(f"the chain ends at {end.head}, which is altered or was put in by hand")
    if at_the_end is not None:
        raise CannotSign(f"at {end.head.position} stands a checkpoint that was put in by hand")
    return end.head


async def store_checkpoint(head: Head, *, kid: str, sign: Callable[[str], str]) -> Checkpoint:
    """Have the end of the chain signed by the key `kid`, and keep that."""
    require_transaction("store_checkpoint")
    bare = Checkpoint(head.position, head.chain_hash, now(), kid, seal="", signature="")
    seal = keyed_hash(bare.text(), key=await secret_for(SECRET))
    made = replace(bare, seal=seal, signature=sign(bare.text()))
    await run(
        f"""INSERT INTO audit_checkpoint ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (position) DO NOTHING""",
        made.position,
        made.chain_hash,
        made.at,
        made.kid,
        made.seal,
        made.signature,
    )
    return made


async def checkpoints() -> list[Checkpoint]:
    """All of them, by position."""
    found = await rows(f"SELECT {_COLUMNS} FROM audit_checkpoint ORDER BY position")
    return [Checkpoint(**one) for one in found]


async def _known_around(head: Head, key: bytes) -> tuple[Checkpoint | None, Checkpoint | None]:
    """What stands where the checkpoint of `head` belongs, and the last good checkpoint before."""
    found = await row(LAST_BEFORE, head.position + 1)
    last = Checkpoint(**found) if found else None
    at_the_end = last if last is not None and last.position == head.position else None
    while last is not None and (last is at_the_end or not last.is_sealed(key)):
        found = await row(LAST_BEFORE, last.position)
        last = Checkpoint(**found) if found else None
    return at_the_end, last


@lru_cache(maxsize=64)
def _public_key(public_pem: str) -> EllipticCurvePublicKey:
    key = load_pem_public_key(public_pem.encode())
    assert isinstance(key, EllipticCurvePublicKey)
    return key
