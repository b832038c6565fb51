"""`hanse bulk import` and `hanse bulk export`."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bars
from rich.progress import TaskID

from domain.audit.record import record
from domain.bulk.exporting.run_export import ExportPlan, run_export
from domain.bulk.formats.endings import format_of
from domain.bulk.importing.journal import Progress
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.row_errors import header, lines
from domain.bulk.importing.run_import import Imported, run_import, try_import
from domain.bulk.jobs.check_placing import check_placing
from domain.bulk.jobs.request import check_language
from domain.bulk.kinds import Format, Layout, OnError, Placing, Subject
from domain.bulk.problems import Problem
from domain.identity.access.suppliers import supplier_id_of
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.ids import new_id
from domain.shared.messages import message
from domain.shared.settings import Settings, settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from hanse.bulk_cli import Wanted
from hanse.failures import Failure
from hanse.interruptible import run
from hanse.steps import COLUMNS
from hanse.surroundings import prepared

_CONSOLE = Console(highlight=False, soft_wrap=True)


def main() -> None:
    wanted = Wanted(**orjson.loads(sys.argv[1]))
    if wanted.kind == "import" and not Path(wanted.file).is_file():
        raise Failure(f"there is no file {wanted.file}", os.EX_NOINPUT)
    if run(_carry_out(wanted)):
        raise SystemExit(1)


async def _carry_out(wanted: Wanted) -> bool:
    """Whether some rows were not stored."""
    async with prepared(settings()) as known:
        try:
            return await (_import if wanted.kind == "import" else _export)(wanted, known)
        except InvalidInput as refusal:
            option = "--supplier" if refusal.field == "supplierId" else f"--{refusal.field}"
            raise Failure(message(replace(refusal, field=option), "en"), os.EX_DATAERR) from refusal
        except DomainError as refusal:
            raise Failure(message(refusal, "en"), os.EX_DATAERR) from refusal


async def _import(wanted: Wanted, known: Settings) -> bool:
    file = Path(wanted.file)
    plan = await _plan(wanted)
    errors = Path(wanted.errors) if wanted.errors else known.data_dir / "imports" / f"{file.name}.errors.csv"
    done, problems = await import_file(file, plan, errors, dry_run=wanted.dry_run)
    tell(done, plan, dry_run=wanted.dry_run)
    if problems:
        _CONSOLE.print(f"{problems:,} problems are listed in {escape(str(errors))}")
    if done.refused:
        raise Failure(f"{file}: nothing was stored, because of {problems:,} problems", os.EX_DATAERR)
    return done.progress.failed > 0


async def import_file(file: Path, plan: ImportPlan, errors: Path, *, dry_run: bool = False) -> tuple[Imported, int]:
    """Import with a progress bar, and record it. What became of it, and how many problems `errors` names."""
    errors.parent.mkdir(parents=True, exist_ok=True)
    with Bars(*COLUMNS, console=_CONSOLE) as bars:
        task = bars.add_task("Reading", total=None)
        kept = _Errors(errors, plan.told_in)
        journal = _Journal(bars, task, kept)
        done = await (try_import if dry_run else run_import)(PLATFORM, file, plan, journal)
        journal.flush()
    if not dry_run:
        await use_case(_record)(plan, done)
    return done, kept.count


async def _record(plan: ImportPlan, done: Imported) -> None:
    after = {
        "subject": plan.subject,
        "layout": plan.layout,
        "rows": done.progress.done,
        "changed": 0 if done.refused else done.progress.changed,
        "failed": done.progress.failed,
    }
    await record(PLATFORM, "bulkImport", subject=("bulk_job", plan.reference), after=after)


class _Errors:
    """The file of row errors, which is there only when there are any."""

    def __init__(self, path: Path, language: str) -> None:
        self._path, self._language, self.count = path, language, 0
        path.unlink(missing_ok=True)

    def keep(self, problems: Sequence[Problem]) -> None:
        with self._path.open("ab") as file:
            if not self.count:
                file.write(header())
            file.write(lines(problems, self._language))
        self.count += len(problems)


class _Journal:
    """A bar on the terminal."""

    def __init__(self, bars: Bars, task: TaskID, errors: _Errors) -> None:
        self._bars, self._task, self._errors = bars, task, errors
        self._waiting: list[Problem] = []

    async def begin(self, progress: Progress) -> None:  # noqa: ARG002 - a file of one's own has no other worker
        self._waiting = []

    async def commit(self, progress: Progress) -> None:
        pass

    async def show(self, progress: Progress) -> None:
        self.flush()
        told = f"Storing, {progress.changed:,} changed, {progress.failed:,} refused"
        self._bars.update(self._task, description=told, completed=progress.done, total=progress.total)

    async def keep(self, problems: Sequence[Problem]) -> None:
        self._waiting.extend(problems)

    def flush(self) -> None:
        if self._waiting:
            self._errors.keep(self._waiting)
            self._waiting = []


async def _export(wanted: Wanted, _known: Settings) -> bool:
    file = Path(wanted.file)
    if not wanted.format and file.suffix.casefold().removeprefix(".") not in list(Format):
        raise InvalidInput(field="format", rule="oneOf", limit=", ".join(Format))
    if not file.parent.is_dir():
        raise Failure(f"there is no folder {file.parent} to write to", os.EX_CANTCREAT)
    await check_language(Subject(wanted.subject), wanted.language or None)
    supplier_id = await _supplier(wanted.supplier)
    plan = ExportPlan(
        subject=Subject(wanted.subject),
        format=_format(wanted),
        layout=_layout(wanted),
        placing=await _placing(wanted),
        language=wanted.language or None,
        suppliers=None if supplier_id is None else (supplier_id,),
    )
    with _replacing(file) as part, Bars(*COLUMNS, console=_CONSOLE) as bars:
        task = bars.add_task("Writing", total=None)

        async def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        written = await run_export(plan, part, show)
    _CONSOLE.print(f"{written:,} rows written to {escape(str(file))}")
    return False


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A place to write to, which takes that of `file` only when the block ends well."""
    part = file.with_name(f".{file.name}.{new_id().hex}.part")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


