"""Where personal data are, is said in a list; whoever adds a table or a text has to say what it tells of people."""

import inspect
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from tortoise.fields import BinaryField, CharField, JSONField, TextField
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.shared.database import MODELS, rows

ROOT = Path(__file__).parents[2]
LIST: dict[str, dict[str, list[str]]] = tomllib.loads((Path(__file__).parent / "personal_data.toml").read_text())
CLASS_OF = {table: kind for kind, tables in LIST.items() for table in tables}
TEXTS = (BinaryField, CharField, JSONField, TextField)


def _models() -> dict[str, type[Model]]:
    found = {}
    for module in map(import_module, MODELS):
        for _, model in inspect.getmembers(module, inspect.isclass):
            if issubclass(model, Model) and model.__module__ == module.__name__:
                found[str(model._meta.db_table)] = model
    return found


MODELS_BY_TABLE = _models()


def _is_sealed(column: str) -> bool:
    return column == "sealed" or column.endswith("_sealed")


def _texts(model: type[Model]) -> list[str]:
    return [name for name, field in model._meta.fields_map.items() if isinstance(field, TEXTS)]


def test_no_table_stands_twice() -> None:
    assert len(CLASS_OF) == sum(map(len, LIST.values()))


def test_every_table_is_classified_and_none_that_is_not_there() -> None:
    assert set(CLASS_OF) == set(MODELS_BY_TABLE)


@pytest.mark.parametrize("table", sorted(MODELS_BY_TABLE))
def test_every_text_in_the_open_is_listed(table: str) -> None:
    in_the_open = [name for name in _texts(MODELS_BY_TABLE[table]) if not _is_sealed(name)]

    assert in_the_open == LIST[CLASS_OF[table]][table]


def test_what_is_sealed_by_persons_stands_where_the_list_says_so() -> None:
    sealed = {table for table, model in MODELS_BY_TABLE.items() if any(map(_is_sealed, _texts(model)))}

    assert sealed - {"secret"} == set(LIST["sealed"])  # what `secret` seals is the installation's


def test_whatever_points_at_people_is_not_said_to_say_nothing_of_them() -> None:
    pointing = {
        table
        for table, model in MODELS_BY_TABLE.items()
        for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance) and field.model_name == "hanse.User"
    }

    assert len(pointing) > 10
    assert pointing.isdisjoint(LIST["none"])


async def test_the_migrations_make_these_tables_and_no_others() -> None:
    found = await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

    assert {one["tablename"] for one in found} - {"tortoise_migrations"} == set(CLASS_OF)


def test_the_guide_tells_of_every_table_that_says_something_of_people() -> None:
    told = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/privacy.md").read_text()))

    assert set(LIST["sealed"]) | set(LIST["pseudonymous"]) <= told
