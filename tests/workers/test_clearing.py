"""What the schedule deletes, and after which time."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.cart.retention import forget_abandoned_carts
from domain.identity.privacy.retention import forget_old_sessions, forget_registrations
from domain.orders.retention import forget_guests
from domain.shared.clock import now
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.scheduling import clear_aged, clear_idempotency_keys, clear_inbox
from domain.shared.settings import Settings, settings
from workers.clearing import clearings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("setting", "clearing"),
    [
        ("session_kept_days", forget_old_sessions),
        ("registration_kept_days", forget_registrations),
        ("cart_kept_days", forget_abandoned_carts),
        ("guest_kept_days", forget_guests),
        ("idempotency_kept_days", clear_idempotency_keys),
        ("inbox_kept_days", clear_inbox),
    ],
)
def test_the_settings_say_how_long(setting: str, clearing: object) -> None:
    changed = settings().model_copy(update={setting: 123})

    assert dict(clearings(changed))[clearing] == timedelta(days=123)  # type: ignore[index] # the same function


def test_nobody_is_erased_for_being_away_unless_a_setting_says_so() -> None:
    usual, years = clearings(settings()), clearings(settings().model_copy(update={"inactive_years": 3}))

    assert len({clearing for clearing, _ in usual}) == len(usual)
    [added] = [kept for clearing, kept in years if clearing not in dict(usual)]
    assert added == timedelta(days=3 * 365)


async def test_what_fails_does_not_keep_the_rest_from_being_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    befores: list[datetime] = []

    async def fails(_before: datetime) -> int:
        raise ValueError("anna@example.org")

    async def works(before: datetime) -> int:
        befores.append(before)
        return 5 - 5 * (len(befores) > 1)

    cleared = await clear_aged(f"clearing {new_id()}", now(), [(fails, timedelta(0)), (works, timedelta(days=2))])

    assert cleared == 5
    assert timedelta(days=2) <= now() - befores[0] < timedelta(days=2, minutes=1)
    assert "fails" in capsys.readouterr().out


async def test_it_is_done_once_for_each_time_that_it_is_due() -> None:
    calls = []

    async def works(_before: datetime) -> int:
        calls.append(await value("SELECT 1"))
        return 0

    job, due = f"clearing {new_id()}", now()
    for _ in range(3):
        await clear_aged(job, due, [(works, timedelta(0))])

    assert len(calls) == 1


async def test_one_that_was_broken_off_goes_on_at_the_next_call() -> None:
    job, due, done = f"clearing {new_id()}", now(), []

    async def first(_before: datetime) -> int:
        done.append("first")
        return 0

    async def dies(_before: datetime) -> int:
        if done == ["first"]:
            raise asyncio.CancelledError
        done.append("second")
        return 0

    steps = [(first, timedelta(0)), (dies, timedelta(0))]
    with pytest.raises(asyncio.CancelledError):
        await clear_aged(job, due, steps)
    for _ in range(2):
        await clear_aged(job, due, steps)

    assert done == ["first", "first", "second"]


def test_the_guide_names_every_period() -> None:
    told = set(re.findall(r"`HANSE_([A-Z_]+)`", (ROOT / "docs/privacy.md").read_text()))

    assert {name.upper() for name in Settings.model_fields if name.endswith("_kept_days")} | {"INACTIVE_YEARS"} <= told
