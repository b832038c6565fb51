"""A file into the shop, batch by batch or in one piece."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from domain.bulk.importing.entries import AnyEntry, Read, batches, entries_of, read_again, reader_of
from domain.bulk.importing.journal import Journal, Progress
from domain.bulk.importing.lookups import Names, ground, names
from domain.bulk.importing.make_categories import make_categories
from domain.bulk.importing.numbers import store_price_rows, store_stock_rows
from domain.bulk.importing.outcome import Outcome
from domain.bulk.importing.plan import NEEDED, ImportPlan
from domain.bulk.importing.store_products import store_products
from domain.bulk.importing.store_translations import store_translations
from domain.bulk.importing.survey import Survey, survey
from domain.bulk.kinds import OnError, Subject
from domain.bulk.problems import Problem
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

Store = Callable[[Viewer, Sequence[Any], Names, ImportPlan], Awaitable[list[Outcome]]]
_STORES: Mapping[Subject, Store] = {
    Subject.PRODUCTS: store_products,
    Subject.PRICES: store_price_rows,
    Subject.STOCK: store_stock_rows,
    Subject.TRANSLATIONS: store_translations,
}


@dataclass(frozen=True)
class _Run:
    viewer: Viewer
    path: Path
    plan: ImportPlan
    journal: Journal
    read: Read
    found: Survey


class _Undo(Exception):
    """Ends a transaction that shall leave nothing."""

    def __init__(self, progress: Progress, *, refused: bool) -> None:
        super().__init__()
        self.progress, self.refused = progress, refused


@dataclass(frozen=True)
class Imported:
    """`refused`: something is wrong with the file and so nothing of it was stored."""

    progress: Progress
    refused: bool = False


async def run_import(
    viewer: Viewer,
    path: Path,
    plan: ImportPlan,
    journal: Journal,
    *,
    start: Progress = Progress(),  # noqa: B008 - frozen
) -> Imported:
    """Store what the policy lets, from `start` on, and tell the journal.

    Raises FileUnusable, NotSignedIn, NotAllowed, Stopped. Where everything is refused that is not right, all of it is one
    transaction; else each batch is one, and what was committed stays.
    """
    run = await _prepared(viewer, path, plan, journal)
    start = replace(start, total=run.found.rows)
    await journal.show(start)
    if plan.on_error is OnError.REFUSE_ALL:
        return await _in_one(run, dry=False)
    await _make_categories(run)
    return Imported(await _in_batches(run, start))


async def try_import(viewer: Viewer, path: Path, plan: ImportPlan, journal: Journal) -> Imported:
    """What `run_import` would do, without doing it: everything is stored in one transaction, which is undone."""
    run = await _prepared(viewer, path, plan, journal)
    return await _in_one(run, dry=True)


async def _prepared(viewer: Viewer, path: Path, plan: ImportPlan, journal: Journal) -> _Run:
    viewer.require_somewhere(NEEDED[plan.subject])
    placing = plan.placing
    known = await ground(currency=placing.currency, channel=placing.channel, warehouse=placing.warehouse)
    read = reader_of(plan, known)
    found = await asyncio.to_thread(lambda: survey(entries_of(path, plan, read)))
    for permission in sorted(found.needs):
        viewer.require_somewhere(permission)
    return _Run(viewer, path, plan, journal, read, found)


async def _make_categories(run: _Run) -> None:
    if run.plan.placing.create_categories and run.found.paths:
        await make_categories(run.viewer, run.found.paths)


async def _in_batches(run: _Run, start: Progress) -> Progress:
    progress = start
    async for batch in _batches(run, start.next_row):
        progress = await _one_batch(run, batch, progress)
    return progress


async def _one_batch(run: _Run, batch: list[AnyEntry], before: Progress) -> Progress:
    """A transaction. When it has to be run again, the things are read anew: storing changes them."""
    attempts = 0

    @use_case
    async def stored() -> Progress:
        nonlocal attempts
        attempts += 1
        await run.journal.begin(before)
        entries = batch if attempts == 1 else read_again(batch, run.read)
        progress, problems = await _stored(run, entries, before)
        if problems:
            await run.journal.keep(problems)
        await run.journal.commit(progress)
        return progress

    progress = await stored()
    await run.journal.show(progress)
    return progress


async def _in_one(run: _Run, *, dry: bool) -> Imported:
    """Everything or nothing. What is right is tried also where something is wrong, so that all that is gets told."""
    if not dry:
        await _make_categories(run)
    try:
        return Imported(await use_case(_everything)(run, dry=dry))
    except _Undo as undone:
        return Imported(undone.progress, undone.refused)


async def _everything(run: _Run, *, dry: bool) -> Progress:
    start = progress = Progress(total=run.found.rows)
    refused = False
    await run.journal.begin(start)
    async for batch in _batches(run, 0):
        before = progress
        progress, problems = await _stored(run, batch, before)
        if problems:
            refused = run.plan.on_error is OnError.REFUSE_ALL
            await run.journal.keep(problems)
        await run.journal.show(progress)
    if refused or dry:
        raise _Undo(progress, refused=refused)
    await run.journal.commit(progress)
    return progress


async def _stored(run: _Run, batch: list[AnyEntry], before: Progress) -> tuple[Progress, list[Problem]]:
    for entry in batch:
        entry.problems.extend(run.found.repeats.problems(entry))
    outcomes = await _STORES[run.plan.subject](run.viewer, batch, await names(), run.plan)
    problems: list[Problem] = []
    done = changed = failed = 0
    for entry, outcome in zip(batch, outcomes, strict=True):
        problems += entry.problems + outcome.problems
        rows = len(entry.rows)
        lost = min(len(outcome.lost), rows)
        done, failed = done + rows, failed + lost
        changed += rows - lost if outcome.changed else 0
    return (
        replace(
            before,
            next_row=batch[-1].first + len(batch[-1].rows),
            done=before.done + done,
            changed=before.changed + changed,
            failed=before.failed + failed,
        ),
        problems,
    )


async def _batches(run: _Run, next_row: int) -> AsyncIterator[list[AnyEntry]]:
    """Each is read in a thread, so that the loop goes on meanwhile."""
    left = batches(entries_of(run.path, run.plan, run.read), next_row=next_row)
    while batch := await asyncio.to_thread(next, left, None):
        yield batch
