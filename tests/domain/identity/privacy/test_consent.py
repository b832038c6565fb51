import asyncio
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from domain.identity.errors import ConsentNeeded, ConsentNotGiven, ConsentTextOutdated, ConsentTextUnknown
from domain.identity.privacy import consent_texts
from domain.identity.privacy.consent import (
    ConsentFacts,
    GiveConsent,
    WithdrawConsent,
    consents_of,
    give_consent,
    left_out_of_learning,
    withdraw_consent,
)
from domain.identity.privacy.consent_texts import texts_in_force
from domain.identity.privacy.purposes import Purpose
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotSignedIn
from domain.shared.messages import LANGUAGES
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.people import a_person

FOLDER = Path(consent_texts.__file__).parent
NEWEST = {one.purpose: one.version for one in texts_in_force("en")}


def giving(purpose: Purpose = Purpose.ANALYTICS, version: str | None = None, **more: str | None) -> GiveConsent:
    return GiveConsent(purpose, version or NEWEST[purpose], **{"language": "en", **more})  # type: ignore[arg-type]


async def test_who_agreed_to_which_words_and_when_is_kept_for_ever() -> None:
    person = await a_person()
    given_at, withdrawn_at = now(), now() + timedelta(days=1)

    with clock_at(given_at):
        await give_consent(person, giving(language="zh-Hans"))
    with clock_at(withdrawn_at):
        await withdraw_consent(person, WithdrawConsent(Purpose.ANALYTICS))

    withdrawn, given = await _said_by(person)
    assert (given.given, given.text_version, given.language, given.at) == (True, "2026-01", "zh-Hans", given_at)
    assert (withdrawn.given, withdrawn.text_version, withdrawn.at) == (False, "2026-01", withdrawn_at)


async def test_each_is_recorded_and_told_of() -> None:
    person = await a_person()

    given = await give_consent(person, giving())
    withdrawn = await withdraw_consent(person, WithdrawConsent(Purpose.ANALYTICS))

    recorded = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", person.user_id)
    told = await rows(
        "SELECT kind, subject_id FROM event WHERE subject_id IN ($1, $2) ORDER BY serial", given, withdrawn
    )
    assert [one["action"] for one in recorded] == ["giveConsent", "withdrawConsent"]
    assert [tuple(one) for one in told] == [("consent.given", given), ("consent.withdrawn", withdrawn)]


async def test_a_version_that_never_was_is_refused_by_name() -> None:
    with pytest.raises(ConsentTextUnknown) as refused:
        await give_consent(await a_person(), giving(version="1999-01"))

    assert (refused.value.purpose, refused.value.text_version) == (Purpose.ANALYTICS, "1999-01")


async def test_a_version_that_was_replaced_is_refused_and_the_one_in_force_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in FOLDER.glob("*.toml"):
        later = file.read_text().split("[[versions]]")[1].replace('"2026-01"', '"2027-01"')
        (tmp_path / file.name).write_text(file.read_text() + "[[versions]]" + later)
    monkeypatch.setattr(consent_texts, "__file__", str(tmp_path / "__init__.py"))
    consent_texts._versions.cache_clear()

    with pytest.raises(ConsentTextOutdated) as refused:
        await give_consent(await a_person(), giving(version="2026-01"))

    consent_texts._versions.cache_clear()
    assert refused.value.version_in_force == "2027-01"


