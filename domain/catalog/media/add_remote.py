"""Adding pictures by their addresses, many at once. A worker fetches them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.audit.record import record_many
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.media.albums import Album, Picture, RemoteMedia, albums
from domain.catalog.media.alt_texts import FIELD, KIND, alt_text
from domain.catalog.media.events import MediaAdded
from domain.catalog.media.owners import Owner, let_wait, locked_owners
from domain.catalog.texts.rules import checked_text
from domain.catalog.texts.store import store_texts
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import DomainError, not_found
from domain.shared.outbox import emit_many
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def add_remote_media(viewer: Viewer, wanted: Sequence[RemoteMedia]) -> list[UUID | DomainError]:
    """The picture of each address, new or known, in their order; a DomainError where nothing of that entry was written.

    An address that its product has already is not added twice; one that failed is tried again. A fixed number of
    statements. Locks the products. Raises NotSignedIn, NotAllowed.
    """
    require_transaction("add_remote_media")
    owners = await locked_owners(viewer, [one.product_id for one in wanted])
    known = await albums(list(owners))
    alt: dict[UUID, str] = {}
    found = [_judged(one, known, alt) for one in wanted]
    texts = [alt_text(media_id, settings().default_language, text) for media_id, text in alt.items()]
    retold = {text.owner_id for text, is_new in zip(texts, await store_texts(texts), strict=True) if is_new}
    pictures = [picture for album in known.values() for picture in album.by_url.values()]
    await _store(viewer, pictures)
    await _refresh(viewer, [one for one in pictures if one.is_due or one.is_moved or one.id in retold], owners)
    return found


def _judged(one: RemoteMedia, known: Mapping[UUID, Album], alt: dict[UUID, str]) -> UUID | DomainError:
    try:
        if one.product_id not in known:
            raise not_found("Product", one.product_id)
        text = None if one.alt is None else checked_text(KIND, FIELD, one.alt, path="alt")
        picture = known[one.product_id].place(one)
    except DomainError as refusal:
        return refusal
    if text is not None:
        alt[picture.id] = text
    return picture.id


async def _store(viewer: Viewer, pictures: Sequence[Picture]) -> None:
    changed = [one for one in pictures if one.is_due or one.is_moved]
    if not changed:
        return
    await run(
        """INSERT INTO media AS m (id, product_id, source_url, position, state, created_at)
           SELECT g.id, g.product_id, g.url, g.position, 'waiting', $5
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) AS g(id, product_id, url, position)
           ON CONFLICT (id) DO UPDATE SET position = excluded.position, version = m.version + 1,
             state = CASE WHEN m.state = 'failed' THEN 'waiting' ELSE m.state END, error = NULL""",
        [one.id for one in changed],
        [one.product_id for one in changed],
        [one.url for one in changed],
        [one.position for one in changed],
        now(),
    )
    due = [one for one in changed if one.is_due]
    # The address is not recorded: it may hold a secret, as those do that a store has signed.
    done = [(("media", one.id), {"product_id": one.product_id}) for one in due]
    await record_many(viewer, "addProductMediaFromUrl", done)
    await emit_many([MediaAdded(subject_id=one.id, sequence=one.version + 1, product_id=one.product_id) for one in due])


async def _refresh(viewer: Viewer, changed: Sequence[Picture], owners: Mapping[UUID, Owner]) -> None:
    """Lists show the first picture, which may be another now."""
    waiting = await let_wait(viewer, [owners[product_id] for product_id in sorted({one.product_id for one in changed})])
    await refresh_listings(sorted({*waiting, *(one.product_id for one in changed if one.is_moved)}))
