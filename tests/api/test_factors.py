import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.ids import encode
from api.live import Live
from domain.identity.sessions.refresh import refresh_session
from domain.shared.clock import clock_at, now
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD, an_email, signed_in
from tests.factories.second_factors import a_user_email, code, protected, registered
from tests.statements import counted_statements

ERRORS = """... on Error { __typename code message } ... on InvalidInputError { field rule limit }
            ... on WrongCodeError { field } ... on PasskeyRefusedError { field }"""
OWN = "secondFactors { totp recoveryCodesLeft needed passkeys { id label createdAt lastUsedAt } }"
FACTORS = "totp recoveryCodesLeft passkeys { id label }"
TOKENS = "... on Tokens { accessToken refreshToken user { id email } }"
REQUIRED = "... on SecondFactorRequiredError { attempt methods }"


def mutation(name: str, selection: str, kind: str | None = None) -> str:
    given = kind or f"{name[0].upper()}{name[1:]}Input"
    errors = ERRORS
    if name not in {"confirmTotp", "logInWithSecondFactor"}:
        errors = errors.replace("... on WrongCodeError { field }", "")
    if name not in {"finishPasskeyRegistration", "logInWithSecondFactor", "logInWithPasskey"}:
        errors = errors.replace("... on PasskeyRefusedError { field }", "")
    return f"mutation ($input: {given}!) {{ {name}(input: $input) {{ {selection} {errors} }} }}"


LOG_IN = mutation("logIn", f"{TOKENS} {REQUIRED}")
SECOND = mutation("logInWithSecondFactor", TOKENS, "SecondFactorInput")
ENROL = mutation("enrolTotp", "... on TotpEnrolment { secret uri }", "ProofInput")
CONFIRM = mutation("confirmTotp", f"... on FactorAdded {{ recoveryCodes secondFactors {{ {FACTORS} }} }}")
DISABLE = mutation("disableTotp", f"... on SecondFactors {{ {FACTORS} }}", "ProofInput")
RENEW = mutation("renewRecoveryCodes", "... on RecoveryCodes { recoveryCodes }", "ProofInput")
BEGIN = mutation("beginPasskeyRegistration", "... on PasskeyChallenge { challengeId options expiresAt }", "ProofInput")
FINISH = mutation("finishPasskeyRegistration", f"... on FactorAdded {{ recoveryCodes secondFactors {{ {FACTORS} }} }}")
REMOVE = mutation("removePasskey", f"... on SecondFactors {{ {FACTORS} }}")
ASK = mutation("beginPasskeyLogIn", "... on PasskeyChallenge { challengeId options expiresAt }")
PASSKEY = mutation("logInWithPasskey", TOKENS)
RESET = mutation("resetSecondFactors", f"... on SecondFactors {{ {FACTORS} }}")


@pytest.fixture(scope="module")
async def client(shop: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(shop)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"live": Live()}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(with_state), base_url="http://shop") as opened:
        yield opened


async def test_codes_are_switched_on_asked_for_at_log_in_and_switched_off(client: httpx.AsyncClient) -> None:
    email = await a_user_email()
    token = (await _do(client, LOG_IN, email=email, password=PASSWORD))["accessToken"]

    enrolment = await _do(client, ENROL, token)
    confirmed = await _do(client, CONFIRM, token, code=code(enrolment["secret"]))
    required = await _do(client, LOG_IN, email=email, password=PASSWORD)
    tokens = await _do(client, SECOND, attempt=required["attempt"], code=code(enrolment["secret"], 1))
    renewed = await _do(client, RENEW, tokens["accessToken"])
    disabled = await _do(client, DISABLE, tokens["accessToken"])

    assert enrolment["uri"].startswith("otpauth://totp/")
    assert confirmed["secondFactors"] == {"totp": True, "recoveryCodesLeft": 10, "passkeys": []}
    assert (required["__typename"], required["code"]) == ("SecondFactorRequiredError", "SECOND_FACTOR_REQUIRED")
    assert required["methods"] == ["totp", "recovery_code"]
    assert tokens["user"]["email"] == email
    assert len({*confirmed["recoveryCodes"], *renewed["recoveryCodes"]}) == 20
    assert disabled == {"totp": False, "recoveryCodesLeft": 0, "passkeys": []}
    assert (await _do(client, LOG_IN, email=email, password=PASSWORD))["accessToken"]


