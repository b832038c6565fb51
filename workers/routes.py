"""Who is told of which event, and on which queue the telling waits."""

from dataclasses import dataclass
from datetime import timedelta

ROUTES: dict[str, tuple[str, ...]] = {
    "order.placed": ("authorise_payment",),
    "order.paid": ("sign_receipt", "count_sold"),
    "order.cancelled": ("void_payment",),
    "order.refunded": ("refund_payment", "count_sold"),
    "order.returned": ("refund_payment", "count_sold"),
    "risk.accepted": ("authorise_payment",),
    "report.requested": ("run_report",),
    "registration.started": ("mail_registration",),
    "user.invited": ("mail_invitation",),
    "password_reset.requested": ("mail_password_reset",),
    "user.password_changed": ("mail_password_changed",),
    "factor.added": ("mail_factor_added",),
    "factor.removed": ("mail_factor_removed",),
    "email_change.requested": ("mail_old_address", "mail_new_address"),
    "email_change.completed": ("mail_former_address", "mail_present_address"),
    "consent.withdrawn": ("forget_learned",),
    "privacy.data_requested": ("export_personal_data",),
    "privacy.data_ready": ("mail_data_ready",),
    "privacy.erasure_requested": ("erase_person",),
    "privacy.erasure_refused": ("mail_erasure_refused",),
    "user.erased": ("forget_files", "forget_learned_of_erased", "log_erasure"),
    "bulk.requested": ("run_bulk_job",),
    "media.added": ("make_picture",),
    "media.removed": ("delete_picture",),
    "product.variants_removed": ("refresh_offer",),
    "stock.availability_changed": ("refresh_stocked",),
    "channel.warehouses_set": ("refresh_all_stocked",),
    "category.updated": ("refresh_concerned",),
    "category.moved": ("refresh_concerned",),
    "attribute.updated": ("refresh_concerned",),
    "choice.updated": ("refresh_concerned",),
    "option.translated": ("refresh_concerned",),
    "training.due": ("train_recommendations",),
    "segmentation.due": ("segment_customers",),
}
"""Event kind to the consumers (actors by their names) that each event of the kind is enqueued for."""


@dataclass(frozen=True)
class Queue:
    """`poll` is how long an idle worker sleeps before it asks again; `time_limit` holds for every consumer."""

    modules: tuple[str, ...]
    threads: int
    poll: timedelta
    time_limit: timedelta


QUEUES = {
    "default": Queue(
        modules=(
            "workers.payments",
            "workers.orders",
            "workers.mail",
            "workers.privacy",
            "workers.stock",
            "workers.offers",
        ),
        threads=8,
        poll=timedelta(milliseconds=50),
        time_limit=timedelta(minutes=2),
    ),
    "ml": Queue(
        modules=("workers.learning", "workers.reports"),
        threads=2,
        poll=timedelta(milliseconds=250),
        time_limit=timedelta(minutes=30),
    ),
    "bulk": Queue(
        modules=("workers.media", "workers.all_stock", "workers.catalog", "workers.bulk"),
        threads=2,
        poll=timedelta(milliseconds=250),
        time_limit=timedelta(minutes=30),
    ),
}

_ON_ML = {"run_report", "train_recommendations", "segment_customers"}
_ON_BULK = {"run_bulk_job", "make_picture", "delete_picture", "refresh_all_stocked", "refresh_concerned"}


def queue_of(consumer: str) -> str:
    if consumer in _ON_BULK:
        return "bulk"
    return "ml" if consumer in _ON_ML else "default"


def consumers_on(queue: str) -> list[str]:
    """Every consumer that some event is routed to and that waits on `queue`."""
    return sorted({name for names in ROUTES.values() for name in names if queue_of(name) == queue})
