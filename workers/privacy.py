"""Personal data, later: the copy of it, and forgetting it. Here stands what each context has to say and to do."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from domain.analytics.erase import erase_segments
from domain.analytics.personal_data import personal_data as analytics
from domain.analytics.personal_data import report_ids_of
from domain.audit.personal_data import personal_data as audit
from domain.bulk.personal_data import bulk_job_ids_of
from domain.bulk.personal_data import personal_data as bulk
from domain.cart.erase import erase_open_carts
from domain.cart.personal_data import cart_ids_of
from domain.cart.personal_data import personal_data as carts
from domain.fulfilment.personal_data import parcel_ids_of
from domain.fulfilment.personal_data import personal_data as parcels
from domain.identity.privacy import erase, export, forget_learned
from domain.identity.privacy.erase import Eraser, Others
from domain.identity.privacy.export import Collector
from domain.identity.privacy.personal_data import own_ids
from domain.notifications import privacy_mails
from domain.orders.personal_data import order_ids_of
from domain.orders.personal_data import personal_data as orders
from domain.orders.retention import buyers_since
from domain.orders.under_way import require_none_under_way
from domain.payments.personal_data import personal_data as payments
from domain.recommendations.erase import erase_suggestions
from domain.recommendations.personal_data import personal_data as suggestions
from domain.reviews.erase import erase_reviews
from domain.reviews.personal_data import personal_data as reviews
from domain.reviews.personal_data import review_ids_of
from workers.consume import consumer

_THINGS: tuple[Callable[[UUID], Awaitable[list[UUID]]], ...] = (
    own_ids,
    cart_ids_of,
    order_ids_of,
    parcel_ids_of,
    review_ids_of,
    report_ids_of,
    bulk_job_ids_of,
)


async def _records(person_id: UUID) -> object:
    """What is recorded of a person and of what is theirs, of which the audit log knows only ids."""
    return await audit(person_id, [one for ids_of in _THINGS for one in await ids_of(person_id)])


COLLECTORS: dict[str, Collector] = {
    "carts": carts,
    "orders": orders,
    "payments": payments,
    "parcels": parcels,
    "reviews": reviews,
    "suggestions": suggestions,
    "analytics": analytics,
    "bulk": bulk,
    "records": _records,
}
LEARNED: tuple[Eraser, ...] = (erase_suggestions, erase_segments)
ERASURE = Others(
    obstacles=(require_none_under_way,), erasers=(erase_open_carts, erase_reviews, *LEARNED), buyers=buyers_since
)


@consumer("export_personal_data")
async def export_personal_data(event_id: UUID, request_id: UUID) -> None:
    await export.export_personal_data(event_id, request_id, COLLECTORS)


@consumer("erase_person")
async def erase_person(event_id: UUID, request_id: UUID) -> None:
    person = await erase.erase_person(event_id, request_id, ERASURE)
    if person is not None:
        await privacy_mails.say_farewell(erase.CONSUMER, event_id, person)


@consumer("forget_learned")
async def forget_what_was_learned(event_id: UUID, consent_id: UUID) -> None:
    await forget_learned.forget_learned(event_id, consent_id, LEARNED)


@consumer("forget_learned_of_erased")
async def forget_learned_of_erased(event_id: UUID, person_id: UUID) -> None:
    await forget_learned.forget_learned_of_erased(event_id, person_id, LEARNED)


@consumer("mail_data_ready")
async def mail_data_ready(event_id: UUID, request_id: UUID) -> None:
    await privacy_mails.mail_data_ready(event_id, request_id)


@consumer("mail_erasure_refused")
async def mail_erasure_refused(event_id: UUID, request_id: UUID) -> None:
    await privacy_mails.mail_erasure_refused(event_id, request_id)


@consumer("forget_files")
async def forget_files(event_id: UUID, _person_id: UUID) -> None:
    await export.forget_files(event_id)


@consumer("log_erasure")
async def log_erasure(event_id: UUID, person_id: UUID) -> None:
    await erase.log_erasure(event_id, person_id)