async def test_a_passkey_is_registered_shown_logs_in_and_is_removed(client: httpx.AsyncClient) -> None:
    email, phone = await a_user_email(), Authenticator()
    token = (await _do(client, LOG_IN, email=email, password=PASSWORD))["accessToken"]

    asked = await _do(client, BEGIN, token)
    answer = {"challengeId": asked["challengeId"], "response": phone.create(asked["options"]), "label": "Phone"}
    added = await _do(client, FINISH, token, **answer)
    asked = await _do(client, ASK)
    alone = await _do(client, PASSKEY, challengeId=asked["challengeId"], response=phone.get(asked["options"]))
    required = await _do(client, LOG_IN, email=email, password=PASSWORD)
    asked = await _do(client, ASK, attempt=required["attempt"])
    shown = {"challengeId": asked["challengeId"], "response": phone.get(asked["options"])}
    both = await _do(client, SECOND, attempt=required["attempt"], passkey=shown)
    passkey = (await _ask(client, f"{{ me {{ {OWN} }} }}", token)).json()["data"]["me"]["secondFactors"]["passkeys"][0]
    removed = await _do(client, REMOVE, both["accessToken"], id=passkey["id"])

    assert (len(added["recoveryCodes"]), len(added["secondFactors"]["passkeys"])) == (10, 1)
    assert alone["user"] == both["user"]
    assert required["methods"] == ["passkey", "recovery_code"]
    assert (passkey["label"], passkey["lastUsedAt"] is not None) == ("Phone", True)
    assert removed == {"totp": False, "recoveryCodesLeft": 0, "passkeys": []}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("query", "given", "broken"),
    [
        (CONFIRM, {"code": "12345"}, ("code", "digits")),
        (FINISH, {"challengeId": "x", "response": "{}", "label": "x"}, ("challengeId", "id")),
        (REMOVE, {"id": "x"}, ("id", "id")),
    ],
)
async def test_bad_input_names_field_and_rule(
    client: httpx.AsyncClient, query: str, given: dict[str, str], broken: tuple[str, str], language: str
) -> None:
    token = (await signed_in()).access_token

    refused = await _do(client, query, token, language=language, **given)

    assert (refused["__typename"], refused["field"], refused["rule"]) == ("InvalidInputError", *broken)
    assert refused["message"].isascii() == (language == "en")


async def test_long_after_the_log_in_the_password_is_asked_for_by_type(client: httpx.AsyncClient) -> None:
    with clock_at(now() - timedelta(minutes=20)):
        begun = await signed_in()
    token = (await refresh_session(begun.refresh_token)).access_token

    refused = await _do(client, ENROL, token)
    wrong = await _do(client, ENROL, token, password="not the password")
    enrolment = await _do(client, ENROL, token, password=PASSWORD)

    assert (refused["__typename"], wrong["__typename"]) == ("RecentLogInNeededError", "WrongCredentialsError")
    assert enrolment["secret"]


async def test_a_wrong_code_and_a_refused_passkey_are_refused_by_type(client: httpx.AsyncClient) -> None:
    person = await protected()
    required = await _do(client, LOG_IN, email=person.email, password=PASSWORD)
    asked = await _do(client, ASK)
    shown = {"challengeId": asked["challengeId"], "response": Authenticator().get(asked["options"])}

    wrong = await _do(client, SECOND, attempt=required["attempt"], code=person.code(0))
    refused = await _do(client, PASSKEY, **shown)
    ended = await _do(client, SECOND, attempt="x", code="123456")

    assert (wrong["__typename"], wrong["field"]) == ("WrongCodeError", "code")
    assert (refused["__typename"], refused["field"]) == ("PasskeyRefusedError", "response")
    assert ended["__typename"] == "LogInAttemptEndedError"


async def test_staff_with_one_factor_are_told_by_name_what_is_missing(
    client: httpx.AsyncClient, configure: Callable[..., None]
) -> None:
    tokens = await signed_in(role="administrator")
    configure(staff_second_factor="true")

    reset = {"userId": encode("User", new_id())}
    refused = (await _ask(client, RESET, tokens.access_token, input=reset)).json()
    me = (await _ask(client, f"{{ me {{ id {OWN} }} }}", tokens.access_token)).json()["data"]["me"]
    enrolment = await _do(client, ENROL, tokens.access_token)
    await _do(client, CONFIRM, tokens.access_token, code=code(enrolment["secret"]))
    refresh = "mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { ... on Tokens { accessToken } } }"
    refreshed = (await _ask(client, refresh, t=tokens.refresh_token)).json()["data"]["refreshSession"]["accessToken"]
    allowed = await _do(client, RESET, refreshed, **reset)

    assert _code(refused) == "SECOND_FACTOR_NEEDED"
    assert (me["id"], me["secondFactors"]["needed"]) == (encode("User", tokens.user_id), True)
    assert allowed["__typename"] == "NotFoundError"


