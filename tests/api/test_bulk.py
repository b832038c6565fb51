"""Imports and exports over HTTP: a file is sent, a worker does its part, the results are fetched."""

import json
from typing import Any

import httpx
import pytest

from api.ids import decode
from domain.bulk.jobs.run_job import run_bulk_job
from domain.shared.database import value
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.purchases import emitted
from tests.factories.roles import a_person_with

JOB = """id direction subject format layout onError state rowsTotal rowsDone rowsChanged rowsFailed error resultUrl
    resultSha256 errorsUrl fileName supplierId"""
REFUSED = "... on Error { code message } ... on InvalidInputError { field rule }"
IMPORT = f"""mutation($input: RequestImportInput!) {{ requestImport(input: $input) {{
    ... on BulkJob {{ {JOB} }} {REFUSED} }} }}"""
EXPORT = f"""mutation($input: RequestExportInput!) {{ requestExport(input: $input) {{
    ... on BulkJob {{ {JOB} }} {REFUSED} }} }}"""
CANCEL = f"""mutation($input: CancelBulkJobInput!) {{ cancelBulkJob(input: $input) {{
    ... on BulkJob {{ {JOB} }} {REFUSED} ... on JobOverError {{ jobState }} }} }}"""
ONE = f"query($id: ID!) {{ bulkJob(id: $id) {{ {JOB} }} }}"
PAGE = "query($after: String) { bulkJobs(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }"


async def sent(client: Client, content: bytes, name: str = "prices.csv", **given: object) -> httpx.Response:
    operations = {"query": IMPORT, "variables": {"input": {"file": None, **given}}}
    files: dict[str, tuple[str | None, str | bytes]] = {
        "operations": (None, json.dumps(operations)),
        "map": (None, json.dumps({"0": ["variables.input.file"]})),
        "0": (name, content),
    }
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(f"{client.url}/graphql", files=files, headers=client.headers())


async def carried_out(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    job_id = decode("BulkJob", job["id"], field="id")
    await run_bulk_job(await emitted("bulk.requested", job_id), job_id)
    found: dict[str, Any] = (await client.ask(ONE, id=job["id"]))["bulkJob"]
    return found


async def fetched(client: Client, path: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.get(client.url + path, headers=client.headers())


async def test_a_file_is_sent_carried_out_and_its_row_errors_are_fetched(api: str) -> None:
    client, goods = await signed_in(api, await a_person_with("prices.write"), language="zh-Hans"), await some_goods()
    content = f"sku,currency,price\r\n{goods.sku},EUR,9.99\r\nnothing,EUR,1\r\n".encode()

    asked = (await sent(client, content, subject="PRICES", onError="SKIP_ROWS")).json()["data"]["requestImport"]
    job = await carried_out(client, asked)
    errors = await fetched(client, job["errorsUrl"])

    assert (asked["state"], asked["format"], asked["fileName"]) == ("WAITING", "CSV", "prices.csv")
    assert (job["state"], job["rowsTotal"], job["rowsChanged"], job["rowsFailed"]) == ("DONE", 2, 1, 1)
    assert await value("SELECT minor FROM price WHERE variant_id = $1 AND currency = 'EUR'", goods.variant_id) == 999
    assert errors.headers["content-type"] == "text/csv; charset=utf-8"
    assert errors.headers["content-disposition"] == 'attachment; filename="errors.csv"'
    assert "本店不存在" in errors.content.decode("utf-8-sig")


async def test_an_export_is_fetched_by_who_asked_for_it_and_by_nobody_else(api: str) -> None:
    goods = await some_goods()
    client, other = [await signed_in(api, await a_person_with("prices.write")) for _ in range(2)]

    asked = (await client.ask(EXPORT, input={"subject": "PRICES", "format": "JSONL"}))["requestExport"]
    job = await carried_out(client, asked)
    answer = await fetched(client, job["resultUrl"])

    assert (job["direction"], job["state"], job["onError"]) == ("EXPORT", "DONE", None)
    assert any(json.loads(line)["sku"] == goods.sku for line in answer.text.splitlines())
    assert (await fetched(other, job["resultUrl"])).status_code == 404
    assert (await fetched(Client(api), job["resultUrl"])).status_code == 401
    assert (await fetched(client, job["resultUrl"].replace("prices", "stock"))).status_code == 404
    assert (await other.ask(ONE, id=job["id"]))["bulkJob"] is None


async def test_a_job_is_cancelled_once_and_only_then(api: str) -> None:
    client = await signed_in(api, await a_person_with("stock.write"))
    asked = (await client.ask(EXPORT, input={"subject": "STOCK"}))["requestExport"]

    first = (await client.ask(CANCEL, input={"id": asked["id"]}))["cancelBulkJob"]
    second = (await client.ask(CANCEL, input={"id": asked["id"]}))["cancelBulkJob"]

    assert first["state"] == "CANCELLED"
    assert (second["code"], second["jobState"]) == ("JOB_OVER", "cancelled")


async def test_jobs_are_paged_newest_first(api: str) -> None:
    client = await signed_in(api, await a_person_with("stock.write"))
    made = [(await client.ask(EXPORT, input={"subject": "STOCK"}))["requestExport"]["id"] for _ in range(2)]

    first = (await client.ask(PAGE))["bulkJobs"]
    second = (await client.ask(PAGE, after=first["pageInfo"]["endCursor"]))["bulkJobs"]

    assert [one["nodes"][0]["id"] for one in (first, second)] == made[::-1]
    assert [one["pageInfo"]["hasNextPage"] for one in (first, second)] == [True, False]


async def test_a_suppliers_job_is_about_that_supplier(api: str) -> None:
    supplier_id = await a_supplier()
    client = await signed_in(api, await a_person_with("prices.write", supplier_id=supplier_id))

    asked = (await client.ask(EXPORT, input={"subject": "PRICES"}))["requestExport"]

    assert decode("Supplier", asked["supplierId"], field="id") == supplier_id


async def test_a_file_whose_name_tells_no_format_needs_one_named(api: str) -> None:
    client = await signed_in(api, await a_person_with("prices.write"))

    answer = (await sent(client, b"sku\r\n", "prices", subject="PRICES")).json()["data"]["requestImport"]

    assert (answer["code"], answer["field"], answer["rule"]) == ("INVALID_INPUT", "format", "oneOf")


@pytest.mark.parametrize("subject", ["PRODUCTS", "PRICES", "STOCK", "TRANSLATIONS"])
async def test_customers_export_nothing(api: str, subject: str) -> None:
    client = await signed_in(api, await a_person())

    refusal = await client.refusal(EXPORT, input={"subject": subject})

    assert refusal["code"] == "NOT_ALLOWED"
