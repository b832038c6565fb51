"""Giving committed entries their places in the chain.

It takes the connection that holds the lock of whoever does it: two at once would make two chains of one.
"""

import asyncpg

from domain.audit.entries import START, Head


class HeadMoved(Exception):
    """The chain does not end where the last entry was put: somebody took entries away, or wrote to the table by hand."""

    def __init__(self, expected: Head, found: Head) -> None:
        super().__init__(f"the chain should end at {expected} and ends at {found}")


async def chain(connection: asyncpg.Connection, *, key: bytes, known: Head | None, limit: int) -> tuple[int, Head]:
    """Give up to `limit` committed entries the next positions, in order of insertion.

    Returns how many, and the end of the chain. `known` is the end as it was last given, None for whoever begins. Raises
    HeadMoved when the chain ends elsewhere: it is not continued then, so that what is wrong stays as it is. An entry that
    commits later than one inserted after it comes after that one.
    """
    async with connection.transaction():
        head = await _head(connection)
        if known is not None and head != known:
            raise HeadMoved(known, head)
        waiting = await connection.fetch(
            "SELECT id, serial, seal FROM audit_entry WHERE position IS NULL ORDER BY serial LIMIT $1", limit
        )
        heads = []
        for entry in waiting:
            head = head.next(serial=entry["serial"], seal=entry["seal"], key=key)
            heads.append(head)
        if waiting:
            await connection.execute(
                """UPDATE audit_entry e SET position = t.position, chain_hash = t.chain_hash
                   FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS t(id, position, chain_hash) WHERE e.id = t.id""",
                [entry["id"] for entry in waiting],
                [given.position for given in heads],
                [given.chain_hash for given in heads],
            )
    return len(waiting), head


async def _head(connection: asyncpg.Connection) -> Head:
    last = await connection.fetchrow(
        """SELECT position, coalesce(chain_hash, '') FROM audit_entry WHERE position IS NOT NULL
           ORDER BY position DESC LIMIT 1"""
    )
    return Head(*last) if last else START
