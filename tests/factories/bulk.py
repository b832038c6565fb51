"""Files to import, and imports of them."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from domain.bulk.exporting.run_export import ExportPlan, run_export
from domain.bulk.formats.read import read_rows
from domain.bulk.importing.journal import Progress
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.run_import import Imported, run_import
from domain.bulk.kinds import Format, Layout, OnError, Placing, Subject
from domain.bulk.problems import Problem, rule_of
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM, Viewer


@dataclass
class Notes:
    """A journal that only remembers."""

    problems: list[Problem] = field(default_factory=list)
    shown: list[Progress] = field(default_factory=list)

    async def begin(self, progress: Progress) -> None:
        pass

    async def commit(self, progress: Progress) -> None:
        pass

    async def show(self, progress: Progress) -> None:
        self.shown.append(progress)

    async def keep(self, problems: Sequence[Problem]) -> None:
        self.problems.extend(problems)

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """Line, column and rule of each problem."""
        return sorted((one.line, one.column, rule_of(one.error)) for one in self.problems)


def a_plan(  # noqa: PLR0913 - a plan has so many parts
    subject: Subject = Subject.PRODUCTS,
    *,
    on_error: OnError = OnError.SKIP_ROWS,
    layout: Layout = Layout.HANSE,
    placing: Placing = Placing(),  # noqa: B008 - frozen
    supplier_id: UUID | None = None,
    format: Format = Format.CSV,
) -> ImportPlan:
    return ImportPlan(
        subject=subject,
        format=format,
        layout=layout,
        on_error=on_error,
        placing=placing,
        reference=new_id(),
        language="zh-Hans" if subject is Subject.TRANSLATIONS else None,
        supplier_id=supplier_id,
    )


def a_csv(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """With the columns of all rows, in the order in which they come."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    path = folder / f"{new_id().hex}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


async def imported(path: Path, plan: ImportPlan, viewer: Viewer = PLATFORM) -> tuple[Imported, Notes]:
    notes = Notes()
    return await run_import(viewer, path, plan, notes), notes


async def exported(  # noqa: PLR0913 - a plan has so many parts
    folder: Path,
    subject: Subject = Subject.PRODUCTS,
    *,
    layout: Layout = Layout.HANSE,
    format: Format = Format.CSV,
    suppliers: tuple[UUID, ...] | None = None,
    placing: Placing = Placing(),  # noqa: B008 - frozen
) -> Path:
    path = folder / f"{new_id().hex}.{format}"
    language = "zh-Hans" if subject is Subject.TRANSLATIONS else None
    plan = ExportPlan(
        subject=subject, format=format, layout=layout, placing=placing, language=language, suppliers=suppliers
    )

    async def show(_done: int, _total: int) -> None:
        pass

    await run_export(plan, path, show)
    return path


def cells_of(path: Path, format: Format = Format.CSV) -> list[dict[str, str]]:
    """The cells of each row that are not empty."""
    return [{name: cell for name, cell in row.cells.items() if cell} for row in read_rows(path, format)]
