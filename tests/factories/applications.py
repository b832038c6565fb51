"""Partner applications, registered by an administrator, and the keys that partners would keep."""

from dataclasses import dataclass, field
from functools import cache
from time import time
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from domain.identity.applications.application_keys import AddApplicationKey, add_application_key
from domain.identity.applications.issue_api_keys import CreateApiKey, IssuedApiKey, create_api_key
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.people import a_person

ENDPOINT = "https://api.shop.test/oauth/token"


@dataclass(frozen=True)
class Signer:
    """A partner's key pair, as PEM."""

    algorithm: str
    private_pem: str = field(repr=False)
    public_pem: str

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(claims, self.private_pem, self.algorithm, headers=headers)


@dataclass(frozen=True)
class Partner:
    """An application with one public key, and the private half of it."""

    application_id: UUID
    key_id: UUID
    signer: Signer

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of a good assertion, with `changes`; what is None is left out."""
        client, moment = str(self.application_id), int(time())
        claims = {"iss": client, "sub": client, "aud": ENDPOINT, "iat": moment, "exp": moment + 60, "jti": str(uuid4())}
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def assertion(self, **changes: Any) -> str:
        return self.signer.sign(self.claims(**changes))


@cache
def a_signer(algorithm: str = "RS256", number: int = 0) -> Signer:
    """The same for the same `number`: making RSA keys takes long."""
    assert number >= 0
    private = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm == "RS256"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return Signer(
        algorithm,
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


async def an_application(
    *scopes: str, channel: str | None = None, supplier_id: UUID | None = None, viewer: Viewer = PLATFORM
) -> UUID:
    given = scopes or ("orders.read",)
    return await register_application(viewer, RegisterApplication("Test Partner", given, channel, supplier_id))


async def a_partner(
    *scopes: str, algorithm: str = "RS256", channel: str | None = None, supplier_id: UUID | None = None
) -> Partner:
    application_id = await an_application(*scopes, channel=channel, supplier_id=supplier_id)
    signer = a_signer(algorithm)
    key_id = await add_application_key(PLATFORM, AddApplicationKey(application_id, signer.public_pem))
    return Partner(application_id, key_id, signer)


async def an_api_key(
    *scopes: str, channel: str | None = None, supplier_id: UUID | None = None
) -> tuple[UUID, IssuedApiKey]:
    """The application and its key, for all of the application's scopes."""
    given = scopes or ("orders.read",)
    application_id = await an_application(*given, channel=channel, supplier_id=supplier_id)
    return application_id, await create_api_key(PLATFORM, CreateApiKey(application_id, given))


async def an_administrator() -> Viewer:
    return await a_person("administrator")
