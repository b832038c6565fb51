"""Is this receipt ours? Needs no secret and no account."""

from dataclasses import dataclass
from functools import partial

from domain.identity.keys.keys import public_keys
from domain.payments.receipts import ReceiptText, Refusal, holds, read_text
from domain.shared.signatures import read_signature
from domain.shared.threads import Threads

MAX_WAITING = 32
_THREAD = Threads("receipts", threads=1, places=MAX_WAITING)


@dataclass(frozen=True)
class ReceiptVerification:
    """`text` is what the receipt states, present only when the signature holds: nothing else is worth repeating."""

    refusal: Refusal | None = None
    text: ReceiptText | None = None

    @property
    def valid(self) -> bool:
        return self.text is not None


async def verify_receipt(payload: str, signature: str) -> ReceiptVerification:
    """Check `signature` over exactly `payload`, with keys that sign no longer too. Any text gets an answer, or Busy.

    Cheap checks come first. The arithmetic takes some milliseconds of Python, which lets nothing else run: one thread
    does it for everybody, so that strangers with receipts cannot crowd out those who shop.
    """
    text = read_text(payload)
    if text is None:
        return ReceiptVerification(Refusal.MALFORMED_PAYLOAD)
    read = read_signature(signature)
    if read is None:
        return ReceiptVerification(Refusal.MALFORMED_SIGNATURE)
    public_pem = (await public_keys("receipt", wanted=text.kid)).get(text.kid)
    if public_pem is None:
        return ReceiptVerification(Refusal.UNKNOWN_KEY)
    if not await _THREAD.run(partial(holds, payload, read, public_pem)):
        return ReceiptVerification(Refusal.BAD_SIGNATURE)
    return ReceiptVerification(text=text)
