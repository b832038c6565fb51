"""Judging all attributes of a draft at once. Storing stops at the first that is wrong, and whoever mends a file wants to
know of them all."""

from domain.bulk.layouts.drafts import Entry, ProductDraft
from domain.bulk.problems import Problem
from domain.catalog.attributes.facts import Definitions
from domain.catalog.attributes.values import checked_value
from domain.shared.errors import InvalidInput


def settle_attributes(entry: Entry[ProductDraft], kind: str | None, defined: Definitions) -> None:
    """Take out of the entry's draft what a product of this type cannot have, or not so, and note it. A type that there is
    not is told by who stores the product.
    """
    draft = entry.draft
    if draft is None or (kind is not None and kind not in defined.types):
        return
    has = [] if kind is None else [one.code for one in defined.types[kind].attributes]
    for code, value in list(draft.attributes.items()):
        if value is None or not value.strip():
            continue
        column = draft.columns.get(f"attributes.{code}", f"attribute.{code}")
        try:
            if code not in has:
                raise InvalidInput(field=column, rule="unknownAttribute", limit=", ".join(has))
            checked_value(defined.attributes[code], value, path=column)
        except InvalidInput as refusal:
            del draft.attributes[code]
            entry.problems.append(Problem(draft.line, column, refusal, value, of_row=False))
