"""The words and figures that the assortment is made of, read from `data/departments/` and `data/styles.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

STYLES = ("nordic", "rustic", "classic", "playful", "zen", "botanical", "urban", "expedition")
WORDS_PER_STYLE = 2

_DEPARTMENTS = (
    "tea_coffee",
    "kitchen",
    "living",
    "clothing",
    "shoes_bags",
    "outdoors",
    "bath_care",
    "desk_paper",
    "toys_games",
    "garden",
)


@dataclass(frozen=True)
class Text:
    """The same in English and in Simplified Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Material:
    word: Text
    sentence: Text


@dataclass(frozen=True)
class Look:
    """A style in the words of one family of goods."""

    words: tuple[Text, ...]
    sentence: Text


@dataclass(frozen=True)
class Department:
    slug: str
    code: str
    name: Text


@dataclass(frozen=True)
class Category:
    """A shelf of a department. The fields are explained in `data/departments/tea_coffee.toml`."""

    slug: str
    name: Text
    department: int
    family: str
    price: tuple[float, float]
    repeat: float
    peak: int
    swell: float
    gift: float
    returns: float
    goes_with: tuple[str, ...]
    option: str
    factors: Mapping[str, float]
    nouns: tuple[Text, ...]
    materials: tuple[Material, ...]
    uses: tuple[Text, ...]


@dataclass(frozen=True)
class Vocabulary:
    """`looks` has each family's styles in the order of STYLES."""

    departments: tuple[Department, ...]
    categories: tuple[Category, ...]
    looks: Mapping[str, tuple[Look, ...]]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    shelves = [data(f"departments/{name}") for name in _DEPARTMENTS]
    return Vocabulary(
        departments=tuple(Department(one["slug"], one["code"], Text(one["en"], one["zh"])) for one in shelves),
        categories=tuple(_category(number, entry) for number, one in enumerate(shelves) for entry in one["categories"]),
        looks={family: tuple(_look(styles[style]) for style in STYLES) for family, styles in data("styles").items()},
    )


def data(name: str) -> dict[str, Any]:
    """The content of `data/<name>.toml`."""
    return tomllib.loads(files("hanse.seed").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


def _category(department: int, entry: dict[str, Any]) -> Category:
    ((option, factors),) = entry["options"].items()
    plain = {key: entry[key] for key in ("slug", "family", "repeat", "peak", "swell", "gift", "returns")}
    return Category(
        **plain,
        name=Text(entry["en"], entry["zh"]),
        department=department,
        price=(entry["price"][0], entry["price"][1]),
        goes_with=tuple(entry["goes_with"]),
        option=option,
        factors=factors,
        nouns=tuple(Text(*words) for words in entry["nouns"]),
        materials=tuple(Material(Text(*words[:2]), Text(*words[2:])) for words in entry["materials"]),
        uses=tuple(Text(*words) for words in entry["uses"]),
    )


def _look(entry: dict[str, Any]) -> Look:
    return Look(tuple(Text(*words) for words in entry["words"]), Text(entry["en"], entry["zh"]))
