"""The audit log as staff search it."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.ids import encode
from api.schema.money import BigInt
from domain.audit.entries import ActorKind
from domain.audit.queries import EntryFacts

ActorKindEnum = strawberry.enum(
    ActorKind, name="ActorKind", description="PLATFORM: the shop by itself. NOBODY: somebody who was not signed in."
)
_ACTORS = {ActorKind.APPLICATION: "Application"}


@strawberry.type(directives=[Access(requires=PARENT)])
class AuditActor:
    kind: ActorKind
    id: strawberry.ID | None = strawberry.field(description="Of the person or the application.")


@strawberry.type(directives=[Access(requires=PARENT)])
class AuditSubject:
    kind: str = strawberry.field(description="For example order, user, signing_key.")
    id: strawberry.ID


@strawberry.type(directives=[Access(requires=PARENT)], description="Who did what to which thing.")
class AuditEntry:
    id: strawberry.ID
    at: datetime
    actor: AuditActor
    action: str = strawberry.field(description="For example placeOrder.")
    subject: AuditSubject
    before: str | None = strawberry.field(description="What was changed, as JSON.")
    after: str | None = strawberry.field(description="What it was changed to, as JSON.")
    network: str = strawberry.field(
        description="Where the request came from: the first three bytes of an IPv4 address, the first six of an IPv6 one."
    )
    request_id: str = strawberry.field(
        description="The X-Request-Id that the request came with, or was given; it is in the logs too."
    )
    position: BigInt | None = strawberry.field(description="The place in the chain; given within seconds.")


@strawberry.input(description="All that is given must be so.")
class AuditFilter:
    actor_id: strawberry.ID | None = strawberry.field(default=None, description="A person or an application.")
    subject: strawberry.ID | None = strawberry.field(default=None, description="The id of any thing.")
    action: str | None = None
    since: datetime | None = strawberry.field(name="from", default=None, description="In UTC where it has no offset.")
    until: datetime | None = strawberry.field(name="to", default=None, description="Not included.")
    request_id: str | None = None


def show_entry(facts: EntryFacts) -> AuditEntry:
    kind = ActorKind(facts.actor_kind)
    actor_id = None if facts.actor_id is None else strawberry.ID(encode(_ACTORS.get(kind, "User"), facts.actor_id))
    subject_id = encode(_type_name(facts.subject_type), facts.subject_id)
    return AuditEntry(
        id=strawberry.ID(encode("AuditEntry", facts.id)),
        at=facts.at,
        actor=AuditActor(kind=kind, id=actor_id),
        action=facts.action,
        subject=AuditSubject(kind=facts.subject_type, id=strawberry.ID(subject_id)),
        before=facts.before,
        after=facts.after,
        network=facts.network,
        request_id=facts.request_id,
        position=None if facts.position is None else BigInt(facts.position),
    )


def _type_name(subject_type: str) -> str:
    return subject_type.title().replace("_", "")
