import asyncio
from dataclasses import replace
from datetime import timedelta
from time import time
from typing import Any
from uuid import uuid4

import jwt
import pytest

from domain.identity.applications.application_keys import (
    AddApplicationKey,
    EndApplicationKey,
    add_application_key,
    end_application_key,
)
from domain.identity.applications.application_log_in import ApplicationToken, LogInApplication, log_in_application
from domain.identity.applications.application_queries import application_key
from domain.identity.applications.assertions import MAX_LENGTH
from domain.identity.applications.change_application import SwitchApplication, disable_application, enable_application
from domain.identity.applications.used_assertions import clear_used_assertions
from domain.identity.errors import AssertionRefused, ScopeNotGranted, SessionEnded, TokenExpired
from domain.identity.sessions import cutoffs
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import row, value
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.viewer import PLATFORM, Limit, Viewer
from tests.factories.applications import ENDPOINT, Partner, a_partner, a_signer, an_application
from tests.factories.people import a_supplier

AUDIENCES = frozenset({ENDPOINT, "https://api.shop.test"})


@pytest.fixture(autouse=True)
def _cutoffs_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


async def log_in(assertion: str, **more: str) -> ApplicationToken:
    return await log_in_application(LogInApplication(assertion, AUDIENCES, **more))


async def refused(assertion: str, **more: str) -> str:
    """The rule by which it is."""
    with pytest.raises(AssertionRefused) as refusal:
        await log_in(assertion, **more)
    return refusal.value.rule


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_good_assertion_gives_a_token_for_the_applications_scopes(algorithm: str) -> None:
    partner = await a_partner("orders.ship", "orders.read", algorithm=algorithm)

    token = await log_in(partner.assertion())

    viewer = await viewer_from_token(token.access_token)
    assert viewer == Viewer(
        application_id=partner.application_id, permissions=frozenset({"orders.read", "orders.ship"}), language="en"
    )
    assert token.scopes == ("orders.read", "orders.ship")
    assert (
        timedelta(0)
        <= now() + timedelta(seconds=settings().access_token_seconds) - token.expires_at
        < timedelta(seconds=5)
    )


async def test_the_token_says_what_others_need_to_check_it() -> None:
    partner = await a_partner("orders.read")

    claims = jwt.decode((await log_in(partner.assertion())).access_token, options={"verify_signature": False})

    client = str(partner.application_id)
    assert (claims["sub"], claims["client_id"], claims["scope"], claims["app"]) == (client, client, "orders.read", True)


async def test_limits_go_with_the_token() -> None:
    supplier_id = await a_supplier()
    partner = await a_partner("orders.read", supplier_id=supplier_id, channel="main")

    viewer = await viewer_from_token((await log_in(partner.assertion())).access_token)

    assert viewer.permissions == frozenset()
    assert viewer.limits == (Limit(frozenset({"orders.read"}), "main", supplier_id),)


async def test_a_log_in_is_audited_and_notes_when_the_key_was_used() -> None:
    partner = await a_partner("orders.read")

    await log_in(partner.assertion())

    entry = await row(
        "SELECT actor_id, after FROM audit_entry WHERE subject_id = $1 AND action = 'logInApplication'",
        partner.application_id,
    )
    assert entry is not None
    assert entry["actor_id"] == partner.application_id
    key = await application_key(partner.key_id)
    assert key is not None
    assert key.last_used_at is not None


async def test_scopes_are_narrowed_to_what_is_asked_for() -> None:
    partner = await a_partner("orders.read", "orders.ship")

    token = await log_in(partner.assertion(), scope="orders.read")

    assert token.scopes == ("orders.read",)
    assert (await viewer_from_token(token.access_token)).permissions == frozenset({"orders.read"})


