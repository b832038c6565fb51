"""`hanse staff`, as a person calls it: a shop without anybody gets its first administrator."""

import os
import subprocess
from pathlib import Path

import pytest

from domain.identity.accounts.invite import AcceptInvitation, accept_invitation
from domain.identity.queries import user, user_by_email
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import rows, run, value
from domain.shared.settings import Settings
from tests.factories.identity import a_user
from tests.factories.mail import mails_about, token_in
from tests.factories.people import a_supplier
from tests.hanse.commands import hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]
ADA = "ada@example.org"
PASSWORD = "seven tired badgers"
INVITE = ("invite", ADA, "--name", "Ada Lee", "--role")


async def test_the_first_administrator_is_invited_and_gets_in(own_shop: Settings, tmp_path: Path) -> None:
    done = _staff(own_shop, tmp_path, *INVITE, "administrator", "--language", "zh-Hans")
    invited = await user_by_email(ADA)

    assert done.returncode == 0, done.stderr
    assert invited is not None
    assert (invited.name, invited.language) == ("Ada Lee", "zh-Hans")
    assert f"writes the mail with the link to {tmp_path / 'data' / 'mail'}" in done.stdout
    (mail,) = await mails_about(invited.id, "user.invited")
    await accept_invitation(AcceptInvitation(token_in(mail), PASSWORD))
    tokens = await log_in(LogIn(ADA, PASSWORD))
    assert (await viewer_from_token(tokens.access_token)).may("roles.write")
    audited = await rows("SELECT action, actor_kind FROM audit_entry WHERE subject_id = $1 ORDER BY serial", invited.id)
    assert [(one["action"], one["actor_kind"]) for one in audited[:2]] == [
        ("inviteStaff", "platform"),
        ("grantRole", "platform"),
    ]


async def test_a_role_is_granted_to_who_has_an_account(own_shop: Settings, tmp_path: Path) -> None:
    user_id, supplier_id = await a_user(email=ADA), await a_supplier()
    await run("UPDATE supplier SET code = 'north' WHERE id = $1", supplier_id)

    everywhere = _staff(own_shop, tmp_path, "grant", ADA, "support")
    limited = _staff(own_shop, tmp_path, "grant", ADA.upper(), "supplier", "--supplier", "north", "--channel", "main")

    assert (everywhere.returncode, limited.returncode) == (0, 0), everywhere.stderr + limited.stderr
    person = await user(user_id)
    assert person is not None
    assert [(one.role, one.channel, one.supplier_id) for one in person.grants] == [
        ("support", None, None),
        ("supplier", "main", supplier_id),
    ]
    audited = await rows("SELECT actor_kind FROM audit_entry WHERE action = 'grantRole' AND subject_id = $1", user_id)
    assert [one["actor_kind"] for one in audited] == ["platform", "platform"]


async def test_where_a_mail_server_is_set_no_file_is_spoken_of(own_shop: Settings, tmp_path: Path) -> None:
    done = _staff(own_shop, tmp_path, *INVITE, "support", HANSE_MAIL_URL="smtp://127.0.0.1:25")

    assert done.stdout.strip() == f"{ADA} is invited as support. A worker sends them the mail with the link."


async def test_whatever_cannot_be_is_one_line_and_leaves_nothing(own_shop: Settings, tmp_path: Path) -> None:
    await a_user(email="known@example.org")
    cases = (
        ((*INVITE, "emperor"), "no role 'emperor' to give; there are administrator, analyst"),
        ((*INVITE, "customer"), "no role 'customer' to give"),
        ((*INVITE, "supplier"), "--supplier"),
        ((*INVITE, "supplier", "--supplier", "nowhere"), "no supplier with the code 'nowhere'"),
        ((*INVITE, "support", "--channel", "mars"), "--channel"),
        ((*INVITE, "support", "--language", "la"), "--language"),
        (("invite", "ada", "--name", "Ada Lee", "--role", "support"), "email"),
        (("invite", ADA, "--name", " ", "--role", "support"), "--name"),
        (("invite", "known@example.org", "--name", "Ada", "--role", "support"), "`hanse staff grant`"),
        (("grant", ADA, "support"), "has no account: `hanse staff invite`"),
        (("grant", "known@example.org", "emperor"), "no role 'emperor'"),
    )

    for words, told in cases:
        refused = _staff(own_shop, tmp_path, *words)
        assert (refused.returncode, refused.stderr.count("\n")) == (os.EX_DATAERR, 1), (words, refused)
        assert told in refused.stderr, (words, refused.stderr)

    assert await value("SELECT count(*) FROM users") == 1
    assert await value("SELECT count(*) FROM role_grant") == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("invite", ADA, "--name", "Ada Lee"), "--role"),
        (("invite", ADA, "--role", "support"), "--name"),
        (("grant", ADA), "role"),
    ],
)
def test_a_word_that_lacks_is_named(own_shop: Settings, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    refused = _staff(own_shop, tmp_path, *words)

    assert refused.returncode == 2
    assert told in refused.stderr


@pytest.mark.parametrize("word", ["invite", "grant"])
def test_each_explains_itself(tmp_path: Path, word: str) -> None:
    shown = hanse(tmp_path, "staff", word, "--help")

    assert shown.returncode == 0
    assert {"--supplier", "--channel", "email"} <= set(shown.stdout.replace("│", " ").split())


def _staff(shop: Settings, folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {
        "DATABASE_URL": shop.database_url,
        "REDIS_URL": shop.redis_url,
        "HANSE_MASTER_KEY": shop.master_key.get_secret_value(),
    }
    return hanse(folder, "staff", *words, **own, **environment)
