"""What the schedule deletes every night, and after which time: docs/privacy.md has the same as a table."""

from datetime import datetime, timedelta

from domain.bulk.jobs.retention import forget_bulk_jobs
from domain.cart.retention import forget_abandoned_carts
from domain.catalog.listing.reindex import count_words
from domain.catalog.media.remove import clear_orphans
from domain.identity.applications.used_assertions import clear_used_assertions
from domain.identity.privacy.export import forget_expired_files
from domain.identity.privacy.retention import (
    forget_log_ins_begun,
    forget_mail_links,
    forget_old_sessions,
    forget_registrations,
    request_erasure_of_inactive,
)
from domain.identity.sessions.cutoffs import clear_cutoffs
from domain.notifications.files import clear_mail_files
from domain.orders.retention import buyers_since, forget_guests
from domain.shared.scheduling import Clearing, clear_idempotency_keys, clear_inbox
from domain.shared.settings import Settings

SHORT_LIVED = timedelta(days=1)
"""For what is over within minutes: kept a while only so that somebody can look into it."""


def clearings(settings: Settings) -> list[tuple[Clearing, timedelta]]:
    """Each with how old it lets things become."""
    regular: list[tuple[Clearing, timedelta]] = [
        (clear_idempotency_keys, timedelta(days=settings.idempotency_kept_days)),
        (clear_inbox, timedelta(days=settings.inbox_kept_days)),
        (forget_old_sessions, timedelta(days=settings.session_kept_days)),
        (forget_registrations, timedelta(days=settings.registration_kept_days)),
        (forget_mail_links, timedelta(days=settings.mail_link_kept_days)),
        (forget_log_ins_begun, SHORT_LIVED),
        (clear_used_assertions, SHORT_LIVED),
        (clear_cutoffs, SHORT_LIVED),
        (forget_abandoned_carts, timedelta(days=settings.cart_kept_days)),
        (forget_guests, timedelta(days=settings.guest_kept_days)),
        (forget_expired_files, timedelta(0)),
        (forget_bulk_jobs, timedelta(days=settings.bulk_kept_days)),
        (clear_orphans, SHORT_LIVED),
        (clear_mail_files, timedelta(days=settings.mail_link_kept_days)),
        (count_words, timedelta(0)),
    ]
    gone: list[tuple[Clearing, timedelta]] = [
        (_request_erasure_of_inactive, timedelta(days=365 * settings.inactive_years))
    ]
    return regular + (gone if settings.inactive_years else [])


async def _request_erasure_of_inactive(before: datetime) -> int:
    return await request_erasure_of_inactive(before, kept=lambda people: buyers_since(people, before))