async def test_what_was_taken_back_already_cannot_be_taken_back() -> None:
    person = await a_person()
    await give_consent(person, giving(Purpose.MARKETING))
    await withdraw_consent(person, WithdrawConsent(Purpose.MARKETING))

    with pytest.raises(ConsentNotGiven):
        await withdraw_consent(person, WithdrawConsent(Purpose.MARKETING))

    assert len(await _said_by(person)) == 2


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.ANALYTICS])
async def test_who_never_agreed_objects_once_to_the_text_in_force(purpose: Purpose) -> None:
    person = await a_person()
    await run("UPDATE users SET language = 'zh-Hans' WHERE id = $1", person.user_id)

    objection = await withdraw_consent(person, WithdrawConsent(purpose, key="k"))

    assert await withdraw_consent(person, WithdrawConsent(purpose, key="k")) == objection
    with pytest.raises(ConsentNotGiven):
        await withdraw_consent(person, WithdrawConsent(purpose))
    [said] = await _said_by(person)
    assert (said.id, said.given, said.text_version, said.language) == (objection, False, NEWEST[purpose], "zh-Hans")
    assert (person.user_id in await left_out_of_learning()) == (purpose is Purpose.ANALYTICS)


async def test_the_terms_are_not_taken_back_nor_objected_to() -> None:
    person = await a_person()
    with pytest.raises(ConsentNeeded):
        await withdraw_consent(person, WithdrawConsent(Purpose.TERMS))
    await give_consent(person, giving(Purpose.TERMS))

    with pytest.raises(ConsentNeeded):
        await withdraw_consent(person, WithdrawConsent(Purpose.TERMS))


async def test_the_same_key_says_it_once() -> None:
    person = await a_person()

    first = await give_consent(person, giving(key="k"))
    second = await give_consent(person, giving(key="k"))

    assert first == second
    assert len(await _said_by(person)) == 1
    with pytest.raises(IdempotencyKeyReused):
        await give_consent(person, giving(Purpose.MARKETING, key="k"))


async def test_of_several_who_take_back_at_once_one_does() -> None:
    person = await a_person()
    await give_consent(person, giving())

    answers = await asyncio.gather(
        *(withdraw_consent(person, WithdrawConsent(Purpose.ANALYTICS)) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(one, ConsentNotGiven) for one in answers) == 4
    assert [one.given for one in await _said_by(person)] == [False, True]


async def test_nobody_and_a_language_that_is_not_spoken_here_are_refused() -> None:
    with pytest.raises(NotSignedIn):
        await give_consent(ANONYMOUS, giving())
    with pytest.raises(InvalidInput) as refused:
        await give_consent(await a_person(), giving(language="tlh"))

    assert refused.value.field == "language"


async def test_only_who_took_back_the_consent_to_it_or_objected_is_left_out_of_learning() -> None:
    silent, agreeing, refusing, undecided, unmoved, objecting = [await a_person() for _ in range(6)]
    for person in (agreeing, refusing, undecided):
        await give_consent(person, giving())
    for person in (refusing, undecided, objecting):
        await withdraw_consent(person, WithdrawConsent(Purpose.ANALYTICS))
    await give_consent(undecided, giving())
    await give_consent(unmoved, giving(Purpose.MARKETING))
    await withdraw_consent(unmoved, WithdrawConsent(Purpose.MARKETING))

    left_out = await left_out_of_learning()

    mine = {one.user_id for one in (silent, agreeing, refusing, undecided, unmoved, objecting)}
    assert mine.intersection(left_out) == {refusing.user_id, objecting.user_id}


def test_every_purpose_has_a_text_in_every_language() -> None:
    for language in LANGUAGES:
        texts = texts_in_force(language)

        assert [one.purpose for one in texts] == list(Purpose)
        assert {one.language for one in texts} == {language}
        assert all(one.title and one.text for one in texts)


def test_another_language_reads_english() -> None:
    assert {one.language for one in texts_in_force("tlh")} == {"en"}


def test_versions_are_in_order_and_each_says_the_same_in_every_language() -> None:
    files = sorted(FOLDER.glob("*.toml"))

    assert {file.stem for file in files} == set(Purpose)
    for file in files:
        versions = tomllib.loads(file.read_text())["versions"]
        names = [one["version"] for one in versions]
        assert names == sorted(set(names))
        assert all(set(one) == {"version", *LANGUAGES} for one in versions)


async def _said_by(person: Viewer) -> list[ConsentFacts]:
    assert person.user_id is not None
    return (await consents_of([person.user_id])).get(person.user_id, [])
