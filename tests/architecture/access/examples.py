"""What each field at the root is asked with. A new one needs an example here: the test says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.architecture.access.accounts import NEW_PASSWORD
from tests.architecture.access.parties import email_of
from tests.architecture.access.world import World
from tests.factories.applications import a_signer
from tests.factories.identity import PASSWORD
from tests.factories.second_factors import code

Given = Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Example:
    """`label` tells several of one field apart. What is `apart` shows less of a thing than others, by rule: below it, every
    field that differs has a row of its own."""

    given: Given = lambda _: {}
    label: str = ""
    apart: bool = False


def _id(kind: str, name: str = "", *, argument: str = "id") -> Given:
    return lambda world: {argument: world.id(kind, name)}


def _input(given: Given) -> Given:
    return lambda world: {"input": given(world)}


def _order(which: str = "", /, **more: object) -> list[Example]:
    """A mutation of an order."""
    return [Example(_input(lambda world: {"orderId": world.id("Order", which), **more}))]


def _of(kind: str, which: str, argument: str, /, *, label: str = "", **more: object) -> list[Example]:
    """A mutation of one thing, whose id is the input's `argument`."""
    return [Example(_input(lambda world: {argument: world.id(kind, which), **more}), label)]


def _token(purpose: str, **more: object) -> list[Example]:
    """A mutation with the token of a link that was mailed."""
    return [Example(_input(lambda world: {"token": world.texts[purpose], **more}))]


_ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}


def _placing(which: str, **more: object) -> Given:
    return lambda world: {
        "cartId": world.id("Cart", which),
        "address": _ADDRESS,
        "expectedTotal": {"amount": "42.50", "currency": "EUR"},
        "idempotencyKey": "one",
        **more,
    }


GUEST = "guest@example.org"
_ASKED = [Example()]
_PROVED = [Example(_input(lambda _: {"password": PASSWORD}))]

