"""Asking for a report, which a worker then makes."""

from dataclasses import asdict, dataclass
from datetime import UTC, date
from enum import StrEnum
from uuid import UUID

import orjson

from domain.analytics.events import ReportRequested
from domain.audit.record import record
from domain.identity.privacy.not_erased import require_not_erased
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.messages import LANGUAGES
from domain.shared.money import checked_currency
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

EARLIEST = date(2000, 1, 1)
LONGEST_DAYS = 3660


class ReportKind(StrEnum):
    SALES_BY_DAY_AND_CATEGORY = "sales_by_day_and_category"


@dataclass(frozen=True)
class RequestReport:
    """Both days are included, and are UTC. `language` is that of the category names and of the chart."""

    kind: str
    since: date
    until: date
    currency: str
    language: str
    key: str | None


@use_case
async def request_report(viewer: Viewer, command: RequestReport) -> UUID:
    """Queue the report and return its id. Needs `reports.request`.

    Raises NotSignedIn, NotAllowed, InvalidInput (which names the field), IdempotencyKeyReused.
    """
    requester = viewer.signed_in()
    viewer.require("reports.request")
    _check(command)
    report_id = new_id()
    await require_not_erased(requester)
    if earlier := await replayed(viewer, "requestReport", command, report_id):
        return earlier
    parameters = {name: value for name, value in asdict(command).items() if name not in {"kind", "key"}}
    await run(
        """INSERT INTO report (id, requested_by_id, kind, parameters, state, progress, created_at)
           VALUES ($1, $2, $3, $4, 'queued', 0, $5)""",
        report_id,
        requester,
        command.kind,
        orjson.dumps(parameters).decode(),
        now(),
    )
    await record(viewer, "requestReport", subject=("report", report_id), after={"kind": command.kind, **parameters})
    await emit(ReportRequested(subject_id=report_id, sequence=1))
    return report_id


def _check(command: RequestReport) -> None:
    if command.kind not in list(ReportKind):
        raise InvalidInput(field="kind", rule="oneOf", limit=", ".join(ReportKind))
    if command.since < EARLIEST:
        raise InvalidInput(field="since", rule="notBefore", limit=EARLIEST.isoformat())
    if command.until < command.since:
        raise InvalidInput(field="until", rule="notBefore", limit=command.since.isoformat())
    today = now().astimezone(UTC).date()
    if command.until > today:
        raise InvalidInput(field="until", rule="notAfter", limit=today.isoformat())
    if (command.until - command.since).days >= LONGEST_DAYS:
        raise InvalidInput(field="since", rule="days", limit=f"1..{LONGEST_DAYS}")
    checked_currency(command.currency)
    if command.language not in LANGUAGES:
        raise InvalidInput(field="language", rule="oneOf", limit=", ".join(LANGUAGES))
