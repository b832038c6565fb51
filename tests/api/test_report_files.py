"""Report files that are gone, or cannot be read."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest

from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.api.client import Client, signed_in
from tests.factories.people import a_person


async def test_a_file_is_answered_whole(api: str, shop: Settings) -> None:
    analyst = await a_person("analyst")
    report_id = await _a_report(analyst)
    _file(shop, report_id).write_bytes(b"day\r\n")

    answer = await _fetch(await signed_in(api, analyst), report_id)

    assert (answer.status_code, answer.content) == (200, b"day\r\n")


@pytest.mark.parametrize(("language", "text"), [("en", "no such Report"), ("zh-Hans", "找不到")])
async def test_a_file_that_is_gone_is_not_found(api: str, language: str, text: str) -> None:
    analyst = await a_person("analyst")
    report_id = await _a_report(analyst)

    answer = await _fetch(await signed_in(api, analyst, language=language), report_id)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND"}
    assert text in error["message"]


async def test_a_file_that_cannot_be_read_is_an_internal_error_with_an_id(api: str, shop: Settings) -> None:
    analyst = await a_person("analyst")
    report_id = await _a_report(analyst)
    file = _file(shop, report_id)
    file.symlink_to(file)

    answer = await _fetch(await signed_in(api, analyst), report_id)

    assert answer.status_code == 500
    [error] = answer.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("Internal error", "INTERNAL")
    assert UUID(error["extensions"]["errorId"])
    assert str(shop.files_dir) not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def _a_report(requester: Viewer) -> UUID:
    """A finished report of the requester's, whose file was not written."""
    report_id = new_id()
    await run(
        """INSERT INTO report (id, requested_by_id, kind, parameters, state, progress, created_at, csv_path)
           VALUES ($1, $2, 'sales_by_day_and_category', '{"currency": "EUR"}', 'done', 100, now(), $3)""",
        report_id,
        requester.user_id,
        _path(report_id),
    )
    return report_id


def _path(report_id: UUID) -> str:
    return f"reports/{report_id}/0.csv"


def _file(shop: Settings, report_id: UUID) -> Path:
    file = shop.files_dir / _path(report_id)
    file.parent.mkdir(parents=True)
    return file


async def _fetch(client: Client, report_id: UUID) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"{client.url}/files/reports/{report_id}/sales.csv", headers=client.headers())
