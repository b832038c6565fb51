from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.shared.settings import Settings


@pytest.mark.parametrize(
    ("given", "queue"),
    [
        ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/1"),
        ("redis://127.0.0.1:6379/", "redis://127.0.0.1:6379/1"),
        ("redis://:secret@cache:6379/0", "redis://:secret@cache:6379/1"),
        ("rediss://cache/4?ssl_cert_reqs=none", "rediss://cache/5?ssl_cert_reqs=none"),
    ],
)
def test_the_queue_has_the_next_database_of_the_same_server(
    given: str, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", given)

    assert Settings().queue_url == queue


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("SHOP_CURRENCIES", "[]"),
        ("SHOP_CURRENCIES", '["XYZ"]'),
        ("SHOP_CURRENCIES", '["EUR", "DEM"]'),
        ("SHOP_CURRENCIES", '["EUR", "eur"]'),
        ("SHOP_CURRENCIES", '["EUR", "USD", "EUR"]'),
        ("DEFAULT_LANGUAGE", "fr"),
        ("ALLOWED_ORIGINS", '["*"]'),
        ("ALLOWED_ORIGINS", '["shop.example"]'),
        ("ALLOWED_ORIGINS", '["https://shop.example/path"]'),
        ("ALLOWED_ORIGINS", '["https://me@shop.example"]'),
        ("ALLOWED_ORIGINS", '["ftp://shop.example"]'),
        ("ALLOWED_ORIGINS", '["https://shop.example:port"]'),
        ("ALLOWED_ORIGINS", '["null"]'),
        ("PASSKEY_RP_ID", "https://shop.example"),
        ("PASSKEY_RP_ID", "shop.example:443"),
        ("PASSKEY_RP_ID", "Shop.example"),
        ("PASSKEY_RP_ID", "192.0.2.1"),
        ("PASSKEY_RP_ID", "shop..example"),
        ("PASSWORD_STRENGTH", "5"),
        ("FILES_URL", "bucket/folder"),
        ("FILES_URL", "https://bucket.example/"),
        ("FILES_URL", "s3:///folder"),
        ("FILES_URL", "s3://id@bucket"),
        ("FILES_URL", "s3://bucket?region"),
        ("FILES_URL", "s3://bucket?endpoint=store.example"),
        ("FILES_URL", "s3://bucket?bucket=other"),
        ("MEDIA_NETWORKS", '["intranet"]'),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "http://mail.example"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example:0"),
        ("MAIL_URL", "smtp://mail.example/path"),
        ("MAIL_FROM", "Hanse"),
        ("MAIL_FROM", "a@shop.example, b@shop.example"),
        ("MAIL_FROM", "Hanse\nBcc: all@shop.example <a@shop.example>"),
        ("STOREFRONT_URL", "shop.example"),
        ("STOREFRONT_URL", "javascript:alert(1)"),
        ("STOREFRONT_URL", "https://shop.example/?page="),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_setting(
    name: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HANSE_{name}", given)

    with pytest.raises(ValidationError) as refusal:
        Settings()

    assert [problem["loc"][0] for problem in refusal.value.errors()] == [name.lower()]


def test_origins_are_kept_as_browsers_send_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(
        "HANSE_ALLOWED_ORIGINS", '["https://Shop.Example:443/", "http://localhost:3000", "http://[::1]:80"]'
    )

    kept = Settings().allowed_origins

    assert kept == ("https://shop.example", "http://localhost:3000", "http://[::1]")


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_an_address_of_something_else_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "nonsense")

    with pytest.raises(ValidationError, match="must be an address that begins with"):
        Settings()


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_DATA_DIR", "")

    assert str(Settings().data_dir) == ".data"


def test_the_password_of_the_mail_server_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_MAIL_URL", "smtps://hanse:secret@mail.example")

    assert "secret" not in repr(Settings())


def test_the_address_of_the_storefront_is_kept_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_STOREFRONT_URL", "https://shop.example/de/")

    assert Settings().storefront_url == "https://shop.example/de"
