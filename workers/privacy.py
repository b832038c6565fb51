"""Personal data, later: the copy of it, and forgetting it. Here stands what each context has to say and to do."""

from uuid import UUID

from domain.analytics.erase import erase_segments
from domain.analytics.personal_data import personal_data as analytics
from domain.audit.personal_data import personal_data as audit
from domain.cart.erase import erase_open_carts
from domain.cart.personal_data import personal_data as carts
from domain.fulfilment.personal_data import personal_data as parcels
from domain.identity.privacy import erase, export, forget_learned
from domain.identity.privacy.erase import Eraser, Others
from domain.identity.privacy.export import Collector
from domain.notifications import privacy_mails
from domain.orders.personal_data import personal_data as orders
from domain.orders.under_way import require_none_under_way
from domain.payments.personal_data import personal_data as payments
from domain.recommendations.erase import erase_suggestions
from domain.recommendations.personal_data import personal_data as suggestions
from workers.consume import consumer

COLLECTORS: dict[str, Collector] = {
    "carts": carts,
    "orders": orders,
    "payments": payments,
    "parcels": parcels,
    "suggestions": suggestions,
    "analytics": analytics,
    "records": audit,
}
LEARNED: tuple[Eraser, ...] = (erase_suggestions, erase_segments)
ERASURE = Others(obstacles=(require_none_under_way,), erasers=(erase_open_carts, *LEARNED))


@consumer("export_personal_data")
async def export_personal_data(event_id: UUID, request_id: UUID) -> None:
    await export.export_personal_data(event_id, request_id, COLLECTORS)


@consumer("erase_person")
async def erase_person(event_id: UUID, request_id: UUID) -> None:
    await privacy_mails.say_farewell(erase.CONSUMER, event_id, request_id)
    await erase.erase_person(event_id, request_id, ERASURE)


@consumer("forget_learned")
async def forget_what_was_learned(event_id: UUID, consent_id: UUID) -> None:
    await forget_learned.forget_learned(event_id, consent_id, LEARNED)


@consumer("mail_data_ready")
async def mail_data_ready(event_id: UUID, request_id: UUID) -> None:
    await privacy_mails.mail_data_ready(event_id, request_id)


@consumer("mail_erasure_refused")
async def mail_erasure_refused(event_id: UUID, request_id: UUID) -> None:
    await privacy_mails.mail_erasure_refused(event_id, request_id)


@consumer("forget_files")
async def forget_files(event_id: UUID, _person_id: UUID) -> None:
    await export.forget_files(event_id)
