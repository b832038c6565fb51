"""Finding people by an e-mail address that is nowhere stored in the open."""

from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for


async def email_hash(address: str) -> str:
    """The keyed hash of an address in the form that `rules.email_key` gives: equal addresses have equal hashes."""
    return keyed_hash(address, key=await email_hash_key())


async def email_hash_key() -> bytes:
    """For those who hash many addresses at once."""
    return await secret_for("e-mail addresses")
