"""The settings of every process, read once from the environment (`HANSE_*`, `DATABASE_URL`, `REDIS_URL`)."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.shared.setting_rules import (
    currencies,
    database,
    file_store,
    host_name,
    language,
    mail_server,
    networks,
    origins,
    page_address,
    public_origin,
    rate,
    rates,
    redis,
    sender,
)


class Settings(BaseSettings):
    """One frozen object; a wrong value is refused at start with its name."""

    model_config = SettingsConfigDict(
        env_prefix="HANSE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    environment: Literal["demo", "test", "production"] = "demo"
    data_dir: Path = Path(".data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[str, ...], AfterValidator(networks)] = ("127.0.0.1", "::1")
    """Whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    public_url: Annotated[str, AfterValidator(public_origin)] = ""
    """The origin at which others reach the API; see `public_address`."""
    allowed_origins: Annotated[tuple[str, ...], AfterValidator(origins)] = ()
    """Origins of web pages elsewhere that may call the API."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    database_url: Annotated[str, AfterValidator(database)] = Field(
        default="", validation_alias=AliasChoices("DATABASE_URL", "HANSE_DATABASE_URL")
    )
    redis_url: Annotated[str, AfterValidator(redis)] = Field(
        default="", validation_alias=AliasChoices("REDIS_URL", "HANSE_REDIS_URL")
    )
    database_pool_size: int = Field(default=10, ge=1)
    database_acquire_seconds: float = Field(default=10.0, gt=0)

    master_key: SecretStr = SecretStr("")
    """URL-safe base64 of 32 bytes; seals every other key at rest. The demo makes its own at first start."""
    previous_master_keys: tuple[SecretStr, ...] = ()
    """Master keys of before, which still open what they sealed."""
    token_algorithm: Literal["RS256", "EdDSA"] = "RS256"
    token_issuer: str = "hanse"
    key_rotation_days: int = Field(default=90, ge=1)
    """How old a signing key is when the next one is made."""
    access_token_seconds: int = Field(default=900, ge=30, le=900)
    refresh_token_days: int = Field(default=30, ge=1)

    argon2_memory_kib: int = Field(default=19_456, ge=19_456)
    argon2_time_cost: int = Field(default=2, ge=2)
    argon2_threads: int = Field(default=1, ge=1)
    argon2_queue_limit: int = Field(default=64, ge=1)

    throttle_log_in: Annotated[tuple[str, str], AfterValidator(rates)] = ("10 per 15 minutes", "100 per 15 minutes")
    """Attempts per account from one network address, and per network address of all accounts."""
    throttle_account: Annotated[str, AfterValidator(rate)] = "100 per 15 minutes"
    """Log-ins per account from everywhere together."""
    throttle_second_factor: Annotated[str, AfterValidator(rate)] = "100 per 15 minutes"
    """Answers per network address; those of one person are counted in the database (`log_in_attempts`)."""
    throttle_passkey: Annotated[str, AfterValidator(rate)] = "1000 per 15 minutes"
    """Log-ins by passkey that are begun, per network address: pages may begin one whenever they are opened."""
    throttle_assertion: Annotated[tuple[str, str], AfterValidator(rates)] = (
        "100 per 15 minutes",
        "1000 per 15 minutes",
    )
    """Assertions of partner applications: per client id from one network address, and per network address."""
    throttle_mail: Annotated[tuple[str, str], AfterValidator(rates)] = ("5 per hour", "50 per hour")
    """Per account, and per network address."""
    throttle_guest: Annotated[tuple[str, str], AfterValidator(rates)] = ("1000 per hour", "100 per hour")
    """Guests who arrive, from one network (/24, /48) in place of an account, and from one network address."""
    throttle_new_password: Annotated[str, AfterValidator(rate)] = "100 per 15 minutes"
    """New passwords that are judged, per network address: judging one takes as long as checking one."""
    password_strength: int = Field(default=3, ge=0, le=4)
    """The least score by zxcvbn of a new password."""
    passkey_rp_id: Annotated[str, AfterValidator(host_name)] = "localhost"
    """The domain that passkeys belong to (WebAuthn: relying party id)."""
    staff_second_factor: bool = False
    """Whether granted roles count only where a second factor was shown at log-in."""

    files_url: Annotated[SecretStr, AfterValidator(file_store)] = SecretStr("")
    """The store of files that speaks S3; empty: they lie in `files_dir`."""
    media_networks: Annotated[tuple[str, ...], AfterValidator(networks)] = ()
    """Networks that are not public, from which pictures may be fetched all the same."""

    mail_url: Annotated[SecretStr, AfterValidator(mail_server)] = SecretStr("")
    """The mail server; empty: mails become files in `mail_dir`."""
    mail_from: Annotated[str, AfterValidator(sender)] = "Hanse <shop@hanse.test>"
    storefront_url: Annotated[str, AfterValidator(page_address)] = "http://localhost:3000"
    """Where the links in mails lead."""

    audit_checkpoint_seconds: int = Field(default=300, ge=1)
    """How often the end of the audit chain is signed, when it has grown."""

    session_kept_days: int = Field(default=30, ge=1)
    """Days since a device was signed out, or its last refresh token expired. docs/privacy.md explains these periods."""
    registration_kept_days: int = Field(default=7, ge=3)
    mail_link_kept_days: int = Field(default=7, ge=1)
    cart_kept_days: int = Field(default=90, ge=1)
    guest_kept_days: int = Field(default=30, ge=1)
    export_kept_days: int = Field(default=7, ge=1)
    bulk_kept_days: int = Field(default=7, ge=1)
    idempotency_kept_days: int = Field(default=30, ge=1)
    inbox_kept_days: int = Field(default=30, ge=1)
    inactive_years: int = Field(default=0, ge=0)
    """Who was not seen for so long is erased; 0: never."""

    default_language: Annotated[str, AfterValidator(language)] = "en"
    shop_currencies: Annotated[tuple[str, ...], AfterValidator(currencies)] = ("EUR", "USD", "CNY", "GBP")
    """What the first channel starts with; from then on its own currencies count (updateChannel)."""
    supplier_approval: Literal["never", "first", "every"] = "first"
    """Whether staff approve what suppliers offer: never, a product before it is on sale, or every change of its content."""
    reservation_minutes: int = Field(default=10, ge=1, le=1440)
    """How long what lies in a cart is reserved after the last thing that was done at its checkout."""
    reviews_at_once: bool = False
    """Whether what buyers say of products appears at once, or waits until staff have read it."""
    risk_review_minor: int = Field(default=100_000, ge=0)
    """An order of this many minor units of EUR (other currencies taken at par) or more waits for a person."""
    risk_orders_per_hour: int = Field(default=10, ge=1)
    sandbox_delay_seconds: float = Field(default=0.0, ge=0)
    """How long the sandbox payment provider takes to answer; tests use it to stop a worker in the middle."""

    @property
    def public_address(self) -> str:
        """Where others reach the API: what partners' assertions must be meant for. By default on this machine."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def queue_url(self) -> str:
        """The queue's own Redis database, the next after that of `redis_url`: its maintenance never scans other keys."""
        parts = urlsplit(self.redis_url)
        return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
