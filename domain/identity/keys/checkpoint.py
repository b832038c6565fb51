"""Signing the end of the audit chain. Here, because the log lies below the keys that sign."""

from datetime import timedelta
from functools import partial

from domain.audit.checkpoints import Checkpoint, head_to_sign, store_checkpoint
from domain.identity.keys.keys import active_key
from domain.shared.settings import settings
from domain.shared.signatures import sign
from domain.shared.transactions import use_case


@use_case
async def sign_checkpoint() -> Checkpoint | None:
    """Sign where the chain ends now, if it has grown and the last checkpoint is old enough. In the schedule only.

    Raises KeysUnusable.
    """
    head = await head_to_sign(timedelta(seconds=settings().audit_checkpoint_seconds))
    if head is None:
        return None
    key = await active_key("audit")
    return await store_checkpoint(head, kid=key.kid, sign=partial(sign, private_pem=key.private_pem))
