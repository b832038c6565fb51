import pytest

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
