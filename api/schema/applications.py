"""Partner applications and their keys, as staff see them."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from domain.identity.applications.application_queries import ApiKeyFacts, ApplicationFacts, ApplicationKeyFacts
from domain.identity.errors import CannotGrant, KeyEnded, KidTaken, TooManyKeys
from domain.shared.errors import StaleVersion


@strawberry.type(
    directives=[Access(requires=PARENT)], description="The public half of a key with which an application signs."
)
class ApplicationKey:
    id: strawberry.ID
    kid: str
    algorithm: str = strawberry.field(description="RS256 or ES256.")
    created_at: datetime
    last_used_at: datetime | None = strawberry.field(description="To the minute.")
    ends_at: datetime | None = strawberry.field(description="From then on it verifies nothing.")


@strawberry.type(directives=[Access(requires=PARENT)], description="A secret that an application sends as it is.")
class ApiKey:
    id: strawberry.ID
    prefix: str = strawberry.field(description="How the key begins.")
    scopes: list[str] = strawberry.field(description="Those it was given and that its application still has.")
    created_at: datetime
    last_used_at: datetime | None = strawberry.field(description="To the minute.")
    ends_at: datetime | None = strawberry.field(description="From then on it is refused.")


@strawberry.type(directives=[Access(requires=PARENT)])
class IssuedApiKey:
    api_key: ApiKey
    secret: str | None = strawberry.field(
        description="The key itself, shown this once and stored nowhere: `Authorization: Bearer <key>`. Null when an "
        "idempotency key is sent again; should the first answer be lost, rotate or end the key."
    )


@strawberry.type(directives=[Access(requires=PARENT)], description="A partner's program.")
class Application(Node):
    facts: strawberry.Private[ApplicationFacts]
    id: strawberry.ID
    client_id: str = strawberry.field(description="By which it asks for tokens at /oauth/token.")
    name: str
    scopes: list[str] = strawberry.field(description="Names of permissions.")
    channel: str | None = strawberry.field(description="Its scopes hold only in this channel.")
    supplier_id: strawberry.ID | None = strawberry.field(
        description="Its scopes hold only for what is this supplier's."
    )
    version: int = strawberry.field(description="Grows with every change, of its keys too.")
    created_by: strawberry.ID | None = strawberry.field(
        description="The user who registered it. It goes on when they lose their rights: disable it then, if it should not."
    )
    created_at: datetime
    disabled_at: datetime | None

    @field(PARENT, description="Newest first, those that ended included.")
    async def keys(self, info: Info) -> list[ApplicationKey]:
        found = await info.context.loaders.application_keys.load(self.facts.id)
        return [show_application_key(one) for one in found]

    @field(PARENT, description="Newest first, those that ended included.")
    async def api_keys(self, info: Info) -> list[ApiKey]:
        return [show_api_key(one) for one in await info.context.loaders.api_keys.load(self.facts.id)]


@strawberry.input
class RegisterApplicationInput:
    name: str
    scopes: list[str] = strawberry.field(description="Names of permissions that one holds oneself, within its limits.")
    channel: str | None = strawberry.field(default=None, description="For good: they hold only in this channel.")
    supplier_id: strawberry.ID | None = strawberry.field(
        default=None, description="For good: they hold only for what is this supplier's."
    )
    idempotency_key: str | None = None


@strawberry.input(description="What is null stays as it is.")
class UpdateApplicationInput:
    application_id: strawberry.ID
    expected_version: int
    name: str | None = None
    scopes: list[str] | None = strawberry.field(default=None, description="The whole new set.")
    idempotency_key: str | None = None


@strawberry.input
class SwitchApplicationInput:
    application_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input
class AddApplicationKeyInput:
    application_id: strawberry.ID
    public_key: str = strawberry.field(
        description="RSA of 2048 to 4096 bits (RS256) or P-256 (ES256), as PEM or as one JSON Web Key."
    )
    kid: str | None = strawberry.field(
        default=None, description="By default the JSON Web Key's own, else its thumbprint (RFC 7638)."
    )
    idempotency_key: str | None = None


@strawberry.input
class EndApplicationKeyInput:
    key_id: strawberry.ID
    after_seconds: int = strawberry.field(default=0, description="0 ends its tokens too; 90 days at most.")
    idempotency_key: str | None = None


@strawberry.input
class CreateApiKeyInput:
    application_id: strawberry.ID
    scopes: list[str] = strawberry.field(description="Some of the application's.")
    expires_at: datetime | None = None
    idempotency_key: str | None = None


@strawberry.input
class RotateApiKeyInput:
    key_id: strawberry.ID
    overlap_seconds: int = strawberry.field(description="How long the old key goes on working; 90 days at most.")
    expires_at: datetime | None = strawberry.field(
        default=None, description="Of the new key. By default it lives as long as the old one was to."
    )
    idempotency_key: str | None = None


@strawberry.input
class EndApiKeyInput:
    key_id: strawberry.ID
    idempotency_key: str | None = None


RegisterApplicationResult = result("RegisterApplicationResult", Application, CannotGrant)
UpdateApplicationResult = result("UpdateApplicationResult", Application, CannotGrant, StaleVersion)
DisableApplicationResult = result("DisableApplicationResult", Application)
EnableApplicationResult = result("EnableApplicationResult", Application, CannotGrant)
AddApplicationKeyResult = result("AddApplicationKeyResult", ApplicationKey, CannotGrant, KidTaken, TooManyKeys)
EndApplicationKeyResult = result("EndApplicationKeyResult", ApplicationKey)
CreateApiKeyResult = result("CreateApiKeyResult", IssuedApiKey, CannotGrant, TooManyKeys)
RotateApiKeyResult = result("RotateApiKeyResult", IssuedApiKey, CannotGrant, KeyEnded, TooManyKeys)
EndApiKeyResult = result("EndApiKeyResult", ApiKey)


def show_application(facts: ApplicationFacts) -> Application:
    return Application(
        facts=facts,
        id=strawberry.ID(encode("Application", facts.id)),
        client_id=str(facts.id),
        name=facts.name,
        scopes=list(facts.scopes),
        channel=facts.channel,
        supplier_id=None if facts.supplier_id is None else strawberry.ID(encode("Supplier", facts.supplier_id)),
        version=facts.version,
        created_by=None if facts.created_by is None else strawberry.ID(encode("User", facts.created_by)),
        created_at=facts.created_at,
        disabled_at=facts.disabled_at,
    )


def show_application_key(facts: ApplicationKeyFacts) -> ApplicationKey:
    return ApplicationKey(
        id=strawberry.ID(encode("ApplicationKey", facts.id)),
        kid=facts.kid,
        algorithm=facts.algorithm,
        created_at=facts.created_at,
        last_used_at=facts.last_used_at,
        ends_at=facts.ends_at,
    )


def show_api_key(facts: ApiKeyFacts) -> ApiKey:
    return ApiKey(
        id=strawberry.ID(encode("ApiKey", facts.id)),
        prefix=facts.prefix,
        scopes=list(facts.scopes),
        created_at=facts.created_at,
        last_used_at=facts.last_used_at,
        ends_at=facts.ends_at,
    )