EXAMPLES: dict[str, list[Example]] = {
    # people, roles, suppliers
    "Query.me": _ASKED,
    "Query.people": _ASKED,
    "Query.person": [Example(_id("User"))],
    "Query.permissions": _ASKED,
    "Query.roles": _ASKED,
    "Query.suppliers": _ASKED,
    "Mutation.suspendPerson": _of("User", "", "personId"),
    "Mutation.restorePerson": _of("User", "", "personId"),
    "Mutation.createRole": [Example(_input(lambda _: {"name": "porter", "permissions": ["orders.ship"]}))],
    "Mutation.updateRole": _of("Role", "clerk", "roleId", permissions=["orders.ship"]),
    "Mutation.removeRole": _of("Role", "clerk", "roleId"),
    "Mutation.grantRole": [
        Example(_input(lambda world: {"userId": world.id("User", "stranger"), "roleId": world.id("Role")}))
    ],
    "Mutation.revokeRole": _of("Grant", "", "grantId"),
    "Mutation.createSupplier": [
        Example(_input(lambda _: {"code": "south-wind", "name": "South Wind", "country": "DE"}))
    ],
    "Mutation.updateSupplier": _of("Supplier", "", "supplierId", name="Renamed"),
    # applications and the audit log
    "Query.applications": _ASKED,
    "Query.application": [Example(_id("Application"))],
    "Mutation.registerApplication": [Example(_input(lambda _: {"name": "New", "scopes": ["orders.read"]}))],
    "Mutation.updateApplication": _of("Application", "", "applicationId", expectedVersion=3, name="Renamed"),
    "Mutation.disableApplication": _of("Application", "", "applicationId"),
    "Mutation.enableApplication": _of("Application", "", "applicationId"),
    "Mutation.addApplicationKey": _of("Application", "", "applicationId", publicKey=a_signer("ES256", 1).public_pem),
    "Mutation.endApplicationKey": _of("ApplicationKey", "", "keyId"),
    "Mutation.createApiKey": _of("Application", "", "applicationId", scopes=["orders.read"]),
    "Mutation.rotateApiKey": _of("ApiKey", "", "keyId", overlapSeconds=60),
    "Mutation.endApiKey": _of("ApiKey", "", "keyId"),
    "Query.auditEntries": [
        Example(),
        Example(lambda world: {"filter": {"subject": world.id("Order")}}, "about one thing"),
    ],
    # accounts
    "Mutation.signUp": [
        Example(
            _input(
                lambda _: {
                    "email": "newer@example.org",
                    "password": NEW_PASSWORD,
                    "name": "Newer",
                    "language": "en",
                    "currency": "EUR",
                    "country": "DE",
                }
            )
        )
    ],
    "Mutation.confirmEmail": _token("confirm_registration", password=PASSWORD),
    "Mutation.logIn": [Example(_input(lambda _: {"email": email_of("support"), "password": PASSWORD}))],
    "Mutation.refreshSession": [Example(_input(lambda world: {"refreshToken": world.texts["refresh token"]}))],
    "Mutation.logOut": _ASKED,
    "Mutation.endSession": [Example(_id("Session"))],
    "Mutation.endAllSessions": _ASKED,
    "Mutation.startGuestSession": [Example(_input(lambda _: {"language": "en", "currency": "EUR"}))],
    "Mutation.claimGuestOrders": _ASKED,
    "Mutation.updateProfile": [Example(_input(lambda _: {"name": "Somebody Else"}))],
    "Mutation.requestPasswordReset": [Example(_input(lambda _: {"email": email_of("owner")}))],
    "Mutation.resetPassword": _token("reset_password", newPassword=NEW_PASSWORD),
    "Mutation.changePassword": [Example(_input(lambda _: {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}))],
    "Mutation.requestEmailChange": [
        Example(_input(lambda _: {"newEmail": "another@example.org", "password": PASSWORD}))
    ],
    "Mutation.confirmEmailChange": _token("change_email_old"),
    "Mutation.inviteStaff": [
        Example(
            _input(
                lambda world: {
                    "email": "porter@example.org",
                    "name": "Porter",
                    "language": "en",
                    "roles": [{"roleId": world.id("Role")}],
                }
            )
        )
    ],
    "Mutation.resendInvitation": _of("User", "invited", "personId"),
    "Mutation.acceptInvitation": _token("accept_invitation", password=NEW_PASSWORD),
    "Query.addressRules": [Example(lambda _: {"country": "CN"})],
    "Mutation.addAddress": [Example(_input(lambda _: {"address": _ADDRESS}))],
    "Mutation.updateAddress": _of("AddressEntry", "", "id", isDefaultBilling=False),
    "Mutation.removeAddress": _of("AddressEntry", "", "id"),
    # second factors
    "Mutation.enrolTotp": _PROVED,
    "Mutation.confirmTotp": [Example(_input(lambda world: {"code": code(world.texts["secret"])}))],
    "Mutation.disableTotp": _PROVED,
    "Mutation.renewRecoveryCodes": _PROVED,
    "Mutation.beginPasskeyRegistration": _PROVED,
    "Mutation.finishPasskeyRegistration": [
        Example(
            _input(
                lambda world: {
                    "challengeId": world.id("PasskeyChallenge", "open"),
                    "response": world.texts["new passkey open"],
                    "label": "Phone",
                }
            )
        )
    ],
    "Mutation.removePasskey": _of("Passkey", "", "id", password=PASSWORD),
    "Mutation.beginPasskeyLogIn": [Example(_input(lambda _: {}))],
    "Mutation.logInWithPasskey": [
        Example(_input(lambda world: {"challengeId": world.id("PasskeyChallenge"), "response": world.texts["passkey"]}))
    ],
    "Mutation.logInWithSecondFactor": [
        Example(_input(lambda world: {"attempt": world.texts["attempt"], "recoveryCode": world.texts["recovery code"]}))
    ],
    "Mutation.resetSecondFactors": _of("User", "", "userId"),
    # privacy
    "Query.consentTexts": _ASKED,
    "Query.privacyRequest": [Example(_id("PrivacyRequest"))],
    "Mutation.giveConsent": [
        Example(_input(lambda world: {"purpose": "MARKETING", "textVersion": world.texts["text of marketing"]}))
    ],
    "Mutation.withdrawConsent": [Example(_input(lambda _: {"purpose": "MARKETING"}))],
    "Mutation.requestPersonalData": [
        Example(_input(lambda _: {})),
        *_of("User", "stranger", "personId", label="of somebody else"),
    ],
    "Mutation.requestErasure": [
        Example(_input(lambda _: {"password": PASSWORD})),
        *_of("User", "stranger", "personId", label="of somebody else", password=PASSWORD),
    ],
    # catalogue
    "Query.products": _ASKED,
    "Query.product": [Example(_id("Product"))],
    "Query.categories": _ASKED,
    # carts and orders
    "Query.cart": [Example(_id("Cart"))],
    "Query.order": [
        Example(_id("Order")),
        Example(_id("Order", "shared"), "beside another supplier", apart=True),
        Example(_id("Order", "parcel"), "shipped beside another supplier", apart=True),
    ],
    "Query.orders": _ASKED,
    "Query.orderUpdatesCursor": _ASKED,
    "Mutation.createCart": [Example(_input(lambda _: {"currency": "EUR"}))],
    "Mutation.addCartLine": [
        Example(_input(lambda world: {"cartId": world.id("Cart"), "variantId": world.id("Variant"), "quantity": 1}))
    ],
    "Mutation.changeCartLine": [
        Example(_input(lambda world: {"cartId": world.id("Cart"), "variantId": world.id("Variant"), "quantity": 2}))
    ],
    "Mutation.removeCartLine": [
        Example(_input(lambda world: {"cartId": world.id("Cart"), "variantId": world.id("Variant")}))
    ],
    "Mutation.placeOrder": [
        Example(_input(_placing(""))),
        Example(_input(_placing("guest", email=GUEST)), "by a guest"),
    ],
    "Mutation.cancelOrder": _order("pending"),
    "Mutation.shipOrder": _order("paid", carrier="DHL", trackingNumber="JD0002"),
    "Mutation.deliverOrder": _order(),
    "Mutation.returnOrder": _order(),
    "Mutation.refundOrder": _order("paid"),
    "Mutation.decideRisk": _order("review", accept=True),
    "Subscription.orderUpdates": [
        Example(lambda world: {"after": world.texts["cursor"]}),
        Example(lambda world: {"orderId": world.id("Order"), "after": world.texts["cursor"]}, "of one order"),
    ],
    # money
    "Query.verifyReceipt": [
        Example(lambda world: {name: world.texts[name] for name in ("payload", "signature")}),
        Example(lambda world: {"payload": "{}", "signature": world.texts["signature"]}, "of another text"),
    ],
    "Query.receiptKeys": _ASKED,
    # what was learned, and reports
    "Query.recommendationRuns": _ASKED,
    "Query.customerSegments": _ASKED,
    "Query.report": [Example(_id("Report"))],
    "Query.reports": _ASKED,
    "Mutation.requestReport": [
        Example(_input(lambda _: {"since": "2026-01-01", "until": "2026-01-31", "currency": "EUR"}))
    ],
}


def examples(world: World, field: str) -> list[Example]:
    """Those of a root field; `node` has one for each kind of id that there is."""
    if field == "Query.node":
        kinds = sorted({kind for kind, _ in world.ids})
        return [Example(lambda _, kind=kind: {"id": _some(world, kind)}, kind) for kind in kinds]  # type: ignore[misc]
    return EXAMPLES.get(field, [])


def _some(world: World, kind: str) -> str:
    return world.id(kind, min(name for of, name in world.ids if of == kind))