@pytest.mark.parametrize("scope", ["orders.read orders.refund", "orders.refund", "*", " ", "orders.read ", "\x00"])
async def test_a_scope_that_it_does_not_have_is_refused_and_uses_nothing_up(scope: str) -> None:
    partner = await a_partner("orders.read")
    assertion = partner.assertion()

    with pytest.raises(ScopeNotGranted):
        await log_in(assertion, scope=scope)

    assert (await log_in(assertion)).scopes == ("orders.read",)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"iss": "somebody"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "https://another.shop.test/oauth/token"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": [ENDPOINT, "https://another.shop.test"]}, "audience"),
        ({"aud": f"{ENDPOINT}/"}, "audience"),
        ({"aud": {"url": ENDPOINT}}, "audience"),
        ({"exp": None}, "lifetime"),
        ({"exp": "soon"}, "lifetime"),
        ({"exp": True}, "lifetime"),
        ({"exp": 10**400}, "lifetime"),
        ({"exp": float("nan")}, "lifetime"),
        ({"exp": int(time()) + 3600}, "lifetime"),
        ({"exp": int(time()) - 60}, "expired"),
        ({"exp": 0}, "expired"),
        ({"iat": int(time()) + 3600}, "notYetValid"),
        ({"iat": "now"}, "notYetValid"),
        ({"nbf": int(time()) + 3600}, "notYetValid"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 201}, "jti"),
        ({"sub": None}, "signature"),
        ({"sub": 7}, "signature"),
        ({"sub": "somebody"}, "signature"),
    ],
)
async def test_a_bad_claim_is_refused_by_name(changes: dict[str, Any], rule: str) -> None:
    partner = await a_partner()

    assert await refused(partner.assertion(**changes)) == rule


async def test_the_clock_of_a_partner_may_be_half_a_minute_wrong() -> None:
    partner, moment = await a_partner(), int(time())

    await log_in(partner.assertion(iat=moment + 20, nbf=moment + 20, exp=moment + 320))
    await log_in(partner.assertion(exp=moment - 20))


async def test_the_issuer_is_an_audience_too_and_a_list_of_ours_will_do() -> None:
    partner = await a_partner()

    await log_in(partner.assertion(aud="https://api.shop.test"))
    await log_in(partner.assertion(aud=[ENDPOINT]))


async def test_another_client_id_beside_the_assertion_is_refused() -> None:
    partner = await a_partner()

    assert await refused(partner.assertion(), client_id=str(new_id())) == "issuer"
    await log_in(partner.assertion(), client_id=str(partner.application_id))


async def test_an_assertion_without_a_signature_is_refused() -> None:
    partner = await a_partner()
    unsigned = jwt.encode(partner.claims(), key="", algorithm="none")
    stripped = partner.assertion().rpartition(".")[0] + "."

    assert await refused(unsigned) == "algorithm"
    assert await refused(stripped) == "signature"


async def test_the_public_key_does_not_serve_as_a_shared_secret() -> None:
    """Key confusion: HS256 over the text of the registered public key."""
    partner = await a_partner()
    forged = _hs256(partner.claims(), partner.signer.public_pem)

    assert await refused(forged) == "algorithm"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_other_algorithms_of_the_same_key_are_refused(algorithm: str) -> None:
    partner = await a_partner()

    assert await refused(jwt.encode(partner.claims(), partner.signer.private_pem, algorithm)) == "algorithm"


async def test_a_header_that_names_another_algorithm_than_the_key_has_is_refused() -> None:
    partner, other = await a_partner(algorithm="RS256"), a_signer("ES256")

    assert await refused(other.sign(partner.claims())) == "signature"


async def test_a_forged_assertion_is_refused_as_one_of_a_client_that_does_not_exist() -> None:
    partner, thief = await a_partner(), a_signer("RS256", 1)
    nobody = Partner(new_id(), new_id(), partner.signer)

    assert await refused(thief.sign(partner.claims())) == "signature"
    assert await refused(partner.assertion(sub=str(new_id()))) == "signature"
    assert await refused(nobody.assertion()) == "signature"


async def test_a_changed_assertion_is_refused() -> None:
    partner = await a_partner()
    head, _, signature = partner.assertion(exp=int(time()) - 60).split(".")
    _, later, _ = partner.assertion().split(".")

    assert await refused(f"{head}.{later}.{signature}") == "signature"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        "a.b",
        "...",
        "eyJhbGciOiJSUzI1NiJ9.e30.",
        "x" * (MAX_LENGTH + 1),
        "\ud800.a.b",
        "eyJhbGciOiJSUzI1NiJ9.W10.AA",
    ],
)
async def test_what_is_no_assertion_is_refused(text: str) -> None:
    assert await refused(text) in {"malformed", "signature"}


async def test_an_assertion_logs_in_once() -> None:
    partner = await a_partner()
    assertion = partner.assertion()
    await log_in(assertion)

    assert await refused(assertion) == "replayed"


async def test_of_twenty_replays_at_once_one_wins() -> None:
    partner = await a_partner()
    assertion = partner.assertion()

    answers = await asyncio.gather(*(log_in(assertion) for _ in range(20)), return_exceptions=True)

    won = [one for one in answers if isinstance(one, ApplicationToken)]
    lost = [one.rule for one in answers if isinstance(one, AssertionRefused)]
    assert (len(won), lost) == (1, ["replayed"] * 19)


