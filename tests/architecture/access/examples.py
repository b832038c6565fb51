"""What each field at the root is asked with. A new one needs an example here: the test says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.architecture.access.accounts import NEW_PASSWORD
from tests.architecture.access.parties import email_of
from tests.architecture.access.world import PRIVATE, World
from tests.factories.applications import a_signer
from tests.factories.identity import PASSWORD
from tests.factories.pictures import a_picture, an_upload
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


def _shelf(**more: object) -> list[Example]:
    """A mutation of what lies of a variant in a warehouse."""
    return [
        Example(_input(lambda world: {"variantId": world.id("Variant"), "warehouseId": world.id("Warehouse"), **more}))
    ]


_ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}


_REVIEW = {"rating": 5, "title": "Pours well", "body": "No drip, and it keeps warm.", "authorName": "Ada"}


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
    "Query.products": [
        Example(),
        Example(lambda _: {"filter": {"text": "tea"}}, "by a word"),
        Example(lambda _: {"filter": {"text": "tae"}}, "by a word with a slip"),
    ],
    "Query.searchSuggestions": [Example(lambda _: {"text": "tea"})],
    "Query.product": [
        Example(_id("Product"), apart=True),
        Example(_id("Product", "draft"), "a draft", apart=True),
        Example(lambda world: {"slug": world.texts["former slug"]}, "by a former slug"),
    ],
    "Query.staffProducts": _ASKED,
    "Mutation.createProduct": [
        Example(
            _input(
                lambda world: {
                    "name": "New",
                    "categoryId": world.id("Category"),
                    "supplierId": world.id("Supplier"),
                    "variants": [{"sku": "NEW-1"}],
                }
            )
        )
    ],
    "Mutation.updateProduct": _of("Product", "draft", "productId", name="Renamed"),
    "Mutation.addVariant": [
        Example(
            _input(
                lambda world: {
                    "productId": world.id("Product", "draft"),
                    "variant": {"sku": "NEW-2", "options": [{"name": "Size", "value": "L"}]},
                }
            )
        )
    ],
    "Mutation.updateVariant": _of("Variant", "spare", "variantId", weightGrams=250),
    "Mutation.removeVariant": _of("Variant", "spare", "variantId"),
    "Mutation.publishProduct": _of(
        "Product", "draft", "productId", publications=[{"channel": "main", "status": "LIVE"}]
    ),
    "Mutation.archiveProduct": _of("Product", "draft", "productId", channels=["main"]),
    "Mutation.approveProduct": _of("Product", "waiting", "productId"),
    "Mutation.refuseProduct": _of("Product", "waiting", "productId", note="The picture shows another pot."),
    "Mutation.removeProduct": _of("Product", "draft", "productId"),
    "Query.categories": _ASKED,
    "Query.category": [
        Example(_id("Category")),
        Example(lambda world: {"slug": world.texts["former slug of category"]}, "by a former slug"),
    ],
    "Mutation.createCategory": [Example(_input(lambda world: {"name": "New", "parentId": world.id("Category")}))],
    "Mutation.updateCategory": _of("Category", "spare", "categoryId", name="Renamed"),
    "Mutation.moveCategory": [
        Example(_input(lambda world: {"categoryId": world.id("Category", "spare"), "parentId": world.id("Category")}))
    ],
    "Mutation.removeCategory": _of("Category", "spare", "categoryId"),
    "Query.attributes": _ASKED,
    "Query.attribute": [Example(_id("Attribute"))],
    "Mutation.createAttribute": [Example(_input(lambda _: {"code": "new", "kind": "TEXT", "name": "New"}))],
    "Mutation.updateAttribute": _of("Attribute", "", "attributeId", isFilterable=False),
    "Mutation.removeAttribute": _of("Attribute", "spare", "attributeId"),
    "Mutation.addChoice": _of("Attribute", "", "attributeId", choice={"code": "elm", "name": "Elm"}),
    "Mutation.updateChoice": _of("Choice", "", "choiceId", name="Renamed"),
    "Mutation.removeChoice": _of("Choice", "spare", "choiceId"),
    "Query.productTypes": _ASKED,
    "Query.productType": [Example(_id("ProductType"))],
    "Mutation.createProductType": [Example(_input(lambda _: {"code": "new", "name": "New"}))],
    "Mutation.updateProductType": _of("ProductType", "", "productTypeId", name="Renamed"),
    "Mutation.removeProductType": _of("ProductType", "spare", "productTypeId"),
    "Query.texts": [Example(_id("Category")), Example(_id("Product"), "of a supplier's product")],
    "Query.translatableFields": _ASKED,
    "Query.translationProgress": _ASKED,
    "Query.untranslated": [Example(lambda _: {"language": "zh-Hans"})],
    "Mutation.setTranslations": [
        *_of("Category", "", "id", translations=[{"field": "name", "language": "zh-Hans", "value": ""}]),
        *_of(
            "Product",
            "",
            "id",
            label="of a supplier's product",
            translations=[{"field": "name", "language": "zh-Hans", "value": "新"}],
        ),
    ],
    # pictures
    "Query.productMedia": [Example(_id("Product", argument="productId"))],
    "Mutation.addProductMedia": [
        Example(_input(lambda world: {"productId": world.id("Product"), "file": an_upload(a_picture(40, 30))}))
    ],
    "Mutation.addProductMediaFromUrl": [
        Example(_input(lambda world: {"productId": world.id("Product"), "url": "https://pictures.example/tea-pot.jpg"}))
    ],
    "Mutation.updateMedia": _of("Media", "", "mediaId", alt=[{"language": "en", "text": "A tea pot"}]),
    "Mutation.reorderMedia": [
        Example(
            _input(
                lambda world: {
                    "productId": world.id("Product"),
                    "mediaIds": [world.id("Media", "failed"), world.id("Media")],
                }
            )
        )
    ],
    "Mutation.removeMedia": _of("Media", "", "mediaId"),
    # channels and prices
    "Query.channels": [Example(), Example(lambda _: {"includeClosed": True}, "closed ones too")],
    "Mutation.createChannel": [
        Example(
            _input(
                lambda _: {"name": "new", "title": "New", "currencies": ["EUR"], "languages": ["en"], "isOpen": False}
            )
        )
    ],
    "Mutation.updateChannel": _of("Channel", "closed", "channelId", title="Renamed"),
    "Mutation.setPrices": [
        Example(
            _input(
                lambda world: {
                    "prices": [{"variantId": world.id("Variant"), "currency": "EUR", "amount": "40", "compareAt": "45"}]
                }
            )
        )
    ],
    # stock
    "Query.warehouses": _ASKED,
    "Query.channelWarehouses": [Example(lambda _: {"channel": "main"})],
    "Query.stockLevels": _ASKED,
    "Query.stockMovements": _ASKED,
    "Query.stockTransfers": _ASKED,
    "Mutation.createWarehouse": [Example(_input(lambda _: {"code": "south", "name": "South", "country": "DE"}))],
    "Mutation.updateWarehouse": _of("Warehouse", "", "warehouseId", name="Renamed"),
    "Mutation.setChannelWarehouses": [
        Example(_input(lambda world: {"channel": "main", "warehouseIds": [world.id("Warehouse")]}))
    ],
    "Mutation.countStock": [
        Example(
            _input(
                lambda world: {
                    "variantId": world.id("Variant"),
                    "warehouseId": world.id("Warehouse"),
                    "onHand": 2000,
                    "expectedOnHand": world.texts["on hand"],
                }
            )
        )
    ],
    "Mutation.adjustStock": _shelf(by=1, reason="found"),
    "Mutation.setStockRules": _shelf(safety=1),
    "Mutation.expectStock": _shelf(by=10),
    "Mutation.receiveStock": _shelf(quantity=10),
    "Mutation.createTransfer": [
        Example(
            _input(
                lambda world: {
                    "sourceId": world.id("Warehouse"),
                    "destinationId": world.id("Warehouse", "second"),
                    "lines": [{"variantId": world.id("Variant"), "quantity": 1}],
                }
            )
        )
    ],
    "Mutation.receiveTransfer": _of("StockTransfer", "", "transferId"),
    "Mutation.cancelTransfer": _of("StockTransfer", "", "transferId"),
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
    "Mutation.beginCheckout": _of("Cart", "", "cartId"),
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
    # reviews
    "Query.reviews": [
        Example(),
        Example(lambda _: {"filter": {"state": "PENDING"}}, "that wait"),
        Example(lambda _: {"filter": {"state": "REJECTED"}}, "rejected"),
    ],
    "Query.myReviews": _ASKED,
    "Query.mayReview": [Example(_id("Product", "beside", argument="productId"))],
    "Mutation.writeReview": [
        Example(_input(lambda world: {**_REVIEW, "productId": world.id("Product", "beside"), "language": "en"}))
    ],
    "Mutation.editReview": _of("Review", "", "reviewId", title="Pours very well"),
    "Mutation.removeReview": _of("Review", "", "reviewId"),
    "Mutation.moderateReview": _of("Review", "", "reviewId", publish=False, note="Names a person.", expectedVersion=2),
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
    # files
    "Query.bulkJob": [Example(_id("BulkJob"))],
    "Query.bulkJobs": _ASKED,
    "Mutation.requestImport": [
        Example(_input(lambda _: {"file": an_upload(b"sku,currency,price\n", "prices.csv"), "subject": "PRICES"}))
    ],
    "Mutation.requestExport": [
        Example(_input(lambda _: {"subject": "STOCK"})),
        Example(_input(lambda world: {"subject": "STOCK", "supplierId": world.id("Supplier")}), "of one supplier"),
    ],
    "Mutation.cancelBulkJob": [Example(_input(lambda world: {"id": world.id("BulkJob", "waiting")}))],
    "Mutation.requestReport": [
        Example(_input(lambda _: {"since": "2026-01-01", "until": "2026-01-31", "currency": "EUR"}))
    ],
}


def examples(world: World, field: str) -> list[Example]:
    """Those of a root field; `node` has one for each kind of id that there is, and for what is not for everybody."""
    if field == "Query.node":
        first = [(kind, min(name for of, name in world.ids if of == kind)) for kind in {kind for kind, _ in world.ids}]
        labels = {one: one[0] for one in sorted(first)} | {one: f"{one[0]}, {one[1]}" for one in PRIVATE}
        return [Example(_id(*one), label) for one, label in labels.items()]
    return EXAMPLES.get(field, [])
