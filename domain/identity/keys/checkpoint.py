"""Signing the end of the audit chain. Here, because the log lies below the keys that sign."""

from datetime import timedelta
from functools import partial

import structlog

from domain.audit.checkpoints import CannotSign, Checkpoint, head_to_sign, store_checkpoint
from domain.identity.keys.keys import active_key
from domain.shared.failures import told
from domain.shared.settings import settings
from domain.shared.signatures import sign
from domain.shared.transactions import use_case

_log = structlog.get_logger()


@use_case
async def sign_checkpoint() -> Checkpoint | None:
    """Sign where the chain ends now, if it has grown and the last checkpoint is old enough. In the schedule only.

    What was put at the end by hand is not signed; the log says so. Raises KeysUnusable.
    """
    try:
        head = await head_to_sign(timedelta(seconds=settings().audit_checkpoint_seconds))
    except CannotSign as error:
        _log.error("no audit checkpoint: run `hanse audit verify`", error=told(error))
        return None
    if head is None:
        return None
    key = await active_key("audit")
    return await store_checkpoint(head, kid=key.kid, sign=partial(sign, private_pem=key.private_pem))