async def test_staff_help_somebody_who_lost_their_factors(client: httpx.AsyncClient) -> None:
    person, token = await protected(), (await signed_in(role="administrator")).access_token

    reset = await _do(client, RESET, token, userId=encode("User", person.user_id))

    assert reset == {"totp": False, "recoveryCodesLeft": 0, "passkeys": []}
    assert (await _do(client, LOG_IN, email=person.email, password=PASSWORD))["accessToken"]


@pytest.mark.parametrize(
    ("query", "given"),
    [
        (ENROL, {}),
        (CONFIRM, {"code": "123456"}),
        (DISABLE, {"password": PASSWORD}),
        (RENEW, {}),
        (BEGIN, {}),
        (FINISH, {"challengeId": "x", "response": "x", "label": "x"}),
        (REMOVE, {"id": "x"}),
        (RESET, {"userId": "x"}),
    ],
)
async def test_who_is_not_signed_in_changes_nothing(
    client: httpx.AsyncClient, query: str, given: dict[str, str]
) -> None:
    answer = (await _ask(client, query, input=given)).json()

    assert _code(answer) == "NOT_SIGNED_IN"


async def test_customers_reset_nobody(client: httpx.AsyncClient) -> None:
    person, token = await protected(), (await signed_in()).access_token

    answer = (await _ask(client, RESET, token, input={"userId": encode("User", person.user_id)})).json()

    assert _code(answer) == "NOT_ALLOWED"


async def test_one_document_tries_one_code(client: httpx.AsyncClient) -> None:
    tried = 'logInWithSecondFactor(input: { attempt: "x", code: "123456" }) { ... on Error { code } }'
    log_in = f'logIn(input: {{ email: "{an_email()}", password: "x" }}) {{ ... on Error {{ code }} }}'

    for document in (f"mutation {{ a: {tried} b: {tried} }}", f"mutation {{ {log_in} {tried} }}"):
        answer = await _ask(client, document)
        assert (answer.status_code, _code(answer.json())) == (400, "QUERY_TOO_COMPLEX")


async def test_a_megabyte_in_place_of_a_password_or_an_answer_is_refused(client: httpx.AsyncClient) -> None:
    answers = [
        await _ask(client, LOG_IN, input={"email": an_email(), "password": "x" * 1_000_000}),
        await _ask(
            client, PASSKEY, input={"challengeId": encode("PasskeyChallenge", new_id()), "response": "x" * 90_000}
        ),
    ]

    assert [answer.status_code for answer in answers] == [413, 200]
    assert answers[1].json()["data"]["logInWithPasskey"]["rule"] == "length"


async def test_factors_of_many_people_cost_as_many_statements_as_those_of_one(
    client: httpx.AsyncClient, shop: Settings
) -> None:
    person = await protected()
    await registered(person.viewer, Authenticator())
    token = (await signed_in(role="administrator")).access_token
    query = f"query ($first: Int!) {{ people(first: $first) {{ edges {{ node {{ id {OWN} }} }} }} }}"
    await _ask(client, query, token, first=1)

    async with counted_statements(shop) as of_one:
        await _ask(client, query, token, first=1)
    async with counted_statements(shop) as of_many:
        answer = (await _ask(client, query, token, first=10)).json()

    assert len(answer["data"]["people"]["edges"]) > 1
    assert len(of_many) == len(of_one)


async def _do(
    client: httpx.AsyncClient, query: str, token: str | None = None, *, language: str = "en", **given: object
) -> Any:
    """What the only field answers, whether success or refusal."""
    answer = await _ask(client, query, token, language=language, input=given)
    assert (answer.status_code, answer.json().get("errors")) == (200, None)
    (found,) = answer.json()["data"].values()
    return found


async def _ask(
    client: httpx.AsyncClient, query: str, token: str | None = None, *, language: str = "en", **variables: object
) -> httpx.Response:
    headers = {"accept": "application/graphql-response+json", "accept-language": language}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    content = json.dumps({"query": query, "variables": variables})
    return await client.post("/graphql", content=content, headers={**headers, "content-type": "application/json"})


def _code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])
