import asyncio
from collections.abc import Callable
from time import perf_counter

import pytest

from domain.identity.accounts.strength import checked_password
from domain.identity.errors import TooManyAttempts
from domain.shared.caller import Caller, bind_caller
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.messages import LANGUAGES, message

# The slowest that was found among thousands of random ones: every character stands for two letters.
SLOWEST = "4@8({[<369&#!1/|0$5+7%2" * 6


@pytest.mark.parametrize(
    "password", ["correct horse battery", "tea-shop-demo", "我爱北京天安门广场的早晨", "x7#Kq9!mZp2w"]
)
async def test_a_password_that_is_hard_to_guess_is_taken_whatever_it_is_made_of(password: str) -> None:
    assert await checked_password(password) == password


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("password1", "common"),
        ("Passw0rd!", "common"),
        ("bookshelf", "word"),
        ("margaretha", "name"),
        ("qazxcvbnm,./", "keyboard"),
        ("xyxyxyxyxy", "repeat"),
        ("lmnopqrstu", "sequence"),
        ("23.11.1985", "date"),
        ("g7§kq ü!", "short"),
    ],
)
async def test_a_weak_password_is_told_its_weakness_in_every_language(password: str, weakness: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await checked_password(password, field="newPassword")

    told = refusal.value
    assert (told.field, told.rule, told.limit) == ("newPassword", "strength", weakness)
    messages = {message(told, language) for language in LANGUAGES}
    assert len(messages) == len(LANGUAGES)
    assert all("newPassword" in one for one in messages)


@pytest.mark.parametrize("password", ["zoltanfarkasdi", "Farkasdi2024", "zoltan@plumworks.example"])
async def test_words_about_the_person_count_as_easy_to_guess(password: str) -> None:
    about = ("zoltan@plumworks.example", "Zoltan Farkasdi")

    with pytest.raises(InvalidInput) as refusal:
        await checked_password(password, about=about)

    assert (refusal.value.rule, refusal.value.limit) == ("strength", "personal")


async def test_many_and_long_words_about_the_person_cost_no_time() -> None:
    about = (SLOWEST[:254], " ".join(SLOWEST[n : n + 24] for n in range(100)))
    await checked_password(SLOWEST[:24])  # zxcvbn reads its dictionaries
    started = perf_counter()
    await checked_password(SLOWEST[:128])
    alone = perf_counter() - started

    started = perf_counter()
    await asyncio.gather(checked_password(SLOWEST[:128], about=about), return_exceptions=True)

    assert perf_counter() - started < 3 * alone + 0.2


async def test_weak_passwords_are_counted_for_the_network_address_before_they_are_judged() -> None:
    bind_caller(Caller(address=f"2001:db8:{new_id().hex[-4:]}::1"))
    for _ in range(100):
        with pytest.raises(InvalidInput):
            await checked_password("password1")

    with pytest.raises(TooManyAttempts):
        await checked_password("correct horse battery")

    bind_caller(Caller(address=f"2001:db8:{new_id().hex[-4:]}::1"))
    assert await checked_password("correct horse battery")


async def test_the_words_of_one_person_do_not_count_for_the_next() -> None:
    password = "gorbulonka tive"
    with pytest.raises(InvalidInput):
        await checked_password(password, about=("Gorbulonka Tive", "gorbulonka tive"))

    assert await checked_password(password) == password


@pytest.mark.parametrize(("least", "is_taken"), [(0, True), (1, True), (2, True), (3, False)])
async def test_the_setting_says_how_strong(configure: Callable[..., None], least: int, is_taken: bool) -> None:
    configure(password_strength=least)

    (outcome,) = await asyncio.gather(checked_password("zxcvbn2024!"), return_exceptions=True)

    assert (outcome == "zxcvbn2024!") == is_taken


async def test_a_strong_end_makes_up_for_a_weak_beginning() -> None:
    password = "a" * 40 + " gorbulonka tivelar"

    assert await checked_password(password) == password


@pytest.mark.parametrize("length", [7, 129, 1_000_000])
async def test_a_password_of_another_length_is_refused_before_any_work(length: int) -> None:
    started = perf_counter()
    with pytest.raises(InvalidInput) as refusal:
        await checked_password("x" * length, about=("y" * 1_000_000,))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("password", "length", "8..128")
    assert perf_counter() - started < 0.1


async def test_the_slowest_password_of_the_greatest_length_takes_little_time() -> None:
    started = perf_counter()

    await checked_password(SLOWEST[:128])

    assert perf_counter() - started < 2


async def test_judging_a_password_leaves_the_event_loop_free() -> None:
    ticks = 0
    judging = asyncio.gather(*(checked_password(SLOWEST[n : n + 40]) for n in range(4)))

    while not judging.done():
        await asyncio.sleep(0.001)
        ticks += 1

    assert ticks > 4


@pytest.mark.parametrize(
    ("password", "email", "name"),
    [
        ("adaexample1", "ada@example.org", "Ada Example"),
        ("MeiLin-1990", "mei@example.org", "Mei Lin"),
        ("meilin2026", "mei@example.org", "Mei Lin"),
    ],
)
async def test_ones_own_name_with_a_number_behind_it_is_personal(password: str, email: str, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await checked_password(password, about=(email, name))

    assert (refusal.value.rule, refusal.value.limit) == ("strength", "personal")


async def test_ones_own_name_in_a_strong_password_does_no_harm() -> None:
    password = "ada likes two lanterns of tea"

    assert await checked_password(password, about=("ada@example.org", "Ada Example")) == password