async def _plan(wanted: Wanted) -> ImportPlan:
    subject = Subject(wanted.subject)
    await check_language(subject, wanted.language or None)
    return ImportPlan(
        subject=subject,
        format=_format(wanted),
        layout=_layout(wanted),
        on_error=OnError(wanted.on_error),
        placing=await _placing(wanted),
        reference=new_id(),
        language=wanted.language or None,
        supplier_id=await _supplier(wanted.supplier),
    )


def _format(wanted: Wanted) -> Format:
    found = Format(wanted.format) if wanted.format else format_of(wanted.file)
    if found is None:
        raise InvalidInput(field="format", rule="oneOf", limit=", ".join(Format))
    return found


def _layout(wanted: Wanted) -> Layout:
    layout = Layout(wanted.layout)
    if layout is Layout.SHOPIFY and Subject(wanted.subject) is not Subject.PRODUCTS:
        raise InvalidInput(field="layout", rule="oneOf", limit=Layout.HANSE)
    return layout


async def _supplier(code: str) -> UUID | None:
    if not code:
        return None
    found = await supplier_id_of(code)
    if found is None:
        raise Failure(
            f"there is no supplier with the code {code}; staff make one with the mutation createSupplier, and the query "
            "suppliers lists their codes",
            os.EX_DATAERR,
        )
    return found


async def _placing(wanted: Wanted) -> Placing:
    placing = Placing(
        currency=wanted.currency or None,
        warehouse=wanted.warehouse or None,
        channel=wanted.channel or None,
        category=wanted.category or None,
        create_categories=wanted.create_categories,
    )
    await check_placing(placing)
    return placing


def tell(done: Imported, plan: ImportPlan, *, dry_run: bool = False) -> None:
    counts = done.progress
    would = "would be " if dry_run else ""
    if done.refused:
        return
    _CONSOLE.print(
        f"{counts.done:,} rows of {plan.subject}: {would}changed {counts.changed:,}, "
        f"as they were {counts.done - counts.changed - counts.failed:,}, refused {counts.failed:,}."
    )
    if not counts.changed:
        _CONSOLE.print("Nothing was changed: all that can be stored of this file was there already.")


if __name__ == "__main__":
    main()
