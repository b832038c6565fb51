"""Registering partner applications, and giving, rotating and ending their keys."""

from uuid import UUID

import strawberry

from api.access import PERSON, field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.applications import (
    AddApplicationKeyInput,
    AddApplicationKeyResult,
    ApiKey,
    Application,
    ApplicationKey,
    CreateApiKeyInput,
    CreateApiKeyResult,
    DisableApplicationResult,
    EnableApplicationResult,
    EndApiKeyInput,
    EndApiKeyResult,
    EndApplicationKeyInput,
    EndApplicationKeyResult,
    IssuedApiKey,
    RegisterApplicationInput,
    RegisterApplicationResult,
    RotateApiKeyInput,
    RotateApiKeyResult,
    SwitchApplicationInput,
    UpdateApplicationInput,
    UpdateApplicationResult,
    show_api_key,
    show_application,
    show_application_key,
)
from domain.identity.applications import issue_api_keys as issuing
from domain.identity.applications.application_keys import (
    AddApplicationKey,
    EndApplicationKey,
    add_application_key,
    end_application_key,
)
from domain.identity.applications.application_queries import (
    ApplicationFacts,
    api_key,
    application,
    application_key,
    applications,
)
from domain.identity.applications.change_application import (
    SwitchApplication,
    UpdateApplication,
    disable_application,
    enable_application,
    update_application,
)
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.shared.errors import not_found

_LIST = "applications"
_FOR = "For people who hold `applications.write`, everywhere or within the application's channel and supplier."


@strawberry.type
class ApplicationsQuery:
    @field(PERSON, description=f"Null for one beyond one's limits. {_FOR}")
    async def application(self, info: Info, id: strawberry.ID) -> Application | None:
        found = await application(info.context.viewer, decode("Application", id, field="id"))
        return None if found is None else show_application(found)

    @field(PERSON, description=f"Those that one manages, newest first. {_FOR}")
    async def applications(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Application]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        found = await applications(info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_application(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


@strawberry.type
class ApplicationsMutation:
    @mutation(PERSON, result=RegisterApplicationResult, description=f"It has no keys at first. {_FOR}")
    async def register_application(self, info: Info, input: RegisterApplicationInput) -> Application:
        command = RegisterApplication(
            name=input.name,
            scopes=tuple(input.scopes),
            channel=input.channel,
            supplier_id=None
            if input.supplier_id is None
            else decode("Supplier", input.supplier_id, field="supplierId"),
            key=input.idempotency_key,
        )
        return await _shown(info, await register_application(info.context.viewer, command))

    @mutation(
        PERSON,
        result=UpdateApplicationResult,
        description=f"New scopes end its tokens within seconds; it logs in again. {_FOR}",
    )
    async def update_application(self, info: Info, input: UpdateApplicationInput) -> Application:
        command = UpdateApplication(
            application_id=decode("Application", input.application_id, field="applicationId"),
            expected_version=input.expected_version,
            name=input.name,
            scopes=None if input.scopes is None else tuple(input.scopes),
            key=input.idempotency_key,
        )
        return await _shown(info, await update_application(info.context.viewer, command))

    @mutation(
        PERSON,
        result=DisableApplicationResult,
        description=f"Its tokens and keys are refused within seconds. {_FOR}",
    )
    async def disable_application(self, info: Info, input: SwitchApplicationInput) -> Application:
        return await _shown(info, await disable_application(info.context.viewer, _switch(input)))

    @mutation(PERSON, result=EnableApplicationResult, description=f"Its keys work again within seconds. {_FOR}")
    async def enable_application(self, info: Info, input: SwitchApplicationInput) -> Application:
        return await _shown(info, await enable_application(info.context.viewer, _switch(input)))

    @mutation(
        PERSON,
        result=AddApplicationKeyResult,
        description=f"It signs from now on, beside those that there are. One must hold its scopes oneself. {_FOR}",
    )
    async def add_application_key(self, info: Info, input: AddApplicationKeyInput) -> ApplicationKey:
        command = AddApplicationKey(
            application_id=decode("Application", input.application_id, field="applicationId"),
            public_key=input.public_key,
            kid=input.kid,
            key=input.idempotency_key,
        )
        return await _shown_key(await add_application_key(info.context.viewer, command))

    @mutation(PERSON, result=EndApplicationKeyResult, description=f"At once, or after a while. {_FOR}")
    async def end_application_key(self, info: Info, input: EndApplicationKeyInput) -> ApplicationKey:
        key_id = decode("ApplicationKey", input.key_id, field="keyId")
        command = EndApplicationKey(key_id, input.after_seconds, input.idempotency_key)
        return await _shown_key(await end_application_key(info.context.viewer, command))

    @mutation(
        PERSON,
        result=CreateApiKeyResult,
        description=f"The only answer that shows the key. One must hold its scopes oneself. {_FOR}",
    )
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> IssuedApiKey:
        command = issuing.CreateApiKey(
            application_id=decode("Application", input.application_id, field="applicationId"),
            scopes=tuple(input.scopes),
            expires_at=input.expires_at,
            key=input.idempotency_key,
        )
        return await _shown_issued(await issuing.create_api_key(info.context.viewer, command))

    @mutation(
        PERSON,
        result=RotateApiKeyResult,
        description=f"A new key for the same scopes; the old one goes on working for a while. {_FOR}",
    )
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> IssuedApiKey:
        command = issuing.RotateApiKey(
            key_id=decode("ApiKey", input.key_id, field="keyId"),
            overlap_seconds=input.overlap_seconds,
            expires_at=input.expires_at,
            key=input.idempotency_key,
        )
        return await _shown_issued(await issuing.rotate_api_key(info.context.viewer, command))

    @mutation(PERSON, result=EndApiKeyResult, description=f"It is refused within seconds. {_FOR}")
    async def end_api_key(self, info: Info, input: EndApiKeyInput) -> ApiKey:
        command = issuing.EndApiKey(decode("ApiKey", input.key_id, field="keyId"), input.idempotency_key)
        return await _shown_api_key(await issuing.end_api_key(info.context.viewer, command))


async def _shown(info: Info, application_id: UUID) -> Application:
    found = await application(info.context.viewer, application_id)
    if found is None:
        raise not_found("Application", application_id)
    return show_application(found)


async def _shown_key(key_id: UUID) -> ApplicationKey:
    found = await application_key(key_id)
    if found is None:
        raise not_found("ApplicationKey", key_id)
    return show_application_key(found)


async def _shown_api_key(key_id: UUID) -> ApiKey:
    found = await api_key(key_id)
    if found is None:
        raise not_found("ApiKey", key_id)
    return show_api_key(found)


async def _shown_issued(issued: issuing.IssuedApiKey) -> IssuedApiKey:
    return IssuedApiKey(api_key=await _shown_api_key(issued.id), secret=issued.text)


def _switch(input: SwitchApplicationInput) -> SwitchApplication:
    return SwitchApplication(decode("Application", input.application_id, field="applicationId"), input.idempotency_key)


def _cursor(facts: ApplicationFacts) -> str:
    return cursor(_LIST, (facts.created_at, facts.id))
