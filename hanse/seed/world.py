"""The people, firms and places around the assortment, read from `data/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hanse.seed.vocabulary import data

REGIONS = ("europe", "america", "asia")


@dataclass(frozen=True)
class Name:
    """As its bearer writes it, and in Latin letters."""

    written: str
    latin: str


@dataclass(frozen=True)
class Country:
    """`streets` hold {n} for the house number; `cities` are names with postcode, and region where letters need one."""

    code: str
    share: float
    region: int
    currency: str
    language: str
    family_first: bool
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    cities: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Archetype:
    """A kind of customer; explained in `data/archetypes.toml`."""

    share: float
    budget: float
    pace: float
    styles: Mapping[str, float]
    departments: Mapping[str, float]


@dataclass(frozen=True)
class Supplier:
    name: str
    country: str
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Warehouse:
    """Serves the region of its own index in REGIONS."""

    code: str
    name: str
    country: str


@dataclass(frozen=True)
class World:
    """`warehouses` and `carriers` stand in the order of REGIONS."""

    countries: tuple[Country, ...]
    archetypes: tuple[Archetype, ...]
    suppliers: tuple[Supplier, ...]
    warehouses: tuple[Warehouse, ...]
    carriers: tuple[str, ...]


@lru_cache(maxsize=1)
def world() -> World:
    firms = data("suppliers")
    serving = {one["serves"]: Warehouse(one["code"], one["name"], one["country"]) for one in firms["warehouses"]}
    return World(
        countries=tuple(_country(entry) for entry in data("people")["countries"]),
        archetypes=tuple(_archetype(entry) for entry in data("archetypes")["archetypes"]),
        suppliers=tuple(
            Supplier(entry["name"], entry["country"], tuple(entry["departments"])) for entry in firms["suppliers"]
        ),
        warehouses=tuple(serving[region] for region in REGIONS),
        carriers=tuple(firms["carriers"][region] for region in REGIONS),
    )


def _archetype(entry: dict[str, Any]) -> Archetype:
    return Archetype(entry["share"], entry["budget"], entry["pace"], entry["styles"], entry["departments"])


def _country(entry: dict[str, Any]) -> Country:
    return Country(
        code=entry["code"],
        share=entry["share"],
        region=REGIONS.index(entry["region"]),
        currency=entry["currency"],
        language=entry.get("language", "en"),
        family_first=entry.get("family_first", False),
        given=tuple(_name(text) for text in entry["given"]),
        family=tuple(_name(text) for text in entry["family"]),
        cities=tuple((*city, "")[:3] for city in entry["cities"]),
        streets=tuple(entry["streets"]),
    )


def _name(text: str) -> Name:
    written, _, latin = text.partition(":")
    return Name(written, latin or written)
