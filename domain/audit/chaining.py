"""Giving committed entries their places in the chain.

It takes the connection that holds the lock of whoever does it: two at once would make two chains of one.
"""

from collections.abc import Sequence

import asyncpg

from domain.audit.end_of_chain import LAST_TWO, end_of
from domain.audit.entries import START, Head


class HeadMoved(Exception):
    """The chain is not where it was left: somebody took entries away, or wrote to the table by hand."""


class EndForged(Exception):
    """The last entry has not the place that it was given: it was put in by hand, or something before it is missing."""


async def find_end(connection: asyncpg.Connection, *, key: bytes, remembered: Head | None) -> Head:
    """Where the chain ends, for whoever begins to give places.

    `remembered` is the end that this process gave earlier: another may have gone on from there. Raises HeadMoved when it
    is not in the chain any more, EndForged when the end is none that was given.
    """
    async with connection.transaction(isolation="repeatable_read"):
        end = end_of(await connection.fetch(LAST_TWO), key=key)
        kept = await _at(connection, remembered.position) if remembered else None
    if remembered is not None and remembered not in {START, kept}:
        raise HeadMoved(f"the chain should hold {remembered} and does not: it ends at {end.head}")
    if not end.is_linked:
        raise EndForged(f"the chain ends at {end.head}, which does not follow from the entry before")
    return end.head


async def chain(connection: asyncpg.Connection, *, key: bytes, known: Head, limit: int) -> tuple[int, Head]:
    """Give up to `limit` committed entries the next positions, in order of insertion.

    Returns how many, and the end of the chain. `known` is the end as it was last given or found. Raises HeadMoved when the
    chain ends elsewhere: it is not continued then, so that what is wrong stays as it is. An entry that commits later than
    one inserted after it comes after that one.
    """
    async with connection.transaction():
        head = await _head(connection)
        if head != known:
            raise HeadMoved(f"the chain should end at {known} and ends at {head}")
        waiting = await connection.fetch(
            "SELECT id, serial, seal FROM audit_entry WHERE position IS NULL ORDER BY serial LIMIT $1", limit
        )
        heads = []
        for entry in waiting:
            head = head.next(serial=entry["serial"], seal=entry["seal"], key=key)
            heads.append(head)
        if waiting:
            await _place(connection, waiting, heads)
    return len(waiting), head


async def _place(connection: asyncpg.Connection, waiting: Sequence[asyncpg.Record], heads: Sequence[Head]) -> None:
    placed: str = await connection.execute(
        """UPDATE audit_entry e SET position = t.position, chain_hash = t.chain_hash
           FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS t(id, position, chain_hash) WHERE e.id = t.id""",
        [entry["id"] for entry in waiting],
        [given.position for given in heads],
        [given.chain_hash for given in heads],
    )
    if placed != f"UPDATE {len(waiting)}":
        missing = len(waiting) - int(placed.removeprefix("UPDATE "))
        raise HeadMoved(f"{missing} of {len(waiting)} places were not stored: something in the database prevents it")


async def _head(connection: asyncpg.Connection) -> Head:
    last = await connection.fetchrow(
        """SELECT position, coalesce(chain_hash, '') FROM audit_entry WHERE position IS NOT NULL
           ORDER BY position DESC LIMIT 1"""
    )
    return Head(*last) if last else START


async def _at(connection: asyncpg.Connection, position: int) -> Head | None:
    found = await connection.fetchrow(
        "SELECT position, coalesce(chain_hash, '') FROM audit_entry WHERE position = $1", position
    )
    return Head(*found) if found else None
