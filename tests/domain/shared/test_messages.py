import importlib
import pkgutil
import re
import string
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

import domain
from domain.bulk.errors import FileUnusable
from domain.shared.errors import REFUSALS, DomainError, InvalidInput
from domain.shared.messages import LANGUAGES, message, text

ROOT = Path(__file__).parents[3]

for module in pkgutil.walk_packages(domain.__path__, "domain."):
    if module.name.endswith(".errors"):
        importlib.import_module(module.name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_every_refusal_has_a_message_made_of_its_own_fields(refusal: type[DomainError], language: str) -> None:
    placeholders = {name for _, name, _, _ in string.Formatter().parse(text(refusal.code, language)) if name}

    assert placeholders <= {field.name for field in fields(refusal)}


def test_codes_are_unique() -> None:
    counted = Counter(refusal.code for refusal in REFUSALS)

    assert [code for code, times in counted.items() if times > 1] == []


def test_a_refusal_can_be_hashed_as_exceptions_must() -> None:
    for refusal in REFUSALS:
        assert refusal.__hash__ is not None, refusal


def test_a_language_that_is_not_spoken_here_gets_english() -> None:
    refusal = InvalidInput(field="quantity", rule="range", limit="1..10")

    assert message(refusal, "fr") == message(refusal, "en") != message(refusal, "zh-Hans")


def test_every_rule_that_input_can_break_has_its_own_message() -> None:
    sources = [path.read_text() for part in ("domain", "api") for path in (ROOT / part).rglob("*.py")]
    refusals = {found for source in sources for found in re.findall(r'(\w+)\([^()]*\brule="(\w+)"', source)}
    keys = {f"{FileUnusable.code if name == 'FileUnusable' else InvalidInput.code}.{rule}" for name, rule in refusals}

    assert len(keys) > 8
    for language in LANGUAGES:
        assert [key for key in sorted(keys) if not text(key, language)] == []
