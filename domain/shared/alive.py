"""What each running part writes into Redis to say that it works, and whoever asks reads: a key that fades by itself."""

ALIVE_SECONDS = 20
"""A part that has said nothing for so long counts as down."""


def alive_key(part: str) -> str:
    """`part` is relay, schedule, worker:default, worker:ml or worker:bulk."""
    return f"hanse:alive:{part}"
