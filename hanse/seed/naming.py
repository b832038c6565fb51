"""What things and people are called."""

import re
import unicodedata

from babel.core import Locale

from hanse.seed.vocabulary import Category, Look, Material, Text
from hanse.seed.world import Name, Supplier


def product_name(look_word: Text, material: Material, noun: Text) -> Text:
    """`Speckled stoneware teapot`, `斑点粗陶茶壶`."""
    english = f"{look_word.en} {material.word.en} {noun.en}"
    return Text(english[0].upper() + english[1:], look_word.zh + material.word.zh + noun.zh)


def product_description(category: Category, use: int, material: Material, look: Look, supplier: Supplier) -> Text:
    """Sentences on use, material, style and origin, so that like products read alike."""
    english = Locale("en").territories[supplier.country]
    chinese = Locale("zh", script="Hans").territories[supplier.country]
    return Text(
        f"{category.uses[use].en} {material.sentence.en} {look.sentence.en} Made by {supplier.name}, {english}.",
        f"{category.uses[use].zh}{material.sentence.zh}{look.sentence.zh}由{chinese}{supplier.name}制造。",
    )


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _ascii(text).lower()).strip("-")


def full_name(given: Name, family: Name, *, family_first: bool) -> str:
    return family.written + given.written if family_first else f"{given.written} {family.written}"


def email(given: Name, family: Name, number: int) -> str:
    """An address under a domain that RFC 2606 keeps free of real mailboxes; unique through `number`."""
    domain = ("com", "net", "org")[number % 3]
    local = ".".join(slug(name.latin).replace("-", "") for name in (given, family))
    return f"{local}{number}@example.{domain}"


_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae"})


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.translate(_WITHOUT_DECOMPOSITION)).encode("ascii", "ignore").decode()