async def test_another_partners_jti_is_another() -> None:
    one, other = await a_partner(), await a_partner()
    jti = str(uuid4())

    await log_in(one.assertion(jti=jti))

    await log_in(other.assertion(jti=jti))


async def test_a_jti_that_no_encoding_can_write_is_still_used_once() -> None:
    partner = await a_partner()
    assertion = partner.assertion(jti="\ud800")
    await log_in(assertion)

    assert await refused(assertion) == "replayed"


async def test_used_assertions_are_forgotten_once_they_have_expired() -> None:
    partner = await a_partner()
    await log_in(partner.assertion())
    stored = "SELECT count(*) FROM used_assertion WHERE expires_at > $1"
    moment = now()

    await clear_used_assertions(moment + timedelta(days=1))
    kept = await value(stored, moment)
    with clock_at(moment + timedelta(minutes=6)):
        cleared = await clear_used_assertions(moment + timedelta(minutes=6))

    assert kept >= 1
    assert cleared >= kept
    assert await value(stored, moment) == 0


async def test_two_keys_work_side_by_side_until_the_old_one_ends() -> None:
    partner, fresh = await a_partner(), a_signer("ES256", 2)
    await add_application_key(PLATFORM, AddApplicationKey(partner.application_id, fresh.public_pem, kid="new"))

    await end_application_key(PLATFORM, EndApplicationKey(partner.key_id, after_seconds=60))
    await log_in(partner.assertion())
    await log_in(replace(partner, signer=fresh).assertion())
    await log_in(fresh.sign(partner.claims(), kid="new"))

    with clock_at(now() + timedelta(seconds=61)):
        assert await refused(partner.assertion()) == "signature"
        await log_in(replace(partner, signer=fresh).assertion())


async def test_a_key_that_is_named_must_be_the_one_that_signed() -> None:
    partner = await a_partner()
    await add_application_key(
        PLATFORM, AddApplicationKey(partner.application_id, a_signer("ES256").public_pem, kid="other")
    )

    assert await refused(partner.signer.sign(partner.claims(), kid="other")) == "signature"
    assert await refused(partner.signer.sign(partner.claims(), kid="unknown")) == "signature"


async def test_an_ended_key_takes_its_tokens_with_it_and_no_others() -> None:
    partner, fresh = await a_partner(), a_signer("ES256", 2)
    await add_application_key(PLATFORM, AddApplicationKey(partner.application_id, fresh.public_pem))
    old = await log_in(partner.assertion())
    new = await log_in(fresh.sign(partner.claims()))

    await end_application_key(PLATFORM, EndApplicationKey(partner.key_id))

    with pytest.raises(SessionEnded):
        await viewer_from_token(old.access_token)
    assert (await viewer_from_token(new.access_token)).application_id == partner.application_id


async def test_a_disabled_application_neither_logs_in_nor_goes_on() -> None:
    partner = await a_partner()
    token = await log_in(partner.assertion())

    await disable_application(PLATFORM, SwitchApplication(partner.application_id))
    rule = await refused(partner.assertion())
    await enable_application(PLATFORM, SwitchApplication(partner.application_id))
    again = await log_in(partner.assertion())

    assert rule == "disabled"
    with pytest.raises(TokenExpired):
        await viewer_from_token(token.access_token)
    assert (await viewer_from_token(again.access_token)).application_id == partner.application_id


async def test_no_token_outlives_being_disabled_at_the_same_moment() -> None:
    partners = [await a_partner() for _ in range(10)]

    answers = await asyncio.gather(
        *(log_in(one.assertion()) for one in partners),
        *(disable_application(PLATFORM, SwitchApplication(one.application_id)) for one in partners),
        return_exceptions=True,
    )

    for token in [one for one in answers if isinstance(one, ApplicationToken)]:
        with pytest.raises(TokenExpired):
            await viewer_from_token(token.access_token)
    assert {one.rule for one in answers if isinstance(one, AssertionRefused)} <= {"disabled"}


async def test_without_keys_nobody_logs_in() -> None:
    made = await an_application()

    assert await refused(Partner(made, new_id(), a_signer()).assertion()) == "signature"


def _hs256(claims: dict[str, Any], secret: str) -> str:
    """PyJWT refuses to sign with what looks like a public key; an attacker's library does not."""
    unsigned = jwt.encode(claims, key="", algorithm="none").rpartition(".")[0]
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","typ":"JWT"}').decode()
    signed = f"{header}.{unsigned.split('.')[1]}"
    digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), secret.encode())
    return f"{signed}.{jwt.utils.base64url_encode(digest).decode()}"
